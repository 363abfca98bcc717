import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

/** Every route of the API document against the running process, with good, bad, hostile and boundary values. */

let house: Fixture;
const startedAt = Date.now();
beforeAll(async () => {
  house = await startFixture({ env: { TZ: 'UTC' } });
}, 60_000);
afterAll(async () => {
  const { code, err } = await house.stop();
  expect({ code, err }).toEqual({ code: 0, err: '' });
}, 30_000);

/** What only hostile or confused clients send where a number is expected. */
const NO_NUMBERS = [
  'NaN',
  'Inf',
  'Infinity',
  '-Infinity',
  '1e3',
  '+5',
  '0x10',
  '1,5',
  '1.2.3',
  '.',
  '-',
  '--5',
  '1-2',
  '%20',
  '5%200',
  '%00',
  '%2e%2e%2f',
  '%F0%9F%9A%97',
  '__proto__',
  'null',
  'true',
  '[]',
  '%7B%7D',
  "1';DROP%20TABLE%20settings;--",
  '<script>',
  '9'.repeat(400),
  `0.${'0'.repeat(400)}1x`,
];

interface Row {
  readonly path: string;
  /** Key of the state that shows it */
  readonly key: string;
  /** Loadpoint, from 1; absent: of the site */
  readonly id?: number;
  /** Text of the path, answer, and what the state shows where that differs */
  readonly good: readonly (readonly [text: string, answer: unknown, shown?: unknown])[];
  readonly bad: readonly string[];
}

const NUMBERS = { good: (...values: number[]) => values.map((value) => [String(value), value] as const) };
const ROWS: readonly Row[] = [
  { path: '/prioritysoc', key: 'prioritySoc', good: NUMBERS.good(100, 0.5, 50, 0), bad: ['101', '-1', '100.1'] },
  { path: '/buffersoc', key: 'bufferSoc', good: NUMBERS.good(100, 80.5, 1, 0), bad: ['101', '-0.1'] },
  { path: '/bufferstartsoc', key: 'bufferStartSoc', good: NUMBERS.good(100, 90, 1, 0), bad: ['101', '-1'] },
  { path: '/residualpower', key: 'residualPower', good: NUMBERS.good(-500, 100.5, 0, 100), bad: ['100001', '-100001'] },
  { path: '/smartcostlimit', key: 'smartCostLimit', good: NUMBERS.good(0.15, -0.05, 0), bad: ['10001', '-10001'] },
  ...[1, 2].flatMap((id): Row[] => [
    {
      id,
      path: '/mode',
      key: 'mode',
      good: ['now', 'minpv', 'pv', 'off'].map((mode) => [mode, mode] as const),
      bad: ['PV', 'Off', 'fast', 'pv%00', 'pvv', '1'],
    },
    { id, path: '/minsoc', key: 'minSoc', good: NUMBERS.good(100, 20, 0), bad: ['101', '-1', '20.5'] },
    { id, path: '/target/soc', key: 'targetSoc', good: NUMBERS.good(0, 80, 100), bad: ['101', '-1', '80.5'] },
    { id, path: '/target/energy', key: 'targetEnergy', good: NUMBERS.good(12.5, 0.1, 0), bad: ['-1', '1000.1'] },
    { id, path: '/mincurrent', key: 'minCurrent', good: NUMBERS.good(16, 6.5, 6), bad: ['0', '17', '-6', '81'] },
    { id, path: '/maxcurrent', key: 'maxCurrent', good: NUMBERS.good(6, 10.5, 16), bad: ['0', '5', '16.1', '80'] },
    { id, path: '/enable/threshold', key: 'enableThreshold', good: NUMBERS.good(-1000.5, 100, 0), bad: ['100001'] },
    { id, path: '/disable/threshold', key: 'disableThreshold', good: NUMBERS.good(200, -50, 0), bad: ['-100001'] },
  ]),
];

const shownIn = async ({ key, id }: Row): Promise<unknown> => {
  const state = await house.state();
  return id === undefined ? state[key] : state.loadpoints[id - 1]?.[key];
};

