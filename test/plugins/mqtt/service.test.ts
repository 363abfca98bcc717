import { expect, type TestContext, test } from 'vitest';
import type { LoadedPlugin } from '../../../core/index.ts';
import { fits } from '../../../plugins/mqtt/listeners.ts';
import type { MqttNote, MqttService } from '../../../plugins/shared/mqtt-service.ts';
import { startHouse } from '../../helpers/house.ts';
import { startMosquitto } from '../../helpers/mosquitto.ts';
import { observe } from './network.ts';

/** A house at a real Mosquitto with a plugin that uses its connection. */
async function begin(t: TestContext) {
  const broker = await startMosquitto();
  t.onTestFinished(() => broker.stop());
  let service: MqttService | undefined;
  const user: LoadedPlugin = {
    name: 'user',
    apply: ({ services }) =>
      services.use('mqtt', (mqtt) => {
        service = mqtt;
      }),
  };
  const house = await startHouse(t, { plugins: [user], config: { mqtt: { broker: broker.url } } });
  const observer = await observe(broker.url);
  t.onTestFinished(() => observer.close());
  await observer.sees('evcc/status', 'online');
  if (!service) throw new Error('the plugin mqtt offers nothing');
  return { house, broker, observer, mqtt: service };
}

test('another plugin publishes over the one connection, also outside of the root', async (t) => {
  const { house, broker, observer, mqtt } = await begin(t);
  expect(mqtt.root).toBe('evcc');
  mqtt.retain('elsewhere/a', '1');
  mqtt.retain('elsewhere/b', '2');
  await observer.sees('elsewhere/b', '2');
  mqtt.retain('elsewhere/a', '');
  await observer.sees('elsewhere/a', '');
  mqtt.repeat('elsewhere/b');
  await observer.until(() => observer.on('elsewhere/b').length === 2);

  await broker.restart();
  const back = observer.until(() => observer.on('elsewhere/b').length === 3);
  let over = false;
  void back.then(() => {
    over = true;
  });
  while (!over) {
    await house.clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(observer.values.has('elsewhere/a')).toBe(false);
});

test('it listens to what others say, and a mistake of its own disturbs no commands', async (t) => {
  const { house, observer, mqtt } = await begin(t);
  const notes: MqttNote[] = [];
  await observer.send('others/kept', 'old', true);
  const end = mqtt.listen('others/+', (note) => {
    notes.push(note);
    throw new Error('clumsy');
  });
  await expect.poll(() => notes).toHaveLength(1);
  await observer.send('others/a', 'x');
  await observer.send('others/a/b', 'not for it');
  await observer.send('evcc/loadpoints/1/mode/set', 'now');
  await observer.sees('evcc/loadpoints/1/mode', 'now');
  expect(notes).toEqual([
    { topic: 'others/kept', payload: 'old', retained: true },
    { topic: 'others/a', payload: 'x', retained: false },
  ]);
  expect(house.log.filter(({ level }) => level === 'error')).toHaveLength(2);
  end();
  await observer.send('others/a', 'y');
  await observer.send('evcc/loadpoints/1/mode/set', 'off');
  await observer.sees('evcc/loadpoints/1/mode', 'off');
  expect(notes).toHaveLength(2);
});

test('it knows where values are published', async (t) => {
  const { mqtt } = await begin(t);
  expect([mqtt.base('site', 0), mqtt.base('loadpoint', 2)]).toEqual(['evcc/site', 'evcc/loadpoints/2']);
  const key = { name: 'pv', kind: 'list', description: '' } as const;
  expect(mqtt.topics('evcc/site', key, [{ power: 1 }])).toEqual(['evcc/site/pv', 'evcc/site/pv/1/power']);
});

test('what comes too late is not sent', async (t) => {
  const { house, observer, mqtt } = await begin(t);
  await house.stop();
  mqtt.retain('elsewhere/a', '1');
  await observer.sees('evcc/status', 'offline');
  expect(observer.values.has('elsewhere/a')).toBe(false);
});

test.each([
  ['a/b', 'a/b', true],
  ['a/+', 'a/b', true],
  ['a/+', 'a', false],
  ['a/+', 'a/b/c', false],
  ['+/+', '/a', true],
  ['a/#', 'a/b/c', true],
  ['a/#', 'a', true],
  ['a/#', 'b', false],
  ['#', 'a/b', true],
  ['+/x/+/config', 'y/x/z/config', true],
  ['+/x/+/config', 'y/x/config', false],
])('%s and %s: %s', (filter, topic, expected) => {
  expect(fits(filter, topic)).toBe(expected);
});
