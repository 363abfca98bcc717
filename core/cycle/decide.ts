import type { Hooks } from '../hooks.ts';
import { lowered } from '../loading/containment.ts';
import type {
  Allotment,
  AllotRequest,
  Decision,
  LoadpointState,
  LoadpointTurn,
  Reason,
  Setpoint,
  SiteState,
  Timer,
} from '../site.ts';
import { requestOf, sharesLimits } from './allot.ts';
import { type GuardResult, guard } from './guard.ts';
import type { LoadpointMemory } from './memory.ts';
import { isPast } from './observe.ts';

/**
 * Serves all loadpoints in order of priority against one ledger of what is left: the first strategy with an opinion
 * decides, limiters lower, what is shared is allotted, and the guard has the last word. Synchronous and pure.
 */

/** ms that a car may take to follow a start or a raised current before its share is given to others */
const FOLLOW_TIME = 60_000;

/** Share of the offered power below which a car is said to take less than it is offered */
const UNDERSHOOT = 0.85;

export interface Outcome extends GuardResult {
  readonly loadpoint: LoadpointTurn;
  /** What the strategy asked for */
  readonly wanted: Setpoint;
  /** Stage of the strategy; absent: none had an opinion */
  readonly stage?: number;
  /** What the limiters left of it */
  readonly limited: Setpoint;
}

/** `memories` by loadpoint id. The outcomes come in the order in which the loadpoints were served. */
export function decideAll(
  hooks: Pick<Hooks, 'decide' | 'limit' | 'allot'>,
  site: SiteState,
  memories: ReadonlyMap<number, LoadpointMemory>,
): Outcome[] {
  const wishes = serve(hooks, site, memories, new Map());
  if (!hooks.allot.isUsed() || !sharesLimits(site)) return wishes;
  // What all of them want has to be known before it can be shared; the ledger is right only with the shares.
  const requests = wishes.map((wish) => requestOf(wish.loadpoint, wish.limited, wish));
  const allotments = hooks.allot.call(new Map(), Object.freeze(requests), site);
  const shares = new Map<number, Share>();
  for (const request of requests) {
    const allotment = allotments.get(request.loadpoint.id);
    if (allotment) shares.set(request.loadpoint.id, { ...allotment, request });
  }
  return wishes.every((wish) => isGranted(wish, shares.get(wish.loadpoint.id)))
    ? wishes
    : serve(hooks, site, memories, shares);
}

/** Whether a share changes nothing: where that is so for all, nobody would be served otherwise with the shares. */
function isGranted({ limited, loadpoint }: Outcome, share: Share | undefined): boolean {
  return share === undefined || (share.phases !== 1 && within(limited, share, loadpoint) === limited);
}

/** An allotment with what it was made for. */
interface Share extends Allotment {
  readonly request: AllotRequest;
}

function serve(
  hooks: Pick<Hooks, 'decide' | 'limit'>,
  site: SiteState,
  memories: ReadonlyMap<number, LoadpointMemory>,
  shares: ReadonlyMap<number, Share>,
): Outcome[] {
  const served = [...site.loadpoints].sort((a, b) => b.priority - a.priority || a.id - b.id);
  const flexible = flexibleBelow(served, memories, site.voltage);
  const outcomes: Outcome[] = [];
  // W that loadpoints served so far will take more (+) or less (−) than they take now.
  let claimed = 0;
  const reserved = createReserve();
  for (const [index, loadpoint] of served.entries()) {
    const memory = memories.get(loadpoint.id);
    if (!memory) continue;
    const share = shares.get(loadpoint.id);
    const correction = claimed + reserved.above(loadpoint.priority) - (flexible[index] ?? 0);
    const turn = takeTurn(loadpoint, site, correction, share);
    const decision = hooks.decide.call(turn, site);
    const wanted = decision ? toSetpoint(decision, turn) : keep(turn);
    const limited = within(hooks.limit.call(Object.freeze(wanted), turn, site), share, turn);
    const result = guard(limited, turn, memory, site.now);
    claimed += claim(result, turn, memory, site);
    if (!result.order?.enabled) reserved.add(loadpoint.priority, decision?.reserves);
    outcomes.push({
      ...result,
      memory: remember(result.memory, decision, turn, site),
      loadpoint: turn,
      wanted,
      ...(decision?.stage !== undefined && { stage: decision.stage }),
      limited,
    });
  }
  return outcomes;
}

/** W that loadpoints are about to take, and that only less important ones have to leave them. */
function createReserve() {
  let sum = 0;
  let same = 0;
  let present: number | undefined;
  const above = (priority: number): number => {
    if (priority !== present) {
      sum += same;
      same = 0;
      present = priority;
    }
    return sum;
  };
  const add = (priority: number, power = 0): void => {
    above(priority);
    if (power > 0 && Number.isFinite(power)) same += power;
  };
  return { above, add };
}

function takeTurn(
  loadpoint: LoadpointState,
  site: SiteState,
  correction: number,
  share: Share | undefined,
): LoadpointTurn {
  const { power } = site.sitePower;
  // Frozen like everything that plugins see: the guard relies on it afterwards.
  return Object.freeze({
    ...loadpoint,
    sitePower: power === undefined ? undefined : power + correction,
    onePhase: share?.phases === 1 ? true : undefined,
  });
}

