import { describe, expect, test } from 'vitest';
import type { EvccConfig, LoadpointOptions } from '../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';

const THREE: HouseOptions = {
  loadpoints: [
    { name: 'one', title: 'One', mode: 'now' },
    { name: 'two', title: 'Two', mode: 'now' },
    { name: 'three', title: 'Three', mode: 'off' },
  ],
  battery: { soc: 50 },
};

/** Takes over a configuration that differs in some keys, which has to work. */
async function edit(house: FakeHouse, changed: object): Promise<void> {
  expect(await house.clock.until(house.runtime.reconfigure({ ...house.config, ...changed }))).toEqual([]);
}

const chargers = (changed: object): object => ({
  chargers: { charger1: { type: 'fake' }, charger2: { type: 'fake' }, charger3: { type: 'fake' }, ...changed },
});
const loadpoints = (house: FakeHouse): readonly LoadpointOptions[] => house.config.loadpoints ?? [];
const titles = (house: FakeHouse): unknown[] =>
  house.runtime.evcc.state.loadpoints.map((loadpoint) => loadpoint.get('title'));

describe('a changed entry of a device', () => {
  test('re-creates that device alone; the others miss no cycle', async (t) => {
    const house = await startHouse(t, THREE);
    await house.run(30);
    expect(house.created.sort()).toEqual(['battery', 'charger1', 'charger2', 'charger3', 'grid', 'pv']);
    const before = [1, 2, 3].map((id) => house.charger(id).reads);
    await edit(house, chargers({ charger2: { type: 'fake', n: 5 } }));
    await house.run(30);
    expect(house.created.slice(6)).toEqual(['charger2']);
    expect(house.closed).toEqual(['charger2']);
    expect([1, 2, 3].map((id) => house.charger(id).reads)).toEqual(before.map((reads) => reads + 3));
  });

  test.for([
    ['an option', { type: 'fake', n: 1 }],
    ['a secret', { type: 'fake', password: 'other' }],
    ['the deadline', { type: 'fake', timeout: 3 }],
    ['the limit of age', { type: 'fake', staleAfter: 90 }],
  ] as const)('is noticed: %s', async ([, charger1], t) => {
    const house = await startHouse(t, THREE);
    await house.cycle();
    await edit(house, chargers({ charger1 }));
    expect(house.closed).toEqual(['charger1']);
  });

  test('written in another order is the same', async (t) => {
    const house = await startHouse(t, THREE);
    await house.cycle();
    const { charger1, charger2, charger3 } = house.config.chargers as Record<string, object>;
    await edit(house, { chargers: { charger3, charger2, charger1 } });
    await house.cycle();
    expect(house.closed).toEqual([]);
  });

  test('keeps the session, the memory and the vehicle of the loadpoint', async (t) => {
    const house = await startHouse(t, {
      ...THREE,
      config: { vehicles: { guest: { type: 'fake' } } as never },
    });
    await house.run(60);
    await house.command('vehicle', 'guest');
    await house.run(60);
    const energy = house.loadpoint('sessionEnergy') as number;
    house.commands(1);
    await edit(house, chargers({ charger1: { type: 'fake', n: 1 } }));
    await house.run(60);
    expect(house.loadpoint('sessionEnergy')).toBeGreaterThan(energy);
    expect(house.loadpoint('vehicleName')).toBe('guest');
    // What another box was told before is not known: it is told once more.
    expect(house.commands(1)).toEqual([{ setMaxCurrent: 16 }, { enable: true }]);
    expect((await house.store.sessions.list()).filter(({ loadpoint }) => loadpoint === 'One')).toHaveLength(1);
  });

  test('does not let the pause after switching off be skipped', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv', guardDuration: 300, enable: { delay: 0 } }] });
    house.set({ pv: 8_000 });
    await house.run(60);
    house.set({ pv: 0 });
    await house.run(200);
    expect(house.charger().enabled).toBe(false);
    house.set({ pv: 8_000 });
    await edit(house, { chargers: { charger1: { type: 'fake', n: 1 } } });
    await house.run(60);
    expect(house.charger().enabled).toBe(false);
    expect(house.loadpoint('guardAction')).toBe('enable');
    await house.run(300);
    expect(house.charger().enabled).toBe(true);
  });

  test('a changed voltage of the site re-creates all, because they were told it', async (t) => {
    const voltages: number[] = [];
    const house = await startHouse(t, { create: (_, { voltage }) => void voltages.push(voltage) });
    await house.cycle();
    await edit(house, { site: { ...house.config.site, voltage: 120 } });
    await house.cycle();
    expect(voltages).toEqual([230, 230, 230, 120, 120, 120]);
  });
});

