import assert from 'node:assert/strict';
import { decideAll, type Outcome } from '../../../core/cycle/decide.ts';
import { loadpointState } from '../../../core/cycle/loadpoint-state.ts';
import { isWelcome, type LoadpointMemory, NEW_MEMORY } from '../../../core/cycle/memory.ts';
import { observe } from '../../../core/cycle/observe.ts';
import { siteState } from '../../../core/cycle/site-state.ts';
import { applied, type ChargerCommand, commandsFor } from '../../../core/cycle/write.ts';
import { createHooks, type Hooks } from '../../../core/hooks.ts';
import type {
  ChargerReading,
  ChargerTraits,
  LoadpointSettings,
  LoadpointState,
  Sampled,
  VehicleState,
} from '../../../core/index.ts';
import { ownHooks } from '../../../core/loading/containment.ts';
import { silentLogger } from '../../../core/log.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { LOADPOINT_SETTINGS, NOW, SITE_SETTINGS } from './builders.ts';

/**
 * Random houses that run the pure stages with the real, contained hooks for many cycles: chargers that fail, lag and lie
 * about commands, users who change their minds, and plugins that answer whatever they like.
 */

const PHASE_PAUSE = 60_000;
const WAKE_UP_PAUSE = 30_000;
const STALE_AFTER = 60_000;
const TOLERANCE = 1e-6;

/** Numbers from 0 to 1, the same for the same seed. */
export type Random = () => number;

/** Mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const chance = (random: Random, share: number): boolean => random() < share;

/** What a broken plugin may take for a number */
const NUMBERS: readonly unknown[] = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1e9, -5, -0, 0, 1e-9, 3, 5.999, 6, 6.5, 9.99],
  ...[10, 13, 16, 16.000001, 32, 80, 1e9, Number.MAX_VALUE, '16', '', null, undefined, true, {}, [], 10n],
];
const PHASES: readonly unknown[] = [undefined, 1, 1, 3, 3, 2, 0, '3', Number.NaN];
const REASONS: readonly unknown[] = [{ code: 'test', text: 'a test' }, undefined, null, 5, 'because', {}, { code: 7 }];
const TIMERS: readonly unknown[] = [
  undefined,
  { pv: null, phase: null, guard: null },
  { pv: { action: 'enable', since: NOW, delay: 60_000 } },
  { guard: { action: 'enable', since: Number.NaN, delay: Number.POSITIVE_INFINITY } },
  { pv: 5, phase: 'soon', other: [] },
  'timers',
];
const OTHER: readonly unknown[] = [null, 5, 'off', true, [], () => 16, Promise.resolve({ current: 16 })];

/** What the plugins answered for one loadpoint in one cycle. */
interface Answers {
  decision?: unknown;
  /** Currents of limiters that answered properly */
  readonly limits: number[];
  /** A limiter allowed one phase only */
  onePhase: boolean;
  /** A limiter failed, or answered something that is no set-point */
  broken: boolean;
}

/** The charger and car as they are, whatever is believed of them. */
interface Truth {
  readonly traits: ChargerTraits;
  readonly canSwitchPhases: boolean;
  readonly canWakeUp: boolean;
  readonly vehicle: VehicleState | undefined;
  readonly guardDuration: number;
  /** Fields that the charger does not report */
  readonly silentOn: readonly (keyof ChargerReading)[];
  settings: LoadpointSettings;
  connected: boolean;
  fault: boolean;
  full: boolean;
  enabled: boolean;
  current: number;
  phases: 1 | 3;
  /** Cycles for which current still flows after switching off */
  lingering: number;
  sample: Sampled<ChargerReading> | undefined;
  memory: LoadpointMemory;
  /** ms since the epoch of what matters to the pauses */
  offAt: number;
  wishAt: number;
  phasesAt: number;
  wokenAt: number;
  pluggedAt: number;
}

const flows = (truth: Truth): boolean =>
  truth.connected && !truth.full && truth.current >= 6 && (truth.enabled || truth.lingering > 0);

export interface RandomHouse {
  /** Runs one cycle and checks everything that must hold in it. */
  cycle(): void;
  /** How often things happened, to see that the runs are worth something */
  readonly counts: { on: number; off: number; phases: number; failed: number; charged: number; woken: number };
}

