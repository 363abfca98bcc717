import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../core/store.ts';
import { type HouseOptions, startHouse } from '../helpers/house.ts';
import { logged } from '../helpers/probe.ts';
import { stored, storeWith } from '../helpers/store.ts';

const withCars: HouseOptions = {
  loadpoints: [
    { name: 'left', mode: 'now', vehicle: 'ev6' },
    { name: 'right', mode: 'now' },
  ],
  config: { vehicles: { ev6: { type: 'fake' }, zoe: { type: 'fake' } } as never },
};

describe('values that are kept with the vehicle', () => {
  test('come back with it, also at another loadpoint', async (t) => {
    const store = createMemoryStore();
    const house = await startHouse(t, { ...withCars, store });
    await house.cycle();
    await house.command('targetSoc', 60);
    await house.command('minSoc', 20);
    expect(await stored(store)).toEqual({ 'vehicle.ev6.targetSoc': 60, 'vehicle.ev6.minSoc': 20 });
    await house.command('vehicle', 'zoe');
    expect([house.loadpoint('targetSoc'), house.loadpoint('minSoc')]).toEqual([100, 0]);
    await house.command('targetSoc', 90);
    await house.command('vehicle', 'ev6');
    expect(house.loadpoint('targetSoc')).toBe(60);
    await house.command('vehicle', 'ev6', 2);
    expect(house.loadpoint('targetSoc', 2)).toBe(60);
    expect(house.loadpoint('targetSoc', 1)).toBe(100);
  });

  test('come along to a loadpoint that is configured otherwise', async (t) => {
    const house = await startHouse(t, {
      ...withCars,
      loadpoints: [
        { name: 'left', vehicle: 'ev6', targetSoc: 80 },
        { name: 'right', targetSoc: 90 },
      ],
    });
    await house.cycle();
    await house.command('targetSoc', 60);
    await house.command('vehicle', 'ev6', 2);
    expect(house.loadpoint('targetSoc', 2)).toBe(60);
    await house.command('vehicle', 'zoe', 2);
    expect(house.loadpoint('targetSoc', 2)).toBe(90);
  });

  test('survive the restart', async (t) => {
    const store = createMemoryStore();
    const first = await startHouse(t, { ...withCars, store });
    await first.command('targetEnergy', 12);
    await first.stop();
    const second = await startHouse(t, { ...withCars, store });
    expect(second.loadpoint('targetEnergy', 1)).toBe(12);
    expect(second.loadpoint('targetEnergy', 2)).toBe(0);
  });

  test('a loadpoint without vehicle keeps its own', async (t) => {
    const store = createMemoryStore();
    const house = await startHouse(t, { ...withCars, store });
    await house.command('targetSoc', 50, 2);
    expect(await stored(store)).toEqual({ 'loadpoint.right.targetSoc': 50 });
    await house.command('vehicle', 'zoe', 2);
    expect(house.loadpoint('targetSoc', 2)).toBe(100);
    await house.command('vehicle', null, 2);
    expect(house.loadpoint('targetSoc', 2)).toBe(50);
  });
});

describe('the active vehicle', () => {
  test('is taken away from the loadpoint that had it', async (t) => {
    const house = await startHouse(t, withCars);
    await house.cycle();
    await house.command('vehicle', 'ev6', 2);
    await house.cycle();
    expect([house.loadpoint('vehicleName', 1), house.loadpoint('vehicleName', 2)]).toEqual(['', 'ev6']);
  });

  test('is the usual one again when the car has left', async (t) => {
    const house = await startHouse(t, withCars);
    await house.cycle();
    await house.command('vehicle', 'zoe');
    await house.cycle();
    expect(house.loadpoint('vehicleName')).toBe('zoe');
    house.charger().status = 'A';
    await house.cycle();
    expect(house.loadpoint('vehicleName')).toBe('ev6');
  });
});

describe('the target time', () => {
  test('is cleared when the car leaves', async (t) => {
    const store = createMemoryStore();
    const house = await startHouse(t, { ...withCars, store });
    await house.cycle();
    await house.command('targetTime', '2025-06-20T06:00:00Z');
    house.charger().status = 'A';
    await house.cycle();
    expect(house.loadpoint('targetTime')).toBeNull();
    expect(await stored(store)).toEqual({ 'vehicle.ev6.targetTime': null });
  });

  test('that passed while the house was off is forgotten', async (t) => {
    const store = createMemoryStore();
    const first = await startHouse(t, { ...withCars, store });
    await first.command('targetTime', '2025-06-16T06:00:00Z');
    await first.stop();
    const later = await startHouse(t, { ...withCars, store, now: Date.parse('2025-06-16T06:00:01Z') });
    expect(later.loadpoint('targetTime')).toBeNull();
    await later.stop();
    const earlier = await startHouse(t, { ...withCars, store, now: Date.parse('2025-06-16T05:00:00Z') });
    expect(earlier.loadpoint('targetTime')).toBe(Date.parse('2025-06-16T06:00:00Z'));
  });

  test('that cannot be cleared in the store is logged', async (t) => {
    const store = storeWith(async (_, text) => {
      if (text.includes('"value":null')) throw new Error('disk full');
    });
    const house = await startHouse(t, { ...withCars, store });
    await house.cycle();
    await house.command('targetTime', '2025-06-20T06:00:00Z');
    house.charger().status = 'A';
    await house.cycle();
    expect(logged(house, 'targetTime could')).toEqual(['error: targetTime could not be stored: disk full']);
  });
});
