import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../core/store.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { stored } from '../helpers/store.ts';

/** Settings of vehicles by themselves, connected or not, and what loadpoints have of them. */

const NOW = Date.parse('2025-06-15T12:00:00Z');
const TIME = '2025-06-16T05:00:00Z';
const AT = Date.parse(TIME);

const HOUSE: HouseOptions = {
  now: NOW,
  loadpoints: [
    { name: 'left', mode: 'pv', vehicle: 'ev6', targetSoc: 90 },
    { name: 'right', mode: 'pv' },
  ],
  config: {
    vehicles: {
      ev6: {
        type: 'fake',
        title: 'EV6',
        icon: 'car',
        capacity: 77,
        phases: 3,
        onIdentify: { minSoc: 15, mode: 'minpv' },
      },
      zoe: { type: 'fake', features: ['coarseCurrent'] },
    } as never,
  },
};
const EV6 = 1;
const ZOE = 2;

const set = (house: FakeHouse, id: number, name: string, value: unknown): Promise<unknown> =>
  house.runtime.evcc.settings.execute({ scope: 'vehicle', id, name, value, source: 'test' });
const shown = (house: FakeHouse, name: string): Record<string, unknown> =>
  Object.fromEntries(house.runtime.evcc.state.vehicles.get(name) ?? []);

test('every vehicle is published with what is known of it', async (t) => {
  const house = await startHouse(t, HOUSE);
  expect([...house.runtime.evcc.state.vehicles.keys()]).toEqual(['ev6', 'zoe']);
  expect(shown(house, 'ev6')).toEqual({
    title: 'EV6',
    icon: 'car',
    capacity: 77,
    phases: 3,
    features: [],
    mode: 'minpv',
    minSoc: 15,
    // That of the loadpoint, as long as it is there.
    limitSoc: 90,
    plan: null,
    repeatingPlans: [],
    planStrategy: { continuous: false, precondition: 0 },
  });
  expect(shown(house, 'zoe')).toMatchObject({ title: 'zoe', features: ['coarseCurrent'], minSoc: 0, limitSoc: 100 });
});

describe('a value of a vehicle', () => {
  test.for([
    ['minSoc', 30, 'minSoc', 30],
    ['limitSoc', 70, 'targetSoc', 70],
    ['planStrategy', { continuous: true }, 'planStrategy', { continuous: true, precondition: 0 }],
    ['planSoc', `80/${TIME}`, 'targetTime', AT],
  ] as const)('%s is the same at the loadpoint, whoever changes it', async ([name, value, there, seen], t) => {
    const house = await startHouse(t, HOUSE);
    await house.cycle();
    await set(house, EV6, name, value);
    expect(house.loadpoint(there)).toEqual(seen);
    expect(house.loadpoint(there, 2)).not.toEqual(seen);
  });

  test('is shown of the vehicle when it was changed at the loadpoint', async (t) => {
    const house = await startHouse(t, HOUSE);
    await house.cycle();
    await house.command('minSoc', 25);
    await house.command('targetSoc', 60);
    await house.command('targetTime', TIME);
    expect(shown(house, 'ev6')).toMatchObject({ minSoc: 25, limitSoc: 60, plan: { soc: 60, time: AT } });
    await house.command('targetTime', null);
    expect(shown(house, 'ev6')).toMatchObject({ plan: null });
  });

  test('waits for its vehicle, and survives the restart', async (t) => {
    const store = createMemoryStore();
    const first = await startHouse(t, { ...HOUSE, store });
    await first.cycle();
    expect(await set(first, ZOE, 'limitSoc', 55)).toEqual({ soc: 55 });
    expect(await set(first, ZOE, 'planSoc', { value: 50, time: AT })).toEqual({ soc: 50, time: TIME });
    expect([first.loadpoint('targetSoc', 1), first.loadpoint('targetSoc', 2)]).toEqual([90, 100]);
    expect(await stored(store)).toEqual({
      'vehicle.zoe.targetSoc': 55,
      'vehicle.zoe.planSoc': 50,
      'vehicle.zoe.targetTime': AT,
    });
    await first.stop();
    const second = await startHouse(t, { ...HOUSE, store });
    await second.cycle();
    expect(shown(second, 'zoe')).toMatchObject({ limitSoc: 55, plan: { soc: 50, time: AT } });
    await second.command('vehicle', 'zoe', 2);
    expect([second.loadpoint('targetSoc', 2), second.loadpoint('targetTime', 2)]).toEqual([55, AT]);
    expect(shown(second, 'zoe')).toMatchObject({ limitSoc: 55, plan: { soc: 50, time: AT } });
  });

  test('that the loadpoint lent it is gone with the vehicle', async (t) => {
    const house = await startHouse(t, HOUSE);
    await house.cycle();
    await house.command('vehicle', 'zoe');
    expect([shown(house, 'ev6').limitSoc, shown(house, 'zoe').limitSoc]).toEqual([100, 90]);
  });

  test('a vehicle that does not exist has none', async (t) => {
    const house = await startHouse(t, HOUSE);
    for (const id of [0, 3, -1, 1.5]) {
      await expect(set(house, id, 'minSoc', 20)).rejects.toMatchObject({ code: 'EVCC_NOT_FOUND' });
    }
  });
});

