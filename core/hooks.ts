import {
  AsyncParallelHook,
  AsyncSeriesHook,
  AsyncSeriesWaterfallHook,
  SyncBailHook,
  SyncHook,
  SyncWaterfallHook,
} from 'tapable';
import type { CycleRecord } from './cycle/replay.ts';
import type { BatteryMode } from './devices.ts';
import type { HouseEvent } from './events.ts';
import type { Command } from './settings.ts';
import type {
  Allotments,
  AllotRequest,
  Decision,
  LoadpointState,
  LoadpointTurn,
  Plans,
  Rates,
  Readings,
  Reason,
  Setpoint,
  SitePower,
  SiteState,
} from './site.ts';
import type { StateChange } from './state.ts';
import type { Session } from './store.ts';

/**
 * Every extension point of the runtime, in the order in which it is reached. Use `tap` and `tapPromise` only. Core wraps
 * each tap with its owner, a deadline (asynchronous taps) and containment: a tap that throws is logged once by name and
 * treated as if it had no opinion, unless its hook says otherwise. Synchronous taps must be pure.
 */
export interface Hooks {
  // Life ---------------------------------------------------------------------------------------------------------
  /** All plugins are applied and types are known; devices may still be absent. Open servers here. Parallel. */
  readonly setup: AsyncParallelHook<[]>;
  /** The first cycle was published. Parallel. */
  readonly started: AsyncParallelHook<[]>;

  // Measurement --------------------------------------------------------------------------------------------------
  /** Adds readings beyond the configured devices. Parallel; a failing tap loses only its own reading. */
  readonly measure: AsyncParallelHook<[draft: Readings, signal: AbortSignal]>;
  /** Refines the power to regulate. Waterfall, pure; a failing tap makes it unknown, which is the safe value. */
  readonly sitePower: SyncWaterfallHook<[power: SitePower, site: Omit<SiteState, 'sitePower' | 'loadpoints'>]>;
  /** The snapshot is complete and frozen. Observers. */
  readonly measured: SyncHook<[site: SiteState]>;

  // Planning -----------------------------------------------------------------------------------------------------
  /** Refines the rates of the tariffs after a refresh. Waterfall. */
  readonly rates: AsyncSeriesWaterfallHook<[rates: Rates, signal: AbortSignal]>;
  /** Makes schedules, off the hot path; recomputed when settings, rates or connections change. Waterfall. */
  readonly plan: AsyncSeriesWaterfallHook<[plans: Plans, site: SiteState]>;

  // Control ------------------------------------------------------------------------------------------------------
  /** What a loadpoint shall do. The first tap with an opinion decides; stages in `DECIDE_STAGES`. Bail, pure. */
  readonly decide: SyncBailHook<[loadpoint: LoadpointTurn, site: SiteState], Decision | undefined>;
  /**
   * Lowers a set-point: return `{ ...setpoint, current, reasons: [...setpoint.reasons, reason] }`. Raising has no effect;
   * a tap that throws means no current. Waterfall, pure.
   */
  readonly limit: SyncWaterfallHook<[setpoint: Setpoint, loadpoint: LoadpointTurn, site: SiteState]>;
  /**
   * Shares what loadpoints have in common: circuits, or what the grid operator allows. Called once in a cycle where there is
   * any of it, with what each loadpoint wants after `limit`, the most important first; `decide` and `limit` are asked again
   * then, and what comes of them is lowered to the allotments. Several answers: the lowest counts. A tap that throws means
   * no current for anybody. Waterfall, pure.
   */
  readonly allot: SyncWaterfallHook<[allotments: Allotments, requests: readonly AllotRequest[], site: SiteState]>;
  /** What the home batteries shall do; no opinion means normal. Bail, pure. */
  readonly battery: SyncBailHook<[site: SiteState], { mode: BatteryMode; reason: Reason } | undefined>;
  /** A set-point was written to a charger. Observers. */
  readonly written: SyncHook<[setpoint: Setpoint, loadpoint: LoadpointState]>;
  /** A cycle is over: everything that entered its decisions, what came of them, and the ms that it took. Observers. */
  readonly cycled: SyncHook<[record: CycleRecord, took: number]>;

  // Around -------------------------------------------------------------------------------------------------------
  /** A car came, charged, stopped or left; a device was lost or is back. Observers. */
  readonly event: SyncHook<[event: HouseEvent]>;
  /** A valid command is about to be applied; throw `evcc.fail('EVCC_COMMAND_INVALID', why)` to reject it. Series. */
  readonly command: AsyncSeriesHook<[command: Command]>;
  /** A charging session was opened, updated or closed. Observers. */
  readonly session: SyncHook<[session: Session]>;
  /** Published values may have changed; `changes` says which, in the order of change: they are made when it is called. Observers. */
  readonly publish: SyncHook<[changes: () => readonly StateChange[]]>;
  /** The process ends: close servers, leave devices in a defined state. Parallel. */
  readonly stop: AsyncParallelHook<[signal: AbortSignal]>;
}

/** Stages of `decide`, in order. Pass as `{ name, stage: evcc.stages.decide.surplus }`. */
export const DECIDE_STAGES = {
  /** Nothing connected, charger in error. */
  connection: 0,
  /** The user switched it off. */
  off: 100,
  /** Energy that is needed in any case: minimum soc, an active plan. */
  demand: 200,
  /** The goal is reached: soc or energy limit. */
  reached: 300,
  /** The user wants it now. */
  now: 400,
  /** Energy is cheap. */
  cost: 500,
  /** Solar surplus. */
  surplus: 600,
} as const;

export interface Stages {
  readonly decide: typeof DECIDE_STAGES;
}

export function createHooks(): Hooks {
  return {
    setup: new AsyncParallelHook([], 'setup'),
    started: new AsyncParallelHook([], 'started'),
    measure: new AsyncParallelHook(['draft', 'signal'], 'measure'),
    sitePower: new SyncWaterfallHook(['power', 'site'], 'sitePower'),
    measured: new SyncHook(['site'], 'measured'),
    rates: new AsyncSeriesWaterfallHook(['rates', 'signal'], 'rates'),
    plan: new AsyncSeriesWaterfallHook(['plans', 'site'], 'plan'),
    decide: new SyncBailHook(['loadpoint', 'site'], 'decide'),
    limit: new SyncWaterfallHook(['setpoint', 'loadpoint', 'site'], 'limit'),
    allot: new SyncWaterfallHook(['allotments', 'requests', 'site'], 'allot'),
    battery: new SyncBailHook(['site'], 'battery'),
    written: new SyncHook(['setpoint', 'loadpoint'], 'written'),
    cycled: new SyncHook(['record', 'took'], 'cycled'),
    event: new SyncHook(['event'], 'event'),
    command: new AsyncSeriesHook(['command'], 'command'),
    session: new SyncHook(['session'], 'session'),
    publish: new SyncHook(['changes'], 'publish'),
    stop: new AsyncParallelHook(['signal'], 'stop'),
  };
}
