import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore, type Store } from '../../../core/store.ts';
import mqtt, { type MqttOptions } from '../../../plugins/mqtt/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { BROKERS, type TestBroker } from './brokers.ts';
import { createFakeEvcc, type FakeEvcc, type FakeEvccOptions } from './fake-evcc.ts';
import { type Observer, observe, retained } from './network.ts';

/** Topics that the API document names, below the root. */
const DOCUMENTED = [
  'status',
  'updated',
  'site/prioritySoc',
  'site/bufferSoc',
  'site/bufferStartSoc',
  'site/residualPower',
  'site/smartCostLimit',
  'loadpoints',
  ...[1, 2].flatMap((id) =>
    [
      'mode',
      'minSoc',
      'targetSoc',
      'targetEnergy',
      'targetTime',
      'phases',
      'minCurrent',
      'maxCurrent',
      'enableThreshold',
      'disableThreshold',
    ].map((name) => `loadpoints/${id}/${name}`),
  ),
];

describe.each(BROKERS)('with $name', ({ start }) => {
  let broker: TestBroker;
  let observer: Observer;
  let ends: (() => Promise<void> | void)[];

  beforeEach(async () => {
    ends = [];
    broker = await start();
    observer = await observe(broker.url);
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    await observer.close();
    await broker.stop();
  });

  async function begin(options: FakeEvccOptions = {}, section: Partial<MqttOptions> = {}): Promise<FakeEvcc> {
    const fake = createFakeEvcc(options);
    const dispose = await mqtt.apply(fake.evcc, { broker: broker.url, ...section });
    ends.push(async () => {
      await fake.stop(AbortSignal.abort());
      await dispose?.();
    });
    await fake.start();
    return fake;
  }

  test('every topic of the API document can be read', async () => {
    const fake = await begin({ loadpoints: 2 });
    const targetTime = Date.parse('2099-03-05T07:00:00Z');
    fake.publish({ gridPower: -1234.5 }, { 1: { targetTime }, 2: { targetTime } });
    const topics = [...DOCUMENTED, 'site/gridPower', 'loadpoints/1/phasesConfigured'];
    await observer.until(() => topics.every((topic) => observer.values.has(`evcc/${topic}`)));
    assert.equal(observer.values.get('evcc/status'), 'online');
    assert.equal(observer.values.get('evcc/loadpoints'), '2');
    assert.equal(observer.values.get('evcc/site/gridPower'), '-1234.5');
    assert.equal(observer.values.get('evcc/site/residualPower'), '0');
    assert.equal(observer.values.get('evcc/loadpoints/2/mode'), 'off');
    assert.equal(observer.values.get('evcc/loadpoints/2/maxCurrent'), '16');
    assert.equal(observer.values.get('evcc/loadpoints/1/phases'), '0');
    assert.equal(observer.values.get('evcc/loadpoints/1/phasesConfigured'), '0');
    assert.equal(observer.values.get('evcc/loadpoints/1/targetTime'), String(targetTime / 1000));
  });

  test('values are retained, so that a later subscriber finds all of them', async () => {
    const fake = await begin();
    fake.publish(
      {
        gridCurrents: [1.5, -2, 0.25],
        pv: [{ power: 4000, energy: 12_345_678 }, { power: 10 }],
        vehicles: ['EV6', 'Zoe'],
        greenShareHome: 1 / 3,
        tariffGrid: null,
        auth: { vehicles: { ID3: { uri: 'x' } } },
      },
      { 1: { chargeDuration: 5_400_999, charging: true, vehicleTitle: '', sessionPrice: null, connectedDuration: 0 } },
    );
    await observer.sees('evcc/loadpoints/1/charging', 'true');
    const all = await retained(broker.url);
    const part = (prefix: string) => [...all].filter(([topic]) => topic.startsWith(prefix)).sort();
    assert.deepEqual(part('evcc/site/gridCurrents'), [
      ['evcc/site/gridCurrents', '-0.25'],
      ['evcc/site/gridCurrents/l1', '1.5'],
      ['evcc/site/gridCurrents/l2', '-2'],
      ['evcc/site/gridCurrents/l3', '0.25'],
    ]);
    assert.deepEqual(part('evcc/site/pv'), [
      ['evcc/site/pv', '2'],
      ['evcc/site/pv/1/energy', '12345.678'],
      ['evcc/site/pv/1/power', '4000'],
      ['evcc/site/pv/2/power', '10'],
    ]);
    assert.deepEqual(part('evcc/site/vehicles'), [
      ['evcc/site/vehicles', '2'],
      ['evcc/site/vehicles/1', 'EV6'],
      ['evcc/site/vehicles/2', 'Zoe'],
    ]);
    assert.equal(all.get('evcc/site/greenShareHome'), '0.3333333333333333');
    assert.equal(all.get('evcc/loadpoints/1/chargeDuration'), '5400');
    assert.equal(all.get('evcc/loadpoints/1/connectedDuration'), '0');
    for (const topic of ['site/tariffGrid', 'loadpoints/1/vehicleTitle', 'loadpoints/1/sessionPrice', 'site/auth']) {
      assert.equal(all.has(`evcc/${topic}`), false, topic);
    }
    assert.deepEqual(part('evcc/site/auth'), []);
  });

  test('unchanged values are not repeated, and "updated" comes at most once a second', async () => {
    const clock = new FakeClock(Date.parse('2025-06-15T12:00:00.900Z'));
    const fake = await begin({ clock });
    fake.publish({ gridPower: 100, homePower: 1 });
    await observer.sees('evcc/site/gridPower', '100');
    fake.publish({ gridPower: 200, homePower: 1 });
    await observer.sees('evcc/site/gridPower', '200');
    clock.jump(clock.now() + 900);
    fake.publish({ gridPower: 300, homePower: 1 });
    await observer.sees('evcc/site/gridPower', '300');
    const seconds = Date.parse('2025-06-15T12:00:00Z') / 1000;
    assert.deepEqual(observer.on('evcc/updated'), [String(seconds)]);
    clock.jump(clock.now() + 100);
    fake.publish({ gridPower: 400, homePower: 1 });
    await observer.sees('evcc/site/gridPower', '400');
    fake.publish({ pvPower: 1 });
    await observer.sees('evcc/site/pvPower', '1');
    assert.deepEqual(observer.on('evcc/site/homePower'), ['1']);
    assert.deepEqual(observer.on('evcc/updated'), [String(seconds), String(seconds + 1)]);
    const order = observer.messages.map(({ topic }) => topic);
    assert.ok(order.lastIndexOf('evcc/updated') < order.lastIndexOf('evcc/site/gridPower'));
  });

  test('a clock that is set back does not hold "updated" up', async () => {
    const clock = new FakeClock(10_000_000);
    const fake = await begin({ clock });
    fake.publish({ gridPower: 1 });
    await observer.sees('evcc/updated', '10000');
    clock.jump(5_000_000);
    fake.publish({ gridPower: 2 });
    await observer.sees('evcc/updated', '5000');
  });

  test('what a shorter list, a lost value or another shape leaves behind is cleared', async () => {
    const fake = await begin();
    fake.publish({ pv: [{ power: 1, energy: 1_000 }, { power: 2 }], gridCurrents: [1, 2, 3], tariffGrid: 0.3 });
    await observer.sees('evcc/site/tariffGrid', '0.3');
    fake.publish({ pv: [{ power: 1 }], gridCurrents: undefined, tariffGrid: undefined });
    await observer.sees('evcc/site/tariffGrid', '');
    for (const topic of ['pv/1/energy', 'pv/2/power', 'gridCurrents', 'gridCurrents/l1', 'gridCurrents/l3']) {
      await observer.sees(`evcc/site/${topic}`, '');
    }
    const all = await retained(broker.url);
    assert.deepEqual(
      [...all].filter(([topic]) => /site\/(pv|grid|tariff)/.test(topic) && !/Configured|ExportLimit/.test(topic)),
      [
        ['evcc/site/pv', '1'],
        ['evcc/site/pv/1/power', '1'],
      ],
    );
  });

  test('a loadpoint that is removed takes all its topics along; one that takes its place starts anew', async () => {
    const fake = await begin({ loadpoints: 3 });
    fake.publish({}, { 2: { chargePower: 2, vehicleIdentity: 'x' }, 3: { chargePower: 3, chargeCurrents: [1, 2, 3] } });
    await observer.sees('evcc/loadpoints/3/chargePower', '3');
    fake.resize(2);
    // Nothing need have changed besides.
    fake.evcc.hooks.publish.call(() => []);
    await observer.sees('evcc/loadpoints', '2');
    await observer.until(() => ![...observer.values.keys()].some((topic) => topic.startsWith('evcc/loadpoints/3/')));
    assert.equal(observer.values.get('evcc/loadpoints/2/chargePower'), '2');

    fake.state.resize(1);
    fake.resize(2);
    await observer.until(() => !observer.values.has('evcc/loadpoints/2/vehicleIdentity'));
    assert.equal(observer.values.has('evcc/loadpoints/2/chargePower'), false);
    assert.equal(observer.values.get('evcc/loadpoints/2/mode'), 'off');
    assert.equal((await retained(broker.url)).get('evcc/loadpoints'), '2');
  });

  describe('when the topic is changed', () => {
    const remembered = async (store: Store): Promise<string | undefined> => (await store.memory.all()).get('mqtt.root');
    const below = (all: ReadonlyMap<string, string>, root: string) =>
      [...all.keys()].filter((topic) => topic.startsWith(`${root}/`));

    test('what is retained below the former one is cleared, and nothing else', async () => {
      const store = createMemoryStore();
      const before = await begin({ store });
      before.publish({ gridPower: 1 }, { 1: { chargePower: 2 } });
      await observer.sees('evcc/site/gridPower', '1');
      await observer.send('evcc/garden/lamp', 'on', true);
      await expect.poll(() => remembered(store)).toContain('"evcc"');
      await before.stop();
      const after = await begin({ store }, { topic: 'evcc/house' });
      after.publish({ gridPower: 3 });
      await observer.sees('evcc/site/gridPower', '');
      await expect.poll(() => remembered(store)).toContain('evcc/house');
      const all = await retained(broker.url);
      assert.deepEqual(
        below(all, 'evcc').filter((topic) => !topic.startsWith('evcc/house/')),
        ['evcc/garden/lamp'],
      );
      assert.equal(all.get('evcc/house/site/gridPower'), '3');
    });

    test('nothing is cleared where another house is online by now', async () => {
      const store = createMemoryStore();
      const before = await begin({ store });
      before.publish({ gridPower: 1 });
      await expect.poll(() => remembered(store)).toContain('"evcc"');
      await before.stop();
      await observer.send('evcc/status', 'online', true);
      await begin({ store }, { topic: 'house' });
      await expect.poll(() => remembered(store)).toContain('"house"');
      assert.equal((await retained(broker.url)).get('evcc/site/gridPower'), '1');
    });

    test('a memory that cannot be understood is passed over', async () => {
      const store = createMemoryStore();
      await store.memory.save(new Map([['mqtt.root', '{"root":7']]));
      await begin({ store }, { topic: 'house' });
      await expect.poll(() => remembered(store)).toContain('"house"');
    });
  });

  test('the phases setting stays readable where the charger cannot switch', async () => {
    const fake = await begin({ canSwitchPhases: false });
    fake.publish({ gridPower: 1 });
    await fake.settings.execute({ scope: 'loadpoint', id: 1, name: 'phases', value: 1, source: 'test' });
    fake.publish({}, { 1: { phasesEnabled: 1 } });
    await observer.sees('evcc/loadpoints/1/phases', '1');
    assert.equal(observer.values.has('evcc/loadpoints/1/phasesConfigured'), false);
  });

  test('another root is used everywhere, without the slashes around it', async () => {
    const fake = await begin({}, { topic: '/home/charging/' });
    fake.publish({ gridPower: 5 });
    await observer.sees('home/charging/site/gridPower', '5');
    await observer.sees('home/charging/status', 'online');
    assert.deepEqual(
      [...observer.values.keys()].filter((topic) => !/^(home\/charging\/|\$)/.test(topic)),
      [],
    );
  });

  test('what an earlier run left below site and loadpoints is cleared, anything else is left alone', async () => {
    await observer.send('evcc/site/pv/7/power', '1', true);
    await observer.send('evcc/site/tariffGrid', '0.3', true);
    await observer.send('evcc/loadpoints/4/mode', 'pv', true);
    await observer.send('evcc/loadpoints/1/mode', 'pv', true);
    await observer.send('evcc/other/thing', 'mine', true);
    await observer.send('evcc2/site/gridPower', '1', true);
    const fake = await begin();
    fake.publish({ tariffGrid: 0.25 });
    fake.publish({ tariffGrid: null });
    await observer.until(
      () => !observer.values.has('evcc/site/pv/7/power') && !observer.values.has('evcc/loadpoints/4/mode'),
    );
    const all = await retained(broker.url);
    assert.equal(all.get('evcc/loadpoints/1/mode'), 'off');
    assert.equal(all.get('evcc/other/thing'), 'mine');
    assert.equal(all.get('evcc2/site/gridPower'), '1');
    assert.equal(all.has('evcc/site/tariffGrid'), false);
  });

  test('two thousand outdated topics are cleared, too', async () => {
    for (let hundred = 0; hundred < 2_000; hundred += 100) {
      const topics = Array.from({ length: 100 }, (_, index) => `evcc/site/old/${hundred + index}`);
      await Promise.all(topics.map((topic) => observer.send(topic, 'x', true)));
    }
    await begin();
    await observer.until(() => ![...observer.values.keys()].some((topic) => topic.startsWith('evcc/site/old/')));
    assert.equal(
      [...(await retained(broker.url)).keys()].some((topic) => topic.startsWith('evcc/site/old/')),
      false,
    );
  });
});
