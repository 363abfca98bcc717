import { describe, expect, test } from 'vitest';
import type { HouseEvent } from '../../core/index.ts';
import { type FakeCharger, type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { probe } from '../helpers/probe.ts';

/** Cars that come and go, and what chargers say of them. */

const as =
  (values: Partial<FakeCharger>) =>
  (charger: FakeCharger): void =>
    void Object.assign(charger, values);

async function watched(
  t: Parameters<typeof startHouse>[0],
  options: HouseOptions,
): Promise<{ house: FakeHouse; events: HouseEvent['kind'][] }> {
  const events: HouseEvent['kind'][] = [];
  const plugins = [probe((evcc) => evcc.hooks.event.tap('probe', ({ kind }) => void events.push(kind)))];
  const house = await startHouse(t, { plugins, ...options });
  return { house, events };
}

const warnings = (house: FakeHouse): string[] =>
  house.log.filter(({ level }) => level === 'warn').map(({ message }) => message);

describe('a charger that expects current for new cars', () => {
  const welcome = { traits: { welcome: true }, status: 'A' } as const;

  test.for(['off', 'pv'] as const)('gives the minimum for half a minute in mode %s', async (mode, t) => {
    const house = await startHouse(t, { loadpoints: [{ mode }], charger: as(welcome) });
    await play(house, [
      { for: 30 },
      { charger: { status: 'B' }, writes: '6 A, on', why: ['welcome'], shows: { vehicleWelcomeActive: true } },
      { for: 20, shows: { charging: true } },
      { for: mode === 'off' ? 10 : 190, writes: 'off', shows: { vehicleWelcomeActive: false } },
      { for: 300 },
    ]);
  });

  test('gives nothing to a car that was there at the start', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'off' }], charger: as({ ...welcome, status: 'B' }) });
    await play(house, [{ for: 60, shows: { vehicleWelcomeActive: false, connected: true } }]);
  });

  test('ends it when the car leaves', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'off' }], charger: as(welcome) });
    await play(house, [
      {},
      { charger: { status: 'B' }, writes: '6 A, on' },
      { charger: { status: 'A' }, writes: 'off', shows: { vehicleWelcomeActive: false } },
    ]);
  });

  test('does not hold a demand from outside up', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv' }], charger: as(welcome) });
    await play(house, [
      {},
      { when: () => house.command('remoteDemand', 'soft') },
      { charger: { status: 'B' }, for: 60, why: ['remote-soft'] },
    ]);
  });
});

describe('a car that expects current when it is connected', () => {
  const cars = (features: readonly string[]) => ({ vehicles: { car: { type: 'fake', features } } }) as never;

  test.for([
    {
      title: 'that usually charges here gets it',
      loadpoint: { vehicle: 'car' },
      features: ['welcomeCharge'],
      on: true,
    },
    { title: 'that may have come gets it', loadpoint: {}, features: ['welcomeCharge'], on: true },
    { title: 'gets nothing where it does not expect any', loadpoint: { vehicle: 'car' }, features: [], on: false },
  ])('$title', async ({ loadpoint, features, on }, t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'off', ...loadpoint }],
      config: cars(features),
      charger: as({ status: 'A' }),
    });
    await play(house, [{}, { charger: { status: 'B' }, writes: on ? '6 A, on' : '' }]);
  });

  test('and is elsewhere does not count', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'off' }, { mode: 'off', vehicle: 'car' }],
      config: cars(['welcomeCharge']),
      charger: (charger, index) => Object.assign(charger, { status: index === 0 ? 'A' : 'B' }),
    });
    await play(house, [{}, { charger: { status: 'B' }, for: 20 }]);
  });
});

