import assert from 'node:assert/strict';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, test } from 'vitest';
import type { MeterDevice } from '../../../core/index.ts';
import type { CustomMqttSource } from '../../../plugins/custom/index.ts';
import custom from '../../../plugins/custom/index.ts';
import { type AppliedPlugin, applyPlugin, deviceContext } from '../../contract/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { type Mosquitto, startMosquitto } from '../../helpers/mosquitto.ts';

let broker: Mosquitto;
let client: MqttClient;
let plugin: AppliedPlugin;
let clock: FakeClock;
const soon = () => AbortSignal.timeout(5_000);

beforeAll(async () => {
  broker = await startMosquitto();
});
afterAll(() => broker.stop());
beforeEach(async () => {
  clock = new FakeClock();
  plugin = await applyPlugin(custom, undefined, { clock });
  client = await connectAsync(broker.url);
});
afterEach(async () => {
  await plugin.remove();
  await client.endAsync(true);
});

const meter = (source: Omit<CustomMqttSource, 'source' | 'broker'>): Promise<MeterDevice> =>
  plugin.meters.create(
    'custom',
    { power: { source: 'mqtt', broker: broker.url, ...source } },
    deviceContext({ clock }),
  );
const send = (topic: string, text: string, retain = false) => client.publishAsync(topic, text, { qos: 1, retain });

async function eventually(check: () => Promise<void>): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    try {
      return await check();
    } catch (error) {
      if (turn > 400) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const shows = (device: MeterDevice, power: number) =>
  eventually(async () => assert.deepEqual(await device.read(AbortSignal.timeout(200)), { power }));

test('a message that is older than its timeout is an error, until the next one comes', async () => {
  await send('a/power', '500', true);
  const device = await meter({ topic: 'a/power', timeout: 30 });
  await shows(device, 500);
  await clock.advance(30_000);
  await shows(device, 500);
  await clock.advance(1_000);
  await assert.rejects(device.read(soon()), {
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: 'power: MQTT topic a/power has been silent for 31 s (timeout 30 s)',
  });
  await send('a/power', '600');
  await shows(device, 600);
});

test('a meter waits a minute by default, a vehicle for ever, and so does a timeout of 0', async () => {
  await send('b/value', '50', true);
  const device = await meter({ topic: 'b/value' });
  const patient = await meter({ topic: 'b/value', timeout: 0 });
  const car = await plugin.vehicles.create(
    'custom',
    { soc: { source: 'mqtt', broker: broker.url, topic: 'b/value' } },
    deviceContext({ clock }),
  );
  await shows(device, 50);
  await clock.advance(60_001);
  await assert.rejects(device.read(soon()), /silent for 60 s/);
  await clock.advance(30 * 86_400_000);
  await shows(patient, 50);
  assert.deepEqual(await car.read(soon()), { soc: 50 });
});

test('a kept message does not count where only fresh ones shall', async () => {
  await send('c/power', '1', true);
  await shows(await meter({ topic: 'c/power' }), 1);
  const device = await meter({ topic: 'c/power', retained: false });
  const waiting = assert.rejects(device.read(soon()), /power: MQTT broker .* nothing has arrived on c\/power/);
  await eventually(async () => {
    await clock.advance(1_000);
    await Promise.race([waiting, Promise.reject(new Error('still waiting'))]);
  });
  await send('c/power', '2', true);
  await shows(device, 2);
});

test.each([
  ['{"w": "12,5"}', /^power: "12,5" is not a number/],
  ['{"v": 1}', /^power from MQTT topic d\/power, path w: there is no w$/],
  ['garbage', /^power from MQTT topic d\/power, path w: the answer is not JSON but "garbage"$/],
  ['{"w": null}', /null is not a single value/],
])('the message %s is an error that names it', async (text, message) => {
  await send('d/power', text, true);
  const device = await meter({ topic: 'd/power', path: 'w' });
  await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message });
});

test('a command goes to topics with the value in them, kept or not', async () => {
  const seen: string[] = [];
  client.on('message', (topic, payload, { retain }) => seen.push(`${topic} ${payload} ${retain}`));
  await client.subscribeAsync('e/#');
  const device = await plugin.meters.create('custom', {
    power: { source: 'constant', value: 0 },
    setBatteryMode: [
      { target: 'mqtt', broker: broker.url, topic: 'e/{value}', payload: '{"mode":"{value}"}', qos: 0 },
      { target: 'mqtt', broker: broker.url, topic: 'e/kept', map: { hold: 1 }, retain: true, qos: 2 },
    ],
  });
  await device.setBatteryMode?.('hold', soon());
  await eventually(async () => assert.deepEqual(seen, ['e/hold {"mode":"hold"} false', 'e/kept 1 false']));
  seen.length = 0;
  await client.unsubscribeAsync('e/#');
  await client.subscribeAsync('e/#');
  await eventually(async () => assert.deepEqual(seen, ['e/kept 1 true']));
});
