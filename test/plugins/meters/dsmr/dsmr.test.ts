import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import dsmr from '../../../../plugins/meters/dsmr/index.ts';
import { crc16Arc, cutP1 } from '../../../../plugins/shared/telegrams/p1.ts';
import { applyPlugin, type MeterHardware, meterContract } from '../../../contract/index.ts';
import { startSerialLine, startTelegramDevice } from '../../../helpers/telegram-device.ts';
import { telegramPeer } from '../../../helpers/telegram-meter.ts';
import { TELEGRAMS } from './fixtures.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const soon = () => AbortSignal.timeout(5_000);

function telegram(...values: readonly string[]): Buffer {
  const text = `/TST5\\test\r\n\r\n${values.map((value) => `1-0:${value}\r\n`).join('')}!`;
  return Buffer.from(`${text}${crc16Arc(Buffer.from(text)).toString(16).toUpperCase().padStart(4, '0')}\r\n`);
}

/** A meter says power in two values without sign, and whole A. */
function encode({ power, powers, currents, voltages, energy = 0, returnEnergy = 0 }: MeterHardware): Buffer {
  const both = (drawn: string, fed: string, watts: number) => [
    `${drawn}.7.0(${(Math.max(0, watts) / 1_000).toFixed(3).padStart(6, '0')}*kW)`,
    `${fed}.7.0(${(Math.max(0, -watts) / 1_000).toFixed(3).padStart(6, '0')}*kW)`,
  ];
  return telegram(
    ...both('1', '2', power),
    ...(powers ?? []).flatMap((watts, index) => both(`${index * 20 + 21}`, `${index * 20 + 22}`, watts)),
    ...(voltages ?? []).map((value, index) => `${index * 20 + 32}.7.0(${value.toFixed(1)}*V)`),
    ...(currents ?? []).map((value, index) => `${index * 20 + 31}.7.0(${Math.abs(value).toFixed(2)}*A)`),
    `1.8.1(${(energy / 1_000).toFixed(3)}*kWh)`,
    `1.8.2(000000.000*kWh)`,
    `2.8.1(${(returnEnergy / 1_000).toFixed(3)}*kWh)`,
  );
}

describe('dsmr over TCP', () => {
  const peer = telegramPeer({
    type: 'dsmr',
    plugin: dsmr,
    encode,
    encodeInvalid: () => telegram('32.7.0(230.0*V)'),
    encodeDamaged: () => Buffer.from('/TST5\\test\r\n\r\n1-0:1.7.0(00.100*kW)\r\n!0000\r\n'),
  });
  for (const { title, run } of meterContract(peer)) test(title, run);
});

async function meter(options: object = {}) {
  const box = await startTelegramDevice();
  const plugin = await applyPlugin(dsmr);
  const device = await plugin.meters.create('dsmr', { host: '127.0.0.1', port: box.port, ...options });
  ends.push(box.close, plugin.remove, () => device.close?.());
  return { box, device };
}

describe('dsmr', () => {
  for (const [name, { text, reading }] of Object.entries(TELEGRAMS)) {
    test(`reads a telegram ${name}`, async () => {
      const { box, device } = await meter();
      box.send(Buffer.from(text));
      assert.deepEqual(await device.read(soon()), reading);
    });
  }

  test('reads a meter at a serial port', async () => {
    const line = await startSerialLine();
    ends.push(line.close);
    const plugin = await applyPlugin(dsmr);
    const device = await plugin.meters.create('dsmr', { device: line.path });
    ends.push(() => device.close?.());
    const reading = device.read(soon());
    // What was sent before the port was open is gone.
    const sending = setInterval(() => line.send(telegram('1.7.0(01.500*kW)')), 50);
    ends.push(() => clearInterval(sending));
    assert.deepEqual(await reading, { power: 1_500 });
  });

  test('a serial port that is not there is unavailable', async () => {
    const plugin = await applyPlugin(dsmr);
    const device = await plugin.meters.create('dsmr', { device: '/dev/there-is-none' });
    await assert.rejects(device.read(soon()), { code: 'EVCC_DEVICE_UNAVAILABLE', message: /^\/dev\/there-is-none: / });
    await device.close?.();
  });

  test.each([{}, { host: 'a', device: 'b' }])('is either behind a host or at a port: %j', async (options) => {
    const plugin = await applyPlugin(dsmr);
    await assert.rejects(plugin.meters.create('dsmr', options), { code: 'EVCC_CONFIG_INVALID' });
  });
});

describe('a telegram', () => {
  const whole = Buffer.from(TELEGRAMS['of the Netherlands, with two tariffs']?.text ?? '');

  test('is not complete before its last byte', () => {
    // The two bytes at the end are the end of the line.
    for (let length = 0; length < whole.length - 2; length += 1) {
      assert.equal(cutP1(whole.subarray(0, length)), undefined, `${length}`);
    }
    assert.ok(cutP1(whole.subarray(0, -2)));
  });

  test('may begin in the middle of another', () => {
    const found = cutP1(Buffer.concat([whole.subarray(200), whole, whole]));
    assert.ok(found && 'value' in found);
    assert.equal(found.value.get('2.7.0'), 1_234);
    assert.equal(found.rest.length, whole.length + 2);
  });

  test('with any byte changed is none', () => {
    for (let index = 1; index < whole.length - 2; index += 7) {
      const damaged = Buffer.from(whole);
      damaged[index] = (damaged[index] ?? 0) ^ 0x01;
      const found = cutP1(damaged);
      assert.ok(found === undefined || 'problem' in found, `byte ${index}`);
    }
  });
});
