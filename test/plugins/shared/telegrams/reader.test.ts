import assert from 'node:assert/strict';
import { afterEach, test } from 'vitest';
import { fail } from '../../../../core/errors.ts';
import { toLine } from '../../../../plugins/shared/telegrams/line.ts';
import { type Cutter, createTelegrams } from '../../../../plugins/shared/telegrams/reader.ts';
import { eventually } from '../../../contract/peer.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { startTelegramDevice } from '../../../helpers/telegram-device.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const soon = () => AbortSignal.timeout(5_000);

/** Telegrams are lines; one that begins with `?` is damaged. */
const cut: Cutter<string> = (bytes) => {
  const end = bytes.indexOf('\n');
  if (end < 0) return undefined;
  const text = bytes.toString('utf8', 0, end);
  const rest = bytes.subarray(end + 1);
  return text.startsWith('?') ? { problem: 'damaged', rest } : { value: text, rest };
};

async function start() {
  const box = await startTelegramDevice();
  const clock = new FakeClock();
  const line = toLine({ host: '127.0.0.1', port: box.port }, { port: 1, baudrate: 9_600, comset: '8N1' }, { fail });
  const telegrams = createTelegrams(line, cut, { clock, fail });
  ends.push(box.close, () => telegrams.close());
  const send = (text: string) => box.send(Buffer.from(text));
  return { box, clock, telegrams, send };
}

test('the last of several telegrams counts, whole or in parts, over one connection', async () => {
  const { box, telegrams, send } = await start();
  send('one\ntwo\nthr');
  assert.equal(await telegrams.latest(soon()), 'two');
  send('ee\n');
  await eventually(async () => assert.equal(await telegrams.latest(soon()), 'three'));
  assert.equal(box.opened(), 1);
});

test('a damaged telegram is passed over while the one before counts', async () => {
  const { telegrams, send, clock } = await start();
  send('one\n?\n');
  assert.equal(await telegrams.latest(soon()), 'one');
  await clock.advance(14_000);
  send('?\n');
  await clock.advance(2_000);
  await eventually(() =>
    assert.rejects(telegrams.latest(AbortSignal.timeout(50)), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /^127\.0\.0\.1:\d+: damaged$/,
    }),
  );
  send('two\n');
  await eventually(async () => assert.equal(await telegrams.latest(soon()), 'two'));
});

test('a connection that was silent for too long is made anew', async () => {
  const { box, telegrams, send, clock } = await start();
  send('one\n');
  assert.equal(await telegrams.latest(soon()), 'one');
  await clock.advance(16_000);
  assert.equal(await telegrams.latest(soon()), 'one');
  assert.equal(box.opened(), 2);
});

test('what is no telegram at all is said to be none, and a telegram among it counts', async () => {
  const { telegrams, send } = await start();
  send('x'.repeat(9_000));
  await assert.rejects(telegrams.latest(soon()), {
    code: 'EVCC_DEVICE_PROTOCOL',
    message: /what arrives is no telegram/,
  });
  send(`${'x'.repeat(70_000)}\none\n`);
  await eventually(async () => assert.equal(await telegrams.latest(soon()), 'one'));
});

test('a device that ends connections is asked once, not for ever', async () => {
  const { box, telegrams } = await start();
  await box.fail('reset');
  await assert.rejects(telegrams.latest(soon()), {
    code: 'EVCC_DEVICE_UNAVAILABLE',
    message: /^127\.0\.0\.1:\d+: the connection was closed$/,
  });
  assert.equal(box.opened(), 1);
});
