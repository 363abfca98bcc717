import { describe, expect, test } from 'vitest';
import { type FakeCharger, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, chargingHouse, MINIMUM, waitingHouse } from './situations.ts';

describe('mode off', () => {
  test('charges nothing, however much surplus there is', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'off' }] });
    await play(house, [
      { set: { pv: 20_000 }, for: 300, shows: { enabled: false, chargePower: 0 }, why: ['mode-off'] },
    ]);
  });

  test('ends a running charge at once', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { when: () => house.command('mode', 'off'), writes: 'off', shows: { enabled: false, chargeCurrent: 0 } },
      { for: 300, shows: { charging: false, pvAction: 'inactive' } },
    ]);
  });

  test('switches off a charger that is on when the runtime starts', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'off' }],
      charger: (charger) => Object.assign(charger, { enabled: true, maxCurrent: 16 }),
    });
    await play(house, [{ writes: 'off' }, { for: 60 }]);
  });
});

describe('mode now', () => {
  test('charges with the maximum without surplus and without a delay', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { set: { base: 500 }, writes: '16 A, on', why: ['mode-now'] },
      { for: 300, shows: { chargePower: 16 * AMPERE, pvAction: 'inactive' } },
    ]);
  });

  test.for([
    { title: 'of the charger', traits: { maxCurrent: 13 }, limits: {}, current: 13 },
    { title: 'of the car', traits: { maxCurrent: 20 }, limits: { maxCurrent: 10 }, current: 10 },
    { title: 'of the setting', traits: { maxCurrent: 32 }, limits: { maxCurrent: 32 }, current: 16 },
    { title: 'of the car, down to the step of the charger', traits: {}, limits: { maxCurrent: 9.9 }, current: 9 },
  ])('the smallest limit counts: that $title', async ({ traits, limits, current }, t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now', vehicle: 'car' }],
      config: { vehicles: { car: { type: 'fake', ...limits } } } as never,
      charger: (charger) => Object.assign(charger, { traits }),
    });
    await play(house, [{ writes: `${current} A, on` }, { for: 30 }]);
  });

  test('does not charge at all when the car needs more than is allowed', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now', vehicle: 'car', maxCurrent: 9 }],
      config: { vehicles: { car: { type: 'fake', minCurrent: 10 } } } as never,
    });
    await play(house, [{ for: 60, why: ['mode-now', 'limits-conflict'] }]);
  });
});

describe('mode minpv', () => {
  test('starts at once with the minimum, without surplus, and follows the surplus above it', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'minpv' }] });
    await play(house, [
      { set: { base: 400 }, writes: '6 A, on', why: ['minimum'] },
      { for: 600, shows: { chargePower: MINIMUM, pvAction: 'inactive' } },
      { set: { base: 0, pv: 9 * AMPERE }, writes: '9 A', why: ['surplus'] },
      { set: { pv: 0 }, writes: '6 A', why: ['minimum'] },
      { for: 600, shows: { enabled: true } },
    ]);
  });

  test('starts at once with more than the minimum when the surplus is there', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'minpv' }] });
    await play(house, [{ set: { pv: 10 * AMPERE }, writes: '10 A, on' }]);
  });

  test('the minimum is the highest of setting, charger and car, up to the step of the charger', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'minpv', vehicle: 'car', minCurrent: 7 }],
      config: { vehicles: { car: { type: 'fake', minCurrent: 8.2 } } } as never,
      charger: (charger) => Object.assign(charger, { traits: { minCurrent: 6 } }),
    });
    await play(house, [{ writes: '9 A, on' }]);
  });

  test('the minimum of the charger may be lower than 6 A only where it says so', async (t) => {
    const options = { loadpoints: [{ mode: 'minpv' as const, minCurrent: 2 }] };
    const common = await startHouse(t, options);
    await play(common, [{ writes: '6 A, on' }]);
    const special = await startHouse(t, {
      ...options,
      charger: (charger) => Object.assign(charger, { traits: { minCurrent: 1 } }),
    });
    await play(special, [{ writes: '2 A, on' }]);
  });
});

