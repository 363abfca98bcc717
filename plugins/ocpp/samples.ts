import type { PerPhase } from '../../core/index.ts';

/** Measured values as stations send them (OCPP 1.6 section 7.43, OCPP 2.0.1 part 2 section 2.46), and what they say together. */

/** One value. */
export interface Sample {
  /** Such as `Power.Active.Import` */
  readonly measurand: string;
  /** Such as `L1` or `L1-N`; absent: of all phases */
  readonly phase?: string;
  /** In W, Wh, A, V or % */
  readonly value: number;
}

/** A value with the time at which it arrived, ms since the epoch. */
export interface Kept<T> {
  readonly at: number;
  readonly value: T;
}

/** Values that are known; absent: never sent. */
export interface Measured {
  /** ms since the epoch by the station's clock, of the newest values */
  readonly stamp?: number;
  /** ms since the epoch at which the newest values arrived */
  readonly at: number;
  readonly power?: Kept<number>;
  readonly currents?: Kept<PerPhase>;
  readonly voltages?: Kept<PerPhase>;
  readonly energy?: Kept<number>;
  readonly soc?: Kept<number>;
  /** A */
  readonly offered?: Kept<number>;
  /** W */
  readonly offeredPower?: Kept<number>;
}

export const NOTHING_MEASURED: Measured = { at: 0 };

/** Values that evcc asks for, the most important ones first */
export const WANTED_MEASURANDS = [
  'Power.Active.Import',
  'Energy.Active.Import.Register',
  'Current.Import',
  'Voltage',
  'Current.Offered',
  'Power.Offered',
  'SoC',
] as const;

/** ms for which the station's clock is believed when it says that values are older than those before */
const ORDERED = 60_000;

const PREFIXES: Readonly<Record<string, number>> = { k: 1_000, m: 0.001, M: 1_000_000 };

/**
 * A value of the wire; `undefined`: it is none. Texts may have blanks around and a comma; `multiplier` is a power of ten. An
 * unknown unit is no value.
 */
export function toSample(
  raw: {
    readonly value: string | number;
    readonly measurand?: string | undefined;
    readonly phase?: string | undefined;
    readonly unit?: string | undefined;
  },
  multiplier = 0,
): Sample | undefined {
  const { measurand = 'Energy.Active.Import.Register', phase, unit = '' } = raw;
  const text = typeof raw.value === 'number' ? String(raw.value) : raw.value.trim().replace(',', '.');
  const [, prefix = '', base = ''] = /^([kMm]?)(W|Wh|A|V|Percent|%)?$/.exec(unit) ?? [undefined, '', 'other'];
  const value = text === '' ? Number.NaN : Number(text) * (PREFIXES[prefix] ?? 1) * 10 ** multiplier;
  if (!Number.isFinite(value) || base === 'other') return undefined;
  return { measurand, value, ...(phase !== undefined && { phase }) };
}

/** Adds values that arrived together; `stamp` is the time that the station gives them. Older ones are left out. */
export function addSamples(
  before: Measured,
  samples: readonly Sample[],
  stamp: number | undefined,
  now: number,
): Measured {
  const late = stamp !== undefined && before.stamp !== undefined && stamp < before.stamp;
  if (late && Math.abs(now - before.at) < ORDERED) return before;
  const kept = <T>(value: T): Kept<T> => ({ at: now, value });
  const total = (measurand: string) =>
    samples.find((sample) => sample.measurand === measurand && sample.phase === undefined)?.value;
  const perPhase = (measurand: string) => toPerPhase(samples.filter((sample) => sample.measurand === measurand));
  const sum = (measurand: string) => total(measurand) ?? perPhase(measurand)?.reduce((all, each) => all + each, 0);

  const power = sum('Power.Active.Import');
  const currents = perPhase('Current.Import');
  const voltages = perPhase('Voltage');
  const energy = sum('Energy.Active.Import.Register');
  const soc = total('SoC');
  const offered = total('Current.Offered') ?? perPhase('Current.Offered')?.[0];
  const offeredPower = total('Power.Offered');
  // Some stations have no value of their counter between two transactions.
  const counts = energy !== undefined && (energy > 0 || before.energy === undefined);
  return {
    ...before,
    at: now,
    ...(stamp !== undefined && { stamp }),
    ...(power !== undefined && { power: kept(Math.max(0, power)) }),
    ...(currents && { currents: kept(currents.map((each) => Math.max(0, each)) as unknown as PerPhase) }),
    ...(voltages && { voltages: kept(voltages) }),
    ...(counts && { energy: kept(energy) }),
    ...(soc !== undefined && soc >= 0 && soc <= 100 && { soc: kept(soc) }),
    ...(offered !== undefined && { offered: kept(offered) }),
    ...(offeredPower !== undefined && { offeredPower: kept(offeredPower) }),
  };
}

/** What is said of L1 to L3; phases that are not named have nothing. */
function toPerPhase(samples: readonly Sample[]): PerPhase | undefined {
  const values: [number, number, number] = [0, 0, 0];
  let found = false;
  for (const { phase = '', value } of samples) {
    const index = ['L1', 'L2', 'L3'].indexOf(phase.replace(/-N$/, ''));
    if (index < 0) continue;
    values[index] = value;
    found = true;
  }
  return found ? values : undefined;
}
