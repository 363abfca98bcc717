import { expect, type TestContext, test } from 'vitest';
import { silentLogger } from '../../../core/log.ts';
import { createSender, MOST_LINES } from '../../../plugins/influx/sender.ts';
import type { HttpClient } from '../../../plugins/shared/http/client.ts';
import type { EvccConfig } from '../../../plugins/types.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { freePort } from '../../helpers/free-port.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';
import { type InfluxServer, type Point, startInflux } from './server.ts';

async function begin(t: TestContext, options: HouseOptions = {}, own: object = {}, server?: InfluxServer) {
  const influx = server ?? (await startInflux(t));
  const house = await startHouse(t, {
    // Shorter than the deadline of a request: time must not run out while one is on the wire.
    interval: 5,
    battery: { soc: 50, capacity: 10_000 },
    loadpoints: [{ title: 'Garage, links = unten' }, { title: 'Carport\\' }],
    ...options,
    config: {
      influx: { url: influx.url, ...own },
      vehicles: { ev6: { type: 'fake', title: 'EV6', capacity: 77 } },
      ...options.config,
    } as Partial<EvccConfig>,
  });
  return { house, influx };
}

/** Waits until so many requests were answered, without time passing in the house. */
const arrived = (influx: InfluxServer, count: number) =>
  expect.poll(() => influx.requests.length >= count && influx.connections() === 0).toBe(true);

const find = (influx: InfluxServer, measurement: string, tags: Readonly<Record<string, string>> = {}): Point[] =>
  influx.points.filter(
    (point) =>
      point.measurement === measurement && Object.entries(tags).every(([name, value]) => point.tags[name] === value),
  );

const warnings = (house: FakeHouse): string[] =>
  house.log.filter(({ area, level }) => area === 'influx' && level !== 'debug').map(({ message }) => message);

test('the figures of a cycle are written as points with tags, always as floats', async (t) => {
  const { house, influx } = await begin(t, {}, { database: 'home db', org: 'me', token: 'secret' });
  house.grid.reading = { power: 0, currents: [1, 2, 3.5] };
  house.set({ pv: 5_000, base: 400 });
  await house.command('mode', 'now');
  await house.command('vehicle', 'ev6');
  await house.cycle();
  await arrived(influx, 1);
  const [request] = influx.requests;
  expect(request?.path).toBe('/api/v2/write');
  expect(Object.fromEntries(request?.query ?? [])).toEqual({ org: 'me', bucket: 'home db', precision: 's' });
  expect(request?.authorization).toBe('Token secret');

  const time = Math.floor(house.clock.now() / 1_000) - 5;
  expect(find(influx, 'pvPower')[0]).toEqual({ measurement: 'pvPower', tags: {}, fields: { value: 5_000 }, time });
  expect(find(influx, 'pvPower', { id: '1' })).toHaveLength(1);
  expect(find(influx, 'batterySoc', { id: '1' })[0]?.fields).toEqual({ value: 50 });
  expect(find(influx, 'gridCurrents')[0]?.fields).toEqual({ l1: 1, l2: 2, l3: 3.5 });
  const garage = { loadpoint: 'Garage, links = unten', vehicle: 'EV6' };
  expect(find(influx, 'chargePower', garage)).toHaveLength(1);
  expect(find(influx, 'phasesActive', garage)[0]?.fields).toEqual({ value: 3 });
  expect(find(influx, 'chargePower', { loadpoint: 'Carport' })[0]?.tags).toEqual({ loadpoint: 'Carport' });
});

test('texts, flags, times, durations, maps and what is unknown are not written', async (t) => {
  const { house, influx } = await begin(t);
  house.grid.failure = new Error('gone');
  await house.cycle();
  await arrived(influx, 1);
  const names = new Set(influx.points.map(({ measurement }) => measurement));
  for (const name of ['mode', 'charging', 'connectedDuration', 'targetTime', 'statistics', 'gridPower', 'forecast']) {
    expect(names).not.toContain(name);
  }
  expect(names).toContain('homePower');
});

test('values that change rarely are repeated every half hour, others with every cycle', async (t) => {
  const { house, influx } = await begin(t);
  await house.command('vehicle', 'ev6');
  const counts: unknown[] = [];
  for (const [index, minutes] of [0, 1, 28, 2].entries()) {
    await house.clock.advance(minutes * 60_000);
    await house.cycle();
    await arrived(influx, index + 1);
    const of = (name: string): number => find(influx, name, { loadpoint: 'Garage, links = unten' }).length;
    counts.push([of('chargePower'), of('vehicleCapacity')]);
  }
  expect(counts).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 2],
  ]);
});