export function createRandomHouse(random: Random, loadpoints: number, plugins: (hooks: Hooks) => void): RandomHouse {
  const truths = Array.from({ length: loadpoints }, () => createTruth(random));
  const counts = { on: 0, off: 0, phases: 0, failed: 0, charged: 0, woken: 0 };
  const answers = new Map<number, Answers>();
  const hooks = createHooks();
  tapWildly(hooks, random, (id) => answers.get(id) ?? { limits: [], onePhase: false, broken: false });
  plugins(hooks);
  const interval = pick(random, [1_000, 10_000, 30_000]);
  let now = NOW;

  const cycle = (): void => {
    now += interval;
    if (chance(random, 0.01)) now += pick(random, [600_000, 3_600_000]);
    const states = truths.map((truth, index) => {
      live(truth, random, now);
      look(truth, random, now);
      return stateOf(truth, index + 1, now);
    });
    const memories = new Map(truths.map(({ memory }, index) => [index + 1, freeze(memory)]));
    const power = chance(random, 0.1) ? undefined : Math.round((random() - 0.7) * 30_000);
    const battery = { name: 'battery', title: 'Battery' };
    const readings = {
      grid: { name: 'grid', title: 'Grid', ...(power !== undefined && { sample: fresh({ power }, now) }) },
      pv: [],
      battery: chance(random, 0.5) ? [{ ...battery, sample: fresh({ power: 0, soc: random() * 100 }, now) }] : [],
      aux: [],
      ext: [],
      consumers: [],
    };
    const settings = { ...SITE_SETTINGS, bufferSoc: 50, bufferStartSoc: 80 };
    const inputs = {
      now,
      interval,
      voltage: 230,
      settings,
      readings,
      rates: {},
      plans: new Map(),
      circuits: [],
      loadpoints: states,
    };
    const site = freeze(siteState(hooks, inputs));
    for (const { id } of states) answers.set(id, { limits: [], onePhase: false, broken: false });

    const outcomes = decideAll(hooks, site, memories);
    assert.equal(outcomes.length, states.length, 'every loadpoint is served once');
    for (const outcome of outcomes) {
      const { id } = outcome.loadpoint;
      const truth = truths[id - 1];
      const given = answers.get(id);
      const state = states[id - 1];
      if (!truth || !given || !state) throw new Error('no such loadpoint');
      checkOrder(outcome, state, given);
      truth.memory = outcome.memory;
      if (!outcome.order) continue;
      const commands = commandsFor(outcome.order, outcome.memory);
      checkCommands(commands, truth, state, outcome, now);
      send(commands, truth, random, now, counts);
    }
    counts.charged += truths.filter(flows).length;
  };
  return { cycle, counts };
}

/** Taps that answer at random; what they answered is noted down. */
function tapWildly(target: Hooks, random: Random, answersOf: (id: number) => Answers): void {
  const sane = (): object => ({
    current: pick(random, [0, 0, 6, 8, 10, 16, 32]),
    ...(chance(random, 0.5) && { phases: pick(random, [1, 3]) }),
    ...(chance(random, 0.3) && { yieldsTo: pick(random, [0, 6]) }),
    reason: { code: 'test', text: 'a test' },
  });
  const wild = (): unknown =>
    chance(random, 0.1)
      ? pick(random, OTHER)
      : {
          current: pick(random, NUMBERS),
          phases: pick(random, PHASES),
          reason: pick(random, REASONS),
          timers: pick(random, TIMERS),
          yieldsTo: pick(random, NUMBERS),
          reserves: pick(random, NUMBERS),
        };
  const strategy = contained(target, 'strategy');
  strategy.decide.tap({ name: 'strategy', stage: -10 }, (loadpoint) => {
    if (chance(random, 0.05)) throw new Error('a bug');
    if (chance(random, 0.05)) Object.assign(loadpoint, { maxCurrent: 1_000, minCurrent: 0, enabled: true });
    const decision = chance(random, 0.4) ? undefined : chance(random, 0.5) ? sane() : wild();
    const { current, yieldsTo = 0 } = (decision ?? {}) as Record<string, unknown>;
    if (isNumber(current) && isNumber(yieldsTo)) answersOf(loadpoint.id).decision = decision;
    return decision as never;
  });
  for (const name of ['first limiter', 'second limiter']) {
    contained(target, name).limit.tap(name, (setpoint, loadpoint) => {
      const noted = answersOf(loadpoint.id);
      noted.broken = true;
      if (chance(random, 0.03)) throw new Error('a bug');
      if (chance(random, 0.03)) Object.assign(setpoint, { current: 1_000 });
      noted.broken = false;
      if (chance(random, 0.6)) return undefined as never;
      if (chance(random, 0.1)) {
        const other = pick(random, OTHER);
        noted.broken = other !== null;
        return other as never;
      }
      const current = pick(random, chance(random, 0.7) ? [6, 8.5, 10, 16, 40] : NUMBERS);
      const phases = pick(random, chance(random, 0.7) ? [undefined, 1, 3] : PHASES);
      if (!isNumber(current)) noted.broken = true;
      else noted.limits.push(current);
      if (isNumber(current) && phases === 1) noted.onePhase = true;
      return { ...setpoint, current, phases, reasons: pick(random, [setpoint.reasons, [], undefined]) } as never;
    });
  }
}