describe('the plan', () => {
  test('is for a soc of its own, until somebody only says when', async (t) => {
    const house = await startHouse(t, HOUSE);
    await house.cycle();
    await set(house, EV6, 'planSoc', `80/${TIME}?precondition=900`);
    expect(shown(house, 'ev6')).toMatchObject({ plan: { soc: 80, time: AT }, planStrategy: { precondition: 900 } });
    expect(house.loadpoint('targetSoc')).toBe(90);
    await house.command('targetTime', TIME);
    expect(shown(house, 'ev6')).toMatchObject({ plan: { soc: 90, time: AT } });
  });

  test('is for an energy, where the vehicle has no soc to show', async (t) => {
    const house = await startHouse(t, HOUSE);
    await house.cycle();
    expect(await house.command('planEnergy', `12.5/${TIME}`)).toEqual({ energy: 12.5, time: TIME });
    await house.cycle();
    expect([house.loadpoint('planEnergy'), house.loadpoint('planTime')]).toEqual([12.5, AT]);
    expect(shown(house, 'ev6').plan).toBeNull();
    expect(await house.command('planEnergy', null)).toEqual({});
    await house.cycle();
    expect([house.loadpoint('planEnergy'), house.loadpoint('planTime')]).toEqual([0, null]);
  });

  test('is gone when the car leaves, with all that was meant for this time', async (t) => {
    const house = await startHouse(t, HOUSE);
    await house.cycle();
    await set(house, EV6, 'planSoc', `80/${TIME}`);
    await house.command('limitSoc', 50);
    await house.command('limitEnergy', 5);
    house.charger().status = 'A';
    await house.cycle();
    expect(shown(house, 'ev6')).toMatchObject({ plan: null, limitSoc: 90 });
    expect([house.loadpoint('limitSoc'), house.loadpoint('limitEnergy'), house.loadpoint('effectiveLimitSoc')]).toEqual(
      [0, 0, 90],
    );
  });
});

test('a limit until the car leaves goes before the usual one, which ends it', async (t) => {
  const house = await startHouse(t, { ...HOUSE, loadpoints: [{ mode: 'now', vehicle: 'ev6' }] });
  Object.assign(house.vehicles.ev6 ?? {}, { reading: { soc: 60 } });
  await house.run(20);
  expect(house.loadpoint('charging')).toBe(true);
  await house.command('limitSoc', 55);
  await house.run(20);
  expect([house.loadpoint('charging'), house.loadpoint('targetSoc')]).toEqual([false, 55]);
  expect(shown(house, 'ev6').limitSoc).toBe(100);
  await house.command('targetSoc', 80);
  await house.run(100);
  expect([house.loadpoint('limitSoc'), house.loadpoint('charging')]).toEqual([0, true]);
});

test('a mode that was set for the vehicle is taken where it is found', async (t) => {
  const house = await startHouse(t, HOUSE);
  await house.cycle();
  await set(house, ZOE, 'mode', 'now');
  await set(house, EV6, 'mode', null);
  await house.command('vehicle', 'zoe', 2);
  expect(house.loadpoint('mode', 2)).toBe('now');
  await house.command('vehicle', 'ev6', 2);
  expect(house.loadpoint('mode', 2)).toBe('now');
});

test('an edit of the configuration takes vehicles away and puts others in their place', async (t) => {
  const house = await startHouse(t, HOUSE);
  await house.cycle();
  await set(house, ZOE, 'minSoc', 35);
  const vehicles = { bike: { type: 'fake' }, zoe: { type: 'fake' } } as never;
  const loadpoints = [{ name: 'left', charger: 'charger1' }];
  expect(await house.runtime.reconfigure({ ...house.config, vehicles, loadpoints })).toEqual([]);
  expect([...house.runtime.evcc.state.vehicles.keys()]).toEqual(['bike', 'zoe']);
  expect([shown(house, 'bike').minSoc, shown(house, 'zoe').minSoc]).toEqual([0, 35]);
  await set(house, 1, 'minSoc', 5);
  expect([shown(house, 'bike').minSoc, shown(house, 'zoe').minSoc]).toEqual([5, 35]);
});
