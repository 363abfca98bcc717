import { describe, expect, test } from 'vitest';
import type { LoadpointTurn } from '../../../core/index.ts';
import { choosePhases, next } from '../../../plugins/control/surplus/phases.ts';
import { NOW, siteOf, stateOf } from '../../core/cycle/builders.ts';

const SITE = siteOf();
/** W of 6 A on three phases */
const MINIMUM = 4_140;

/** A charge with 6 A on three phases; `surplus` in W is what is there for it, including what it takes. */
function choose(surplus: number, changes: Partial<LoadpointTurn> = {}): ReturnType<typeof choosePhases> {
  const turn: LoadpointTurn = {
    ...stateOf({
      canSwitchPhases: true,
      charging: true,
      enabled: true,
      phasesEnabled: 3,
      phasesActive: 3,
      phasesMax: 3,
      chargePower: MINIMUM,
    }),
    ...changes,
  };
  return choosePhases(turn, SITE, turn.chargePower - surplus);
}

const onOne: Partial<LoadpointTurn> = { phasesEnabled: 1, phasesActive: 1, chargePower: 16 * 230 };

describe('fewer phases', () => {
  test('are wanted when the surplus does not reach the minimum on those in use', () => {
    expect(choose(MINIMUM - 1)).toMatchObject({ timer: { action: 'scale1p', since: NOW, delay: 180_000 } });
    expect(choose(MINIMUM)).toEqual({ timer: null });
  });

  test('come when the disable delay is over', () => {
    const timers = (seconds: number) => ({
      timers: { phase: { action: 'scale1p', since: NOW - seconds * 1_000, delay: 180_000 } },
    });
    expect(choose(2_000, timers(179)).phases).toBeUndefined();
    expect(choose(2_000, timers(180))).toEqual({ phases: 1, timer: null });
  });

  test.for([
    { title: 'the car does not charge', changes: { charging: false } },
    { title: 'the charger was switched off', changes: { enabled: false } },
  ])('come at once when $title', ({ changes }) => {
    expect(choose(2_000, changes)).toEqual({ phases: 1, timer: null });
  });

  test.for([
    { title: 'one is in use', changes: { phasesActive: 1 as const } },
    { title: 'three are set', changes: { settings: { ...stateOf().settings, phases: 3 as const } } },
    { title: 'the charger cannot switch', changes: { canSwitchPhases: false } },
    { title: 'phases were switched within a minute', changes: { phasesSwitchedAt: NOW - 59_999 } },
  ])('are not wanted when $title', ({ changes }) => {
    expect(choose(500, changes)).toEqual({ timer: null });
  });

  test('are not wanted while the car takes less than there is', () => {
    expect(choose(2_500, { chargePower: 2_000 })).toEqual({ timer: null });
  });
});

describe('more phases', () => {
  test.for([
    { title: 'less than one phase can take', surplus: 16 * 230, wanted: false },
    { title: 'more than that, but not the minimum of all', surplus: MINIMUM - 1, wanted: false },
    { title: 'the minimum of all', surplus: MINIMUM, wanted: true },
  ])('$title', ({ surplus, wanted }) => {
    const timer = wanted ? { action: 'scale3p', since: NOW, delay: 60_000 } : null;
    expect(choose(surplus, onOne).timer).toEqual(timer);
  });

  test('need more than one phase can take', () => {
    const large = { ...onOne, maxCurrent: 32, chargePower: 32 * 230 };
    expect(choose(32 * 230, large).timer).toBeNull();
    expect(choose(32 * 230 + 1, large).timer).not.toBeNull();
  });

  test('count those that the car can use', () => {
    expect(choose(2 * 6 * 230, { ...onOne, maxCurrent: 10, phasesMax: 2 }).timer).not.toBeNull();
    expect(choose(20_000, { ...onOne, phasesMax: 1 })).toEqual({ timer: null });
  });

  test('are not wanted when one is set', () => {
    expect(choose(20_000, { ...onOne, settings: { ...stateOf().settings, phases: 1 } })).toEqual({ timer: null });
  });

  test('come when the enable delay is over', () => {
    const timers = { phase: { action: 'scale3p', since: NOW - 60_000, delay: 60_000 } };
    expect(choose(5_000, { ...onOne, timers })).toEqual({ phases: 3, timer: null });
  });
});

describe('a timer', () => {
  const timer = { action: 'scale1p', since: NOW - 50_000, delay: 60_000 };

  test('goes on in its direction, with the delay of now', () => {
    expect(next(timer, 'scale1p', NOW, 90_000)).toEqual({ ...timer, delay: 90_000 });
  });

  test('starts anew in another direction', () => {
    expect(next(timer, 'scale3p', NOW, 60_000)).toEqual({ action: 'scale3p', since: NOW, delay: 60_000 });
    expect(choose(5_000, { ...onOne, timers: { phase: timer } }).timer).toMatchObject({ since: NOW });
  });

  test('starts anew after the clock was set back', () => {
    expect(next({ ...timer, since: NOW + 1 }, 'scale1p', NOW, 60_000).since).toBe(NOW);
  });

  test('that has elapsed already lets either direction be due at once', () => {
    const elapsed = { action: 'inactive', since: NOW - 5_000, delay: 0 };
    expect(next(elapsed, 'enable', NOW, 60_000)).toEqual({ action: 'enable', since: NOW - 60_000, delay: 60_000 });
  });
});
