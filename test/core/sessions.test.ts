import { describe, expect, test } from 'vitest';
import type { LoadedPlugin, Session, Store } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';
import { settle } from '../helpers/fake-clock.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { logged } from '../helpers/probe.ts';

const CAR: HouseOptions = {
  loadpoints: [{ title: 'Garage', mode: 'now' }],
  config: { vehicles: { ev6: { type: 'fake', title: 'The EV6' }, guest: { type: 'fake', title: 'A guest' } } as never },
};

/** A store whose sessions are saved as the test says. */
function storeWith(save: (session: Session, store: Store) => Promise<number>): Store {
  const store = createMemoryStore();
  return { ...store, sessions: { ...store.sessions, save: (session) => save(session, store) } };
}

async function leave(house: FakeHouse): Promise<void> {
  house.charger().status = 'A';
  await house.cycle();
}

async function come(house: FakeHouse): Promise<void> {
  house.charger().status = 'B';
  await house.cycle();
}

const sessions = (house: FakeHouse): Promise<readonly Session[]> => house.store.sessions.list();

describe('a session', () => {
  test('is one row from the connection of a car until it leaves, however often it charges', async (t) => {
    const house = await startHouse(t, CAR);
    await house.run(120);
    await house.command('mode', 'off');
    await house.run(120);
    await house.command('mode', 'now');
    await house.run(120);
    await leave(house);
    await come(house);
    await house.run(120);
    await house.stop();
    expect((await sessions(house)).map(({ id }) => id)).toEqual([2, 1]);
  });

  test('has the energy of the meter', async (t) => {
    const house = await startHouse(t, {
      ...CAR,
      charger: (charger) => {
        charger.energy = 1_234_567;
      },
    });
    await house.run(600);
    await house.command('mode', 'off');
    await house.run(60);
    await leave(house);
    const [session] = await sessions(house);
    const charged = house.charger().energy - 1_234_567;
    expect(charged).toBeGreaterThan(1_500);
    expect(session?.energy).toBeCloseTo(charged, 6);
    expect(session?.meterStart).toBe(1_234_567);
    expect(session?.meterStop).toBeCloseTo(house.charger().energy, 6);
    expect(house.loadpoint('sessionEnergy')).toBeCloseTo(charged, 6);
  });

  test('without a counter has the integral of the power', async (t) => {
    const house = await startHouse(t, {
      ...CAR,
      charger: (charger) => {
        charger.override = { energy: undefined };
      },
    });
    await house.run(610);
    await leave(house);
    const [session] = await sessions(house);
    expect(session?.energy).toBeCloseTo((3 * 16 * 230 * 600) / 3_600, -2);
  });

  test('that was corrected while it is under way stays corrected, also over a restart', async (t) => {
    const store = { ...createMemoryStore(), location: 'kept by the test' };
    const first = await startHouse(t, { ...CAR, store });
    await first.run(60);
    await store.sessions.edit(1, { vehicle: 'Grandma', odometer: 12 });
    await first.run(60);
    await first.stop();
    const { commands: _, ...charger } = first.charger();
    const options = { ...CAR, store, now: first.clock.now() };
    const second = await startHouse(t, { ...options, charger: (each) => void Object.assign(each, charger) });
    await second.run(120);
    await leave(second);
    const [session, ...others] = await sessions(second);
    expect(session).toMatchObject({ vehicle: 'Grandma', odometer: 12, loadpoint: 'Garage' });
    expect(session?.energy).toBeGreaterThan(400);
    expect(others).toEqual([]);
  });

  test('that was deleted while it is under way stays deleted', async (t) => {
    const house = await startHouse(t, CAR);
    await house.run(60);
    expect(await house.store.sessions.delete(1)).toBe(true);
    await house.run(60);
    await leave(house);
    expect(await sessions(house)).toEqual([]);
    await come(house);
    await house.run(60);
    expect((await sessions(house)).map(({ id }) => id)).toEqual([2]);
  });

  test('does not exist when nothing was charged', async (t) => {
    const house = await startHouse(t, { ...CAR, loadpoints: [{ mode: 'off' }] });
    await house.run(60);
    await leave(house);
    await house.stop();
    expect(await sessions(house)).toEqual([]);
  });

  test('is in the store while it runs, with what was charged so far', async (t) => {
    const house = await startHouse(t, CAR);
    await house.run(60);
    const [early] = await sessions(house);
    await house.run(60);
    const [late] = await sessions(house);
    expect(early?.energy).toBeGreaterThan(0);
    expect(late?.energy).toBeGreaterThan(early?.energy ?? 0);
    expect(late?.id).toBe(early?.id);
  });

  test('that runs at the end of the house is closed and stored with its last energy', async (t) => {
    const house = await startHouse(t, CAR);
    await house.run(60);
    house.charger().energy += 25;
    await house.cycle();
    await house.stop();
    const [session] = await sessions(house);
    expect(session?.energy).toBe(house.loadpoint('sessionEnergy'));
    expect(session?.finished).toBe(house.clock.now() - 10_000);
  });

  test('has what the counter says when the car is gone, which may be more than at its last cycle', async (t) => {
    const house = await startHouse(t, CAR);
    await house.run(60);
    const before = Number(house.loadpoint('sessionEnergy'));
    house.charger().energy += 40;
    await leave(house);
    const [session] = await sessions(house);
    expect(session?.energy).toBeGreaterThanOrEqual(before + 40);
    expect(session?.meterStop).toBeCloseTo(house.charger().energy, 6);
  });

  test("goes by the charger's own counter where there is no other, also if that is reset late", async (t) => {
    const house = await startHouse(t, CAR);
    const counts = (sessionEnergy: number): void => {
      house.charger().override = { energy: undefined, sessionEnergy };
    };
    counts(8_000);
    await house.cycle();
    counts(0);
    await house.cycle();
    counts(120);
    await house.cycle();
    counts(150);
    await house.cycle();
    await leave(house);
    expect((await sessions(house))[0]).toMatchObject({ energy: 150 });
  });

  test('knows what the car gained, and what charging would have cost at any time', async (t) => {
    const start = Date.parse('2025-06-15T00:00:00Z');
    const rates = () =>
      Array.from({ length: 48 }, (_, hour) => ({
        start: start + hour * 3_600_000,
        end: start + (hour + 1) * 3_600_000,
        price: hour % 2 === 0 ? 0.2 : 0.4,
      }));
    const house = await startHouse(t, {
      ...CAR,
      loadpoints: [{ mode: 'now', vehicle: 'ev6' }],
      rates,
      now: start + 12 * 3_600_000,
    });
    Object.assign(house.vehicles.ev6 ?? {}, { reading: { soc: 40, range: 160 } });
    await house.run(60);
    Object.assign(house.vehicles.ev6 ?? {}, { reading: { soc: 80, range: 320 } });
    await house.run(120);
    await leave(house);
    const [session] = await sessions(house);
    expect(session).toMatchObject({ socStart: 40, socEnd: 80, addedRange: 160 });
    expect(session?.referencePricePerKwh).toBeCloseTo(0.3, 9);
    expect(session?.referenceCo2PerKwh).toBeUndefined();
  });

  test('of a heater is that of a day, named after the loadpoint and without soc', async (t) => {
    const house = await startHouse(t, {
      ...CAR,
      // Half a minute to midnight, wherever the test runs.
      now: new Date(2025, 5, 15, 23, 59, 30).getTime(),
      charger: (charger) => {
        charger.traits = { integrated: true, heating: true };
        charger.override = { soc: 45 };
      },
    });
    await house.run(90);
    await house.stop();
    const [today, yesterday] = await sessions(house);
    expect([today?.vehicle, yesterday?.vehicle]).toEqual(['Garage', 'Garage']);
    expect(today).not.toHaveProperty('socEnd');
    expect(today?.created).toBe(new Date(2025, 5, 16).getTime());
    const counted = (today?.meterStop ?? 0) - (yesterday?.meterStart ?? 0);
    expect((today?.energy ?? 0) + (yesterday?.energy ?? 0)).toBeCloseTo(counted, 6);
    expect(counted).toBeGreaterThan(200);
    expect(today?.meterStart).toBe(yesterday?.meterStop);
  });

  test('is told to the plugins whenever it is stored', async (t) => {
    const seen: Session[] = [];
    const watcher: LoadedPlugin = {
      name: 'watcher',
      apply: (evcc) => evcc.hooks.session.tap('watcher', (session) => void seen.push(session)),
    };
    const house = await startHouse(t, { ...CAR, plugins: [watcher] });
    await house.run(60);
    await leave(house);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toEqual((await sessions(house))[0]);
  });
});

