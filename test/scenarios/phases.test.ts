import { describe, expect, test } from 'vitest';
import { type FakeCharger, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, chargingHouse, MINIMUM, waitingHouse } from './situations.ts';

/** A charger that pauses for the switch, as most do; `values` besides. */
const switching =
  (values: Partial<FakeCharger> = {}) =>
  (charger: FakeCharger): void => {
    Object.assign(charger, { canSwitchPhases: true, ...values });
  };
const live = (values: Partial<FakeCharger> = {}) => switching({ traits: { phaseSwitching: 'live' }, ...values });

describe('automatic phases, down', () => {
  test('after the disable delay on three phases, with a pause that lasts one cycle', async (t) => {
    const house = await chargingHouse(t, {}, { charger: switching() });
    await play(house, [
      {
        set: { pv: 2_300 },
        shows: { phaseAction: 'scale1p', phaseRemaining: 180_000, pvAction: 'inactive', phasesActive: 3 },
      },
      { for: 170, shows: { phaseAction: 'scale1p', phaseRemaining: 10_000, charging: true } },
      { writes: 'off', why: ['surplus', 'phase-switch'], shows: { phaseAction: 'inactive', phasesEnabled: 3 } },
      { writes: '1p, 6 A, on', why: ['surplus'], shows: { phasesEnabled: 1, guardAction: 'inactive' } },
      { writes: '10 A', shows: { phasesActive: 1, chargePower: 6 * 230 } },
      { for: 300, shows: { chargePower: 2_300 } },
    ]);
  });

  test('one cycle with enough surplus restarts the delay', async (t) => {
    const house = await chargingHouse(t, {}, { charger: switching() });
    await play(house, [
      { set: { pv: 2_300 }, for: 180, shows: { phaseRemaining: 10_000 } },
      { set: { pv: MINIMUM }, shows: { phaseAction: 'inactive', phaseRemaining: 0 } },
      { set: { pv: 2_300 }, for: 180, shows: { phaseRemaining: 10_000 } },
      { writes: 'off' },
      { writes: '1p, 6 A, on' },
    ]);
  });

  test('too little surplus for one phase stops the charge instead', async (t) => {
    const house = await chargingHouse(t, { disable: { delay: 120 } }, { charger: switching() });
    await play(house, [
      { set: { pv: 1_000 }, for: 120, shows: { phaseAction: 'scale1p', pvAction: 'disable', phaseRemaining: 10_000 } },
      { writes: 'off', for: 10 },
    ]);
  });

  test('mode minpv starts on one phase at once when the surplus is small', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'minpv' }], charger: switching() });
    await play(house, [
      { set: { pv: 2_000 }, writes: '1p, 8 A, on', why: ['surplus'] },
      { for: 300, shows: { chargePower: 8 * 230, phasesActive: 1 } },
    ]);
  });

  test('a car that waits is switched at once and starts after the enable delay', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv' }], charger: switching() });
    await play(house, [
      { set: { pv: 2_000 }, writes: '1p', shows: { phasesEnabled: 1, phaseAction: 'inactive', pvAction: 'enable' } },
      { for: 50, shows: { pvRemaining: 10_000 } },
      { writes: '6 A, on' },
    ]);
  });
});

describe('automatic phases, up', () => {
  test('after the enable delay on one phase, above its maximum and with enough for three', async (t) => {
    const house = await chargingHouse(t, {}, { charger: switching(), phases: 1 });
    await play(house, [
      { set: { pv: 16 * 230 }, writes: '16 A' },
      { set: { pv: MINIMUM - 1 }, for: 300, shows: { phaseAction: 'inactive', chargePower: 16 * 230 } },
      { set: { pv: 5_000 }, shows: { phaseAction: 'scale3p', phaseRemaining: 60_000 } },
      { for: 50, shows: { phaseRemaining: 10_000, chargePower: 16 * 230 } },
      { writes: 'off' },
      { writes: '3p, 6 A, on', shows: { phasesEnabled: 3 } },
      { writes: '7 A' },
      { for: 300, shows: { chargePower: 7 * AMPERE } },
    ]);
  });

  test('three phases need more than one phase can take, where that is more than their minimum', async (t) => {
    const house = await chargingHouse(t, { maxCurrent: 32 }, { charger: switching(), phases: 1 });
    await play(house, [
      { set: { pv: 32 * 230 }, writes: '32 A' },
      { for: 120, shows: { phaseAction: 'inactive' } },
      { set: { pv: 32 * 230 + 1 }, shows: { phaseAction: 'scale3p' } },
    ]);
  });

  test('a change of the direction starts the delay again', async (t) => {
    const house = await chargingHouse(t, {}, { charger: switching(), phases: 1 });
    await play(house, [
      { set: { pv: 5_000 }, for: 50, writes: '16 A', shows: { phaseAction: 'scale3p', phaseRemaining: 20_000 } },
      { set: { pv: 3_000 }, writes: '13 A', shows: { phaseAction: 'inactive', phaseRemaining: 0 } },
      { set: { pv: 5_000 }, writes: '16 A', shows: { phaseAction: 'scale3p', phaseRemaining: 60_000 } },
    ]);
  });
});

