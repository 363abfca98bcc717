import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import type { HemsOptions } from '../../../plugins/hems/index.ts';
import type { EvccConfig } from '../../../plugins/types.ts';
import { freePort } from '../../helpers/free-port.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';
import { type HttpDevice, startHttpDevice } from '../../helpers/http-device.ts';
import { type Mosquitto, startMosquitto } from '../../helpers/mosquitto.ts';

/** What a grid operator orders, through real peers and the whole runtime. */

let device: HttpDevice;
let broker: Mosquitto;
beforeAll(async () => {
  device = await startHttpDevice();
  broker = await startMosquitto();
});
afterAll(async () => {
  await device.close();
  await broker.stop();
});

async function begin(
  t: TestContext,
  hems: HemsOptions,
  config: Partial<EvccConfig> = {},
  options: HouseOptions = {},
): Promise<FakeHouse> {
  const house = await startHouse(t, {
    loadpoints: [
      { mode: 'now', guardDuration: 0 },
      { mode: 'now', guardDuration: 0 },
    ],
    ...options,
    unprepared: true,
    config: { hems, ...config },
  });
  await onTheWire(house, house.runtime.prepare());
  return house;
}

/** Lets time pass in the house while something happens on the wire. */
async function onTheWire<T>(house: FakeHouse, work: Promise<T>): Promise<T> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  work.then(end, end);
  while (!over) {
    await house.clock.advance(10);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return work;
}

/** Runs cycles until something is so. */
async function until(house: FakeHouse, isSo: () => boolean): Promise<void> {
  const look = async (): Promise<unknown> => {
    if (!isSo()) await house.cycle();
    return isSo() || [house.site('hems'), currents(house)];
  };
  await expect.poll(look, { interval: 3 }).toBe(true);
}

const currents = (house: FakeHouse): unknown[] =>
  house.runtime.evcc.state.loadpoints.map((_, index) => house.loadpoint('chargeCurrent', index + 1));
const state = (house: FakeHouse) => house.site('hems') as Record<string, unknown> | undefined;
const contact = (path: string) => ({ source: 'http', url: `${device.url}${path}` }) as const;

describe('a contact', () => {
  test('limits what may be consumed while it is closed', async (t) => {
    let text = 'off';
    device.route('GET /w4', () => ({ text }));
    const house = await begin(t, { limit: contact('/w4'), maxPower: 9_000 });
    await until(house, () => String(currents(house)) === '16,16');
    expect(state(house)).toEqual({
      dimmed: false,
      curtailed: false,
      consumptionLimit: null,
      feedInLimit: null,
      failsafe: false,
    });
    text = 'on';
    await until(house, () => String(currents(house)) === '7,6');
    expect(state(house)).toMatchObject({ dimmed: true, consumptionLimit: 9_000, failsafe: false });
    expect(house.loadpoint('dimmed', 2)).toBe(true);
    expect(house.loadpoint('reasons')).toMatchObject([
      { code: 'mode-now' },
      { code: 'grid-operator', text: 'the grid operator allows 9000 W, which leaves 7 A' },
    ]);
    text = 'off';
    await until(house, () => String(currents(house)) === '16,16');
    expect(house.loadpoint('dimmed', 2)).toBe(false);
  });

  test('that cannot be read keeps its last word for a while, then the fail-safe limit holds', async (t) => {
    device.route('GET /w4', { text: 'off' });
    const house = await begin(t, { limit: contact('/w4'), timeout: 120, failsafePower: 5_000 });
    await until(house, () => String(currents(house)) === '16,16');
    await device.fail('error');
    const failedAt = house.clock.now();
    await until(house, () => state(house)?.dimmed === true);
    expect(house.clock.now() - failedAt).toBeGreaterThanOrEqual(110_000);
    expect(state(house)).toMatchObject({ consumptionLimit: 5_000, failsafe: true });
    await until(house, () => String(currents(house)) === '7,0');
    await device.recover();
    await until(house, () => String(currents(house)) === '16,16');
    const lines = house.log
      .filter(({ message }) => /^input|^the grid operator/.test(message))
      .map(({ message }) => message);
    expect(lines).toEqual([
      'the grid operator allows everything',
      expect.stringMatching(/^input cannot be read: limit: /),
      'the grid operator allows consumption up to 5000 W, as nothing is known of limit',
      'input limit can be read again',
      'the grid operator allows everything',
    ]);
  });

  test('that never answered counts as lost from the start', async (t) => {
    await device.fail('error');
    t.onTestFinished(() => device.recover());
    const house = await begin(t, { limit: contact('/w4') });
    await house.run(60);
    expect(state(house)).toMatchObject({ consumptionLimit: 4_200, failsafe: true });
    expect(currents(house)).toEqual([6, 0]);
  });

  test('that says nonsense counts as one that fails', async (t) => {
    device.route('GET /w4', { text: 'perhaps' });
    const house = await begin(t, { limit: contact('/w4') });
    await house.run(30);
    expect(state(house)).toMatchObject({ dimmed: true, failsafe: true });
  });
});