describe('a loadpoint that a car left', () => {
  test('goes back to its default mode', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv', defaultMode: 'minpv' }] });
    await play(house, [
      { when: () => house.command('mode', 'now'), for: 60, writes: '16 A, on' },
      { charger: { status: 'A' }, writes: 'off', shows: { mode: 'minpv', connected: false } },
      { when: () => house.command('mode', 'now'), shows: { mode: 'now' } },
      { charger: { status: 'B' }, writes: '16 A, on', shows: { mode: 'now' } },
    ]);
  });

  test('stays as it is without any of that', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'off', maxCurrent: 16 }] });
    await play(house, [
      {},
      { when: () => house.command('mode', 'pv') },
      { when: () => house.command('maxCurrent', 10) },
      { charger: { status: 'A' }, shows: { mode: 'pv', maxCurrent: 10 } },
    ]);
  });

  test('takes back what was configured, where that is wanted', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv', minCurrent: 7, maxCurrent: 13, priority: 2, resetOnDisconnect: true }],
    });
    const change = async (): Promise<void> => {
      await house.command('mode', 'off');
      await house.command('maxCurrent', 10);
      await house.command('minCurrent', 6);
      await house.command('priority', 5);
      await house.command('enableThreshold', -500);
    };
    await play(house, [
      {},
      { when: change, shows: { mode: 'off', minCurrent: 6, maxCurrent: 10, priority: 5, enableThreshold: -500 } },
      {
        charger: { status: 'A' },
        shows: { mode: 'pv', minCurrent: 7, maxCurrent: 13, priority: 2, enableThreshold: -500 },
      },
    ]);
  });

  test('forgets what was set for a guest, not what was set for a known car', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'off', targetSoc: 90 }],
      config: { vehicles: { car: { type: 'fake' } } } as never,
    });
    const goals = async (): Promise<void> => {
      await house.command('targetSoc', 50);
      await house.command('targetEnergy', 7);
    };
    await play(house, [
      { when: goals, shows: { targetSoc: 50, targetEnergy: 7 } },
      { charger: { status: 'A' }, shows: { targetSoc: 90, targetEnergy: 0 } },
      { charger: { status: 'B' } },
      { when: () => house.command('vehicle', 'car') },
      { when: goals, shows: { targetSoc: 50, targetEnergy: 7 } },
      { charger: { status: 'A' }, shows: { targetSoc: 90 } },
      { charger: { status: 'B' } },
      { when: () => house.command('vehicle', 'car'), shows: { targetSoc: 50, targetEnergy: 7 } },
    ]);
  });

  test('keeps everything when it is built in: nobody left', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now', defaultMode: 'off', resetOnDisconnect: true }],
      charger: as({ traits: { integrated: true } }),
    });
    await play(house, [
      { writes: '16 A, on' },
      { when: () => house.command('maxCurrent', 10), writes: '10 A' },
      { when: () => house.command('limitSoc', 60), shows: { limitSoc: 60 } },
      { when: () => house.command('limitEnergy', 5), shows: { limitEnergy: 5 } },
      {
        charger: { status: 'A' },
        for: 20,
        writes: 'off',
        shows: { mode: 'now', maxCurrent: 10, limitSoc: 60, limitEnergy: 5 },
      },
    ]);
  });
});

describe('a car that was exchanged between two readings', () => {
  test('is noticed because the charger counts its connection anew', async (t) => {
    const { house, events } = await watched(t, {
      loadpoints: [{ mode: 'now' }],
      charger: as({ override: { connectedFor: 3_600_000 } }),
    });
    await play(house, [
      { for: 60, writes: '16 A, on' },
      { charger: { override: { connectedFor: 3_660_000 } }, for: 20, shows: { connectedDuration: 70_000 } },
      { charger: { override: { connectedFor: 5_000 } }, shows: { connectedDuration: 0, chargedEnergy: 0 } },
      { charger: { override: { connectedFor: 15_000 } } },
    ]);
    expect(events).toEqual(['connect', 'start', 'stop', 'disconnect', 'connect', 'start']);
  });

  test('is not suspected when the charger was not asked, or the car left as usual', async (t) => {
    const { house, events } = await watched(t, {
      loadpoints: [{ mode: 'off' }],
      charger: as({ override: { connectedFor: 3_600_000 } }),
    });
    await play(house, [
      {},
      { charger: { override: {} }, for: 20 },
      { charger: { override: { connectedFor: 1_000 } }, for: 20 },
      { charger: { status: 'A', override: { connectedFor: 0 } }, for: 20 },
      { charger: { status: 'B', override: { connectedFor: 1_000 } }, for: 20 },
    ]);
    expect(events).toEqual(['connect', 'disconnect', 'connect']);
  });
});

describe('the status of a charger', () => {
  test('D is charging, with ventilation', async (t) => {
    const { house, events } = await watched(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { for: 20, writes: '16 A, on' },
      { charger: { override: { status: 'D' } }, for: 300, shows: { charging: true, connected: true } },
    ]);
    expect(events).toEqual(['connect', 'start']);
  });

  test.for(['E', 'F'] as const)(
    '%s is a fault: it is said once, and the session goes on after it',
    async (status, t) => {
      const { house, events } = await watched(t, { loadpoints: [{ mode: 'now' }] });
      await play(house, [
        { for: 120, writes: '16 A, on' },
        { charger: { status }, for: 300, writes: 'off', why: ['charger-fault'], shows: { connected: true } },
        { charger: { status: 'B' }, writes: '16 A, on', shows: { connected: true } },
        { for: 300 },
        { charger: { status }, for: 60, writes: 'off' },
      ]);
      expect(events.slice(0, 4)).toEqual(['connect', 'start', 'stop', 'start']);
      const text = `Loadpoint 1: charger reports a fault, status ${status}`;
      expect(warnings(house)).toEqual([text, text]);
    },
  );

  test.for([
    ['waitingforauthorization', 'waiting-for-authorization'],
    ['disconnectrequired', 'disconnect-required'],
  ] as const)('B with the reason %s is published and explained', async ([statusReason, code], t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now' }],
      charger: as({ full: true, override: { statusReason } }),
    });
    await play(house, [
      { writes: '16 A, on', why: ['mode-now', code], shows: { chargerStatusReason: statusReason } },
      { charger: { override: {} }, why: ['mode-now'], shows: { chargerStatusReason: 'unknown' } },
      { charger: { full: false }, shows: { chargerStatusReason: null, charging: true } },
    ]);
  });

  test('with a reason that is none is a reading that cannot be used', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now' }],
      charger: as({ override: { statusReason: 'tired' } }),
    });
    await play(house, [{ for: 60, why: ['mode-now', 'charger-unavailable'] }]);
    expect(warnings(house)[0]).toContain('statusReason of the reading is "tired"');
  });
});