describe('changes of the mode', () => {
  test.for([
    { from: 'off', to: 'now', surplus: 0, writes: '16 A, on' },
    { from: 'off', to: 'minpv', surplus: 0, writes: '6 A, on' },
    { from: 'off', to: 'pv', surplus: 0, writes: '' },
    { from: 'now', to: 'minpv', surplus: 0, writes: '6 A' },
    { from: 'now', to: 'pv', surplus: 0, writes: '6 A' },
    { from: 'now', to: 'pv', surplus: 9, writes: '9 A' },
    { from: 'now', to: 'off', surplus: 9, writes: 'off' },
    { from: 'minpv', to: 'now', surplus: 9, writes: '16 A' },
    { from: 'minpv', to: 'pv', surplus: 0, writes: '' },
    { from: 'minpv', to: 'off', surplus: 0, writes: 'off' },
  ] as const)('from $from to $to with surplus for $surplus A: "$writes"', async ({ from, to, surplus, writes }, t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: from }] });
    house.set({ pv: surplus * AMPERE });
    await house.run(120);
    house.commands();
    await play(house, [{ when: () => house.command('mode', to), writes, shows: { mode: to } }]);
  });

  test('from now to pv without surplus stops after the disable delay', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { for: 60, writes: '16 A, on' },
      { when: () => house.command('mode', 'pv'), writes: '6 A', shows: { pvAction: 'disable', pvRemaining: 180_000 } },
      { for: 170 },
      { writes: 'off' },
    ]);
  });

  test('to now and back ends what the timers of mode pv were waiting for', async (t) => {
    const house = await waitingHouse(t);
    await play(house, [
      { set: { pv: MINIMUM }, for: 50, shows: { pvAction: 'enable' } },
      { when: () => house.command('mode', 'off'), shows: { pvAction: 'inactive', pvRemaining: 0 } },
      { when: () => house.command('mode', 'pv'), shows: { pvAction: 'enable', pvRemaining: 60_000 } },
    ]);
  });

  test('a user need not wait for the pause after switching off', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now', guardDuration: 300 }] });
    await play(house, [
      { for: 30, writes: '16 A, on' },
      { when: () => house.command('mode', 'off'), writes: 'off' },
      { when: () => house.command('mode', 'now'), writes: '16 A, on', shows: { guardAction: 'inactive' } },
    ]);
  });
});

describe('changes of the current limits', () => {
  test('a lower maximum takes effect in the next cycle, a higher one too', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { for: 30, writes: '16 A, on' },
      { when: () => house.command('maxCurrent', 10), writes: '10 A', shows: { maxCurrent: 10 } },
      { when: () => house.command('maxCurrent', 20), writes: '20 A' },
    ]);
  });

  test('a higher minimum raises a charge at the minimum, or ends it after the delay', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      {
        when: () => house.command('minCurrent', 8),
        writes: '8 A',
        shows: { minCurrent: 8, pvAction: 'disable', pvRemaining: 180_000 },
      },
      { when: () => house.command('minCurrent', 6), writes: '6 A', shows: { pvAction: 'inactive' } },
      { when: () => house.command('minCurrent', 8), for: 180, writes: '8 A' },
      { writes: 'off' },
    ]);
  });

  test('limits that leave nothing are refused and change nothing', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [{ for: 30, writes: '16 A, on' }]);
    await expect(house.command('minCurrent', 17)).rejects.toMatchObject({ code: 'EVCC_COMMAND_INVALID' });
    await expect(house.command('maxCurrent', 5)).rejects.toMatchObject({ code: 'EVCC_COMMAND_INVALID' });
    await play(house, [{ for: 30, shows: { minCurrent: 6, maxCurrent: 16 } }]);
  });
});

