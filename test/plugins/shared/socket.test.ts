import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import { openSocket } from '../../../plugins/shared/socket.ts';

test('a connection that nobody waits for any more is not opened', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await assert.rejects(openSocket('127.0.0.1', port, systemClock, AbortSignal.abort()), { code: 'ETIMEDOUT' });
  server.close();
  await once(server, 'close');
});