function contained(hooks: Hooks, owner: string): Hooks {
  const own = ownHooks(hooks, owner, new FakeClock(), silentLogger);
  own.activate('all');
  return own.hooks;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value);

function createTruth(random: Random): Truth {
  const currentStep = pick(random, [undefined, 1, 0.1, 0.01, 0.25, 0.06, 2]);
  const traits: ChargerTraits = {
    ...(currentStep !== undefined && { currentStep }),
    ...(chance(random, 0.3) && { minCurrent: pick(random, [1, 6, 8]) }),
    ...(chance(random, 0.5) && { maxCurrent: pick(random, [8, 16, 20, 32]) }),
    ...(chance(random, 0.3) && { phases: pick(random, [1, 3]) }),
    ...(chance(random, 0.4) && { phaseSwitching: pick(random, ['live', 'paused'] as const) }),
    ...(chance(random, 0.1) && { switch: true }),
    ...(chance(random, 0.1) && { integrated: true }),
  };
  const minCurrent = pick(random, [6, 6, 7, 8.3, 10]);
  return {
    traits,
    canSwitchPhases: chance(random, 0.7),
    canWakeUp: chance(random, 0.9),
    vehicle: chance(random, 0.4)
      ? {
          name: 'car',
          title: 'Car',
          icon: '',
          features: [],
          ...(chance(random, 0.9) && { canWakeUp: true }),
          ...(chance(random, 0.5) && { minCurrent: pick(random, [6, 7.5, 10]) }),
          ...(chance(random, 0.5) && { maxCurrent: pick(random, [5, 9.9, 13, 32]) }),
          ...(chance(random, 0.5) && { phases: pick(random, [1, 2, 3] as const) }),
        }
      : undefined,
    guardDuration: pick(random, [0, 60_000, 300_000]),
    silentOn: (['power', 'currents', 'maxCurrent', 'phases', 'connectedFor'] as const).filter(() =>
      chance(random, 0.4),
    ),
    settings: {
      ...LOADPOINT_SETTINGS,
      mode: pick(random, ['off', 'pv', 'minpv', 'now'] as const),
      phases: pick(random, [0, 0, 1, 3] as const),
      priority: pick(random, [0, 0, 1, 2]),
      minCurrent,
      maxCurrent: pick(random, [minCurrent, 10, 16, 16.4, 32]),
    },
    connected: chance(random, 0.7),
    fault: false,
    full: chance(random, 0.2),
    enabled: chance(random, 0.3),
    current: traits.switch ? 10 : pick(random, [0, 6, 16]),
    phases: pick(random, [1, 3] as const),
    lingering: 0,
    sample: undefined,
    memory: NEW_MEMORY,
    offAt: Number.NEGATIVE_INFINITY,
    wishAt: Number.NEGATIVE_INFINITY,
    phasesAt: Number.NEGATIVE_INFINITY,
    wokenAt: Number.NEGATIVE_INFINITY,
    pluggedAt: NOW,
  };
}