describe('without a car', () => {
  test('nothing is charged in any mode, and the charger is off', async (t) => {
    for (const mode of ['off', 'now', 'minpv', 'pv'] as const) {
      const house = await startHouse(t, {
        loadpoints: [{ mode }],
        charger: (charger) => Object.assign(charger, { status: 'A', enabled: true, maxCurrent: 16 }),
      });
      await play(house, [
        { set: { pv: 20_000 }, writes: 'off', why: ['not-connected'], shows: { connected: false } },
        { for: 120, shows: { enabled: false, pvAction: 'inactive' } },
      ]);
    }
  });

  test('a car that leaves while it charges switches the charger off, the next one is charged at once', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now', guardDuration: 300 }] });
    await play(house, [
      { for: 60, writes: '16 A, on', shows: { connectedDuration: 50_000 } },
      { charger: { status: 'A' }, writes: 'off', shows: { connected: false, connectedDuration: 0 } },
      { charger: { status: 'B' }, writes: '16 A, on', shows: { connected: true, connectedDuration: 0 } },
    ]);
  });
});

describe('a charger with a fault', () => {
  test.for(['E', 'F'] as const)('status %s: nothing is charged until it is gone', async (status, t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { for: 100, writes: '16 A, on' },
      { charger: { status }, writes: 'off', why: ['charger-fault'], shows: { charging: false } },
      { for: 100 },
      { charger: { status: 'B' }, writes: '16 A, on' },
    ]);
  });

  test('a fault in between does not end the session, nor does it let the pause be skipped', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now', guardDuration: 120 }] });
    await play(house, [
      { for: 360, writes: '16 A, on' },
      { charger: { status: 'E' }, for: 20, writes: 'off', shows: { connected: true } },
      { charger: { status: 'B' }, shows: { guardAction: 'enable', connectedDuration: 380_000 } },
      { for: 90 },
      { writes: '16 A, on' },
    ]);
    expect(Number(house.loadpoint('chargedEnergy'))).toBeGreaterThan(900);
    const events = house.log.map(({ message }) => message).filter((message) => message.includes('car '));
    expect(events).toEqual(['Loadpoint 1: car connected']);
  });

  test('a car that left during the fault is noticed', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { for: 100, writes: '16 A, on' },
      { charger: { status: 'F' }, for: 20, writes: 'off' },
      { charger: { status: 'A' }, shows: { connected: false, connectedDuration: 0 }, why: ['not-connected'] },
    ]);
  });

  test('a fault at start is no car and no charge', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now' }],
      charger: (charger) => Object.assign(charger, { status: 'F' }),
    });
    await play(house, [
      { for: 30, why: ['charger-fault'], shows: { connected: false } },
      { charger: { status: 'B' }, writes: '16 A, on', shows: { connected: true } },
    ]);
  });
});

describe('a change of the mode', () => {
  test.for(['now', 'off', 'minpv'] as const)('to %s and back lets the delays start anew', async (mode, t) => {
    const house = await chargingHouse(t, { guardDuration: 0 });
    house.set({ pv: 1_000 });
    await house.run(150);
    expect(house.loadpoint('pvRemaining')).toBe(40_000);
    await house.command('mode', mode);
    await house.run(20);
    expect(house.loadpoint('pvAction')).toBe('inactive');
    await house.command('mode', 'pv');
    if (mode === 'off') house.set({ pv: 9_000 });
    await house.cycle();
    const [action, remaining] = mode === 'off' ? ['enable', 60_000] : ['disable', 180_000];
    expect([house.loadpoint('pvAction'), house.loadpoint('pvRemaining')]).toEqual([action, remaining]);
  });

  test('to now ends the wait for another number of phases', async (t) => {
    const switching = (charger: FakeCharger): void => void Object.assign(charger, { canSwitchPhases: true });
    const house = await chargingHouse(t, {}, { charger: switching });
    await play(house, [
      { set: { pv: 2_300 }, for: 100, shows: { phaseAction: 'scale1p' } },
      { when: () => house.command('mode', 'now'), writes: '16 A', shows: { phaseAction: 'inactive' } },
      {
        when: () => house.command('mode', 'pv'),
        writes: '6 A',
        shows: { phaseAction: 'scale1p', phaseRemaining: 180_000 },
      },
    ]);
  });
});