describe.each(ROWS)('POST $path of $id', (row) => {
  const base = row.id === undefined ? `/api${row.path}` : `/api/loadpoints/${row.id}${row.path}`;

  test.each(row.good)('%s', async (text, answer, shown = answer) => {
    const { status, json, headers } = await house.ask('POST', `${base}/${text}`);
    expect({ status, json }).toEqual({ status: 200, json: { result: answer } });
    expect(headers['content-type']).toBe('application/json; charset=UTF-8');
    expect(await shownIn(row)).toBe(shown);
  });

  test('with values that are not allowed is refused and changes nothing', async () => {
    const before = await shownIn(row);
    for (const text of [...row.bad, ...NO_NUMBERS]) {
      const { status, json, headers, bytes } = await house.ask('POST', `${base}/${text}`);
      expect([text, status]).toEqual([text, 400]);
      expect(json).toEqual({ error: expect.stringMatching(/./) });
      expect(headers['content-length']).toBe(String(bytes.length));
    }
    expect(await shownIn(row)).toBe(before);
  });

  test('takes bodies without looking at them', async () => {
    const [text, answer] = row.good.at(-1) ?? [];
    for (const body of ['{"timeout":5000}', '{', 'mode=now', '\u0000']) {
      const { status, json } = await house.ask('POST', `${base}/${text}`, {
        headers: { 'Content-Type': 'application/json' },
        body,
      });
      expect({ status, json }).toEqual({ status: 200, json: { result: answer } });
    }
  });

  test('with another method is refused with the ones that are possible', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD']) {
      const { status, headers } = await house.ask(method, `${base}/${row.good[0]?.[0]}`);
      expect([method, status, headers.allow]).toEqual([method, 405, 'POST, OPTIONS']);
    }
  });
});

test.each(ROWS.filter(({ id }) => id === 1))(
  'POST $path of a loadpoint that does not exist',
  async ({ path, good }) => {
    for (const id of ['0', '3', '-1', '01', '1.0', 'x', '99999999999999999999', '%31%20']) {
      const { status, json } = await house.ask('POST', `/api/loadpoints/${id}${path}/${good[0]?.[0]}`);
      expect([id, status]).toEqual([id, 404]);
      expect(json).toEqual({ error: expect.stringMatching(/loadpoint/) });
    }
  },
);

describe('the phases', () => {
  const enabled = async (id: number) => (await house.state()).loadpoints[id - 1]?.phasesEnabled;

  test('of a fixed charger are told at once', async () => {
    for (const phases of [1, 3]) {
      expect(await house.result('POST', `/api/loadpoints/1/phases/${phases}`)).toBe(phases);
      expect((await house.state()).loadpoints[0]?.phasesConfigured).toBeNull();
    }
    expect(await house.ask('POST', '/api/loadpoints/1/phases/0')).toMatchObject({
      status: 400,
      json: { error: expect.stringMatching(/^invalid number of phases: 0/) },
    });
  });

  test('of a switching charger are those that are switched on now', async () => {
    for (const phases of [1, 3, 0]) {
      const before = await enabled(2);
      expect(await house.result('POST', `/api/loadpoints/2/phases/${phases}`)).toBe(before);
      expect((await house.state()).loadpoints[1]?.phasesConfigured).toBe(phases);
    }
  });

  test.each(['2', '4', '-1', '1.5', '3p', '13', '%33%20'])('cannot be %s', async (text) => {
    for (const id of [1, 2]) {
      expect(await house.ask('POST', `/api/loadpoints/${id}/phases/${text}`)).toMatchObject({
        status: 400,
        json: { error: expect.stringMatching(/phases/) },
      });
    }
  });
});