test('contacts of an FNN control box: the lowest feed-in counts', async (t) => {
  const closed = new Set<string>();
  for (const name of ['w4', 'w3', 's2', 's1']) {
    device.route(`GET /fnn/${name}`, () => ({ json: closed.has(name) }));
  }
  const house = await begin(t, {
    limit: contact('/fnn/w4'),
    w3: contact('/fnn/w3'),
    s2: contact('/fnn/s2'),
    s1: contact('/fnn/s1'),
  });
  for (const [names, feedInLimit] of [
    [['s1'], 60],
    [['s1', 's2'], 30],
    [['s1', 's2', 'w3'], 0],
    [['w3'], 0],
    [['w4'], null],
  ] as const) {
    closed.clear();
    for (const name of names) closed.add(name);
    await until(house, () => state(house)?.feedInLimit === feedInLimit);
    expect(state(house)).toMatchObject({ curtailed: feedInLimit !== null });
  }
  expect(state(house)).toMatchObject({ dimmed: true, consumptionLimit: 4_200 });
});

test('values over MQTT, 0 and 100 stand for none', async (t) => {
  const client = await connectAsync(broker.url);
  t.onTestFinished(() => client.endAsync(true));
  const source = (topic: string) => ({ source: 'mqtt', broker: broker.url, topic }) as const;
  const send = (topic: string, text: string) => client.publishAsync(topic, text, { qos: 1, retain: true });
  await send('grid/consumption', '0');
  await send('grid/feedin', '100');
  const house = await begin(t, { consumptionLimit: source('grid/consumption'), feedInLimit: source('grid/feedin') });
  await until(house, () => String(currents(house)) === '16,16');
  await send('grid/consumption', '8280');
  await send('grid/feedin', '70');
  await until(house, () => String(currents(house)) === '6,6');
  await until(house, () => state(house)?.feedInLimit === 70);
  await send('grid/consumption', '-5');
  await until(house, () => state(house)?.failsafe === true);
  expect(state(house)).toMatchObject({ consumptionLimit: 4_200, feedInLimit: 70 });
});

describe('as settings', () => {
  test('over REST and MQTT, also after a restart', async (t) => {
    const port = await freePort();
    const sections = { rest: { port }, mqtt: { broker: broker.url, topic: 'house' } };
    const house = await begin(t, {}, sections);
    const client = await connectAsync(broker.url);
    t.onTestFinished(() => client.endAsync(true));
    await until(house, () => String(currents(house)) === '16,16');
    const url = `http://127.0.0.1:${port}/api`;
    const set = (path: string, method = 'POST') =>
      onTheWire(
        house,
        fetch(`${url}${path}`, { method }).then((r) => r.json()),
      );
    expect(await set('/consumptionlimit/9000')).toEqual({ result: 9_000 });
    await until(house, () => String(currents(house)) === '7,6');
    await client.publishAsync('house/site/consumptionLimit/set', '8280', { qos: 1 });
    await until(house, () => String(currents(house)) === '6,6');
    expect(await set('/consumptionlimit', 'GET')).toEqual({ result: 8_280 });
    expect(await set('/consumptionlimit/-1')).toMatchObject({ error: expect.stringContaining('a number from 0 to') });
    expect(await set('/feedinlimit/60')).toEqual({ result: 60 });
    await onTheWire(house, house.runtime.stop());

    const again = await begin(t, {}, {}, { store: house.store });
    await until(again, () => String(currents(again)) === '6,6');
    expect(state(again)).toMatchObject({ consumptionLimit: 8_280, feedInLimit: 60 });
    await again.commandSite('consumptionLimit', 0);
    await until(again, () => String(currents(again)) === '16,16');
  });

  test('that have to be repeated, or else the fail-safe limits hold', async (t) => {
    const house = await begin(t, { commandTimeout: 300, failsafePower: 4_500, failsafeFeedIn: 50 });
    await house.run(290);
    expect(state(house)).toMatchObject({ dimmed: false, failsafe: false });
    await house.commandSite('consumptionLimit', 0);
    await house.run(290);
    expect(state(house)).toMatchObject({ dimmed: false, failsafe: false });
    await house.run(30);
    expect(state(house)).toMatchObject({ consumptionLimit: 4_500, feedInLimit: 50, failsafe: true });
    await house.commandSite('feedInLimit', 100);
    await house.cycle();
    expect(state(house)).toMatchObject({ dimmed: false, failsafe: false });
  });

  test('are not there without a configuration', async (t) => {
    const house = await startHouse(t, {});
    await expect(house.commandSite('consumptionLimit', 0)).rejects.toThrow('there is no setting');
    await house.cycle();
    expect(house.site('hems')).toBeUndefined();
  });
});

