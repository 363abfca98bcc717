import { describe, expect, test } from 'vitest';
import { type GuardResult, guard } from '../../../core/cycle/guard.ts';
import { type LoadpointMemory, NEW_MEMORY } from '../../../core/cycle/memory.ts';
import type { LoadpointState, Setpoint } from '../../../core/index.ts';
import { NOW, sampled, stateOf } from './builders.ts';

const WANTED = { code: 'test', text: 'the test wants it' };
const want = (current: number, phases?: 1 | 3): Setpoint => ({
  current,
  ...(phases !== undefined && { phases }),
  reasons: [WANTED],
});
const codes = ({ setpoint }: GuardResult): string[] => setpoint.reasons.map(({ code }) => code).slice(1);

/** A charger that can switch phases, on three now */
const SWITCHING: Partial<LoadpointState> = { canSwitchPhases: true, phasesEnabled: 3, phasesActive: 3 };
const ON_THREE: LoadpointMemory = { ...NEW_MEMORY, status: 'B', phasesEnabled: 3 };

describe('the current', () => {
  test.for([
    { wanted: 10, limits: {}, current: 10 },
    { wanted: 10.9, limits: {}, current: 10 },
    { wanted: 100, limits: {}, current: 16 },
    { wanted: Number.POSITIVE_INFINITY, limits: {}, current: 16 },
    { wanted: 10, limits: { maxCurrent: 8.9 }, current: 8 },
    { wanted: 10.17, limits: { traits: { currentStep: 0.1 } }, current: 10.1 },
    { wanted: 10.3, limits: { traits: { currentStep: 0.1 } }, current: 10.3 },
    { wanted: 10.99, limits: { traits: { currentStep: 0.25 } }, current: 10.75 },
    { wanted: 13, limits: { traits: { currentStep: 5 } }, current: 10 },
    { wanted: 10, limits: { maxCurrent: 10.0000001, traits: { currentStep: 0.1 } }, current: 10 },
  ])('$wanted A within $limits: $current A', ({ wanted, limits, current }) => {
    const result = guard(want(wanted), stateOf(limits), NEW_MEMORY, NOW);
    expect(result.order).toEqual({ enabled: true, current });
    expect(result.setpoint).toEqual({ current, reasons: [WANTED] });
  });

  test.for([0, -1, -100, Number.NaN, Number.NEGATIVE_INFINITY])('%s A mean: do not charge', (wanted) => {
    const result = guard(want(wanted), stateOf(), NEW_MEMORY, NOW);
    expect(result.order).toEqual({ enabled: false, current: 0 });
    expect(codes(result)).toEqual([]);
  });

  test('less than the minimum is nothing, with a reason', () => {
    const result = guard(want(5.99), stateOf(), NEW_MEMORY, NOW);
    expect(result.order).toEqual({ enabled: false, current: 0 });
    expect(codes(result)).toEqual(['below-minimum']);
  });

  test('a step that leaves less than the minimum is nothing', () => {
    const limits = { minCurrent: 6, traits: { currentStep: 4 } };
    expect(guard(want(7.9), stateOf(limits), NEW_MEMORY, NOW).order?.enabled).toBe(false);
  });

  test('limits that exclude each other allow nothing, with a reason', () => {
    const result = guard(want(10), stateOf({ minCurrent: 10, maxCurrent: 8 }), NEW_MEMORY, NOW);
    expect(result.order).toEqual({ enabled: false, current: 0 });
    expect(codes(result)).toEqual(['limits-conflict']);
  });
});

describe('a charger that cannot be trusted', () => {
  test('was never read: nothing is written', () => {
    const { charger: _, ...unread } = stateOf();
    const result = guard(want(10), unread, NEW_MEMORY, NOW);
    expect(result.order).toBeUndefined();
    expect(codes(result)).toEqual(['charger-unavailable']);
  });

  test('was not read for too long: nothing is written, a waiting phase switch stays', () => {
    const memory = { ...ON_THREE, pendingPhases: { since: NOW - 5_000, resumes: true } };
    const result = guard(want(0, 1), stateOf({ ...SWITCHING, charger: { ...sampled(), stale: true } }), memory, NOW);
    expect(result.order).toBeUndefined();
    expect(result.memory.pendingPhases).toEqual(memory.pendingPhases);
  });
});

describe('a charger that gives no readings', () => {
  const silent = stateOf({ enabled: true, charger: { ...sampled(), stale: true } });

  test('is switched off all the same when that is wanted, and not more often than once a minute', () => {
    expect(guard(want(0), silent, NEW_MEMORY, NOW).order).toEqual({ enabled: false, current: 0 });
    expect(guard(want(0), silent, { ...NEW_MEMORY, failedAt: NOW - 59_999 }, NOW).order).toBeUndefined();
    expect(guard(want(0), silent, { ...NEW_MEMORY, failedAt: NOW - 60_000 }, NOW).order?.enabled).toBe(false);
  });

  test('is told nothing when it is off already, was never read, or something else is wanted', () => {
    expect(guard(want(0), { ...silent, enabled: false }, NEW_MEMORY, NOW).order).toBeUndefined();
    expect(guard(want(0), { ...silent, charger: undefined }, NEW_MEMORY, NOW).order).toBeUndefined();
    expect(guard(want(6), silent, NEW_MEMORY, NOW).order).toBeUndefined();
  });
});

