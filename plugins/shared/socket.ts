import { connect, type Socket } from 'node:net';
import type { Clock } from '../../core/index.ts';

/** ms that a connection may take */
const CONNECT_TIMEOUT = 5_000;

/** As the network says it, so that it is explained like other failures. */
class Timeout extends Error {
  readonly code = 'ETIMEDOUT';
}

/**
 * A TCP connection to a device, for whatever speaks a protocol of its own over it. Errors: those of the socket;
 * `ETIMEDOUT` after 5 s, or when the signal is aborted.
 */
export async function openSocket(host: string, port: number, clock: Clock, signal: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port, noDelay: true, keepAlive: true });
  const giveUp = (): void => {
    socket.destroy();
    reject(new Timeout());
  };
  const cancel = clock.after(CONNECT_TIMEOUT, giveUp);
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  socket.once('connect', () => resolve(socket));
  socket.on('error', reject);
  try {
    return await promise;
  } finally {
    cancel();
    signal.removeEventListener('abort', giveUp);
  }
}