describe('loadpoints', () => {
  test('keep session and memory when their order changes', async (t) => {
    const house = await startHouse(t, THREE);
    await house.run(120);
    const energies = [1, 2, 3].map((id) => house.loadpoint('sessionEnergy', id));
    expect(energies[0]).toBeGreaterThan(0);
    await edit(house, { loadpoints: [...loadpoints(house)].reverse() });
    await house.run(20);
    expect(titles(house)).toEqual(['Three', 'Two', 'One']);
    expect(house.loadpoint('mode', 3)).toBe('now');
    expect(house.loadpoint('mode', 1)).toBe('off');
    expect(house.loadpoint('sessionEnergy', 3)).toBeGreaterThan(energies[0] as number);
    expect(house.created).toHaveLength(6);
    const sessions = await house.store.sessions.list();
    expect(sessions.map(({ loadpoint }) => loadpoint).sort()).toEqual(['One', 'Two']);
  });

  test('can be added', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ title: 'One', mode: 'now' }] });
    await house.run(30);
    await edit(house, {
      chargers: { charger1: { type: 'fake' }, charger2: { type: 'fake' } },
      loadpoints: [...loadpoints(house), { title: 'New', charger: 'charger2', mode: 'now' }],
    });
    expect(titles(house)).toEqual(['One', undefined]);
    expect(house.loadpoint('mode', 2)).toBe('now');
    await house.run(30);
    expect(titles(house)).toEqual(['One', 'New']);
    expect(house.charger(2).charging).toBe(true);
    await house.command('mode', 'off', 2);
  });

  test('can be removed: their values, settings and charger are gone', async (t) => {
    const house = await startHouse(t, THREE);
    await house.run(30);
    const [one, , three] = loadpoints(house);
    await edit(house, {
      chargers: { charger1: { type: 'fake' }, charger3: { type: 'fake' } },
      loadpoints: [one, three],
    });
    await house.run(30);
    expect(titles(house)).toEqual(['One', 'Three']);
    expect(house.closed).toEqual(['charger2']);
    await expect(house.command('mode', 'now', 3)).rejects.toMatchObject({ code: 'EVCC_NOT_FOUND' });
    const { reads } = house.charger(2);
    await house.run(30);
    expect(house.charger(2).reads).toBe(reads);
  });

  test('may lose their vehicle', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now' }],
      config: { vehicles: { car: { type: 'fake' }, guest: { type: 'fake' } } as never },
    });
    await house.cycle();
    await house.command('vehicle', 'guest');
    await house.cycle();
    expect(house.loadpoint('vehicleName')).toBe('guest');
    await edit(house, { vehicles: { car: { type: 'fake' } } });
    await house.cycle();
    expect(house.loadpoint('vehicleName')).toBe('');
    expect(house.site('vehicles')).toEqual(['car']);
  });
});

describe('the rest of the house', () => {
  test('an edit that changes nothing changes nothing', async (t) => {
    const house = await startHouse(t, THREE);
    await house.run(30);
    const state = JSON.stringify([...house.runtime.evcc.state.site]);
    await edit(house, {});
    expect(JSON.stringify([...house.runtime.evcc.state.site])).toBe(state);
    expect(house.created).toHaveLength(6);
  });

  test('rates stay known', async (t) => {
    const house = await startHouse(t, { rates: (now) => [{ start: now, end: now + 86_400_000, price: 0.3 }] });
    await house.cycle();
    expect(house.site('tariffGrid')).toBe(0.3);
    await edit(house, { site: { ...house.config.site, title: 'Another' } });
    await house.cycle();
    expect(house.site('siteTitle')).toBe('Another');
    expect(house.site('tariffGrid')).toBe(0.3);
    await edit(house, { tariffs: {} });
    await house.cycle();
    expect(house.site('tariffGrid')).toBeNull();
  });

  test('what was measured by meters that are gone is unknown', async (t) => {
    const house = await startHouse(t, THREE);
    await house.cycle();
    expect(house.site('batterySoc')).toBe(50);
    await edit(house, { site: { title: 'Test house', meters: { pv: ['pv'] } } });
    await house.cycle();
    for (const key of ['batterySoc', 'batteryPower', 'battery', 'gridPower']) expect(house.site(key)).toBeNull();
    expect(house.site('batteryConfigured')).toBe(false);
    expect(house.site('gridConfigured')).toBe(false);
  });

  test('a changed interval counts from the next cycle on', async (t) => {
    const house = await startHouse(t, { unprepared: true });
    await house.runtime.start();
    await house.clock.advance(30_000);
    const { reads } = house.charger();
    await edit(house, { interval: 2 });
    await house.clock.advance(20_000);
    expect(house.charger().reads - reads).toBeGreaterThanOrEqual(10);
  });

  test('another database is not used before the next start, and the log says so', async (t) => {
    const house = await startHouse(t);
    await edit(house, { database: { type: 'sqlite', file: '/nowhere/else.db' } as EvccConfig['database'] });
    expect(house.log.map(({ message }) => message)).toContain('another database is used only after a restart');
  });
});
