import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import tasmota from '../../../../plugins/meters/tasmota/index.ts';
import { applyPlugin, meterContract } from '../../../contract/index.ts';
import { eventually } from '../../../contract/peer.ts';
import { type HttpMeterHardware, httpMeterPeer, startHttpMeter } from '../../../helpers/http-meter.ts';
import { SENSORS } from './fixtures.ts';

const PASSWORD = 'geheim&123';
const soon = () => AbortSignal.timeout(5_000);

const hardware: HttpMeterHardware = {
  type: 'tasmota',
  plugin: tasmota,
  options: { user: 'house', password: PASSWORD },
  secrets: [PASSWORD, encodeURIComponent(PASSWORD)],
  state: { power: 0, energy: 1_000, returnEnergy: 500 },
  serve: (box, state, invalid) =>
    box.route('GET /cm', ({ query }) => {
      assert.equal(query.get('cmnd'), 'Status 10');
      if (query.get('user') !== 'house' || query.get('password') !== PASSWORD) {
        return { json: { WARNING: 'Need user=<username>&password=<password>' } };
      }
      const Total_in = (state.energy ?? 0) / 1_000;
      const Total_out = (state.returnEnergy ?? 0) / 1_000;
      return {
        json: { StatusSNS: { Time: 'x', SML: { Total_in, Total_out, Power_curr: invalid() ? 'x' : state.power } } },
      };
    }),
};

describe('tasmota over HTTP', () => {
  for (const { title, run } of meterContract(httpMeterPeer(hardware))) test(title, run);

  test.each(SENSORS)('reads %s', async (_, sensors, options, reading) => {
    const { device, close } = await startHttpMeter({
      ...hardware,
      options,
      serve: (box) => box.route('GET /cm', { json: { StatusSNS: sensors } }),
    });
    assert.deepEqual(await device.read(soon()), reading);
    await close();
  });

  test('a wrong password, which comes with status 200, is refused', async () => {
    const { device, close } = await startHttpMeter({ ...hardware, options: { password: 'wrong' } });
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_AUTH' });
    await close();
  });

  test('says which groups there are', async () => {
    const { device, close } = await startHttpMeter({
      ...hardware,
      options: { group: 'SML' },
      serve: (box) => box.route('GET /cm', { json: { StatusSNS: { Time: 'x', BME280: {}, MT175: {} } } }),
    });
    await assert.rejects(device.read(soon()), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /there is no group SML, but BME280, MT175$/,
    });
    await close();
  });

  test.each([{}, { host: 'a', broker: 'mqtt://b', topic: 'c' }, { broker: 'mqtt://b' }])(
    'is asked in one way: %j',
    async (options) => {
      const plugin = await applyPlugin(tasmota);
      await assert.rejects(plugin.meters.create('tasmota', options), { code: 'EVCC_CONFIG_INVALID' });
      await plugin.remove();
    },
  );
});

describe('tasmota over MQTT', () => {
  let aedes: Aedes;
  let server: Server;
  let broker: string;
  beforeAll(async () => {
    aedes = await Aedes.createBroker();
    server = createServer(aedes.handle);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    broker = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise<void>((resolve) => aedes.close(resolve));
    server.close();
  });

  const publish = (topic: string, payload: string, retain = false) =>
    new Promise<void>((resolve, reject) =>
      aedes.publish({ cmd: 'publish', qos: 0, dup: false, retain, topic: `tele/${topic}/SENSOR`, payload }, (error) =>
        error ? reject(error) : resolve(),
      ),
    );

  /** A device that sends all the time, unless its payload is empty. */
  async function start(topic: string, payload: string) {
    let later = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + later };
    const plugin = await applyPlugin(tasmota, undefined, { clock });
    const device = await plugin.meters.create('tasmota', { broker, topic }, { clock });
    const sending = setInterval(() => payload && publish(topic, payload), 10);
    return {
      device,
      /** The device is silent from now on. */
      pass: (ms: number) => {
        clearInterval(sending);
        later += ms;
      },
      close: async () => {
        clearInterval(sending);
        await device.close?.();
        await plugin.remove();
      },
    };
  }

  test('reads the last message, for ten minutes', async () => {
    const { device, pass, close } = await start('meter', '{"Time":"x","SML":{"Power_curr":-50,"Total_in":1.5}}');
    assert.deepEqual(await device.read(soon()), { power: -50, energy: 1_500 });
    await eventually(() => {
      // A message that was still on its way is old after the next time.
      pass(601_000);
      return assert.rejects(device.read(soon()), {
        code: 'EVCC_DEVICE_UNAVAILABLE',
        message: /^tele\/meter\/SENSOR: the last message is 60\d s old$/,
      });
    });
    await close();
  });

  test('a retained message, which may be of last week, is no reading', async () => {
    await publish('kept', '{"SML":{"Power_curr":9999}}', true);
    const { device, close } = await start('kept', '');
    await assert.rejects(device.read(AbortSignal.timeout(300)), { code: 'EVCC_DEVICE_UNAVAILABLE' });
    const first = await eventually(async () => {
      await publish('kept', '{"SML":{"Power_curr":7}}');
      return await device.read(AbortSignal.timeout(100));
    });
    assert.deepEqual(first, { power: 7 });
    await close();
  });

  test.each([
    ['is not JSON', '<html>', /^tele\/broken\/SENSOR: the message is not JSON$/],
    ['is a list', '[1]', /^tele\/broken\/SENSOR: the answer is a list, not an object$/],
  ])('a message that %s is an error', async (_, payload, message) => {
    const { device, close } = await start('broken', payload);
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_PROTOCOL', message });
    await close();
  });
});
