import assert from 'node:assert/strict';
import { connectAsync } from 'mqtt';
import { test } from 'vitest';
import { startMosquitto } from './mosquitto.ts';

test('Mosquitto starts on a free port, asks for its password and comes back on the same port', async () => {
  const broker = await startMosquitto({ user: 'house', password: 'hidden' });
  try {
    const client = await connectAsync(broker.url, { username: 'house', password: 'hidden', reconnectPeriod: 0 });
    await client.endAsync();
    await assert.rejects(
      connectAsync(broker.url, { username: 'house', password: 'wrong', reconnectPeriod: 0 }),
      /ot authorized/,
    );
    await broker.restart();
    await broker.stop();
    await broker.restart();
    const again = await connectAsync(broker.url, { username: 'house', password: 'hidden', reconnectPeriod: 0 });
    await again.endAsync();
  } finally {
    await broker.stop();
    await broker.stop();
  }
});
