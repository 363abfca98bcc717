import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decision, LoadpointTurn, SitePower } from '../../../core/index.ts';
import { followSurplus } from '../../../plugins/control/surplus/surplus.ts';
import { LOADPOINT_SETTINGS, NOW, siteOf, stateOf } from '../../core/cycle/builders.ts';

const AMPERE = 690;
const WAITING: Partial<LoadpointTurn> = { connected: true };
const CHARGING: Partial<LoadpointTurn> = {
  ...WAITING,
  charging: true,
  enabled: true,
  offeredCurrent: 6,
  effectiveCurrent: 6,
  chargePower: 6 * AMPERE,
};

function follow(changes: Partial<LoadpointTurn>, battery: Partial<SitePower> = {}): Decision {
  const sitePower = { batteryBuffered: false, batteryStart: false, ...battery };
  return followSurplus({ ...stateOf(), ...changes }, siteOf({ sitePower }));
}

const ONE_PHASE = { canSwitchPhases: true, phasesEnabled: 1, phasesActive: 1, phasesMax: 3 } as const;
const minpv = { settings: { ...LOADPOINT_SETTINGS, mode: 'minpv' as const } };
const running = (action: string, seconds: number) => ({
  timers: { pv: { action, since: NOW - seconds * 1_000, delay: 60_000 } },
});

describe('says why, with numbers', () => {
  test.for([
    [{ ...CHARGING, sitePower: -AMPERE }, 'surplus of 4830 W allows 7 A on 3 phases'],
    [{ ...CHARGING, sitePower: -90_000 }, 'surplus of 94140 W allows 16 A on 3 phases'],
    [{ ...CHARGING, phasesActive: 1 as const, sitePower: -115 }, 'surplus of 1495 W allows 6.5 A on 1 phase'],
    [{ ...WAITING, sitePower: -5_000, ...running('enable', 20) }, 'surplus of 5000 W suffices, starts in 40 s'],
    [{ ...WAITING, sitePower: -5_000, ...running('enable', 60) }, 'surplus of 5000 W lasted, starts with 6 A'],
    [
      { ...CHARGING, enabled: false, effectiveCurrent: 0, sitePower: -860 },
      'surplus of 5000 W suffices, starts in 60 s',
    ],
    [{ ...WAITING, sitePower: -4_000 }, 'surplus of 4000 W is below the 4140 W that 6 A need'],
    [
      { ...WAITING, sitePower: -4_000, settings: { ...LOADPOINT_SETTINGS, enableThreshold: -4_500 } },
      'power of -4000 W is above the threshold of -4500 W',
    ],
    [
      { ...CHARGING, sitePower: 1_000, ...running('disable', 20) },
      'surplus of 3140 W is below the minimum of 6 A, stops in 160 s',
    ],
    [
      { ...CHARGING, charging: false, effectiveCurrent: 0, chargePower: 0, sitePower: 0 },
      'surplus of 0 W is below the minimum of 6 A, switches off in 180 s',
    ],
    [{ ...CHARGING, sitePower: 1_000, ...running('disable', 180) }, 'surplus of 3140 W is below the minimum of 6 A'],
    [
      { ...CHARGING, sitePower: 100, settings: { ...LOADPOINT_SETTINGS, disableThreshold: 200 } },
      'surplus of 4040 W is below the minimum of 6 A, but within the threshold of 200 W',
    ],
    [{ ...CHARGING, ...minpv, sitePower: 1_000 }, 'mode is minpv: at least 6 A, surplus is 3140 W'],
    [{ ...CHARGING }, 'surplus is unknown: no meter reading'],
    [{ ...CHARGING, ...minpv }, 'surplus is unknown: no meter reading, so only the minimum of 6 A'],
  ] as [Partial<LoadpointTurn>, string][])('%#: %s', ([turn, text]) => {
    expect(follow(turn).reason.text).toBe(text);
  });

  test('that the home battery keeps the charge going', () => {
    expect(follow({ ...CHARGING, sitePower: 2_000 }, { batteryBuffered: true }).reason.text).toBe(
      'home battery keeps the minimum of 6 A going, surplus is 2140 W',
    );
  });
});