test('user and password of version 1 become a token; a password is shown nowhere', async (t) => {
  const { house, influx } = await begin(t, {}, { user: 'evcc', password: 'topsecret' });
  influx.answer = 401;
  influx.says = '{"code":"unauthorized","message":"authorization failed for topsecret"}';
  await house.cycle();
  await arrived(influx, 1);
  expect(influx.requests[0]?.authorization).toBe('Token evcc:topsecret');
  await expect.poll(() => warnings(house)).toHaveLength(1);
  expect(warnings(house)[0]).toMatch(/answers 401: authorization failed/);
  expect(house.log.map(({ message }) => message).join('\n')).not.toContain('topsecret');
});

test('without server everything is kept, said once, and written when it is back', async (t) => {
  const port = await freePort();
  const { house } = await begin(t, {}, { url: `http://127.0.0.1:${port}` });
  await house.cycle();
  await expect.poll(() => warnings(house)).toHaveLength(1);
  expect(warnings(house)[0]).toMatch(/figures cannot be written/);
  for (let cycle = 0; cycle < 5; cycle += 1) await house.cycle();
  const influx = await startInflux(t, port);
  while (warnings(house).length < 2) {
    await house.clock.advance(1_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(new Set(find(influx, 'homePower').map(({ time }) => time)).size).toBe(6);
  expect(warnings(house)[1]).toBe('figures are written again');
});

test('a server that never answers holds nothing up', async (t) => {
  const { house, influx } = await begin(t);
  influx.answer = 'hang';
  await house.command('mode', 'now');
  await house.run(60);
  expect(house.loadpoint('charging')).toBe(true);
  await expect.poll(() => warnings(house)).toHaveLength(1);
  expect(warnings(house)[0]).toMatch(/no answer in time/);
});

test('points that are refused are dropped, and the next ones written', async (t) => {
  const { house, influx } = await begin(t);
  influx.answer = 400;
  influx.says = 'field type conflict';
  await house.cycle();
  await arrived(influx, 1);
  await expect.poll(() => warnings(house)).toEqual([expect.stringMatching(/dropped.*400: field type conflict/)]);
  influx.answer = 204;
  await house.cycle();
  await arrived(influx, 2);
  expect(find(influx, 'homePower')).toHaveLength(1);
});

/** A sender whose server answers when the test says so. */
function lonely() {
  const bodies: string[] = [];
  const answers: ((status: number) => void)[] = [];
  const said: string[] = [];
  const http = {
    answer: ({ body }: { body?: unknown }) =>
      new Promise<{ status: number; text: string }>((resolve) => {
        bodies.push(String(body));
        answers.push((status) => resolve({ status, text: '' }));
      }),
    close() {},
  } as unknown as HttpClient;
  const log = { ...silentLogger, warn: (message: string) => void said.push(message) };
  const clock = new FakeClock();
  return { sender: createSender(http, { url: 'http://x' }, clock, log), bodies, answers, said, clock };
}

test('more than a bounded number of lines is never kept', async () => {
  const { sender, bodies, answers, said } = lonely();
  sender.add(['first']);
  for (let part = 0; part < MOST_LINES / 1_000 + 2; part += 1) {
    sender.add(Array.from({ length: 1_000 }, (_, index) => `${part}-${index}`));
  }
  expect(said).toEqual([expect.stringMatching(/oldest are dropped/)]);
  answers.shift()?.(204);
  await expect.poll(() => bodies).toHaveLength(2);
  // What was under way was dropped, and nothing that came later was lost with it.
  expect(bodies[1]?.split('\n')[0]).toBe('2-0');
});

test('the end waits for the request under way and writes what is left', async () => {
  const { sender, bodies, answers, clock } = lonely();
  sender.add(['a']);
  sender.add(['b']);
  const closed = sender.close(new AbortController().signal);
  answers.shift()?.(204);
  await expect.poll(() => bodies).toEqual(['a\n', 'b\n']);
  answers.shift()?.(204);
  await closed;
  sender.add(['c']);
  expect([bodies.length, clock.pending]).toEqual([2, 0]);
});

test('a batch that is too large for the server is sent in parts', async (t) => {
  const { house, influx } = await begin(t);
  influx.most = 20;
  await house.cycle();
  await expect.poll(() => find(influx, 'phasesActive', { loadpoint: 'Carport' })).toHaveLength(1);
  expect(find(influx, 'homePower')).toHaveLength(1);
  expect(warnings(house)).toEqual([]);
});

test.each([
  [{ url: 'influx.local' }, /influx.url/],
  [{ token: 'a', user: 'b' }, /token and user exclude each other/],
  [{ databse: 'x' }, /database/],
])('%j is refused before anything starts', async (own, message) => {
  const config = { influx: { url: 'http://127.0.0.1:1', ...own } } as Partial<EvccConfig>;
  const house = startHouse({ onTestFinished: () => {} }, { config });
  await expect(house).rejects.toMatchObject({ code: 'EVCC_CONFIG_INVALID', message: expect.stringMatching(message) });
});
