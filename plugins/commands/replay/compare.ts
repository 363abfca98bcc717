import type { CycleResult, DecidedCycle, Reason } from '../../../core/index.ts';

/** Where a decision is not what it was. */
export interface Difference {
  /** ms since the epoch */
  readonly at: number;
  /** Title of the loadpoint; null: the home batteries */
  readonly loadpoint: string | null;
  /** What differs, e.g. `order current` */
  readonly what: string;
  /** null: absent */
  readonly recorded: unknown;
  readonly replayed: unknown;
  readonly recordedBecause: readonly Reason[];
  readonly replayedBecause: readonly Reason[];
}

/** The first thing in which a cycle decided again differs from what was recorded; `undefined`: nothing. */
export function compare(cycle: DecidedCycle, result: CycleResult): Difference | undefined {
  for (const [place, recorded] of cycle.loadpoints.entries()) {
    const replayed = result.loadpoints[place];
    const other =
      unlike(recorded.order, replayed?.order, 'order') ??
      unlike(recorded.observed, result.observed[place], 'reading taken over as') ??
      unlike(recorded.memory, replayed?.memory, 'memory');
    if (!other) continue;
    // The set-point is a part of the memory, and says most.
    const found = unlike(recorded.memory.setpoint, replayed?.memory.setpoint, 'set-point') ?? other;
    return {
      at: cycle.now,
      loadpoint: recorded.inputs.title,
      ...found,
      recordedBecause: recorded.memory.setpoint?.reasons ?? [],
      replayedBecause: replayed?.memory.setpoint?.reasons ?? [],
    };
  }
  const found = unlike(cycle.battery, result.battery, 'battery');
  if (!found) return undefined;
  const because = (decision: DecidedCycle['battery']): Reason[] => (decision ? [decision.reason] : []);
  return {
    at: cycle.now,
    loadpoint: null,
    ...found,
    recordedBecause: because(cycle.battery),
    replayedBecause: because(result.battery),
  };
}

type Unlike = Pick<Difference, 'what' | 'recorded' | 'replayed'>;

/** The first place where two values differ; undefined counts as absent. */
export function unlike(recorded: unknown, replayed: unknown, what: string): Unlike | undefined {
  if (Object.is(recorded, replayed)) return undefined;
  if (!isObject(recorded) || !isObject(replayed) || Array.isArray(recorded) !== Array.isArray(replayed)) {
    return { what, recorded: recorded ?? null, replayed: replayed ?? null };
  }
  const keys = Object.keys(replayed);
  let common = 0;
  for (const key of keys) {
    const before = recorded[key];
    const after = replayed[key];
    const found = before === after ? undefined : unlike(before, after, key);
    if (found) return { ...found, what: `${what} ${found.what}` };
    if (before !== undefined) common += 1;
  }
  const others = Object.keys(recorded);
  if (others.length === common) return undefined;
  const gone = others.find((key) => recorded[key] !== undefined && replayed[key] === undefined);
  return gone === undefined ? undefined : { what: `${what} ${gone}`, recorded: recorded[gone], replayed: null };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
