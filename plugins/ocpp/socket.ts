import type { WebSocket } from 'ws';
import type { Clock } from '../../core/index.ts';

/** A WebSocket of a station, with the signal that is aborted when it ended. */
export interface Socket {
  readonly socket: WebSocket;
  readonly signal: AbortSignal;
}

/** ms between two pings; a station that says nothing for two of them is gone */
const BEAT = 30_000;

/** Watches over a connection: one that is dead is ended, although nobody said so. */
export function watch(socket: WebSocket, clock: Clock): Socket {
  const gone = new AbortController();
  let silent = 0;
  let endBeat = (): void => {};
  const heard = (): void => {
    silent = 0;
  };
  const beat = (): void => {
    endBeat = clock.after(BEAT, () => {
      silent += 1;
      if (silent > 2) return void socket.terminate();
      socket.ping();
      beat();
    });
  };
  for (const sign of ['message', 'ping', 'pong']) socket.on(sign, heard);
  // Why it failed is of no use: what follows is its end.
  socket.on('error', () => {});
  socket.once('close', () => {
    endBeat();
    gone.abort(new Error('the connection ended'));
  });
  beat();
  return { socket, signal: gone.signal };
}
