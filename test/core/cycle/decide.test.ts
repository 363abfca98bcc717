import { describe, expect, test } from 'vitest';
import { decideAll, type Outcome } from '../../../core/cycle/decide.ts';
import { type LoadpointMemory, NEW_MEMORY } from '../../../core/cycle/memory.ts';
import { createHooks, DECIDE_STAGES, type Hooks } from '../../../core/hooks.ts';
import type { Decision, LoadpointState, LoadpointTurn } from '../../../core/index.ts';
import { LOADPOINT_SETTINGS, NOW, sampled, siteOf, stateOf } from './builders.ts';

const REASON = { code: 'test', text: 'the test wants it' };
/** W of one ampere on three phases */
const AMPERE = 690;

/** A loadpoint that charges with a current. */
const charging = (id: number, current: number, changes: Partial<LoadpointState> = {}): LoadpointState =>
  stateOf({
    id,
    enabled: true,
    charging: true,
    connected: true,
    offeredCurrent: current,
    effectiveCurrent: current,
    phasesEnabled: 3,
    chargePower: current * AMPERE,
    ...changes,
  });
const waiting = (id: number, changes: Partial<LoadpointState> = {}): LoadpointState =>
  stateOf({ id, connected: true, phasesEnabled: 3, ...changes });
const priority = (value: number): Partial<LoadpointState> => ({ settings: { ...LOADPOINT_SETTINGS, priority: value } });

interface Served {
  readonly turns: LoadpointTurn[];
  readonly outcomes: Outcome[];
}

/** Serves loadpoints with a strategy; site power is 0 unless given. */
function serve(
  loadpoints: readonly LoadpointState[],
  decide: (turn: LoadpointTurn) => Decision | undefined,
  memories: Readonly<Record<number, Partial<LoadpointMemory>>> = {},
  power = 0,
): Served {
  const hooks = createHooks();
  const turns: LoadpointTurn[] = [];
  hooks.decide.tap('test', (turn) => {
    turns.push(turn);
    return decide(turn);
  });
  const site = siteOf({
    loadpoints,
    sitePower: { power, batteryBuffered: false, batteryStart: false },
  });
  const known = new Map(
    loadpoints.map(({ id }) => [id, { ...NEW_MEMORY, phasesEnabled: 3 as const, ...memories[id] }]),
  );
  return { turns, outcomes: decideAll(hooks, site, known) };
}

const want = (current: number, changes: Partial<Decision> = {}): Decision => ({ current, reason: REASON, ...changes });
const seen = ({ turns }: Served): (number | undefined)[] => turns.map(({ sitePower }) => sitePower);

describe('the order of service', () => {
  test('is by priority, then as configured', () => {
    const { turns, outcomes } = serve(
      [waiting(1), waiting(2, priority(2)), waiting(3, priority(1)), waiting(4, priority(2))],
      () => undefined,
    );
    expect(turns.map(({ id }) => id)).toEqual([2, 4, 3, 1]);
    expect(outcomes.map(({ loadpoint }) => loadpoint.id)).toEqual([2, 4, 3, 1]);
  });
});