describe('says what would change it', () => {
  test.for([
    [{ ...CHARGING, sitePower: -AMPERE }, 'rises to 8 A with 690 W more surplus'],
    [{ ...CHARGING, sitePower: -AMPERE + 100 }, 'rises to 7 A with 100 W more surplus'],
    [{ ...CHARGING, currentStep: 0.1, sitePower: -100 }, 'rises to 6.2 A with 38 W more surplus'],
    [{ ...CHARGING, sitePower: -90_000 }, undefined],
    [
      { ...CHARGING, ...ONE_PHASE, chargePower: 3_680, effectiveCurrent: 16, offeredCurrent: 16, sitePower: -100 },
      'switches to three phases with 361 W more surplus for 60 s',
    ],
    [
      { ...CHARGING, ...ONE_PHASE, chargePower: 3_680, effectiveCurrent: 16, offeredCurrent: 16, sitePower: -700 },
      'switches to three phases in 60 s unless 240 W less are left',
    ],
    [
      {
        ...CHARGING,
        ...ONE_PHASE,
        chargePower: 3_680,
        effectiveCurrent: 16,
        offeredCurrent: 16,
        sitePower: -700,
        phasesSwitchedAt: NOW - 10_000,
      },
      'switches to three phases when that is allowed again',
    ],
    [
      { ...CHARGING, canSwitchPhases: true, phasesEnabled: 3 as const, sitePower: 1_000 },
      'switches to one phase in 180 s unless 1000 W more are left',
    ],
    [{ ...WAITING, sitePower: -4_000 }, 'starts with 140 W more surplus for 60 s'],
    [{ ...WAITING, sitePower: -3_500 }, 'starts with 640 W more surplus for 60 s'],
    [
      { ...WAITING, sitePower: -4_000, settings: { ...LOADPOINT_SETTINGS, enableThreshold: -4_500 } },
      'starts with 500 W more surplus for 60 s',
    ],
    [
      { ...WAITING, sitePower: -5_000, ...running('enable', 20) },
      'starts in 40 s unless the surplus falls by more than 860 W',
    ],
    [{ ...CHARGING, sitePower: 1_000, ...running('disable', 20) }, 'goes on with 1000 W more surplus'],
    [{ ...CHARGING, sitePower: 1_000, ...running('disable', 180) }, 'starts with 1000 W more surplus for 60 s'],
    [
      { ...CHARGING, sitePower: 100, settings: { ...LOADPOINT_SETTINGS, disableThreshold: 200 } },
      'follows the surplus with 100 W more of it',
    ],
    [{ ...CHARGING, ...minpv, sitePower: 1_000 }, 'follows the surplus with 1000 W more of it'],
    [{ ...CHARGING }, 'starts with enough surplus when the meters answer'],
    [{ ...CHARGING, ...minpv }, 'follows the surplus when the meters answer'],
  ] as [Partial<LoadpointTurn>, string | undefined][])('%#: %s', ([turn, change]) => {
    expect(follow(turn).reason.change).toBe(change);
  });

  test('and what it says is true: with that much more it does', () => {
    const starts = (sitePower: number): boolean => follow({ ...WAITING, sitePower }).timers?.pv != null;
    const missing = Number(
      /starts with (\d+) W/.exec(follow({ ...WAITING, sitePower: -1_234.5 }).reason.change ?? '')?.[1],
    );
    expect([starts(-1_234.5 - missing), starts(-1_234.5 - missing + 1)]).toEqual([true, false]);
  });
});

describe('what is about to be taken', () => {
  test('is reserved while the enable delay runs: the surplus, at most all that is allowed', () => {
    expect(follow({ ...WAITING, sitePower: -5_000 }).reserves).toBe(5_000);
    expect(follow({ ...WAITING, sitePower: -50_000 }).reserves).toBe(16 * AMPERE);
    expect(follow({ ...WAITING, sitePower: -4_000 }).reserves).toBeUndefined();
    expect(follow({ ...CHARGING, sitePower: -5_000 }).reserves).toBeUndefined();
  });
});

describe('a car that was just connected and expects current', () => {
  const due = { ...WAITING, welcome: true };
  test('gets the minimum without surplus, and no more because of it', () => {
    expect(follow({ ...due, sitePower: 0 })).toMatchObject({ current: 6, reason: { code: 'welcome' } });
    expect(follow(due)).toMatchObject({ current: 6, reason: { code: 'welcome' }, timers: { pv: null } });
    expect(follow({ ...CHARGING, welcome: true, sitePower: -AMPERE }).current).toBe(7);
  });
});

describe('what can only be switched', () => {
  const traits = { integrated: true, switch: true };
  test('gives nothing away while mode minpv keeps it on', () => {
    expect(follow({ ...CHARGING, ...minpv, traits, sitePower: 1_000 }).yieldsTo).toBeUndefined();
    expect(follow({ ...CHARGING, traits, sitePower: -1_000 }).yieldsTo).toBe(0);
    expect(follow({ ...CHARGING, ...minpv, sitePower: 1_000 }).yieldsTo).toBe(6);
  });
});

describe('the climate control of the car', () => {
  const vehicle = {
    name: 'car',
    title: 'Car',
    icon: '',
    features: [],
    sample: { value: { climater: true }, at: NOW, stale: false },
  };
  test('keeps the minimum going without a delay that runs out', () => {
    expect(follow({ ...CHARGING, vehicle, sitePower: 3_000, ...running('disable', 20) })).toMatchObject({
      current: 6,
      reason: { code: 'climater' },
      timers: { pv: null },
    });
  });
});

