import { describe, expect, test } from 'vitest';
import { type FakeCharger, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, chargingHouse } from './situations.ts';

/** Heaters, sockets, and chargers and cars of all sorts. */

const as =
  (values: Partial<FakeCharger>) =>
  (charger: FakeCharger): void =>
    void Object.assign(charger, values);

/** W on one phase */
const ONE = 230;

describe('a socket, which can only be switched', () => {
  /** 1.5 kW on one phase */
  const heater: Partial<FakeCharger> = {
    traits: { switch: true, integrated: true, phases: 1, minCurrent: 1_500 / ONE },
    phases: 1,
    carCurrent: 1_500 / ONE,
  };

  test('is switched on with its surplus and off without, and never told a current', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv' }], charger: as(heater) });
    await play(house, [
      { for: 80, shows: { chargerFeatureSwitchDevice: true, chargerFeatureIntegratedDevice: true } },
      { set: { pv: 1_499 }, for: 120 },
      { set: { pv: 1_510 }, for: 60, shows: { pvAction: 'enable' } },
      { writes: 'on' },
      { for: 300, shows: { charging: true, chargePower: 1_500 } },
      { set: { pv: 9_000 }, for: 300, shows: { chargePower: 1_500, pvAction: 'inactive' } },
      { set: { pv: 1_000 }, for: 180, shows: { pvAction: 'disable' } },
      { writes: 'off' },
    ]);
  });

  test('stays on in mode minpv, and goes on and off with its mode', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'minpv' }], charger: as(heater) });
    await play(house, [
      { for: 600, writes: 'on', shows: { charging: true } },
      { when: () => house.command('mode', 'off'), writes: 'off' },
      { when: () => house.command('mode', 'now'), writes: 'on' },
      { for: 300, shows: { chargePower: 1_500 } },
    ]);
    expect(house.log.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  test('of which nothing is known takes the minimum that the user set', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv', minCurrent: 4, enable: { delay: 0 } }],
      charger: as({ traits: { switch: true, integrated: true, phases: 1 }, phases: 1, carCurrent: 3 }),
    });
    await play(house, [
      { for: 20 },
      { set: { pv: 4 * ONE - 1 }, for: 60 },
      { set: { pv: 4 * ONE }, writes: 'on' },
      // Now it is known that it takes less.
      { set: { pv: 3 * ONE }, for: 300, shows: { chargePower: 3 * ONE, pvAction: 'inactive' } },
    ]);
  });

  test('above the limit is switched off', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now' }],
      charger: as({ ...heater, traits: { switch: true, integrated: true, phases: 1, minCurrent: 10 }, carCurrent: 15 }),
    });
    await play(house, [
      { for: 60, writes: 'on' },
      { when: () => house.command('maxCurrent', 14), writes: 'off', why: ['mode-now', 'limits-conflict'] },
    ]);
  });
});

describe('a heater, which follows slowly', () => {
  /** An immersion heater that takes any current from 1 A on one phase */
  const heater = {
    traits: { integrated: true, heating: true, phases: 1, minCurrent: 1, currentStep: 0.1 },
    phases: 1,
  } as const;

  test('is regulated by what it really takes', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv', minCurrent: 1, enable: { delay: 0 } }],
      charger: as({ ...heater, carCurrent: 2 }),
    });
    await play(house, [
      {},
      { set: { pv: 5 * ONE }, writes: '1 A, on' },
      // 2 A of the 5 A on offer flow: 3 A are left.
      { for: 20, writes: '5 A' },
      { for: 60, shows: { chargePower: 2 * ONE } },
      { charger: { carCurrent: 10 }, for: 60, shows: { chargePower: 5 * ONE } },
    ]);
  });

  test('has temperatures for goals', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now', minCurrent: 1, targetSoc: 60 }],
      charger: as({ ...heater, override: { soc: 55 } }),
    });
    await play(house, [
      { for: 60, writes: '16 A, on', shows: { vehicleSoc: 55, chargerFeatureHeating: true } },
      { charger: { override: { soc: 60 } }, writes: 'off', why: ['target-soc'] },
    ]);
  });

  test('that nobody can measure is taken to follow', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'minpv', minCurrent: 1 }],
      charger: as({ ...heater, override: { power: undefined, currents: undefined } }),
    });
    await play(house, [
      { set: { pv: 5 * ONE }, writes: '5 A, on' },
      { for: 60, shows: { chargePower: 5 * ONE } },
    ]);
  });
});