/** What happens at the charger, and what its user does. */
function live(truth: Truth, random: Random, now: number): void {
  truth.lingering = Math.max(0, truth.lingering - 1);
  if (chance(random, 0.02)) truth.connected = !truth.connected;
  if (!truth.connected || chance(random, 0.01)) truth.pluggedAt = now;
  if (chance(random, 0.02)) truth.full = !truth.full;
  if (!truth.connected || truth.full) truth.lingering = 0;
  if (chance(random, 0.02)) truth.fault = !truth.fault;
  if (chance(random, 0.05)) {
    const { settings } = truth;
    truth.settings = {
      ...settings,
      mode: pick(random, ['off', 'pv', 'minpv', 'now'] as const),
      phases: pick(random, [0, 1, 3] as const),
      maxCurrent: Math.max(settings.minCurrent, pick(random, [10, 16, 32])),
    };
    truth.wishAt = now;
    truth.memory = { ...truth.memory, wishedAt: now };
  }
}

/** The reading of this cycle, unless there is none. */
function look(truth: Truth, random: Random, now: number): void {
  if (chance(random, 0.85)) {
    const charging = flows(truth);
    const status = truth.fault ? 'F' : charging ? pick(random, ['C', 'C', 'D'] as const) : truth.connected ? 'B' : 'A';
    const current = charging ? truth.current : 0;
    const active = Math.min(truth.phases, truth.vehicle?.phases ?? 3);
    const reading: ChargerReading = {
      status,
      enabled: truth.enabled,
      power: current * active * 230,
      currents: [current, active > 1 ? current : 0, active > 2 ? current : 0],
      maxCurrent: truth.current,
      phases: truth.phases,
      connectedFor: truth.connected ? Math.max(0, now - truth.pluggedAt) : 0,
    };
    const reported = Object.entries(reading).filter(([field]) => !truth.silentOn.some((silent) => silent === field));
    truth.sample = fresh(Object.fromEntries(reported) as unknown as ChargerReading, now);
  } else if (truth.sample) {
    truth.sample = { ...truth.sample, stale: now - truth.sample.at > STALE_AFTER };
  }
}

function fresh<T>(value: T, at: number): Sampled<T> {
  return { value, at, stale: false };
}

function stateOf(truth: Truth, id: number, now: number): LoadpointState {
  const { settings, traits, canSwitchPhases, vehicle, guardDuration, sample } = truth;
  const fixedPhases = settings.phases === 0 ? (traits.phases ?? 3) : settings.phases;
  const observed = observe(
    freeze(truth.memory),
    sample,
    { canSwitchPhases, fixedPhases, minCurrent: settings.minCurrent, switchOnly: traits.switch ?? false },
    now,
  );
  if (observed.events.includes('connect')) truth.wishAt = now;
  truth.memory = observed.memory;
  const state = loadpointState(
    {
      id,
      name: `lp-${id}`,
      title: `Loadpoint ${id}`,
      settings,
      enableDelay: 0,
      disableDelay: 0,
      guardDuration,
      charger: sample,
      meter: undefined,
      traits,
      canSwitchPhases,
      canWakeUp: truth.canWakeUp,
      welcome: isWelcome(truth.memory, now),
      circuit: undefined,
      phaseOrder: [1, 2, 3],
      vehicle,
      sessionEnergy: 0,
      memory: truth.memory,
    },
    230,
  );
  return freeze(state);
}

function checkOrder({ order, setpoint, memory }: Outcome, state: LoadpointState, given: Answers): void {
  assertPlain(memory);
  assert(setpoint.reasons.length > 0, 'there is a reason');
  assert.equal(typeof setpoint.reasons[0]?.code, 'string', 'the reason has a code');
  if (!state.charger || state.charger.stale) {
    assert(!order?.enabled, 'a charger without a fresh reading is told nothing but to switch off');
    return;
  }
  assert(order, 'a charger that can be trusted gets an order');
  assert.equal(order.enabled, order.current > 0, 'on and a current belong together');
  assert.equal(setpoint.current, order.current, 'the set-point is what is ordered');
  if (!order.enabled) return;
  const decision = given.decision as { current: number; phases?: unknown } | undefined;
  const { minCurrent, maxCurrent, traits, phasesActive, phasesMax, settings, canSwitchPhases } = state;
  assert(!given.broken, 'a limiter that fails means no current');
  assert(order.current >= minCurrent, 'nothing between 0 and the minimum');
  const highest = Math.min(...given.limits, ...(decision ? [decision.current] : []));
  assert(order.current <= Math.min(maxCurrent, highest) + TOLERANCE, 'nothing above any limit');
  const steps = order.current / (traits.currentStep ?? 1);
  assert(traits.switch || Math.abs(steps - Math.round(steps)) < 1e-4, 'a multiple of the step');
  const wanted = settings.phases === 0 ? decision?.phases : decision && settings.phases;
  if (given.onePhase || (canSwitchPhases && wanted === 1)) {
    const phases = order.phases === undefined ? phasesActive : Math.min(order.phases, phasesMax);
    assert(order.current * phases <= highest + TOLERANCE, 'what is meant for one phase is not taken on each of three');
  }
}