/** Lowers a set-point to its share; what was shared for one phase is used on one phase, whatever was decided meanwhile. */
function within(
  setpoint: Setpoint,
  share: Share | undefined,
  { canSwitchPhases, phasesActive }: LoadpointState,
): Setpoint {
  if (!share) return setpoint;
  const { current, phases, reason, request } = share;
  const onePhase = phases === 1 || (request.phases === 1 && (setpoint.phases ?? phasesActive) > 1);
  const lower = { ...setpoint, current, ...(onePhase && canSwitchPhases && { phases: 1 as const }) };
  return lowered(setpoint, lower, reason.by ?? 'core', reason);
}

function toSetpoint(decision: Decision, loadpoint: LoadpointState): Setpoint {
  const configured = loadpoint.settings.phases;
  const phases = configured === 0 ? decision.phases : configured;
  return {
    current: decision.current,
    ...(phases !== undefined && loadpoint.canSwitchPhases && { phases }),
    ...(decision.fast === true && { fast: true }),
    reasons: [isReason(decision.reason) ? decision.reason : UNEXPLAINED],
  };
}

const UNEXPLAINED: Reason = { code: 'unexplained', text: 'the strategy gave no reason' };

/** Strategies may be plain JavaScript; what they remember must not break them, or others, later on. */
const isReason = (reason: Partial<Reason> | undefined): reason is Reason =>
  typeof reason?.code === 'string' && typeof reason.text === 'string';
const isTimer = (timer: Partial<Timer> | undefined): timer is Timer =>
  typeof timer?.action === 'string' && Number.isFinite(timer.since) && Number.isFinite(timer.delay);

/** Nobody has an opinion: the charger is left as it is, within the limits. */
function keep(loadpoint: LoadpointState): Setpoint {
  const text = 'no strategy has an opinion, so the charger stays as it is';
  return { current: loadpoint.offeredCurrent, reasons: [{ code: 'no-opinion', text, by: 'core' }] };
}

function remember(
  memory: LoadpointMemory,
  decision: Decision | undefined,
  turn: LoadpointTurn,
  site: SiteState,
): LoadpointMemory {
  const offered = turn.offeredCurrent * turn.phasesActive * site.voltage;
  const undershoots = turn.chargePower < UNDERSHOOT * offered;
  const undershootSince = undershoots ? (memory.undershootSince ?? site.now) : undefined;
  const yieldsTo = Number.isFinite(decision?.yieldsTo) ? Math.max(0, decision?.yieldsTo ?? 0) : undefined;
  const timers = remembered(memory.timers, decision?.timers);
  const same = undershootSince === memory.undershootSince && yieldsTo === memory.yieldsTo && timers === memory.timers;
  return same ? memory : { ...memory, timers, undershootSince, yieldsTo };
}

function remembered(timers: LoadpointMemory['timers'], changes: Decision['timers'] = {}): LoadpointMemory['timers'] {
  const names = Object.keys(changes);
  if (names.length === 0) return timers;
  const next = { ...timers };
  for (const name of names) {
    const timer = changes[name];
    if (timer === null) delete next[name];
    else if (timer !== undefined && isTimer(timer)) next[name] = timer;
  }
  return next;
}

/** W for each loadpoint that less important ones could give up: only what a strategy declared in the cycle before. */
function flexibleBelow(
  served: readonly LoadpointState[],
  memories: ReadonlyMap<number, LoadpointMemory>,
  voltage: number,
): number[] {
  const below: number[] = [];
  let sum = 0;
  let same = 0;
  let priority: number | undefined;
  // From the least important one upwards.
  for (let index = served.length - 1; index >= 0; index -= 1) {
    const loadpoint = served[index];
    if (!loadpoint) continue;
    if (loadpoint.priority !== priority) {
      sum += same;
      same = 0;
      priority = loadpoint.priority;
    }
    below[index] = sum;
    const floor = memories.get(loadpoint.id)?.yieldsTo;
    if (floor === undefined || !loadpoint.charging) continue;
    same += Math.max(0, loadpoint.chargePower - floor * loadpoint.phasesActive * voltage);
  }
  return below;
}

/** W by which a loadpoint's consumption will change through its set-point. */
function claim(result: GuardResult, loadpoint: LoadpointState, memory: LoadpointMemory, site: SiteState): number {
  const { order } = result;
  // Nothing is sent, nobody knows what comes of it, or the charge pauses for a moment: what it takes stays its own.
  if (!order || loadpoint.charger?.stale || result.memory.pendingPhases) return 0;
  if (!order.enabled) return -loadpoint.chargePower;
  const { phasesActive, phasesMax, enabled, effectiveCurrent, chargePower } = loadpoint;
  const phases = order.phases === undefined ? phasesActive : Math.min(order.phases, phasesMax);
  const taken = enabled ? effectiveCurrent * phasesActive * site.voltage : chargePower;
  const change = order.current * phases * site.voltage - taken;
  const follows = memory.undershootSince === undefined || !isPast(memory.undershootSince, FOLLOW_TIME, site.now);
  return follows ? change : Math.min(0, change);
}
