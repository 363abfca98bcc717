import type { MeterValues } from '../meter-reading.ts';
import { tidy } from '../sources/value.ts';

/**
 * What the codes of electricity meters (OBIS, IEC 62056-61) mean: groups C.D.E, in W, Wh, A and V. Meters over P1 and SML
 * both use them.
 */
export type ObisValues = ReadonlyMap<string, number>;

/** Groups C of L1, L2 and L3: power in both directions, drawn, fed in, current, voltage */
const PHASES = [
  { power: 36, drawn: 21, fed: 22, current: 31, voltage: 32 },
  { power: 56, drawn: 41, fed: 42, current: 51, voltage: 52 },
  { power: 76, drawn: 61, fed: 62, current: 71, voltage: 72 },
] as const;

/** Sums up what a meter says. Counters that it only has per tariff are added up. */
export function toMeterValues(values: ObisValues): MeterValues {
  const now = (group: number): number | undefined => values.get(`${group}.7.0`);
  const power = (both: number, drawn: number, fed: number): number | undefined => {
    const sum = now(both);
    if (sum !== undefined) return sum;
    const [plus, minus] = [now(drawn), now(fed)];
    return plus === undefined && minus === undefined ? undefined : tidy((plus ?? 0) - (minus ?? 0));
  };
  return {
    power: power(16, 1, 2),
    powers: PHASES.map((phase) => power(phase.power, phase.drawn, phase.fed)),
    currents: PHASES.map(({ current }) => now(current)),
    voltages: PHASES.map(({ voltage }) => now(voltage)),
    energy: counter(values, 1),
    returnEnergy: counter(values, 2),
  };
}

function counter(values: ObisValues, group: number): number | undefined {
  const total = values.get(`${group}.8.0`);
  if (total !== undefined) return total;
  const tariffs = [1, 2, 3, 4].flatMap((tariff) => values.get(`${group}.8.${tariff}`) ?? []);
  return tariffs.length === 0 ? undefined : tidy(tariffs.reduce((sum, value) => sum + value, 0));
}
