import { describe, expect, test } from 'vitest';
import { type FakeCharger, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, chargingHouse, MINIMUM, waitingHouse } from './situations.ts';

describe('starting on surplus', () => {
  test('waits until the surplus lasted for the enable delay, starts with the minimum and follows then', async (t) => {
    const house = await waitingHouse(t);
    await play(house, [
      {
        set: { pv: 7 * AMPERE },
        shows: { pvAction: 'enable', pvRemaining: 60_000, charging: false },
        why: ['surplus-starting'],
      },
      { for: 50, shows: { pvAction: 'enable', pvRemaining: 10_000, chargeCurrent: 0 } },
      { writes: '6 A, on', shows: { pvAction: 'inactive', pvRemaining: 0, chargeCurrent: 6 }, why: ['surplus'] },
      { writes: '7 A', shows: { charging: true, chargePower: MINIMUM, chargeCurrent: 7 } },
      { for: 60, shows: { chargePower: 7 * AMPERE } },
    ]);
  });

  test('one cycle without enough surplus restarts the delay', async (t) => {
    const house = await waitingHouse(t);
    await play(house, [
      { set: { pv: MINIMUM }, for: 60, shows: { pvAction: 'enable', pvRemaining: 10_000 } },
      { set: { pv: MINIMUM - 1 }, shows: { pvAction: 'inactive', pvRemaining: 0 }, why: ['surplus-low'] },
      { set: { pv: MINIMUM }, for: 60, shows: { pvAction: 'enable', pvRemaining: 10_000 } },
      { writes: '6 A, on' },
    ]);
  });

  test('a car that was just connected is charged at once', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv' }],
      charger: unplugged,
    });
    await play(house, [
      { set: { pv: 6_000 }, for: 30, why: ['not-connected'], shows: { connected: false } },
      { charger: { status: 'B' }, writes: '6 A, on', shows: { connected: true } },
    ]);
  });

  test('a car that was connected without surplus waits for the delay', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv' }],
      charger: unplugged,
    });
    await play(house, [
      { for: 20 },
      { charger: { status: 'B' }, for: 20 },
      { set: { pv: 6_000 }, for: 60 },
      { writes: '6 A, on' },
    ]);
  });

  test.for([
    { title: '0 starts as soon as the surplus reaches the minimum', threshold: 0, least: MINIMUM },
    { title: '−2000 W starts with less than the minimum', threshold: -2_000, least: 2_000 },
    { title: '−6000 W starts only with more than the minimum', threshold: -6_000, least: 6_000 },
    { title: '500 W starts on import', threshold: 500, least: -500 },
  ])('an enable threshold of $title', async ({ threshold, least }, t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv', enable: { threshold, delay: 30 } }] });
    const surplus = (power: number) => ({ pv: Math.max(0, power), base: Math.max(0, -power) });
    await play(house, [
      { set: surplus(least - 1), for: 60, shows: { pvAction: 'inactive' }, why: ['surplus-low'] },
      { set: surplus(least), for: 30, shows: { pvAction: 'enable' } },
      { writes: '6 A, on' },
    ]);
  });

  test('a new enable threshold takes effect in the next cycle', async (t) => {
    const house = await waitingHouse(t);
    await play(house, [
      { set: { pv: 2_000 }, for: 60 },
      {
        when: () => house.command('enableThreshold', -2_000),
        for: 60,
        shows: { pvAction: 'enable', pvRemaining: 10_000 },
      },
      { writes: '6 A, on' },
    ]);
  });

  test('a delay of 0 starts in the same cycle', async (t) => {
    const house = await waitingHouse(t, { enable: { delay: 0 } });
    await play(house, [{ set: { pv: 6_000 }, writes: '6 A, on', shows: { pvAction: 'inactive' } }]);
  });
});