describe('the ledger', () => {
  test.for([
    { title: 'a start takes what it will take', first: waiting(1), current: 6, rest: -3_000 + 6 * AMPERE },
    { title: 'a raise takes the difference', first: charging(1, 6), current: 10, rest: -3_000 + 4 * AMPERE },
    { title: 'a lower current gives the difference', first: charging(1, 10), current: 6, rest: -3_000 - 4 * AMPERE },
    { title: 'switching off gives all', first: charging(1, 10), current: 0, rest: -3_000 - 10 * AMPERE },
    { title: 'no change changes nothing', first: charging(1, 10), current: 10, rest: -3_000 },
    { title: 'what is not wanted is left', first: waiting(1), current: 0, rest: -3_000 },
  ])('$title', ({ first, current, rest }) => {
    const served = serve([first, waiting(2)], ({ id }) => want(id === 1 ? current : 0), {}, -3_000);
    expect(seen(served)).toEqual([-3_000, rest]);
  });

  test('counts what the guard allows, not what was wanted', () => {
    const tired = waiting(1, { switchedAt: NOW - 1_000 });
    expect(seen(serve([tired, waiting(2)], () => want(10)))).toEqual([0, 0]);
  });

  test('a charger that is told nothing keeps what it takes', () => {
    const stale = charging(1, 10, { charger: { ...sampled(), stale: true } });
    expect(seen(serve([stale, waiting(2)], ({ id }) => want(id === 1 ? 6 : 0)))).toEqual([0, 0]);
  });

  test('a charger that is told to switch off, but gives no readings, keeps what it takes', () => {
    const stale = charging(1, 10, { charger: { ...sampled(), stale: true } });
    const served = serve([stale, waiting(2)], () => want(0));
    expect(served.outcomes[0]?.order).toEqual({ enabled: false, current: 0 });
    expect(seen(served)).toEqual([0, 0]);
  });

  test('a charge that pauses for a phase switch keeps what it takes', () => {
    const first = charging(1, 10, { canSwitchPhases: true });
    const served = serve([first, waiting(2)], ({ id }) => want(id === 1 ? 10 : 0, { phases: 1 }));
    expect(served.outcomes[0]?.order).toEqual({ enabled: false, current: 0 });
    expect(seen(served)).toEqual([0, 0]);
  });

  test('other phases count as they will be', () => {
    const first = waiting(1, { canSwitchPhases: true });
    expect(seen(serve([first, waiting(2)], ({ id }) => want(id === 1 ? 10 : 0, { phases: 1 })))).toEqual([0, 2_300]);
  });

  test('what flows on after switching off is not counted twice when it is switched on again', () => {
    const lingering = charging(1, 10, { enabled: false, offeredCurrent: 0, effectiveCurrent: 0 });
    expect(seen(serve([lingering, waiting(2)], () => want(10)))).toEqual([0, 0]);
  });

  test('does not exist while the site power is unknown', () => {
    expect(seen(serve([charging(1, 6), waiting(2)], () => want(10), {}, Number.NaN))).toEqual([Number.NaN, Number.NaN]);
    const turns: LoadpointTurn[] = [];
    const hooks = createHooks();
    hooks.decide.tap('test', (turn) => void turns.push(turn));
    const site = siteOf({ loadpoints: [waiting(1)], sitePower: { batteryBuffered: false, batteryStart: false } });
    decideAll(hooks, site, new Map([[1, NEW_MEMORY]]));
    expect(turns[0]?.sitePower).toBeUndefined();
  });
});

describe('a car that takes less than it is offered', () => {
  const slow = charging(1, 16, { effectiveCurrent: 8, chargePower: 6 * AMPERE });
  const slowFor = (seconds: number) => ({ 1: { undershootSince: NOW - seconds * 1_000 } });

  test('is remembered since when it does, and forgotten when it follows', () => {
    expect(serve([slow], () => want(16)).outcomes[0]?.memory.undershootSince).toBe(NOW);
    expect(serve([slow], () => want(16), slowFor(5)).outcomes[0]?.memory.undershootSince).toBe(NOW - 5_000);
    expect(serve([charging(1, 16)], () => want(16), slowFor(5)).outcomes[0]?.memory.undershootSince).toBeUndefined();
    expect(serve([waiting(1)], () => want(0), slowFor(5)).outcomes[0]?.memory.undershootSince).toBeUndefined();
  });

  test('keeps its share for a minute, then gives it to others', () => {
    const second = ({ id }: LoadpointTurn): Decision => want(id === 1 ? 16 : 0);
    expect(seen(serve([slow, waiting(2)], second, slowFor(59)))).toEqual([0, 8 * AMPERE]);
    expect(seen(serve([slow, waiting(2)], second, slowFor(60)))).toEqual([0, 0]);
  });

  test('gives back what it is lowered by all the same', () => {
    const second = ({ id }: LoadpointTurn): Decision => want(id === 1 ? 6 : 0);
    expect(seen(serve([slow, waiting(2)], second, slowFor(60)))).toEqual([0, -2 * AMPERE]);
  });

  test('takes nothing at all: the same', () => {
    const full = waiting(1, { enabled: true, offeredCurrent: 16 });
    const second = ({ id }: LoadpointTurn): Decision => want(id === 1 ? 16 : 0);
    expect(seen(serve([full, waiting(2)], second, slowFor(59)))).toEqual([0, 16 * AMPERE]);
    expect(seen(serve([full, waiting(2)], second, slowFor(60)))).toEqual([0, 0]);
  });
});

describe('what less important loadpoints could give up', () => {
  const important = waiting(1, priority(2));
  const nothing = (): undefined => undefined;

  test('is what they take above what they yield to', () => {
    const served = serve([important, charging(2, 10)], nothing, { 2: { yieldsTo: 6 } });
    expect(seen(served)[0]).toBe(-4 * AMPERE);
    expect(seen(serve([important, charging(2, 10)], nothing, { 2: { yieldsTo: 0 } }))[0]).toBe(-10 * AMPERE);
  });

  test('is nothing where a strategy did not say so, nothing is charged, or less than that', () => {
    expect(seen(serve([important, charging(2, 10)], nothing))[0]).toBe(0);
    expect(seen(serve([important, waiting(2)], nothing, { 2: { yieldsTo: 0 } }))[0]).toBe(0);
    expect(seen(serve([important, charging(2, 5)], nothing, { 2: { yieldsTo: 6 } }))[0]).toBe(0);
  });

  test('is only seen by those of higher priority', () => {
    const served = serve([charging(1, 10), charging(2, 10), waiting(3, priority(1))], nothing, {
      1: { yieldsTo: 0 },
      2: { yieldsTo: 6 },
    });
    expect(seen(served)).toEqual([-14 * AMPERE, 0, 0]);
  });

  test('is said anew in every cycle', () => {
    const yielding = serve([charging(1, 10)], () => want(10, { yieldsTo: 6 }));
    expect(yielding.outcomes[0]?.memory.yieldsTo).toBe(6);
    const silent = serve([charging(1, 10)], () => want(10), { 1: { yieldsTo: 6 } });
    expect(silent.outcomes[0]?.memory.yieldsTo).toBeUndefined();
  });
});

