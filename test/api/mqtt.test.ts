import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Mosquitto, startMosquitto } from '../helpers/mosquitto.ts';
import { type Fixture, type State, startFixture } from './fixture.ts';

/** Every topic of the running process at a real Mosquitto, with good, bad, hostile and boundary payloads. */

let broker: Mosquitto;
let house: Fixture;
let client: MqttClient;
/** Last payload by topic; empty ones are not kept */
const topics = new Map<string, string>();
/** Everything that arrived, in order */
const messages: { readonly topic: string; readonly text: string }[] = [];

beforeAll(async () => {
  broker = await startMosquitto();
  client = await connectAsync(broker.url, { reconnectPeriod: 0 });
  // What an earlier process may have left behind.
  for (const [topic, payload] of LEFTOVERS) {
    await client.publishAsync(`evcc/${topic}`, payload, { retain: true, qos: 1 });
  }
  client.on('message', (topic, payload) => {
    const text = payload.toString();
    messages.push({ topic, text });
    if (text === '') topics.delete(topic);
    else topics.set(topic, text);
  });
  await client.subscribeAsync('evcc/#', { qos: 1 });
  house = await startFixture({ broker: broker.url });
  await vi.waitFor(() => expect(topics.get('evcc/loadpoints/2/mode')).toBe('off'), 20_000);
}, 60_000);

afterAll(async () => {
  const { code, err } = await house.stop();
  await client.endAsync(true);
  await broker.stop();
  expect({ code, err }).toEqual({ code: 0, err: '' });
}, 30_000);

const LEFTOVERS = [
  ['site/pv/7/power', '1'],
  ['site/battery/9/soc', '50'],
  ['site/vehicles/9', 'Sold'],
  ['site/savingsTotalCharged', '1'],
  ['loadpoints/1/activePhases', '3'],
  ['loadpoints/1/socCharge', '50'],
  ['loadpoints/3/mode', 'pv'],
] as const;

const at = (topic: string): string | undefined => topics.get(`evcc/${topic}`);
const shows = (topic: string) => expect.poll(() => at(topic), { timeout: 15_000 });
const send = (topic: string, payload: string | Buffer, retain = false) =>
  client.publishAsync(`evcc/${topic}/set`, payload, { qos: 1, retain });
const stateOf = async (id: number, key: string) => {
  const state = await house.state();
  return id === 0 ? state[key] : state.loadpoints[id - 1]?.[key];
};