describe('the target time', () => {
  const of = async () => (await house.state()).loadpoints[0]?.targetTime;

  test.each([
    ['2030-01-01T07:00:00Z', '2030-01-01T07:00:00Z', '2030-01-01T07:00:00Z'],
    ['2030-01-01T07:00:00.000Z', '2030-01-01T07:00:00Z', '2030-01-01T07:00:00Z'],
    ['2030-01-01T07:00:00.250Z', '2030-01-01T07:00:00.25Z', '2030-01-01T07:00:00.25Z'],
    ['2030-01-01T07:00:00-05:00', '2030-01-01T07:00:00-05:00', '2030-01-01T12:00:00Z'],
    ['2030-01-01T07:00:00+00:00', '2030-01-01T07:00:00Z', '2030-01-01T07:00:00Z'],
    ['2030-01-01T07:00:00+02:00', '2030-01-01T07:00:00+02:00', '2030-01-01T05:00:00Z'],
    ['2030-01-01T07%3A00%3A00%2B02%3A00', '2030-01-01T07:00:00+02:00', '2030-01-01T05:00:00Z'],
  ])('may be %s, which is repeated', async (text, told, instant) => {
    await house.result('POST', '/api/loadpoints/1/target/soc/80');
    const result = await house.result('POST', `/api/loadpoints/1/target/time/${text}`);
    expect(result).toEqual({ soc: 80, energy: 0, time: told });
    expect(Date.parse(String(await of()))).toBe(Date.parse(instant));
  });

  test.each([
    'tomorrow',
    '2030-02-30T00:00:00Z',
    '2030-01-01',
    '2030-01-01T07:00:00',
    '2030-01-01t07:00:00z',
    '2020-01-01T00:00:00Z',
    '1893456000000',
    'null%00',
  ])('cannot be %s', async (text) => {
    const before = await of();
    expect(await house.ask('POST', `/api/loadpoints/1/target/time/${text}`)).toMatchObject({
      status: 400,
      json: { error: expect.stringMatching(/./) },
    });
    expect(await of()).toBe(before);
  });

  test('says when it is in the past', async () => {
    const { json } = await house.ask('POST', '/api/loadpoints/1/target/time/2020-01-01T00:00:00Z');
    expect(json).toEqual({ error: 'timestamp is in the past' });
  });

  test.each([
    ['DELETE', '/api/loadpoints/1/target/time'],
    ['POST', '/api/loadpoints/1/target/time/0001-01-01T00:00:00Z'],
  ])('is cleared by %s %s', async (method, path) => {
    await house.result('POST', '/api/loadpoints/1/target/time/2030-01-01T07:00:00Z');
    expect(await house.ask(method, path)).toMatchObject({ status: 200, json: { result: {} } });
    expect(await of()).toBe('0001-01-01T00:00:00Z');
    expect((await house.state()).loadpoints[0]?.planActive).toBe(false);
  });
});

describe('the plan', () => {
  const ask = (query = '') => house.ask('GET', `/api/loadpoints/1/target/plan${query}`);

  test('is null where there is nothing to do', async () => {
    await house.result('DELETE', '/api/loadpoints/1/target/time');
    for (const query of ['', '?targetTime=2020-01-01T00:00:00Z', '?targetTime=0001-01-01T00:00:00Z']) {
      expect((await ask(query)).json).toEqual({ result: { duration: 0, plan: null, unit: '', power: 11_040 } });
    }
  });

  test.each(['Z', '%2B01:00', '-05:00'])('is previewed for a time with offset %s', async (offset) => {
    const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const { status, json } = await ask(`?targetTime=${day}T07:00:00${offset}`);
    expect(status).toBe(200);
    const { result } = json as { result: { duration: number; plan: { start: string; end: string; price: number }[] } };
    expect(Number.isInteger(result.duration)).toBe(true);
    const target = Date.parse(`${day}T07:00:00${decodeURIComponent(offset)}`);
    for (const slot of result.plan) {
      expect(slot).toEqual({ start: expect.any(String), end: expect.any(String), price: 0.3 });
      expect(Date.parse(slot.start)).toBeLessThan(Date.parse(slot.end));
      expect(Date.parse(slot.end)).toBeLessThanOrEqual(target);
    }
    expect((await house.state()).loadpoints[0]?.targetTime).toBe('0001-01-01T00:00:00Z');
  });

  test.each(['x', '2030-13-01T00:00:00Z', '1', '%00'])('of the time %s is refused', async (text) => {
    expect(await ask(`?targetTime=${text}`)).toMatchObject({ status: 400, json: { error: expect.any(String) } });
  });
});