describe('following the surplus', () => {
  test('the current rises and falls with the surplus, on the steps of the charger, between the limits', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { set: { pv: 10.9 * AMPERE }, writes: '10 A', why: ['surplus'] },
      { for: 30, shows: { chargePower: 10 * AMPERE } },
      { set: { pv: 40 * AMPERE }, for: 30, writes: '16 A' },
      { set: { pv: 9 * AMPERE }, writes: '9 A' },
      { set: { pv: 6.5 * AMPERE }, writes: '6 A' },
    ]);
  });

  test('steps of a tenth of an ampere are used where the charger has them', async (t) => {
    const house = await chargingHouse(
      t,
      {},
      {
        charger: (charger) => Object.assign(charger, { traits: { currentStep: 0.1 } }),
      },
    );
    await play(house, [{ set: { pv: 7.77 * AMPERE }, writes: '7.7 A' }]);
  });

  test('nothing is written while nothing changes', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [{ for: 1_200, shows: { chargePower: MINIMUM } }]);
    expect(house.commands()).toEqual([]);
  });

  test.for([
    { title: 'a positive residual power stays unused', residualPower: 690 },
    { title: 'a negative residual power is imported', residualPower: -690 },
  ])('$title', async ({ residualPower }, t) => {
    const house = await waitingHouse(t, {}, { site: { residualPower } });
    await play(house, [
      { set: { pv: MINIMUM + residualPower - 1 }, for: 120 },
      { set: { pv: MINIMUM + residualPower }, for: 60 },
      { writes: '6 A, on' },
      { for: 300, shows: { chargePower: MINIMUM } },
    ]);
    expect(house.site('gridPower')).toBe(-residualPower);
  });

  test('a new residual power takes effect in the next cycle', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { set: { pv: 8 * AMPERE }, writes: '8 A' },
      { when: () => house.commandSite('residualPower', AMPERE), writes: '7 A' },
      { when: () => house.commandSite('residualPower', -AMPERE), writes: '9 A' },
    ]);
  });

  test('what consumers take that give way to charging counts as surplus', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv' }],
      meters: ['heater', 'pump'],
      site: { meters: { grid: 'grid', pv: ['pv'], aux: ['heater', 'pump'] } },
    });
    house.meter('heater').reading = { power: 1_500 };
    house.meter('pump').reading = { power: 500 };
    await play(house, [
      { set: { pv: MINIMUM, base: 2_001 }, for: 120 },
      { set: { base: 2_000 }, for: 60 },
      { writes: '6 A, on' },
    ]);
    expect(house.site('auxPower')).toBe(2_000);
    expect(house.site('aux')).toEqual([
      { title: 'heater', power: 1_500 },
      { title: 'pump', power: 500 },
    ]);
  });

  test('a car that takes less than it is offered is offered little more than it takes', async (t) => {
    const house = await chargingHouse(t, {}, { charger: (charger) => Object.assign(charger, { carCurrent: 8 }) });
    await play(house, [
      { set: { pv: 9 * AMPERE }, writes: '9 A' },
      { set: { pv: 13 * AMPERE }, writes: '14 A' },
      { for: 300, writes: '15 A', shows: { chargePower: 8 * AMPERE } },
    ]);
  });
});