describe('what is published', () => {
  test('has a status, a time of the last change and the number of loadpoints', async () => {
    expect([at('status'), at('loadpoints')]).toEqual(['online', '2']);
    await shows('updated').toMatch(/^\d{10}$/);
    expect(Math.abs(Number(at('updated')) - Date.now() / 1_000)).toBeLessThan(60);
  });

  test('is retained, all of it', { timeout: 60_000 }, async () => {
    const late = await connectAsync(broker.url, { reconnectPeriod: 0 });
    onTestFinished(() => late.endAsync(true));
    const retained = new Set<string>();
    late.on('message', (topic, _, { retain, qos }) => {
      if (retain && qos === 1) retained.add(topic);
    });
    // What the first cycles publish after the subscription does not come as retained: ask again.
    const missing = async (): Promise<string[]> => {
      await late.unsubscribeAsync('evcc/#');
      await late.subscribeAsync('evcc/#', { qos: 1 });
      return [...topics.keys()].filter((topic) => !retained.has(topic));
    };
    await expect.poll(missing, { timeout: 50_000, interval: 1_000 }).toEqual([]);
  });

  test('is every key of the state that is known, written as MQTT writes it', async () => {
    const seconds = (text: unknown) => String(Math.floor(Date.parse(String(text)) / 1_000));
    const unset = '0001-01-01T00:00:00Z';
    const differing: string[] = [];
    const compare = (base: string, values: Readonly<Record<string, unknown>>) => {
      for (const [key, value] of Object.entries(values)) {
        const shown = at(`${base}/${key}`);
        const durations = /(Duration|Remaining|Overrun|enableDelay|disableDelay)$/.test(key);
        let expected: string | undefined;
        if (value === null || value === '' || value === unset) expected = undefined;
        else if (Array.isArray(value)) {
          const perPhase = value.length === 3 && value.every((item) => typeof item === 'number');
          expected = perPhase ? undefined : String(value.length);
          if (perPhase && (shown === undefined || at(`${base}/${key}/l3`) === undefined)) differing.push(key);
          if (perPhase) continue;
        } else if (typeof value === 'object') continue;
        else if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) expected = seconds(value);
        else if (durations) expected = undefined;
        else expected = String(value);
        if (durations && expected === undefined) {
          if (!/^-?\d+$/.test(shown ?? '')) differing.push(`${base}/${key}: ${shown}`);
        } else if (shown !== expected) differing.push(`${base}/${key}: ${shown} is not ${expected}`);
      }
    };
    // Between the two readings a cycle may have ended.
    await expect
      .poll(
        async () => {
          differing.length = 0;
          const { loadpoints, auth: _, ...site } = await house.state();
          compare('site', site);
          loadpoints.forEach((values, index) => void compare(`loadpoints/${index + 1}`, values));
          return differing;
        },
        { timeout: 20_000 },
      )
      .toEqual([]);
  });

  test('lists have their count and elements, records their fields, phases their sum', async () => {
    for (const last of ['site/battery/1/capacity', 'site/stats/total/avgCo2', 'site/gridCurrents']) {
      await shows(last).toBeDefined();
    }
    expect([at('site/vehicles'), at('site/vehicles/1'), at('site/vehicles/2')]).toEqual([
      '2',
      'Vehicle 1',
      'Vehicle 2',
    ]);
    expect(at('site/pv')).toBe('1');
    expect(Number(at('site/pv/1/power'))).toBeGreaterThan(0);
    expect(Number(at('site/pv/1/energy'))).toBeGreaterThanOrEqual(0);
    for (const field of ['power', 'energy', 'soc', 'capacity']) {
      expect(at(`site/battery/1/${field}`)).toMatch(/^-?\d+(\.\d+)?$/);
    }
    for (const period of ['30d', '365d', 'total']) {
      for (const field of ['solarPercentage', 'chargedKWh', 'avgPrice', 'avgCo2']) {
        expect(at(`site/stats/${period}/${field}`)).toMatch(/^\d+(\.\d+)?$/);
      }
    }
    for (const name of ['gridPowers', 'gridCurrents']) {
      const phase = (number: number) => Number(at(`site/${name}/l${number}`));
      // Of a cycle, they come one by one.
      await expect
        .poll(() => Math.abs(Number(at(`site/${name}`)) - phase(1) - phase(2) - phase(3)), { timeout: 15_000 })
        .toBeLessThan(5);
      expect(at(`site/${name}/1`)).toBeUndefined();
    }
  });

  test('has no exponents, no NaN, no <nil>, and not what needs a login', () => {
    for (const [topic, text] of topics) {
      expect([topic, text]).not.toEqual([
        topic,
        expect.stringMatching(/^(-?\d+(\.\d+)?e[+-]\d+|[+-]?(NaN|Inf)|<nil>)$/),
      ]);
    }
    expect([...topics.keys()].filter((topic) => /\/(auth|log|releaseNotes)(\/|$)/.test(topic))).toEqual([]);
  });

  test('does not have what an earlier process left behind', async () => {
    await expect.poll(() => LEFTOVERS.filter(([topic]) => at(topic) !== undefined), { timeout: 20_000 }).toEqual([]);
  });
});

const SOC = {
  good: ['0', '100', '80.5', '8e1', '+50', ' 60 \n', '0'],
  bad: ['101', '-1', 'NaN', 'Inf', '1e9', 'x', '5,5'],
};
const WHOLE = { good: ['100', '+20', ' 30 ', '0'], bad: ['101', '-5', '20.5', 'NaN', 'x', '0x10', '[]'] };

