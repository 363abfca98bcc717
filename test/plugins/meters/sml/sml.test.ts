import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, describe, test } from 'vitest';
import sml from '../../../../plugins/meters/sml/index.ts';
import { cutSml } from '../../../../plugins/shared/telegrams/sml.ts';
import { applyPlugin, type MeterHardware, meterContract } from '../../../contract/index.ts';
import { frame, type SmlEntry, writeSml } from '../../../helpers/sml.ts';
import { startSerialLine, startTelegramDevice } from '../../../helpers/telegram-device.ts';
import { telegramPeer } from '../../../helpers/telegram-meter.ts';
import { FILES } from './fixtures.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const soon = () => AbortSignal.timeout(5_000);
const code = (group: number, kind = '07'): string => `0100${group.toString(16).padStart(2, '0')}${kind}00ff`;

function encode({ power, powers, currents, voltages, energy = 0, returnEnergy = 0 }: MeterHardware): Buffer {
  const phases = (first: number, unit: number, values: readonly number[] = []): SmlEntry[] =>
    values.map((value, index) => [code(first + index * 20), unit, -2, Math.round(value * 100)]);
  return writeSml([
    [code(1, '08'), 30, -1, Math.round(energy * 10)],
    [code(2, '08'), 30, -1, Math.round(returnEnergy * 10)],
    [code(16), 27, 0, Math.round(power)],
    ...phases(36, 27, powers),
    ...phases(31, 33, currents),
    ...phases(32, 35, voltages),
  ]);
}

const damaged = (file: Buffer): Buffer => {
  const copy = Buffer.from(file);
  copy[40] = (copy[40] ?? 0) ^ 0x10;
  return copy;
};

describe('sml over TCP', () => {
  const peer = telegramPeer({
    type: 'sml',
    plugin: sml,
    encode,
    encodeInvalid: () => writeSml([[code(1, '08'), 30, 0, 1_000]]),
    encodeDamaged: () => damaged(encode({ power: 100 })),
  });
  for (const { title, run } of meterContract(peer)) test(title, run);
});

describe('sml', () => {
  test.each(FILES)('reads a file %s', async (_, file, reading) => {
    const box = await startTelegramDevice();
    const plugin = await applyPlugin(sml);
    const device = await plugin.meters.create('sml', { host: '127.0.0.1', port: box.port });
    ends.push(box.close, () => device.close?.());
    box.send(file);
    assert.deepEqual(await device.read(soon()), reading);
  });

  test('reads a meter at a serial port', async () => {
    const line = await startSerialLine();
    const plugin = await applyPlugin(sml);
    const device = await plugin.meters.create('sml', { device: line.path });
    ends.push(line.close, () => device.close?.());
    const reading = device.read(soon());
    // What was sent before the port was open is gone.
    const sending = setInterval(() => line.send(FILES[0]?.[1] ?? Buffer.alloc(0)), 50);
    ends.push(() => clearInterval(sending));
    assert.deepEqual(await reading, FILES[0]?.[2]);
  });
});

describe('a file', () => {
  const whole = encode({ power: -12_345 });

  test('is not complete before its last byte', () => {
    for (let length = 0; length < whole.length; length += 1) {
      assert.equal(cutSml(whole.subarray(0, length)), undefined, `${length}`);
    }
  });

  test('may begin in the middle of another', () => {
    const found = cutSml(Buffer.concat([whole.subarray(20), whole, Buffer.from('1b1b', 'hex')]));
    assert.ok(found && 'value' in found);
    assert.equal(found.value.get('16.7.0'), -12_345);
    assert.equal(found.rest.toString('hex'), '1b1b');
  });

  test('that broke off is left for the next one', () => {
    const found = cutSml(Buffer.concat([whole.subarray(0, 60), whole]));
    assert.ok(found && 'problem' in found);
    assert.equal(found.problem, 'a telegram broke off');
    const next = cutSml(found.rest);
    assert.ok(next && 'value' in next);
  });

  test.each([
    ['a list that is longer than the file', '7f01'],
    ['a number of nine bytes', `5a${'00'.repeat(9)}`],
    ['an unknown kind of element', '2201'],
    ['an element that is shorter than its head', '8001'],
    ['lists without end', '71'.repeat(200)],
  ])('with %s is none', (_, content) => {
    const found = cutSml(frame(Buffer.from(content, 'hex')));
    assert.deepEqual(found && 'problem' in found && found.problem, 'a telegram is not as SML says');
  });

  test('of any bytes is cut off without errors, and values come back as they were written', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        (noise, power) => {
          cutSml(frame(Buffer.from(noise)));
          const found = cutSml(writeSml([[code(16), 27, 0, power]]));
          assert.ok(found && 'value' in found);
          assert.equal(found.value.get('16.7.0'), power);
        },
      ),
    );
  });

  test('may have data that look like an escape sequence', () => {
    // 0x1b1b1b1b W
    const found = cutSml(writeSml([[code(16), 27, 0, 0x1b1b1b1b]]));
    assert.ok(found && 'value' in found);
    assert.equal(found.value.get('16.7.0'), 0x1b1b1b1b);
  });
});
