import { expect, type TestContext, test } from 'vitest';
import type { LoadedPlugin } from '../../../core/index.ts';
import type { EvccConfig } from '../../../plugins/types.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';
import { startMosquitto } from '../../helpers/mosquitto.ts';
import { logged } from '../../helpers/probe.ts';
import { type Observer, observe } from '../mqtt/network.ts';
import { problemsOf } from './rules.ts';

type Config = Readonly<Record<string, unknown>>;

const sections = (broker: string, options: object = {}) =>
  ({ mqtt: { broker }, 'home-assistant': options }) as Partial<EvccConfig>;

/** A house with everything that can be announced, at a real Mosquitto, and somebody who watches. */
async function begin(t: TestContext, options: HouseOptions = {}, own: object = {}) {
  const broker = await startMosquitto();
  t.onTestFinished(() => broker.stop());
  const observer = await observe(broker.url);
  t.onTestFinished(() => observer.close());
  let mark = (): void => {};
  const marker: LoadedPlugin = {
    name: 'marker',
    apply: ({ services }) => {
      services.use('mqtt', (mqtt) => {
        mark = () => mqtt.retain('marker', 'all of it was sent before');
        return undefined;
      });
    },
  };
  const house = await startHouse(t, {
    battery: { soc: 50, capacity: 10 },
    batteryMode: async () => {},
    rates: (now) => [{ start: now - 3_600_000, end: now + 3_600_000, price: 0.3 }],
    loadpoints: [{ title: 'Garage' }, { title: 'Carport' }],
    charger: (charger) => {
      charger.canSwitchPhases = true;
    },
    ...options,
    plugins: [marker, ...(options.plugins ?? [])],
    config: {
      vehicles: { ev6: { type: 'fake', title: 'EV6 "blau"', capacity: 77 }, bike: { type: 'fake', title: 'Rad' } },
      ...sections(broker.url, own),
      ...options.config,
    } as Partial<EvccConfig>,
  });
  await house.cycle();
  await house.cycle();
  await house.cycle();
  mark();
  await observer.until(() => observer.values.has('marker'));
  return { house, observer, broker };
}

const announced = (observer: Observer, path: string): Promise<void> =>
  observer.until(() => observer.values.has(`homeassistant/${path}/config`));

/** Discovery messages by `<component>/<node>/<object>` */
function configs(observer: Observer): Map<string, Config> {
  const all = [...observer.values].filter(([topic]) => topic.startsWith('homeassistant/'));
  return new Map(all.map(([topic, payload]) => [topic.slice(14, -7), JSON.parse(payload) as Config]));
}