describe('opinions', () => {
  const orderOf = (tap: (hooks: Hooks) => void, loadpoint = waiting(1)): Outcome | undefined => {
    const hooks = createHooks();
    tap(hooks);
    return decideAll(
      hooks,
      siteOf({ loadpoints: [loadpoint] }),
      new Map([[1, { ...NEW_MEMORY, phasesEnabled: 3 }]]),
    )[0];
  };

  test('the first stage with one decides', () => {
    const outcome = orderOf((hooks) => {
      hooks.decide.tap({ name: 'late', stage: DECIDE_STAGES.surplus }, () => want(16));
      hooks.decide.tap({ name: 'early', stage: DECIDE_STAGES.off }, () => undefined);
      hooks.decide.tap({ name: 'middle', stage: DECIDE_STAGES.now }, () => want(8));
    });
    expect(outcome?.order).toEqual({ enabled: true, current: 8 });
  });

  test('without any, the charger stays as it is, within the limits', () => {
    expect(orderOf(() => {}, charging(1, 10))?.order).toEqual({ enabled: true, current: 10 });
    expect(orderOf(() => {}, charging(1, 20))?.order).toEqual({ enabled: true, current: 16 });
    expect(orderOf(() => {}, waiting(1))?.order).toEqual({ enabled: false, current: 0 });
    expect(orderOf(() => {})?.setpoint.reasons).toMatchObject([{ code: 'no-opinion', by: 'core' }]);
  });

  test('timers are set and cleared by name, others stay', () => {
    const timer = { action: 'enable', since: NOW, delay: 1_000 };
    const { outcomes } = serve([waiting(1)], () => want(0, { timers: { pv: null, phase: timer } }), {
      1: { timers: { pv: timer, mine: timer } },
    });
    expect(outcomes[0]?.memory.timers).toEqual({ phase: timer, mine: timer });
  });

  test('phases that are set go before those that a strategy wants', () => {
    const fixed = waiting(1, { canSwitchPhases: true, settings: { ...LOADPOINT_SETTINGS, phases: 1 } });
    expect(serve([fixed], () => want(10, { phases: 3 })).outcomes[0]?.order?.phases).toBe(1);
    expect(serve([waiting(1)], () => want(10, { phases: 1 })).outcomes[0]?.order).toEqual({
      enabled: true,
      current: 10,
    });
  });

  test('limiters see the set-point of the strategy, and all are asked', () => {
    const asked: number[] = [];
    const outcome = orderOf((hooks) => {
      hooks.decide.tap('test', () => want(16));
      hooks.limit.tap('a', (setpoint) => {
        asked.push(setpoint.current);
        return { ...setpoint, current: 12 };
      });
      hooks.limit.tap('b', (setpoint) => {
        asked.push(setpoint.current);
        return { ...setpoint, current: 9 };
      });
    });
    expect(asked).toEqual([16, 12]);
    expect(outcome?.order).toEqual({ enabled: true, current: 9 });
  });

  test('what plugins see cannot be changed by them', () => {
    expect(() =>
      orderOf((hooks) => hooks.decide.tap('bad', (turn) => void Object.assign(turn, { maxCurrent: 99 }))),
    ).toThrow(TypeError);
    expect(() =>
      orderOf((hooks) => hooks.limit.tap('bad', (setpoint) => Object.assign(setpoint, { current: 99 }))),
    ).toThrow(TypeError);
  });
});

test('the same inputs give the same outcomes, and stay as they are', () => {
  const loadpoints = [charging(1, 10), waiting(2, priority(1))];
  const decide = ({ sitePower = 0 }: LoadpointTurn): Decision => want(10 - sitePower / AMPERE, { yieldsTo: 0 });
  const before = JSON.stringify(loadpoints);
  expect(serve(loadpoints, decide).outcomes).toEqual(serve(loadpoints, decide).outcomes);
  expect(JSON.stringify(loadpoints)).toBe(before);
});

test('a loadpoint without memory is left out', () => {
  expect(decideAll(createHooks(), siteOf({ loadpoints: [waiting(1)] }), new Map())).toEqual([]);
});