describe('the vehicle', () => {
  const titles = async () => (await house.state()).loadpoints.map(({ vehicleTitle }) => vehicleTitle);
  /** The loadpoints have these vehicles, or soon will. */
  const expectTitles = (...expected: string[]) => expect.poll(titles, { timeout: 10_000 }).toEqual(expected);

  test('is selected by its place in the list, and taken from the other loadpoint', async () => {
    expect(await house.result('POST', '/api/loadpoints/1/vehicle/2')).toEqual({ vehicle: 'Vehicle 2' });
    await expectTitles('Vehicle 2', '');
    expect(await house.result('POST', '/api/loadpoints/1/vehicle/1')).toEqual({ vehicle: 'Vehicle 1' });
    expect(await house.result('POST', '/api/loadpoints/2/vehicle/2')).toEqual({ vehicle: 'Vehicle 2' });
    await expectTitles('Vehicle 1', 'Vehicle 2');
  });

  test.each(['0', '3', '-1', '999999999999999999999', 'nobody', 'null', 'none', '%3F%00', '1.5'])(
    'cannot be %s',
    async (text) => {
      expect(await house.ask('POST', `/api/loadpoints/1/vehicle/${text}`)).toMatchObject({
        status: 400,
        json: { error: expect.stringMatching(/vehicle/) },
      });
      expect(await titles()).toEqual(['Vehicle 1', 'Vehicle 2']);
    },
  );

  test('keeps its own limits', async () => {
    await house.result('POST', '/api/loadpoints/1/minsoc/30');
    await house.result('POST', '/api/loadpoints/1/target/soc/70');
    expect(await house.result('DELETE', '/api/loadpoints/1/vehicle')).toEqual({});
    await expectTitles('', 'Vehicle 2');
    const guest = { vehiclePresent: false, minSoc: 0, targetSoc: 100, targetEnergy: 0 };
    expect((await house.state()).loadpoints[0]).toMatchObject(guest);
    await house.result('POST', '/api/loadpoints/1/vehicle/1');
    await expectTitles('Vehicle 1', 'Vehicle 2');
    expect((await house.state()).loadpoints[0]).toMatchObject({ minSoc: 30, targetSoc: 70 });
    await house.result('POST', '/api/loadpoints/1/minsoc/0');
    await house.result('POST', '/api/loadpoints/1/target/soc/100');
  });

  test('is looked for when asked to', async () => {
    expect(await house.result('PATCH', '/api/loadpoints/1/vehicle')).toEqual({});
    await house.result('POST', '/api/loadpoints/1/vehicle/1');
    expect((await house.state()).loadpoints[0]).toMatchObject({ vehicleDetectionActive: false });
  });
});

describe('a demand from outside', () => {
  const shown = async () => {
    const { remoteDisabled, remoteDisabledSource } = (await house.state()).loadpoints[0] ?? {};
    return [remoteDisabled, remoteDisabledSource];
  };

  test.each([
    ['soft', ':grid', 'soft'],
    ['hard', 'some_one-2', 'hard'],
    ['anything', ':grid', ''],
  ])('%s by %s', async (demand, source, inForce) => {
    expect(await house.result('POST', `/api/loadpoints/1/remotedemand/${demand}/${source}`)).toEqual({
      demand: inForce,
      source,
    });
    await expect.poll(shown, { timeout: 10_000 }).toEqual([inForce, source]);
  });

  test.each(['hard/a%20b', 'hard/<x>', `hard/${'x'.repeat(100)}`])('cannot be %s', async (text) => {
    expect((await house.ask('POST', `/api/loadpoints/1/remotedemand/${text}`)).status).toBe(400);
    expect((await shown())[0]).toBe('');
  });
});

describe('tariffs', () => {
  test.each([
    ['grid', 0.3],
    ['feedin', 0.08],
    ['planner', 0.3],
  ])('%s', async (type, price) => {
    const { rates } = (await house.result('GET', `/api/tariff/${type}`)) as {
      rates: { start: string; end: string; price: number }[];
    };
    expect(rates).toHaveLength(7);
    for (const [index, rate] of rates.entries()) {
      expect(rate).toEqual({ start: expect.any(String), end: expect.any(String), price });
      expect(rate.start).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/);
      if (index > 0) expect(rate.start).toBe(rates[index - 1]?.end);
    }
    // In case that it is just past midnight
    const midnights = [startedAt, Date.now()].map((time) => new Date(time).setUTCHours(0, 0, 0, 0));
    expect(midnights).toContain(Date.parse(rates[0]?.start ?? ''));
  });

  test.each(['co2', 'solar', 'nonsense', 'GRID', '%00', '__proto__'])('%s is not available', async (type) => {
    expect(await house.ask('GET', `/api/tariff/${type}`)).toMatchObject({
      status: 404,
      json: { error: expect.stringMatching(/^tariff not available/) },
    });
  });
});

describe('the switch of telemetry', () => {
  test.each(['/api/telemetry', '/api/settings/telemetry'])('is off and is kept at %s', async (path) => {
    expect(await house.result('GET', path)).toBe(false);
    for (const [text, value] of [
      ['true', true],
      ['f', false],
      ['t', true],
      ['false', false],
    ] as const) {
      expect(await house.result('POST', `${path}/${text}`)).toBe(value);
      expect(await house.result('GET', path)).toBe(value);
    }
    for (const text of ['maybe', 'TRUE', 'on', '', '%20true']) {
      expect((await house.ask('POST', `${path}/${text}`)).status).toBeGreaterThanOrEqual(301);
    }
    expect(await house.result('GET', path)).toBe(false);
  });
});

test('health', async () => {
  expect(await house.ask('GET', '/api/health')).toMatchObject({ status: 200, text: 'OK\n' });
});