describe.each([
  ['site/prioritySoc', SOC],
  ['site/bufferSoc', SOC],
  ['site/bufferStartSoc', SOC],
  ['site/residualPower', { good: ['-500', '1e2', '0', '100.25', '100'], bad: ['1e9', 'NaN', '--5', 'null', 'W'] }],
  ['site/smartCostLimit', { good: ['0.15', '-0.05', '0'], bad: ['99999', 'NaN', 'cheap'] }],
  ...[1, 2].flatMap((id) => [
    [
      `loadpoints/${id}/mode`,
      { good: ['now', 'PV', ' MinPV\r\n', 'OFF'], bad: ['fast', '1', 'pv\u0000', '"pv"', '{}'] },
    ] as const,
    [`loadpoints/${id}/minSoc`, WHOLE] as const,
    [`loadpoints/${id}/targetSoc`, { ...WHOLE, good: ['80', '0', '100'] }] as const,
    [`loadpoints/${id}/targetEnergy`, { good: ['12.5', '0.001', '0'], bad: ['-1', '1001', 'NaN'] }] as const,
    [`loadpoints/${id}/minCurrent`, { good: ['16', '6.5', '6'], bad: ['0', '-6', '17', 'Inf'] }] as const,
    [`loadpoints/${id}/maxCurrent`, { good: ['6', '10.5', '16'], bad: ['0', '5.9', '17', 'NaN'] }] as const,
    [`loadpoints/${id}/enableThreshold`, { good: ['-1000.5', '0'], bad: ['1e9', 'x'] }] as const,
    [`loadpoints/${id}/disableThreshold`, { good: ['200', '0'], bad: ['-1e9', 'x'] }] as const,
  ]),
] as const)('%s/set', (topic, { good, bad }) => {
  const [, place = '', key = ''] = /^(.*)\/(\w+)$/.exec(topic) ?? [];
  const id = Number(/\d/.exec(place)?.[0] ?? 0);

  test.each(good)('takes %j', async (payload) => {
    const number = Number(payload);
    const expected = Number.isNaN(number) ? payload.trim().toLowerCase() : number;
    await send(topic, payload);
    await shows(topic).toBe(String(expected));
    expect(await stateOf(id, key)).toBe(expected);
  });

  test('refuses what is not allowed, says so and publishes the value in force again', async () => {
    const before = at(topic);
    for (const payload of bad) {
      messages.length = 0;
      await send(topic, payload);
      const answer = () => messages.filter((message) => message.topic === `evcc/${topic}`).map(({ text }) => text);
      await expect.poll(answer, { timeout: 15_000 }).toEqual([before]);
      await expect
        .poll(() => messages.some((message) => message.topic === `evcc/${topic}/set` && message.text === ''))
        .toBe(true);
    }
    expect(at(topic)).toBe(before);
    expect(house.cli.out).toContain(`set evcc/${topic}: `);
  });
});