describe('the steps of a charger', () => {
  test.for([
    { step: 0.1, surplus: 8.88, writes: '8.8 A' },
    { step: 0.01, surplus: 8.888, writes: '8.88 A' },
    { step: 0.25, surplus: 8.88, writes: '8.75 A' },
    { step: 1, surplus: 8.88, writes: '8 A' },
    { step: 2, surplus: 9.9, writes: '8 A' },
  ])('of $step A are used: $surplus A of surplus are $writes', async ({ step, surplus, writes }, t) => {
    const house = await chargingHouse(t, {}, { charger: as({ traits: { currentStep: step } }) });
    await play(house, [{ set: { pv: surplus * AMPERE }, writes }]);
  });

  test('are whole amperes for cars that take nothing else', async (t) => {
    const house = await chargingHouse(
      t,
      { vehicle: 'car' },
      {
        charger: as({ traits: { currentStep: 0.1 } }),
        config: { vehicles: { car: { type: 'fake', features: ['coarseCurrent'] } } } as never,
      },
    );
    await play(house, [{ set: { pv: 8.88 * AMPERE }, writes: '8 A' }]);
  });
});

describe('less than is offered', () => {
  test('is measured, and the rest is left to the next loadpoint after a minute', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [
        { mode: 'pv', priority: 1 },
        { mode: 'pv', enable: { delay: 0 } },
      ],
      charger: (charger, index) => Object.assign(charger, index === 0 ? { carCurrent: 7 } : {}),
    });
    house.set({ pv: 16 * AMPERE });
    await house.run(400);
    expect([house.charger(1).current, house.charger(2).current]).toEqual([7, 9]);
  });

  test('on one phase of three is known from the currents', async (t) => {
    const house = await chargingHouse(t, {}, { charger: as({ carPhases: 1 }) });
    await play(house, [
      { set: { pv: 10 * ONE }, writes: '10 A', shows: { phasesActive: 1, phasesEnabled: 3 } },
      { for: 120, shows: { chargePower: 10 * ONE } },
    ]);
  });

  test('in mode now is still offered the maximum', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }], charger: as({ carCurrent: 7 }) });
    await play(house, [{ for: 300, writes: '16 A, on', shows: { chargePower: 7 * AMPERE, chargeCurrent: 16 } }]);
  });
});

describe('cars with one phase at chargers that switch', () => {
  test('are not switched to three in mode now', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now', vehicle: 'car' }],
      config: { vehicles: { car: { type: 'fake', phases: 1 } } } as never,
      charger: as({ canSwitchPhases: true, phases: 1, carPhases: 1, override: { phases: 1 } }),
    });
    await play(house, [{ for: 120, writes: '16 A, on', shows: { phasesActive: 1, phasesEnabled: 1 } }]);
  });
});

describe('a fixed number of phases at a charger that cannot switch', () => {
  test('is what regulation counts on, until the currents say otherwise', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now', phases: 1 }], charger: as({ phases: 3 }) });
    await play(house, [
      { writes: '16 A, on', shows: { phasesActive: 1 } },
      { for: 60, shows: { phasesEnabled: 3, phasesActive: 3, phasesConfigured: null } },
    ]);
    expect(house.log.map(({ message }) => message)).toContain(
      'Loadpoint 1: car takes current on 3 phases instead of 1',
    );
  });
});