describe('the pause between two phase switches', () => {
  test('a switch back waits for a minute after the last one, on top of the delays', async (t) => {
    const house = await chargingHouse(
      t,
      { enable: { delay: 0 }, disable: { delay: 0 } },
      { charger: switching(), phases: 1 },
    );
    await play(house, [
      { set: { pv: 6_900 }, writes: 'off' },
      { writes: '3p, 6 A, on' },
      { for: 20, writes: '10 A' },
      // Not enough for three phases: there is no switch back yet, and the minimum does not fit either.
      { set: { pv: 2_300 }, writes: 'off' },
      { for: 20 },
      { writes: '1p', shows: { guardAction: 'enable' } },
      { for: 20 },
      { writes: '6 A, on' },
    ]);
  });

  test('what is meant for one phase is not offered on three while the switch has to wait', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now', phases: 3 }], charger: switching({ phases: 1 }) });
    await play(house, [
      { writes: '3p, 16 A, on' },
      { for: 20 },
      { when: () => house.command('phases', 1), writes: 'off', why: ['mode-now', 'phase-pause', 'below-minimum'] },
      { for: 20 },
      { writes: '1p, 16 A, on', shows: { phasesEnabled: 1 } },
    ]);
  });
});

describe('phases fixed by the user', () => {
  test('one phase stays one phase, whatever the surplus', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv', phases: 1 }], charger: switching() });
    await play(house, [
      { for: 20, writes: '1p', shows: { phasesConfigured: 1, phasesEnabled: 1 } },
      { set: { pv: 20_000 }, for: 70, writes: '6 A, on' },
      { for: 600, writes: '16 A', shows: { phaseAction: 'inactive', chargePower: 16 * 230 } },
    ]);
  });

  test('three phases stay three phases, and charging stops when they are too many', async (t) => {
    const house = await chargingHouse(t, { phases: 3 }, { charger: switching() });
    await play(house, [
      { set: { pv: 2_300 }, for: 180, shows: { phaseAction: 'inactive', pvAction: 'disable' } },
      { writes: 'off' },
      { for: 300 },
    ]);
  });

  test('a change while charging pauses the charge for one cycle and goes on at once', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now', guardDuration: 300 }], charger: switching() });
    await play(house, [
      { writes: '3p, 16 A, on' },
      { for: 120 },
      { when: () => house.command('phases', 1), writes: 'off', why: ['mode-now', 'phase-switch'] },
      { writes: '1p, 16 A, on', shows: { phasesEnabled: 1, guardAction: 'inactive' } },
      { for: 60, shows: { chargePower: 16 * 230 } },
      { when: () => house.command('phases', 0), writes: 'off' },
      { writes: '3p, 16 A, on' },
    ]);
  });

  test('a charger that cannot switch is taken to have the phases that are set', async (t) => {
    const house = await waitingHouse(t, { phases: 1 }, { charger: (charger) => Object.assign(charger, { phases: 1 }) });
    await play(house, [
      { set: { pv: 6 * 230 }, for: 60, shows: { phasesActive: 1, phasesConfigured: null } },
      { writes: '6 A, on' },
      { for: 60, shows: { chargePower: 6 * 230 } },
    ]);
  });
});

describe('cars with fewer phases', () => {
  test('a car known to use one phase starts with its surplus, without a switch', async (t) => {
    const house = await waitingHouse(
      t,
      { vehicle: 'car' },
      {
        config: { vehicles: { car: { type: 'fake', phases: 1 } } } as never,
        charger: switching({ carPhases: 1 }),
      },
    );
    await play(house, [
      { set: { pv: 6 * 230 }, for: 60, shows: { phasesActive: 1, pvAction: 'enable' } },
      { writes: '6 A, on' },
      { set: { pv: 20_000 }, for: 600, writes: '16 A', shows: { phaseAction: 'inactive' } },
    ]);
  });

  test('a car found to use one phase is regulated as such once it was measured, and never switched', async (t) => {
    const house = await chargingHouse(t, {}, { charger: switching({ carPhases: 1 }) });
    await play(house, [
      { set: { pv: 9 * 230 }, writes: '9 A', shows: { phasesActive: 1 } },
      { set: { pv: 1_000 }, for: 180, writes: '6 A', shows: { phaseAction: 'inactive', pvAction: 'disable' } },
      { writes: 'off' },
      { charger: { status: 'A' }, shows: { phasesActive: 3 } },
    ]);
  });

  test('a car with two phases is charged on two of three, and on one when the surplus is small', async (t) => {
    const house = await chargingHouse(t, {}, { charger: switching({ carPhases: 2 }) });
    await play(house, [
      { set: { pv: 10 * 460 }, writes: '10 A', shows: { phasesActive: 2 } },
      { set: { pv: 2_300 }, for: 180, writes: '6 A', shows: { phaseAction: 'scale1p' } },
      { writes: 'off' },
      { writes: '1p, 6 A, on' },
      { writes: '10 A' },
      { set: { pv: 5_000 }, for: 100, writes: '16 A' },
      { writes: 'off' },
      { writes: '3p, 6 A, on' },
    ]);
  });

  test('the phases of a charger that is wired to one are one', async (t) => {
    const house = await waitingHouse(
      t,
      {},
      { charger: (charger) => Object.assign(charger, { traits: { phases: 1 }, phases: 1 }) },
    );
    await play(house, [{ set: { pv: 6 * 230 }, for: 60, shows: { phasesActive: 1 } }, { writes: '6 A, on' }]);
  });
});