describe('the home battery', () => {
  test('holds a running charge, but starts none, unless it may start', () => {
    expect(follow({ ...CHARGING, sitePower: 2_000 }, { batteryBuffered: true }).current).toBe(6);
    expect(follow({ ...WAITING, sitePower: 2_000 }, { batteryBuffered: true }).current).toBe(0);
    expect(follow({ ...WAITING, sitePower: 2_000 }, { batteryStart: true }).current).toBe(6);
  });
});

describe('yields to more important loadpoints', () => {
  test('all of it in mode pv, what is above the minimum in mode minpv, nothing when it does not charge', () => {
    expect(follow({ ...CHARGING, sitePower: -AMPERE }).yieldsTo).toBe(0);
    expect(follow({ ...CHARGING, ...minpv, sitePower: -AMPERE }).yieldsTo).toBe(6);
    expect(follow({ ...WAITING, sitePower: 0 }).yieldsTo).toBeUndefined();
  });
});

describe('while phases may be switched', () => {
  const onThree: Partial<LoadpointTurn> = { ...CHARGING, canSwitchPhases: true, phasesEnabled: 3 };
  const due = { phase: { action: 'scale1p', since: NOW - 180_000, delay: 180_000 } };

  test('the switch comes before the stop: what it would save counts', () => {
    const waiting = follow({ ...onThree, sitePower: 2_759 });
    expect(waiting).toMatchObject({ current: 6, reason: { code: 'surplus-tolerated' } });
    expect(waiting.timers).toMatchObject({ pv: null, phase: { action: 'scale1p' } });
    expect(follow({ ...onThree, sitePower: 2_760 }).timers).toMatchObject({ pv: { action: 'disable' } });
  });

  test('the current is that for the phases to come', () => {
    const decision = follow({ ...onThree, sitePower: 1_840, timers: due });
    expect(decision).toMatchObject({ phases: 1, current: 10 });
  });

  test('a charge that pauses for it goes on at once, one that need not pause has no timer', () => {
    expect(follow({ ...onThree, sitePower: 1_840, timers: due }).timers?.pv).toEqual({
      action: 'inactive',
      since: NOW,
      delay: 0,
    });
    const live = { ...onThree, traits: { phaseSwitching: 'live' as const } };
    expect(follow({ ...live, sitePower: 1_840, timers: due }).timers?.pv).toBeNull();
  });

  test('what still flows after switching off counts as surplus', () => {
    const lingering = { ...onThree, enabled: false, effectiveCurrent: 0, offeredCurrent: 0 };
    expect(follow({ ...lingering, sitePower: 1_840 })).toMatchObject({
      phases: 1,
      reason: { code: 'surplus-starting' },
    });
  });
});

test('whatever the numbers are, what is wanted is nothing, or from minimum to maximum', () => {
  const watts = fc.integer({ min: -60_000, max: 60_000 });
  const turn = fc.record({
    sitePower: fc.option(watts, { nil: undefined }),
    chargePower: fc.nat(25_000),
    effectiveCurrent: fc.nat(32),
    phasesActive: fc.constantFrom(1, 2, 3 as const),
    phasesMax: fc.constantFrom(1, 2, 3 as const),
    phasesEnabled: fc.constantFrom(0, 1, 3 as const),
    canSwitchPhases: fc.boolean(),
    charging: fc.boolean(),
    enabled: fc.boolean(),
    minCurrent: fc.integer({ min: 6, max: 16 }),
    maxCurrent: fc.integer({ min: 16, max: 32 }),
    settings: fc.record({
      mode: fc.constantFrom('pv', 'minpv' as const),
      enableThreshold: watts,
      disableThreshold: watts,
      phases: fc.constantFrom(0, 1, 3 as const),
    }),
    pv: fc.option(fc.record({ action: fc.constantFrom('enable', 'disable', 'inactive'), ago: fc.nat(300_000) })),
  });
  fc.assert(
    fc.property(turn, fc.boolean(), fc.boolean(), ({ pv, settings, sitePower, ...rest }, buffered, start) => {
      const { mode } = settings;
      const decision = follow(
        {
          ...rest,
          ...(sitePower !== undefined && { sitePower }),
          settings: { ...LOADPOINT_SETTINGS, ...settings },
          timers: pv
            ? { pv: { action: pv.action, since: NOW - pv.ago, delay: pv.action === 'inactive' ? 0 : 60_000 } }
            : {},
        },
        { batteryBuffered: buffered, batteryStart: start },
      );
      const { current, timers = {}, reason } = decision;
      expect(current === 0 || (current >= rest.minCurrent && current <= rest.maxCurrent)).toBe(true);
      if (mode === 'minpv') expect(current).toBeGreaterThan(0);
      if (sitePower === undefined && mode === 'pv') expect(current).toBe(0);
      for (const timer of Object.values(timers)) expect(timer === null || timer.since <= NOW).toBe(true);
      expect(reason.text).not.toMatch(/NaN|Infinity|undefined/);
    }),
  );
});