describe('further commands', () => {
  test('phases', async () => {
    for (const [id, phases, shown] of [
      [2, '1', '1'],
      [2, '3', '3'],
      [2, '0', '0'],
      [1, '1', undefined],
      [1, '3', undefined],
    ] as const) {
      await send(`loadpoints/${id}/phases`, phases);
      await shows(`loadpoints/${id}/phasesConfigured`).toBe(shown);
    }
    messages.length = 0;
    await send('loadpoints/1/phases', '0');
    await send('loadpoints/2/phases', '2');
    await expect.poll(() => messages.filter(({ topic }) => topic.endsWith('phases/set')).length).toBeGreaterThan(1);
    expect([at('loadpoints/1/phasesConfigured'), at('loadpoints/2/phasesConfigured')]).toEqual([undefined, '0']);
  });

  test('a target time is set as RFC 3339, published in Unix seconds and cleared by null', async () => {
    for (const time of ['2030-01-01T07:00:00Z', '2030-01-01T09:00:00.5+02:00']) {
      await send('loadpoints/1/targetTime', time);
      await shows('loadpoints/1/targetTime').toBe(String(Math.floor(Date.parse(time) / 1_000)));
    }
    const before = at('loadpoints/1/targetTime');
    for (const bad of ['2020-01-01T00:00:00Z', 'tomorrow', String(Date.UTC(2030, 0)), '-1']) {
      messages.length = 0;
      await send('loadpoints/1/targetTime', bad);
      await expect
        .poll(() => messages.filter(({ topic }) => topic === 'evcc/loadpoints/1/targetTime').map(({ text }) => text))
        .toEqual([before]);
    }
    await send('loadpoints/1/targetTime', 'null');
    await shows('loadpoints/1/targetTime').toBeUndefined();
  });

  test('a vehicle is selected by its place and removed by a number up to 0', async () => {
    await send('loadpoints/1/vehicle', '2');
    await shows('loadpoints/1/vehicleTitle').toBe('Vehicle 2');
    for (const nothing of ['0', '-1', 'null', 'none']) {
      await send('loadpoints/1/vehicle', '1');
      await shows('loadpoints/1/vehicleTitle').toBe('Vehicle 1');
      await send('loadpoints/1/vehicle', nothing);
      await shows('loadpoints/1/vehicleTitle').toBeUndefined();
    }
    await send('loadpoints/2/vehicle', '2');
    await send('loadpoints/1/vehicle', '1');
    await shows('loadpoints/1/vehicleTitle').toBe('Vehicle 1');
    await send('loadpoints/1/vehicle', '3');
    await expect.poll(() => house.cli.out).toContain('set evcc/loadpoints/1/vehicle: no such vehicle');
    expect(at('loadpoints/1/vehicleTitle')).toBe('Vehicle 1');
  });

  test('are carried out in the order in which they were sent', async () => {
    for (let value = 1; value <= 100; value += 1) {
      client.publish('evcc/loadpoints/2/minSoc/set', String(value), { qos: 1 });
    }
    await shows('loadpoints/2/minSoc').toBe('100');
    const seen = messages.filter(({ topic }) => topic === 'evcc/loadpoints/2/minSoc').map(({ text }) => Number(text));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    await send('loadpoints/2/minSoc', '0');
    await shows('loadpoints/2/minSoc').toBe('0');
  });

  test('that are retained are carried out once and removed', async () => {
    await send('loadpoints/2/targetSoc', '70', true);
    await shows('loadpoints/2/targetSoc').toBe('70');
    await expect.poll(() => at('loadpoints/2/targetSoc/set')).toBeUndefined();
    await house.result('POST', '/api/loadpoints/2/target/soc/100');
    await shows('loadpoints/2/targetSoc').toBe('100');
  });

  test('that are empty, unknown, huge or no text do no harm', async () => {
    const before = await house.state();
    for (const [topic, payload] of [
      ['loadpoints/1/mode', ''],
      ['loadpoints/1/mode', '   '],
      ['loadpoints/1/mode', 'x'.repeat(100_000)],
      ['loadpoints/1/mode', Buffer.from([0xff, 0xfe, 0x00])],
      ['loadpoints/3/mode', 'now'],
      ['loadpoints/0/mode', 'now'],
      ['loadpoints/-1/mode', 'now'],
      ['loadpoints/1/nothing', '1'],
      ['loadpoints/1/__proto__', '1'],
      ['site/mode', 'now'],
      ['site/gridPower', '0'],
      ['loadpoints/1/chargePower', '0'],
      ['status', 'offline'],
    ] as const) {
      await send(topic, payload);
    }
    await send('loadpoints/1/mode', 'pv');
    await shows('loadpoints/1/mode').toBe('pv');
    await send('loadpoints/1/mode', 'off');
    await shows('loadpoints/1/mode').toBe('off');
    const settings = (state: State) => [
      state.residualPower,
      ...state.loadpoints.map(({ mode, minSoc }) => [mode, minSoc]),
    ];
    expect(settings(await house.state())).toEqual(settings(before));
    expect((await house.ask('GET', '/api/health')).status).toBe(200);
  });
});
