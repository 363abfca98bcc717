import type { BatteryMode } from '../../core/index.ts';
import type { Inputs } from './inputs.ts';
import type { OptimizerResult } from './request.ts';

/** What a result says is best now, and whether it is done already. Pure. */

/** What a home battery or a car would best do now. */
export interface Suggestion {
  /** Of batteries: normal, hold, charge, holdcharge, discharge; of cars: charge, stop */
  readonly action: BatteryMode | 'discharge' | 'stop';
  /** W on average of the slot */
  readonly charge: number;
  readonly discharge: number;
  /** It is not what is done */
  readonly actionable: boolean;
}

/** What is optimized and what came of it. */
export interface Solution {
  readonly inputs: Inputs;
  readonly result: OptimizerResult;
}

/** What is done now. */
export interface Present {
  /** Of the home batteries */
  readonly mode: string;
  /** Names of the batteries that can be told a mode */
  readonly controllable: ReadonlySet<string>;
  /** By name of the loadpoint: it lets the car charge */
  readonly charging: ReadonlyMap<string, boolean>;
}

/** By name of the battery's meter, or of the loadpoint */
export interface Suggestions {
  readonly batteries: ReadonlyMap<string, Suggestion>;
  readonly loadpoints: ReadonlyMap<string, Suggestion>;
}

export const NOTHING: Suggestions = { batteries: new Map(), loadpoints: new Map() };

/** W that count as something */
const THRESHOLD = 50;
/** Share of its capacity that a battery is full or empty by */
const BRIM = 0.005;

/** None for what nobody can command, and none after the last slot. */
export function suggestionsOf({ inputs, result }: Solution, now: number, present: Present): Suggestions {
  const at = inputs.slots.findIndex(({ start, end }) => start <= now && now < end);
  const slot = inputs.slots[at];
  if (!slot) return NOTHING;
  const watts = (energies: readonly number[]): number =>
    Math.round(((energies[at] ?? 0) * 3_600_000) / (slot.end - slot.start));
  const flows = { imported: watts(result.grid_import), exported: watts(result.grid_export) };
  const batteries = new Map<string, Suggestion>();
  const loadpoints = new Map<string, Suggestion>();
  for (const [index, { type, name }] of inputs.batteries.entries()) {
    const own = result.batteries[index];
    const asked = inputs.request.batteries[index];
    if (!own || !asked) continue;
    const [charge, discharge] = [watts(own.charging_power), watts(own.discharging_power)];
    if (type === 'vehicle') {
      const charging = present.charging.get(name);
      if (charging === undefined) continue;
      const action = charge > THRESHOLD ? 'charge' : 'stop';
      loadpoints.set(name, { action, charge, discharge, actionable: (action === 'charge') !== charging });
      continue;
    }
    if (!present.controllable.has(name)) continue;
    const stored = at === 0 ? asked.s_initial : (own.state_of_charge[at - 1] ?? 0);
    const brim = (asked.s_capacity ?? 0) * BRIM;
    const action = batteryAction({
      ...flows,
      charge,
      discharge,
      isEmpty: stored <= asked.s_min + brim,
      isFull: stored >= asked.s_max - brim,
    });
    // A battery that nobody told anything does as it is used to.
    const mode = present.mode === 'unknown' ? 'normal' : present.mode;
    batteries.set(name, { action, charge, discharge, actionable: action !== mode });
  }
  return { batteries, loadpoints };
}

interface Flows {
  /** W */
  readonly imported: number;
  readonly exported: number;
  readonly charge: number;
  readonly discharge: number;
  readonly isEmpty: boolean;
  readonly isFull: boolean;
}

/** A battery does by itself what it does with surplus and lack: only what differs from that has to be told. */
function batteryAction({ imported, exported, charge, discharge, isEmpty, isFull }: Flows): Suggestion['action'] {
  const imports = imported > THRESHOLD;
  const exports = exported > THRESHOLD;
  if (charge > THRESHOLD) return imports ? 'charge' : 'normal';
  if (discharge > THRESHOLD) return exports ? 'discharge' : 'normal';
  if (imports && !isEmpty) return 'hold';
  if (exports && !isFull) return 'holdcharge';
  return 'normal';
}

/** When a battery will first be full, and empty, in ms since the epoch; null: not as far as is looked ahead. */
export function extremesOf({ inputs, result }: Solution, index: number): { full: number | null; empty: number | null } {
  const asked = inputs.request.batteries[index];
  const stored = result.batteries[index]?.state_of_charge ?? [];
  const brim = (asked?.s_capacity ?? asked?.s_max ?? 0) * BRIM;
  const first = (fits: (energy: number) => boolean): number | null => {
    const at = stored.findIndex(fits);
    return at < 0 ? null : (inputs.slots[at]?.end ?? null);
  };
  return {
    full: first((energy) => energy >= (asked?.s_max ?? Number.POSITIVE_INFINITY) - brim),
    empty: first((energy) => energy <= (asked?.s_min ?? 0) + brim),
  };
}

/** A soc of all home batteries together, and when it will be so. */
export interface SocPoint {
  /** % */
  readonly soc: number;
  /** ms since the epoch */
  readonly time: number;
  /** They are full, or empty */
  readonly limit: boolean;
}

/** The highest and the lowest soc of the home batteries as far as is looked ahead; `undefined`: there are none. */
export function forecastOf({ inputs, result }: Solution): { highest: SocPoint; lowest: SocPoint } | undefined {
  const home = inputs.batteries.flatMap(({ type }, index) => (type === 'battery' ? [index] : []));
  const sum = (value: (index: number) => number): number => home.reduce((total, index) => total + value(index), 0);
  const of = (index: number) => inputs.request.batteries[index];
  const capacity = sum((index) => of(index)?.s_capacity ?? 0);
  if (capacity <= 0) return undefined;
  const [floor, top] = [sum((index) => of(index)?.s_min ?? 0), sum((index) => of(index)?.s_max ?? 0)];
  const points = inputs.slots.map(({ end }, at): SocPoint => {
    const stored = sum((index) => result.batteries[index]?.state_of_charge[at] ?? 0);
    const limit = stored <= floor + capacity * BRIM || stored >= top - capacity * BRIM;
    return { soc: Math.round((stored / capacity) * 1_000) / 10, time: end, limit };
  });
  const [start] = points;
  if (!start) return undefined;
  return points.reduce(
    ({ highest, lowest }, point) => ({
      highest: point.soc > highest.soc ? point : highest,
      lowest: point.soc < lowest.soc ? point : lowest,
    }),
    { highest: start, lowest: start },
  );
}

/** Wh that are missing of the goal of a battery, because limits and time do not allow more; 0: it is reached. */
export function missedBy({ inputs: { request }, result }: Solution, index: number): number {
  const stored = result.batteries[index]?.state_of_charge ?? [];
  const goals = request.batteries[index]?.s_goal ?? [];
  return Math.max(0, ...goals.map((goal, at) => goal - (stored[at] ?? 0)));
}