describe('ways to switch', () => {
  test('a charger that does it live is told while it charges', async (t) => {
    const house = await chargingHouse(t, {}, { charger: live() });
    await play(house, [
      { set: { pv: 2_300 }, for: 180, shows: { phaseAction: 'scale1p' } },
      { writes: '1p, 10 A', shows: { phasesEnabled: 1, charging: true } },
      { for: 60, shows: { chargePower: 2_300 } },
      { set: { pv: 5_000 }, for: 60, writes: '16 A' },
      // The current is lowered before there are more phases.
      { writes: '7 A, 3p', shows: { phasesEnabled: 3 } },
      { for: 60, shows: { chargePower: 7 * AMPERE } },
    ]);
  });

  test('a live switch does not let the pause after switching off be skipped', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv', enable: { delay: 0 }, disable: { delay: 0 }, guardDuration: 300 }],
      charger: live(),
    });
    await play(house, [
      { set: { pv: MINIMUM }, writes: '3p, 6 A, on' },
      { for: 60 },
      { set: { pv: 0 }, writes: 'off, 1p' },
      { set: { pv: MINIMUM }, for: 70, writes: '3p', shows: { guardAction: 'enable' } },
    ]);
  });

  test('a charger that takes time to stop is switched when nothing flows any more, and goes on then', async (t) => {
    const house = await chargingHouse(t, {}, { charger: switching({ lingers: 3 }) });
    await play(house, [
      { set: { pv: 2_300 }, for: 180, shows: { phaseAction: 'scale1p' } },
      { writes: 'off', why: ['surplus', 'phase-switch'] },
      { for: 20, shows: { charging: true, enabled: false, phasesEnabled: 3 } },
      { writes: '1p, 6 A, on', shows: { phasesEnabled: 1, guardAction: 'inactive' } },
    ]);
  });

  test('a charger that never stops is not switched, and tried again later', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now', phases: 3 }],
      charger: switching({ lingers: 1_000 }),
    });
    await play(house, [
      { writes: '3p, 16 A, on' },
      { for: 120 },
      { when: () => house.command('phases', 1), writes: 'off', why: ['mode-now', 'phase-switch'] },
      { for: 50, shows: { charging: true } },
    ]);
    await house.run(600);
    expect(house.commands()).not.toContainEqual({ setPhases: 1 });
    expect(house.loadpoint('phasesEnabled')).toBe(3);
    house.charger().lingers = 0;
    await house.run(600);
    expect(house.loadpoint('phasesEnabled')).toBe(1);
    expect(house.charger().phases).toBe(1);
  });

  test('a refused switch changes nothing and is tried again, with a longer pause each time', async (t) => {
    const house = await chargingHouse(t, {}, { charger: switching({}) });
    await play(house, [
      {
        charger: { refuses: (command) => 'setPhases' in command },
        set: { pv: 2_300 },
        for: 180,
        shows: { phaseAction: 'scale1p' },
      },
      { writes: 'off' },
      { writes: '1p', shows: { phasesEnabled: 3, enabled: false } },
      { for: 50, shows: { phasesEnabled: 3, enabled: false } },
      { writes: '1p', shows: { phasesEnabled: 3, enabled: false } },
      { for: 110, shows: { phasesEnabled: 3, enabled: false } },
      { charger: { refuses: () => false }, writes: '1p, 6 A, on', shows: { phasesEnabled: 1 } },
    ]);
  });

  test('a refused live switch leaves the old current', async (t) => {
    const house = await chargingHouse(t, {}, { charger: live({ refuses: (command) => 'setPhases' in command }) });
    await play(house, [
      { set: { pv: 2_300 }, for: 180, shows: { phaseAction: 'scale1p' } },
      { writes: '1p', shows: { phasesEnabled: 3, chargeCurrent: 6 } },
      { for: 50, shows: { chargeCurrent: 6 } },
    ]);
    expect(house.charger().current).toBe(6);
  });
});