describe('the pause between off and on', () => {
  const off = (seconds: number, changes: Partial<LoadpointState> = {}): LoadpointState =>
    stateOf({ enabled: false, switchedAt: NOW - seconds * 1_000, guardDuration: 60_000, ...changes });

  test('is waited for, with a timer that tells how long', () => {
    const result = guard(want(10), off(20), NEW_MEMORY, NOW);
    expect(result.order).toEqual({ enabled: false, current: 0 });
    expect(result.memory.timers.guard).toEqual({ action: 'enable', since: NOW - 20_000, delay: 60_000 });
    expect(codes(result)).toEqual(['guard']);
  });

  test('is over after the duration, and the timer gone', () => {
    const memory = { ...NEW_MEMORY, timers: { guard: { action: 'enable', since: 0, delay: 60_000 } } };
    const result = guard(want(10), off(60), memory, NOW);
    expect(result.order).toEqual({ enabled: true, current: 10 });
    expect(result.memory.timers).toEqual({});
  });

  test.for([
    { title: 'a charger that is on', changes: { enabled: true } },
    { title: 'a wish that came after it was switched off', changes: { wishedAt: NOW - 19_000 } },
    { title: 'a clock that was set back', changes: { switchedAt: NOW + 3_600_000 } },
    { title: 'no pause configured', changes: { guardDuration: 0 } },
  ])('does not hold up $title', ({ changes }) => {
    expect(guard(want(10), off(20, changes), NEW_MEMORY, NOW).order?.enabled).toBe(true);
  });

  test('holds up a wish that is older than the switching off', () => {
    expect(guard(want(10), off(20, { wishedAt: NOW - 21_000 }), NEW_MEMORY, NOW).order?.enabled).toBe(false);
  });

  test('does not keep a charger on', () => {
    const state = stateOf({ enabled: true, switchedAt: NOW - 1_000 });
    expect(guard(want(0), state, NEW_MEMORY, NOW).order).toEqual({ enabled: false, current: 0 });
  });
});