/** Lets time pass in the house until something happened on the wire. */
async function passing<T>(house: FakeHouse, event: Promise<T>): Promise<T> {
  let over = false;
  const done = event.finally(() => {
    over = true;
  });
  while (!over) {
    await house.clock.advance(20);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return done;
}

test('everything that is announced is what Home Assistant accepts', async (t) => {
  const { observer } = await begin(t);
  const all = [...observer.values].filter(([topic]) => topic.startsWith('homeassistant/'));
  expect(all.length).toBeGreaterThan(120);
  expect(all.flatMap(([topic, payload]) => problemsOf(topic, payload))).toEqual([]);
  const ids = [...configs(observer).values()].map((config) => config.unique_id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every setting has an entity, and every entity that shows a value has a topic that is published', async (t) => {
  const { house, observer } = await begin(t);
  const all = [...configs(observer).values()];
  const commands = new Set(all.map((config) => config.command_topic).filter((topic) => topic !== undefined));
  for (const row of house.runtime.evcc.settings.rows()) {
    if (row.mqtt === undefined) continue;
    const base = { site: 'evcc/site', loadpoint: 'evcc/loadpoints/2', vehicle: 'evcc/vehicles/ev6' }[row.scope];
    expect(commands).toContain(`${base}/${row.mqtt}/set`);
  }
  // A topic without value is one whose retained message is empty; it was published all the same.
  const published = new Set(observer.messages.map(({ topic }) => topic));
  const topics = all.flatMap((config) => [config.state_topic, config.json_attributes_topic, config.availability_topic]);
  const missing = new Set(topics.filter((topic) => topic !== undefined && !published.has(String(topic))));
  // Nothing was ever there: the retained message was empty from the start.
  const values = house.runtime.evcc.state;
  const known = (topic: unknown): boolean => {
    const [, scope = '', second = '', third = ''] = String(topic).split('/');
    if (scope === 'site') return values.site.has(second);
    return scope === 'loadpoints' ? values.loadpoints[Number(second) - 1]?.has(third) === true : false;
  };
  expect([...missing].filter((topic) => !known(topic))).toEqual([]);
});

test('values have units and classes', async (t) => {
  const { observer } = await begin(t);
  const all = configs(observer);
  expect(all.get('sensor/evcc/site_gridPower')).toMatchObject({
    name: 'Grid power',
    state_topic: 'evcc/site/gridPower',
    unit_of_measurement: 'W',
    device_class: 'power',
    state_class: 'measurement',
    availability_topic: 'evcc/status',
    unique_id: 'evcc_site_gridPower',
    device: { identifiers: ['evcc'], name: 'Test house', model: 'Site', sw_version: '0.0.0-test' },
  });
  expect(all.get('sensor/evcc/lp2_sessionEnergy')).toMatchObject({
    device_class: 'energy',
    state_class: 'total_increasing',
    unit_of_measurement: 'Wh',
    device: { identifiers: ['evcc_lp2'], name: 'Carport', via_device: 'evcc' },
  });
  expect(all.get('sensor/evcc/site_batterySoc')).toMatchObject({ device_class: 'battery', unit_of_measurement: '%' });
  expect(all.get('sensor/evcc/site_tariffGrid')).toMatchObject({ unit_of_measurement: 'EUR/kWh' });
  expect(all.get('sensor/evcc/site_battery_1_soc')).toMatchObject({ state_topic: 'evcc/site/battery/1/soc' });
  expect(all.get('sensor/evcc/lp1_chargeCurrents_l2')).toMatchObject({ enabled_by_default: false });
  expect(all.get('sensor/evcc/lp1_planProjectedStart')).toMatchObject({ device_class: 'timestamp' });
  expect(all.get('binary_sensor/evcc/lp1_charging')).toMatchObject({ payload_on: 'true', payload_off: 'false' });
  expect(all.has('sensor/evcc/lp1_mode')).toBe(false);
  expect(all.has('sensor/evcc/site_statistics_total_chargedKWh')).toBe(true);
  expect([...all.keys()].filter((name) => name.includes('site_stats_'))).toEqual([]);
});

test('settings can be set within their range', async (t) => {
  const { observer } = await begin(t);
  const all = configs(observer);
  expect(all.get('select/evcc/lp1_mode_set')).toMatchObject({ options: ['off', 'pv', 'minpv', 'now'] });
  expect(all.get('select/evcc/lp1_phases_set')).toMatchObject({ options: ['0', '1', '3'] });
  expect(all.get('select/evcc/site_batteryMode_set')).toMatchObject({
    options: ['-', 'normal', 'hold', 'charge', 'holdcharge'],
    state_topic: 'evcc/site/batteryModeExternal',
  });
  expect(all.get('select/evcc/lp1_vehicle_set')).toMatchObject({
    options: ['-', 'Rad', 'EV6 "blau"'],
    state_topic: 'evcc/loadpoints/1/vehicleTitle',
    command_template: '{{ {"EV6 \\"blau\\"":2,"Rad":1}.get(value, 0) }}',
  });
  expect(all.get('number/evcc/lp1_maxCurrent_set')).toMatchObject({
    min: 1,
    max: 80,
    step: 0.1,
    unit_of_measurement: 'A',
  });
  expect(all.get('number/evcc/site_smartCostLimit_set')).toMatchObject({ unit_of_measurement: 'EUR/kWh', mode: 'box' });
  expect(all.get('number/evcc/site_commonSmartFeedInPriorityLimit_set')).toMatchObject({
    unit_of_measurement: 'EUR/kWh',
  });
  expect(all.get('switch/evcc/lp1_batteryBoost_set')).toMatchObject({ payload_on: 'true', payload_off: 'false' });
  expect(all.get('datetime/evcc/lp1_targetTime_set')).toMatchObject({
    command_topic: 'evcc/loadpoints/1/targetTime/set',
  });
  expect(all.get('button/evcc/lp1_targetTime_set_clear')).toMatchObject({ payload_press: 'null' });
});

/** A value that Home Assistant would send, and that is another one than before */
const SAMPLES: Readonly<Record<string, (config: Config, now: number) => string>> = {
  switch: (config) => String(config.payload_on),
  select: ({ options }) => String((options as string[]).at(-1)),
  number: ({ min, max, step }) => {
    const [low, high, by] = [Number(min), Number(max), Number(step)];
    return String(Math.min(high, Math.max(low, low <= 8 && high >= 8 ? 8 : low + by)));
  },
  datetime: (_, now) => new Date(now + 3_600_000).toISOString().replace('Z', '+00:00'),
};

test('a command with a value that an entity allows is taken over', async (t) => {
  const { house, observer } = await begin(t);
  await house.command('mode', 'pv');
  const wanted = [...configs(observer)].filter(([name]) => /(site|lp1)_/.test(name));
  const sent: string[] = [];
  for (const [name, config] of wanted) {
    const sample = SAMPLES[name.split('/')[0] ?? ''];
    const topic = String(config.command_topic);
    if (!sample || /vehicle\/set$/.test(topic)) continue;
    const payload = sample(config, house.clock.now());
    await observer.send(topic, payload);
    sent.push(topic);
  }
  expect(sent.length).toBeGreaterThan(20);
  // They are carried out in order, so that the last one tells that all were.
  await observer.send('evcc/loadpoints/2/mode/set', 'now');
  await observer.sees('evcc/loadpoints/2/mode', 'now');
  const refused = house.log.filter(({ message }) => message.startsWith('set evcc/')).map(({ message }) => message);
  expect(refused).toEqual([]);
  expect(observer.values.get('evcc/loadpoints/1/mode')).toBe('now');
  expect(observer.values.get('evcc/site/batteryModeExternal')).toBe('holdcharge');

  const choice = configs(observer).get('select/evcc/lp1_vehicle_set') ?? {};
  const positions = JSON.parse(/\{\{ (\{.*\})\.get/.exec(String(choice.command_template))?.[1] ?? '') as Config;
  await observer.send('evcc/loadpoints/1/vehicle/set', String(positions['EV6 "blau"']));
  const title = async (): Promise<unknown> => {
    await house.cycle();
    return observer.values.get('evcc/loadpoints/1/vehicleTitle');
  };
  await expect.poll(title).toBe('EV6 "blau"');
});

test('what goes is taken back: loadpoints, settings of plugins, all of it', async (t) => {
  const { house, observer } = await begin(t, {
    plugins: [
      {
        name: 'lamp',
        apply: ({ settings }) =>
          settings.define({
            scope: 'loadpoint',
            name: 'lamp',
            description: 'A lamp',
            schema: { type: 'boolean', default: false },
            mqtt: 'lamp',
          }),
      },
    ],
  });
  await announced(observer, 'switch/evcc/lp2_lamp_set');
  const gone = (pattern: RegExp): Promise<void> =>
    observer.until(() => ![...configs(observer).keys()].some((name) => pattern.test(name)));

  const fake = house.config.plugins?.slice(0, 1);
  const withoutPlugin = { ...house.config, plugins: fake } as EvccConfig;
  expect(await house.runtime.reconfigure(withoutPlugin)).toEqual([]);
  await house.cycle();
  await gone(/lamp/);

  const single = { ...withoutPlugin, loadpoints: house.config.loadpoints?.slice(0, 1) } as EvccConfig;
  expect(await house.runtime.reconfigure(single)).toEqual([]);
  await house.cycle();
  await gone(/lp2/);
  expect(configs(observer).has('select/evcc/lp1_mode_set')).toBe(true);

  const { 'home-assistant': _, ...silent } = single as EvccConfig & { 'home-assistant': object };
  expect(await passing(house, house.runtime.reconfigure(silent))).toEqual([]);
  await gone(/./);
});

test('another connection or prefix loses nothing, and leaves nothing behind', async (t) => {
  const { house, observer, broker } = await begin(t);
  const names = new Set(configs(observer).keys());
  const change = async (config: object): Promise<void> => {
    expect(await passing(house, house.runtime.reconfigure({ ...house.config, ...config }))).toEqual([]);
    await house.cycle();
  };
  // The new connection is another one to the same topics.
  await change({ mqtt: { broker: broker.url, qos: 0 } });
  await passing(
    house,
    observer.until(() => observer.on('evcc/status').length >= 3),
  );
  await observer.until(() => [...names].every((name) => configs(observer).has(name)));

  await change({ mqtt: { broker: broker.url, qos: 0 }, 'home-assistant': { prefix: 'ha' } });
  await observer.until(() => observer.values.has('ha/select/evcc/lp1_mode_set/config'));
  await observer.until(() => configs(observer).size === 0);
});

test('it is said again when Home Assistant starts, and when somebody removed it', async (t) => {
  const { observer } = await begin(t);
  const topic = 'homeassistant/select/evcc/lp1_mode_set/config';
  const before = observer.on(topic).length;
  await observer.send('homeassistant/status', 'online');
  await observer.until(() => observer.on(topic).length === before + 1);
  await observer.send(topic, '', true);
  await observer.until(() => observer.on(topic).length === before + 3);
  expect(observer.values.has(topic)).toBe(true);
});

test('what an earlier run left behind is removed, but not what is only not known yet', async (t) => {
  const broker = await startMosquitto();
  t.onTestFinished(() => broker.stop());
  const observer = await observe(broker.url);
  t.onTestFinished(() => observer.close());
  const left = {
    'homeassistant/sensor/evcc/lp7_chargePower/config': '{}',
    'homeassistant/number/evcc/lp1_gone_set/config': '{}',
    'homeassistant/sensor/evcc/lp1_removedKey/config': '{}',
    'homeassistant/sensor/evcc/site_gridPowers_l1/config': '{"a":1}',
    'homeassistant/sensor/other/lp7_chargePower/config': '{"b":1}',
  };
  for (const [topic, payload] of Object.entries(left)) await observer.send(topic, payload, true);
  const house = await startHouse(t, { config: sections(broker.url) });
  await house.cycle();
  await observer.until(() => Object.keys(left).filter((topic) => observer.values.has(topic)).length === 2);
  expect(observer.values.get('homeassistant/sensor/evcc/site_gridPowers_l1/config')).toBe('{"a":1}');
  expect(observer.values.get('homeassistant/sensor/other/lp7_chargePower/config')).toBe('{"b":1}');
});

test('names of devices follow those of the house', async (t) => {
  const { house, observer } = await begin(t);
  const loadpoints = [{ ...house.config.loadpoints?.[0], title: 'Hof' }, house.config.loadpoints?.[1]];
  expect(await house.runtime.reconfigure({ ...house.config, loadpoints })).toEqual([]);
  await house.cycle();
  await observer.until(() => {
    const { device } = configs(observer).get('select/evcc/lp1_mode_set') as { device: { name: string } };
    return device.name === 'Hof';
  });
});

test('prefix, node and address can be chosen', async (t) => {
  const broker = await startMosquitto();
  t.onTestFinished(() => broker.stop());
  const observer = await observe(broker.url);
  t.onTestFinished(() => observer.close());
  const options = { prefix: 'ha/discovery', node: 'home', url: 'https://evcc.example' };
  await startHouse(t, { config: sections(broker.url, options) });
  const topic = 'ha/discovery/select/home/lp1_mode_set/config';
  await observer.until(() => observer.values.has(topic));
  const config = JSON.parse(observer.values.get(topic) ?? '') as { device: Config; unique_id: string };
  expect(config.unique_id).toBe('home_lp1_mode_set');
  expect(config.device).toMatchObject({ identifiers: ['home_lp1'], configuration_url: 'https://evcc.example' });
});

test.each([
  [{ prefix: 'a/#' }, /home-assistant.prefix/],
  [{ node: 'a b' }, /home-assistant.node/],
  [{ url: 'evcc.local' }, /home-assistant.url/],
  [{ nod: 'a' }, /node/],
])('%j is refused before anything starts', async (options, message) => {
  const house = startHouse({ onTestFinished: () => {} }, { config: sections('127.0.0.1:1', options) });
  await expect(house).rejects.toMatchObject({ code: 'EVCC_CONFIG_INVALID', message: expect.stringMatching(message) });
});

test('a house without MQTT runs, and says that nothing is announced', async (t) => {
  const house = await startHouse(t, { config: { 'home-assistant': {} } as Partial<EvccConfig> });
  await house.runtime.start();
  await house.cycle();
  expect(house.log.filter(({ level }) => level === 'error')).toEqual([]);
  expect(logged(house, 'announced')).toEqual([
    'warn: nothing is announced to Home Assistant: the configuration has no mqtt',
  ]);
});