describe('stopping for lack of surplus', () => {
  test('keeps the minimum for the disable delay, then stops, and waits again before the next start', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      {
        set: { pv: 3_000 },
        shows: { pvAction: 'disable', pvRemaining: 180_000, charging: true },
        why: ['surplus-stopping'],
      },
      { for: 170, shows: { pvAction: 'disable', pvRemaining: 10_000 } },
      { writes: 'off', shows: { pvAction: 'inactive', chargeCurrent: 0 }, why: ['surplus-low'] },
      { set: { pv: 9_000 }, shows: { charging: false, pvAction: 'enable', pvRemaining: 60_000 } },
      { for: 50 },
      { writes: '6 A, on' },
    ]);
  });

  test('one cycle with enough surplus restarts the delay', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { set: { pv: 3_000 }, for: 180, shows: { pvAction: 'disable', pvRemaining: 10_000 } },
      { set: { pv: MINIMUM }, shows: { pvAction: 'inactive', pvRemaining: 0 } },
      { set: { pv: 3_000 }, for: 180, shows: { pvRemaining: 10_000 } },
      { writes: 'off' },
    ]);
  });

  test('the current goes down to the minimum at once', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { set: { pv: 12 * AMPERE }, writes: '12 A' },
      { set: { pv: 1_000 }, writes: '6 A', shows: { pvAction: 'disable' } },
    ]);
  });

  test('the disable threshold is what the grid may supply without an end', async (t) => {
    const house = await chargingHouse(t, { disable: { threshold: 1_000, delay: 30 } });
    await play(house, [
      { set: { pv: MINIMUM - 999 }, for: 300, shows: { pvAction: 'inactive' }, why: ['surplus-tolerated'] },
      { set: { pv: MINIMUM - 1_000 }, for: 30, shows: { pvAction: 'disable', pvRemaining: 10_000 } },
      { writes: 'off' },
    ]);
  });

  test('a new disable threshold takes effect in the next cycle', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { set: { pv: MINIMUM - 500 }, for: 100, shows: { pvAction: 'disable' } },
      { when: () => house.command('disableThreshold', 501), shows: { pvAction: 'inactive' } },
      { when: () => house.command('disableThreshold', 500), shows: { pvAction: 'disable', pvRemaining: 180_000 } },
    ]);
  });

  test('a pause between off and on is kept though surplus is there at once', async (t) => {
    const house = await chargingHouse(t, { disable: { delay: 0 }, enable: { delay: 0 }, guardDuration: 120 });
    await play(house, [
      { set: { pv: 0 }, writes: 'off', shows: { guardAction: 'inactive', guardRemaining: 0 } },
      { set: { pv: 9_000 }, shows: { guardAction: 'enable', guardRemaining: 110_000 }, why: ['surplus', 'guard'] },
      { for: 100, shows: { guardAction: 'enable', guardRemaining: 10_000 } },
      { writes: '6 A, on', shows: { guardAction: 'inactive', guardRemaining: 0 } },
    ]);
  });

  test('a start that the pause holds back does not wait for the surplus to last anew', async (t) => {
    const house = await chargingHouse(t, { disable: { delay: 0 }, guardDuration: 150 });
    await play(house, [
      { set: { pv: 0 }, writes: 'off' },
      { set: { pv: 9_000 }, for: 60, shows: { pvAction: 'enable', pvRemaining: 10_000 } },
      {
        for: 10,
        why: ['surplus', 'guard'],
        shows: { pvAction: 'inactive', guardAction: 'enable', guardRemaining: 80_000 },
      },
      { for: 70, why: ['surplus', 'guard'], shows: { pvAction: 'inactive', guardRemaining: 10_000 } },
      { writes: '6 A, on', shows: { pvAction: 'inactive', guardAction: 'inactive' } },
    ]);
  });

  test('a start that was held back leaves nothing behind that would end the charge at once', async (t) => {
    const house = await chargingHouse(t, { disable: { delay: 60 }, guardDuration: 150 });
    await play(house, [
      { set: { pv: 0 }, for: 60 },
      { writes: 'off' },
      { set: { pv: MINIMUM }, for: 140, why: ['surplus', 'guard'] },
      { writes: '6 A, on' },
      { set: { pv: 0 }, for: 60, shows: { pvAction: 'disable', pvRemaining: 10_000 } },
      { writes: 'off' },
    ]);
  });

  test('an enabled charger whose car does not charge is switched off after the same delay', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { charger: { full: true }, set: { pv: 0 }, for: 180, shows: { charging: false } },
      { writes: 'off' },
    ]);
  });
});

const unplugged = (charger: FakeCharger): void => {
  charger.status = 'A';
};
