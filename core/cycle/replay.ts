import type { BatteryMode } from '../devices.ts';
import type { Hooks } from '../hooks.ts';
import type { Reason } from '../site.ts';
import { decideAll, type Outcome } from './decide.ts';
import type { Order } from './guard.ts';
import { type LoadpointInputs, loadpointState } from './loadpoint-state.ts';
import type { LoadpointMemory } from './memory.ts';
import { type ObservedLoadpoint, observe } from './observe.ts';
import { type SiteInputs, siteState } from './site-state.ts';

/** Everything that entered a cycle and what came of it, and the pure stages to find that out again. */

/** What the stages of a loadpoint worked on in one cycle. */
export interface LoadpointEntry {
  /** Memory at the beginning: what became of it since the last decision was done by commands, users and restarts */
  readonly before: LoadpointMemory;
  readonly facts: ObservedLoadpoint;
  /** Memory after the reading was taken into it */
  readonly observed: LoadpointMemory;
  /** With the memory that the decision began with, which events may have changed; absent: not there yet */
  readonly inputs: LoadpointInputs | undefined;
}

/** What was decided for a loadpoint. */
export interface LoadpointResult {
  /** Absent: nothing is written */
  readonly order?: Order | undefined;
  /** With the set-point and its reasons */
  readonly memory: LoadpointMemory;
}

export interface LoadpointRecord extends LoadpointEntry, LoadpointResult {
  readonly inputs: LoadpointInputs;
}

export interface BatteryDecision {
  readonly mode: BatteryMode;
  readonly reason: Reason;
}

/** What entered a cycle and what was decided: plain data that is never changed again. */
export interface DecidedCycle extends Omit<SiteInputs, 'loadpoints'> {
  /** In the order of their ids */
  readonly loadpoints: readonly LoadpointRecord[];
  /** What the home batteries shall do; absent: nobody had an opinion */
  readonly battery?: BatteryDecision | undefined;
}

export interface CycleRecord extends DecidedCycle {
  readonly house: RecordedHouse;
}

/** What of the configuration took part in the decisions; the same object until the configuration changes. */
export interface RecordedHouse {
  readonly title: string;
  /** ISO 4217 */
  readonly currency: string;
  /** In the order in which they tapped the hooks */
  readonly plugins: readonly RecordedPlugin[];
  /** Packages and relative paths that the configuration lists, in which plugins may be found */
  readonly specifiers: readonly string[];
  /** Configured values of the settings; absent: it is not known, as in older recordings */
  readonly settings?: RecordedSettings;
  /** A text without the secrets of the configuration */
  readonly hide: (text: string) => string;
}

/** What was configured of the settings that users may change, by name; what is absent has its default. */
export interface RecordedSettings {
  readonly site: Readonly<Record<string, unknown>>;
  /** By name */
  readonly loadpoints: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly vehicles: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A plugin that takes part in decisions. */
export interface RecordedPlugin {
  readonly name: string;
  /** Its top-level key of the configuration, and the checked options there; absent: it has none */
  readonly section?: string;
  readonly options?: unknown;
}

export const NO_HOUSE: RecordedHouse = { title: '', currency: '', plugins: [], specifiers: [], hide: (text) => text };

/** What the pure stages make of what entered a cycle; loadpoints in the order of the record. */
export interface CycleResult {
  /** Memories after the readings were taken into them */
  readonly observed: readonly LoadpointMemory[];
  readonly loadpoints: readonly (LoadpointResult | undefined)[];
  readonly battery: BatteryDecision | undefined;
}

/** The record of a cycle; to be made before anything is written, which changes the memories. */
export function cycleRecord(
  inputs: SiteInputs,
  house: RecordedHouse,
  entries: readonly (LoadpointEntry | undefined)[],
  outcomes: readonly Outcome[],
  battery: BatteryDecision | undefined,
): CycleRecord {
  const decided = new Map(outcomes.map((outcome) => [outcome.loadpoint.id, outcome]));
  const loadpoints = entries.flatMap((entry): LoadpointRecord[] => {
    const known = entry?.inputs;
    const outcome = known && decided.get(known.id);
    return outcome ? [{ ...entry, inputs: known, order: outcome.order, memory: outcome.memory }] : [];
  });
  return Object.freeze({ ...inputs, house, loadpoints, battery });
}

/** The hooks that are pure, and therefore can be called again. */
export type PureHooks = Pick<Hooks, 'sitePower' | 'decide' | 'limit' | 'allot' | 'battery'>;

/** Decides a recorded cycle again. Pure. */
export function decideAgain(hooks: PureHooks, cycle: DecidedCycle): CycleResult {
  const { loadpoints, battery: _, ...inputs } = cycle;
  const observed = loadpoints.map(
    ({ before, facts, inputs }) => observe(before, inputs.charger, facts, cycle.now).memory,
  );
  const states = loadpoints.map(({ inputs }) => Object.freeze(loadpointState(inputs, cycle.voltage)));
  const site = siteState(hooks, { ...inputs, loadpoints: states });
  const outcomes = decideAll(hooks, site, new Map(loadpoints.map(({ inputs }) => [inputs.id, inputs.memory])));
  const results = new Map(outcomes.map((outcome) => [outcome.loadpoint.id, outcome]));
  return {
    observed,
    loadpoints: loadpoints.map(({ inputs }) => results.get(inputs.id)),
    battery: hooks.battery.call(site),
  };
}
