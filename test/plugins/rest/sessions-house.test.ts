import { expect, onTestFinished, test } from 'vitest';
import { createMemoryStore } from '../../../core/store.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';

/** Sessions of the real runtime over REST. */

interface RestHouse extends FakeHouse {
  ask(method: string, path: string, body?: object): Promise<Response>;
  list(query?: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

async function start(options: HouseOptions = {}): Promise<RestHouse> {
  const config = {
    rest: { port: 0, host: '127.0.0.1' },
    vehicles: { ev6: { type: 'fake', title: 'EV6 <blue>' } } as never,
    tariffs: { grid: { type: 'fixed', price: 0.3 } } as const,
  };
  const loadpoints = [{ title: 'Garage', mode: 'now' as const, vehicle: 'ev6' }];
  const house = await startHouse({ onTestFinished }, { loadpoints, ...options, config });
  const line = house.runtime.announcements.find((each) => each.startsWith('REST: ')) ?? '';
  const url = /http:\/\/[^/]+/.exec(line)?.[0] ?? '';
  const ask: RestHouse['ask'] = (method, path, body) =>
    fetch(`${url}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  return {
    ...house,
    ask,
    list: async (query = '') => {
      const { result } = (await (await ask('GET', `/api/sessions${query}`)).json()) as { result: [] };
      return result;
    },
  };
}

async function leave(house: FakeHouse): Promise<void> {
  house.charger().status = 'A';
  await house.cycle();
}

test('what was charged is listed with every column of the dialect and no other', async () => {
  const house = await start();
  await house.run(600);
  await leave(house);
  const [session, ...others] = await house.list();
  expect(others).toEqual([]);
  expect(session).toEqual({
    id: 1,
    created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
    finished: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
    loadpoint: 'Garage',
    identifier: '',
    vehicle: 'EV6 <blue>',
    odometer: null,
    meterStart: expect.any(Number),
    meterStop: expect.any(Number),
    chargedEnergy: expect.closeTo(1.8, 0),
    chargeDuration: expect.closeTo(600e9, -11),
    solarPercentage: 0,
    price: expect.closeTo(0.55, 1),
    pricePerKWh: expect.closeTo(0.3, 6),
    co2PerKWh: null,
  });
  const year = String(session?.created).slice(0, 4);
  expect(await house.list(`?year=${year}`)).toHaveLength(1);
  expect(await house.list(`?year=${Number(year) + 1}`)).toEqual([]);
});

test('a session is listed once it has 50 Wh', async () => {
  const house = await start();
  await house.run(20);
  const [session] = await house.store.sessions.list();
  expect(session?.energy).toBeGreaterThan(0);
  expect(session?.energy).toBeLessThan(50);
  expect(await house.list()).toEqual([]);
  await house.run(60);
  expect(await house.list()).toMatchObject([{ id: 1, vehicle: 'EV6 <blue>' }]);
});

test('a running session can be corrected, and goes on with what was corrected', async () => {
  const house = await start();
  await house.run(120);
  const [before] = await house.list();
  const answer = await house.ask('PUT', '/api/session/1', { vehicle: 'Grandma', loadpoint: null });
  expect([answer.status, await answer.text()]).toEqual([200, '']);
  await house.run(120);
  await leave(house);
  const [after] = await house.list();
  expect(after).toMatchObject({ id: 1, vehicle: 'Grandma', loadpoint: '', created: before?.created });
  expect(after?.chargedEnergy).toBeGreaterThan(1.5 * Number(before?.chargedEnergy));
});

test('a running session can be deleted, and the next one is another', async () => {
  const house = await start();
  await house.run(120);
  const answer = await house.ask('DELETE', '/api/session/1');
  expect([answer.status, await answer.text()]).toEqual([200, '{"result":null}\n']);
  await house.run(60);
  await leave(house);
  expect(await house.list()).toEqual([]);
  house.charger().status = 'B';
  await house.run(120);
  expect(await house.list()).toMatchObject([{ id: 2 }]);
  expect((await house.ask('DELETE', '/api/session/1')).status).toBe(404);
});

test('a correction is there after a restart', async () => {
  const store = createMemoryStore();
  const first = await start({ store });
  await first.run(120);
  await leave(first);
  await first.ask('PUT', '/api/session/1', { vehicle: 'Grandma', odometer: 12.34 });
  await first.stop();
  const second = await start({ store, loadpoints: [{ mode: 'off' }] });
  expect(await second.list()).toMatchObject([{ id: 1, vehicle: 'Grandma', odometer: 12.3 }]);
});

test('a file of the same sessions comes in the language that is asked for', async () => {
  const house = await start();
  await house.run(120);
  await leave(house);
  const response = await house.ask('GET', '/api/sessions?format=csv&lang=de');
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const lines = new TextDecoder().decode(bytes).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^Startzeit;Endzeit;Ladepunkt;Kennung;Fahrzeug;Kilometerstand \(km\);/);
  expect(lines[1]).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d;\d{4}-\d\d-\d\d \d\d:\d\d:\d\d;Garage;;EV6 <blue>;;[\d,]+;[\d,]+;0,\d+;\d+m\d+s;0;0,\d+;0,3;$/,
  );
});
