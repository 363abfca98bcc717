import type { Server, Socket } from 'node:net';
import { clientOf } from './client.ts';

/** Connections of all clients together; further ones are not accepted */
const MOST = 1_000;
/** Connections of one client, which leaves room for others; a proxy needs fewer */
const MOST_OF_ONE = 300;

/** Bounds how many connections there are and how long they may take to begin, so that nobody takes all of them. */
export function limitConnections(server: Server): void {
  const counts = new Map<string, number>();
  server.maxConnections = MOST;
  server.on('connection', (socket: Socket) => {
    const client = clientOf(socket.remoteAddress);
    const count = (counts.get(client) ?? 0) + 1;
    if (count > MOST_OF_ONE) return void socket.destroy();
    counts.set(client, count);
    socket.once('close', () => {
      const left = (counts.get(client) ?? 1) - 1;
      if (left > 0) counts.set(client, left);
      else counts.delete(client);
    });
  });
  // What is said of a failed handshake cannot be sent, so that without this the connection would stay.
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
}