describe('who charged', () => {
  test('is kept when the charger forgets it as the car leaves', async (t) => {
    const house = await startHouse(t, CAR);
    house.charger().override = { identifier: '04:A3:77' };
    await house.run(60);
    house.charger().override = { identifier: '' };
    await leave(house);
    await house.stop();
    expect((await sessions(house))[0]).toMatchObject({ loadpoint: 'Garage', identifier: '04:A3:77' });
  });

  test('stays a guest, though the usual vehicle is selected after it left', async (t) => {
    const house = await startHouse(t, { ...CAR, loadpoints: [{ mode: 'now', vehicle: 'ev6' }] });
    await house.cycle();
    await house.command('vehicle', 'guest');
    Object.assign(house.vehicles.guest ?? {}, { reading: { odometer: 4_711 } });
    await house.run(60);
    await leave(house);
    await house.cycle();
    expect(house.loadpoint('vehicleName')).toBe('ev6');
    await house.stop();
    expect(await sessions(house)).toMatchObject([{ vehicle: 'A guest', odometer: 4_711 }]);
  });

  test('of two cars one after the other are two sessions', async (t) => {
    const house = await startHouse(t, { ...CAR, loadpoints: [{ mode: 'now', vehicle: 'ev6' }] });
    house.charger().override = { identifier: 'A' };
    await house.run(60);
    house.charger().override = {};
    await leave(house);
    await come(house);
    await house.command('vehicle', 'guest');
    await house.run(60);
    await house.stop();
    expect((await sessions(house)).map(({ vehicle, identifier }) => [vehicle, identifier])).toEqual([
      ['A guest', ''],
      ['The EV6', 'A'],
    ]);
  });
});