/** Nothing but what can be stored and read again, at every depth. */
function assertPlain(value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) assertPlain(inner);
    return;
  }
  const plain = value === undefined || value === null || ['string', 'boolean'].includes(typeof value);
  assert(plain || Number.isFinite(value), `${String(value)} cannot be remembered`);
}

function checkCommands(
  commands: readonly ChargerCommand[],
  truth: Truth,
  state: LoadpointState,
  { order }: Outcome,
  now: number,
): void {
  const switching = commands.some((command) => 'setPhases' in command);
  for (const command of commands) {
    if ('setMaxCurrent' in command) {
      assert(!truth.traits.switch, 'no current for what can only be switched');
      assert.equal(command.setMaxCurrent, order?.current, 'the current that was ordered');
    }
    if ('wakeUp' in command) checkWakeUp(command.wakeUp, truth, state, now);
    if ('setPhases' in command) {
      const { setPhases } = command;
      assert(truth.canSwitchPhases && (setPhases === 1 || setPhases === 3), 'phases that can be switched');
      assert(setPhases !== state.phasesEnabled && setPhases <= (truth.traits.phases ?? 3), 'phases worth switching to');
      assert(now - truth.phasesAt >= PHASE_PAUSE, 'a pause between two phase switches');
      assert(truth.traits.phaseSwitching === 'live' || !flows(truth), 'no phase switch while current flows');
    }
    if ('enable' in command && command.enable) {
      assert(order?.enabled, 'on only when that was ordered');
      // A user's wish, or a new car, need not wait; a charge that paused for a phase switch has that pause of its own.
      const waited = now - truth.offAt >= truth.guardDuration || truth.wishAt >= truth.offAt;
      // A charger that switched itself off to switch phases is on already, as far as its pauses go.
      assert(waited || switching || truth.memory.droppedOut, 'a pause between off and on');
    }
  }
  assert.equal(new Set(commands.map((command) => Object.keys(command)[0])).size, commands.length, 'each command once');
}

function checkWakeUp(whom: 'charger' | 'vehicle', truth: Truth, state: LoadpointState, now: number): void {
  assert(whom === 'charger' ? truth.canWakeUp : truth.vehicle?.canWakeUp, 'somebody who can wake up the car');
  assert(state.connected && !state.charging && !truth.traits.integrated, 'a car that sleeps');
  assert(now - truth.wokenAt >= WAKE_UP_PAUSE, 'a pause between two attempts to wake it up');
  truth.wokenAt = now;
}

/** Sends the commands: some fail, and some of those work nevertheless. */
function send(
  commands: readonly ChargerCommand[],
  truth: Truth,
  random: Random,
  now: number,
  counts: RandomHouse['counts'],
): void {
  for (const command of commands) {
    const success = !chance(random, 0.1);
    if (success || chance(random, 0.3)) obey(truth, command, random);
    truth.memory = applied(truth.memory, command, now, success);
    if ('setPhases' in command) truth.phasesAt = now;
    if (!success) {
      counts.failed += 1;
      return;
    }
    if ('setPhases' in command) counts.phases += 1;
    if ('wakeUp' in command) counts.woken += 1;
    if ('enable' in command) {
      if (command.enable) counts.on += 1;
      else {
        counts.off += 1;
        truth.offAt = now;
      }
    }
  }
}

function obey(truth: Truth, command: ChargerCommand, random: Random): void {
  if ('wakeUp' in command) return;
  if ('setPhases' in command) {
    truth.phases = command.setPhases;
    if (chance(random, 0.2)) truth.enabled = false;
  } else if ('setMaxCurrent' in command) truth.current = command.setMaxCurrent;
  else {
    if (truth.enabled && !command.enable) truth.lingering = pick(random, [0, 0, 1, 3, 20]);
    truth.enabled = command.enable;
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    if (!(value instanceof Map)) for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