test('the root circuit is limited, with all that it carries; else the loadpoints alone', async (t) => {
  const circuits = { main: { maxPower: 20_000, meter: 'main' } };
  const house = await begin(t, {}, { circuits }, { meters: ['main'] });
  house.meter('main').reading = {
    get power() {
      return 1_000 + house.charger(1).power + house.charger(2).power;
    },
  };
  await until(house, () => String(currents(house)) === '14,13');
  await house.commandSite('consumptionLimit', 9_280);
  await until(house, () => String(currents(house)) === '6,6');
  expect(house.loadpoint('reasons')).toMatchObject([{}, { code: 'grid-operator' }]);
  expect(house.site('circuits')).toMatchObject({ main: { maxPower: 20_000 } });
});

test('a home battery is not charged from the grid while the consumption is limited', async (t) => {
  const modes: string[] = [];
  const battery = { soc: 50 };
  const batteryMode = async (mode: string) => void modes.push(mode);
  const house = await begin(t, {}, {}, { battery, batteryMode });
  await house.commandSite('batteryMode', 'charge');
  await house.run(20);
  await house.commandSite('consumptionLimit', 4_200);
  await house.run(20);
  await house.commandSite('consumptionLimit', 0);
  await house.run(20);
  expect(modes).toEqual(['charge', 'hold', 'charge']);
});

describe('devices that can be told', () => {
  test('are told once there is a change, and again until it worked', async (t) => {
    const told: string[] = [];
    let fails = false;
    const tell = (what: string) => async (value: unknown) => {
      told.push(`${what} ${String(value)}`);
      if (fails) throw new Error('refused');
    };
    const house = await begin(
      t,
      {},
      {
        meters: {
          grid: { type: 'fake' },
          pv: { type: 'fake' },
          roof: { type: 'able' },
          heater: { type: 'able' },
        } as never,
        chargers: { charger1: { type: 'able' } } as never,
        site: { meters: { grid: 'grid', pv: ['pv', 'roof'], aux: 'heater' } },
        loadpoints: [{ charger: 'charger1', mode: 'now' }],
      },
      {
        plugins: [
          {
            name: 'able',
            apply(evcc) {
              const schema = { type: 'object', properties: {} } as const;
              evcc.meters.define('able', {
                schema,
                create: (_, { name }) => ({
                  read: async () => ({ power: 0 }),
                  ...(name === 'roof' ? { curtail: tell('roof') } : { dim: tell('heater') }),
                }),
              });
              evcc.chargers.define('able', {
                schema,
                create: () => ({ ...house.charger().device(), dim: tell('charger') }),
              });
            },
          },
        ],
      },
    );
    const fresh = () => told.splice(0).sort();
    await house.run(30);
    expect(fresh()).toEqual(['charger false', 'heater false', 'roof 100']);
    await house.commandSite('consumptionLimit', 4_200);
    await house.run(30);
    expect(fresh()).toEqual(['charger true', 'heater true']);
    fails = true;
    await house.commandSite('feedInLimit', 60);
    await house.run(20);
    expect(fresh()).toEqual(['roof 60', 'roof 60']);
    fails = false;
    await house.run(30);
    expect(fresh()).toEqual(['roof 60']);
    await house.commandSite('consumptionLimit', 0);
    await house.commandSite('feedInLimit', 100);
    await house.run(30);
    expect(fresh()).toEqual(['charger false', 'heater false', 'roof 100']);
    expect(house.log.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      expect.stringContaining('telling roof what the grid operator allows failed'),
    ]);
    // Without its plugin there is no word of the operator any more, and nothing that it said stays in force.
    await house.commandSite('consumptionLimit', 4_200);
    await house.run(30);
    expect(fresh()).toEqual(['charger true', 'heater true']);
    const { hems: _, ...without } = house.config;
    await house.runtime.reconfigure(without);
    await house.run(30);
    expect(fresh()).toEqual(['charger false', 'heater false']);
  });

  test('are left alone while there is no word of the operator', async (t) => {
    const told: unknown[] = [];
    const house = await startHouse(t, {
      plugins: [
        {
          name: 'able',
          apply: (evcc) =>
            void evcc.meters.define('able', {
              schema: { type: 'object', properties: {} } as const,
              create: () => ({ read: async () => ({ power: 0 }), curtail: async (value) => void told.push(value) }),
            }),
        },
      ],
      config: { meters: { grid: { type: 'able' }, pv: { type: 'fake' } } as never },
    });
    await house.run(60);
    expect(told).toEqual([]);
  });
});

test.each([
  [{ maxPower: -1 }, 'hems.maxPower: must be a number from 0 to 1000000 W (is -1)'],
  [{ limit: 'gpio' }, 'hems.limit'],
  [{ limit: { source: 'mqtt', topic: 'x' } }, 'hems.limit'],
  [{ limitt: 5 }, 'hems.limitt: unknown key, did you mean "limit"?'],
  [{ failsafeFeedIn: 101 }, 'hems.failsafeFeedIn: must be a number from 0 to 100 % (is 101)'],
  [{ interval: 0 }, 'hems.interval: must be a number from 1 to'],
])('a bad configuration is refused: %j', async (hems, problem) => {
  const none = { onTestFinished() {} };
  await expect(startHouse(none, { config: { hems: hems as never }, unprepared: true })).rejects.toThrow(problem);
});