describe('switching phases', () => {
  const charging: Partial<LoadpointState> = {
    ...SWITCHING,
    enabled: true,
    charging: true,
    chargePower: 6_900,
    offeredCurrent: 10,
  };

  test('pauses a charge first, and remembers that it goes on', () => {
    const result = guard(want(10, 1), stateOf(charging), ON_THREE, NOW);
    expect(result.order).toEqual({ enabled: false, current: 0 });
    expect(result.memory.pendingPhases).toEqual({ since: NOW, resumes: true });
    expect(codes(result)).toEqual(['phase-switch']);
  });

  test('goes on at once when nothing flows any more', () => {
    const memory = { ...ON_THREE, pendingPhases: { since: NOW - 10_000, resumes: true } };
    const state = stateOf({ ...SWITCHING, switchedAt: NOW - 10_000 });
    const result = guard(want(10, 1), state, memory, NOW);
    expect(result.order).toEqual({ enabled: true, current: 10, phases: 1 });
    expect(result.memory.pendingPhases).toBeUndefined();
  });

  test.for([
    { title: 'status C', changes: { charging: true } },
    { title: 'power', changes: { chargePower: 101 } },
    { title: 'current', changes: { chargeCurrents: [0, 1.1, 0] as const } },
    { title: 'a command that failed after the reading', changes: { charger: sampled({}, NOW - 5_000) } },
    { title: 'a reading from before switching off', changes: { charger: sampled({}, NOW - 10_001) } },
    { title: 'a charger that is on', changes: { enabled: true } },
    { title: 'a charger that says that it is on', changes: { charger: sampled({ enabled: true }) } },
  ])('waits while there is $title', ({ changes }) => {
    const memory = {
      ...ON_THREE,
      switchedAt: NOW - 10_000,
      failedAt: NOW - 4_999,
      pendingPhases: { since: NOW - 10_000, resumes: true },
    };
    const state = stateOf({ ...SWITCHING, switchedAt: NOW - 10_000, ...changes });
    const result = guard(want(10, 1), state, memory, NOW);
    expect(result.order).toEqual({ enabled: false, current: 0 });
    expect(result.memory.pendingPhases).toEqual(memory.pendingPhases);
  });

  test('is not done while the charger has a fault', () => {
    const state = stateOf({ ...SWITCHING, charger: sampled({ status: 'F' }) });
    expect(guard(want(0, 1), state, ON_THREE, NOW).order).toEqual({ enabled: false, current: 0 });
  });

  test('is given up after two minutes, until the pause is over', () => {
    const memory = { ...ON_THREE, pendingPhases: { since: NOW - 120_000, resumes: true } };
    const result = guard(want(10, 1), stateOf({ ...charging, enabled: false }), memory, NOW);
    expect(result.order).toEqual({ enabled: false, current: 0 });
    expect(result.memory).toMatchObject({ phasesSwitchedAt: NOW, failedAt: NOW, phaseFailures: 1 });
    expect(result.memory.pendingPhases).toBeUndefined();
    expect(codes(result)).toEqual(['phase-switch-failed']);
  });

  test('of a charger that was off already keeps the pause after switching off', () => {
    const state = stateOf({ ...SWITCHING, switchedAt: NOW - 10_000 });
    const result = guard(want(10, 1), state, ON_THREE, NOW);
    expect(result.order).toEqual({ enabled: false, current: 0, phases: 1 });
    expect(codes(result)).toEqual(['guard']);
  });

  test('a charge that was not wanted for a moment does not go on without the pause', () => {
    const pending = { ...ON_THREE, pendingPhases: { since: NOW - 20_000, resumes: true } };
    const lingering = stateOf({ ...SWITCHING, charging: true, switchedAt: NOW - 20_000 });
    const between = guard(want(0, 1), lingering, pending, NOW).memory;
    const state = stateOf({ ...SWITCHING, switchedAt: NOW - 20_000 });
    expect(guard(want(10, 1), state, between, NOW).order).toEqual({ enabled: false, current: 0, phases: 1 });
  });

  test('is done at once by a charger that can do it live', () => {
    const live = stateOf({ ...charging, traits: { phaseSwitching: 'live' } });
    expect(guard(want(10, 1), live, ON_THREE, NOW).order).toEqual({ enabled: true, current: 10, phases: 1 });
  });

  test('keeps a minute between two of them, and the power of the phases that were meant', () => {
    const memory = { ...ON_THREE, phasesSwitchedAt: NOW - 59_999 };
    const roomy = stateOf({ ...charging, maxCurrent: 32 });
    const result = guard(want(24, 1), roomy, memory, NOW);
    expect(result.order).toEqual({ enabled: true, current: 8 });
    expect(codes(result)).toEqual(['phase-pause']);
    expect(guard(want(10, 1), roomy, memory, NOW).order).toEqual({ enabled: false, current: 0 });
    const later = { ...ON_THREE, phasesSwitchedAt: NOW - 60_000 };
    expect(codes(guard(want(24, 1), roomy, later, NOW))).toEqual(['phase-switch']);
  });

  test.for([
    { failures: 0, seconds: 60 },
    { failures: 1, seconds: 60 },
    { failures: 2, seconds: 120 },
    { failures: 5, seconds: 960 },
    { failures: 50, seconds: 3_600 },
  ])('is tried again $seconds s after $failures attempts in vain', ({ failures, seconds }) => {
    const memory = { ...ON_THREE, phaseFailures: failures };
    const attempt = (ago: number) =>
      guard(want(0, 1), stateOf(SWITCHING), { ...memory, phasesSwitchedAt: NOW - ago * 1_000 }, NOW).order?.phases;
    expect([attempt(seconds - 1), attempt(seconds)]).toEqual([undefined, 1]);
  });

  test('a limiter that allows one phase on a charger that cannot switch gets its power', () => {
    const state = stateOf({ maxCurrent: 32, phasesActive: 3 });
    expect(guard(want(24, 1), state, { ...NEW_MEMORY, phasesEnabled: 3 }, NOW).order).toEqual({
      enabled: true,
      current: 8,
    });
  });

  test.for([
    { title: 'those that are on', wanted: want(10, 3), changes: {} },
    { title: 'none', wanted: want(10), changes: {} },
    { title: 'two', wanted: { ...want(10), phases: 2 as 1 }, changes: {} },
    { title: 'three of one that is wired', wanted: want(10, 3), changes: { phasesEnabled: 1, traits: { phases: 1 } } },
  ] as const)('to $title needs no command', ({ wanted, changes }) => {
    const state = stateOf({ ...charging, ...changes });
    const memory = { ...ON_THREE, phasesEnabled: state.phasesEnabled };
    expect(guard(wanted, state, memory, NOW).order).toEqual({ enabled: true, current: 10 });
  });

  test('is possible though it is unknown how many are on', () => {
    const state = stateOf({ ...SWITCHING, phasesEnabled: 0 });
    const result = guard(want(10, 3), state, NEW_MEMORY, NOW);
    expect(result.order).toEqual({ enabled: true, current: 10, phases: 3 });
  });
});

test('what the guard adds is said by core, what others said stays', () => {
  const result = guard(want(3), stateOf(), NEW_MEMORY, NOW);
  expect(result.setpoint.reasons).toEqual([
    WANTED,
    {
      code: 'below-minimum',
      text: '3 A are less than the minimum of 6 A',
      change: 'starts when 6 A are allowed',
      current: 0,
      by: 'core',
    },
  ]);
});

test('other timers are left alone, nothing given is changed', () => {
  const memory = Object.freeze({
    ...NEW_MEMORY,
    timers: Object.freeze({ pv: { action: 'enable', since: NOW, delay: 60_000 } }),
  });
  const state = Object.freeze(stateOf({ enabled: false, switchedAt: NOW - 1_000 }));
  const result = guard(Object.freeze(want(10)), state, memory, NOW);
  expect(result.memory.timers).toMatchObject(memory.timers);
  expect(result.memory.timers.guard).toBeDefined();
});