describe('a store', () => {
  test('that is slow gets each session once, with its last values', async (t) => {
    let wake = (): void => {};
    const slow = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const saved: Session[] = [];
    const store = storeWith(async (session, { sessions: kept }) => {
      saved.push(session);
      await slow;
      return await kept.save(session);
    });
    const house = await startHouse(t, { ...CAR, store });
    await house.run(120);
    await leave(house);
    await come(house);
    await house.run(60);
    // One is being stored, and one waits for each of the two sessions.
    expect(saved).toHaveLength(1);
    wake();
    await settle();
    const kept = await sessions(house);
    expect(kept.map(({ id }) => id)).toEqual([2, 1]);
    expect(saved).toHaveLength(3);
    expect(kept[1]?.energy).toBe(saved[1]?.energy);
  });

  test('that fails is logged once; the session is stored when it works again', async (t) => {
    let broken = true;
    const store = storeWith((session, { sessions: kept }) =>
      broken ? Promise.reject(new Error('disk full')) : kept.save(session),
    );
    const house = await startHouse(t, { ...CAR, store });
    await house.run(120);
    expect(house.charger().charging).toBe(true);
    expect(logged(house, 'storing the session')).toEqual(['error: storing the session of Garage failed: disk full']);
    broken = false;
    await house.run(20);
    expect(logged(house, 'storing the session').slice(1)).toEqual(['info: storing the session of Garage works again']);
    expect((await sessions(house))[0]?.energy).toBe(house.loadpoint('sessionEnergy'));
    expect(await sessions(house)).toHaveLength(1);
  });

  test('that failed until the end is asked once more', async (t) => {
    let broken = true;
    const store = storeWith((session, { sessions: kept }) =>
      broken ? Promise.reject(new Error('disk full')) : kept.save(session),
    );
    const house = await startHouse(t, { ...CAR, store });
    await house.run(60);
    await leave(house);
    broken = false;
    await house.stop();
    expect(await sessions(house)).toHaveLength(1);
  });
});
