import type { WebSocket } from 'ws';
import type { Clock } from '../../core/index.ts';

/** A WebSocket of a station, with the signal that is aborted when it ended. */
export interface Socket {
  readonly socket: WebSocket;
  readonly signal: AbortSignal;
}

/** Messages per second that are read at once; what comes faster waits in the network */
const MOST_MESSAGES = 100;
/** Bytes that wait to be sent; a station that takes no answers is of no use */
const MOST_UNSENT = 1024 * 1024;
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
  let messages = 0;
  let endPause: (() => void) | undefined;
  /** The first message of a second begins it; after too many of them nothing is read until it is over. */
  const count = (): void => {
    messages += 1;
    endPause ??= clock.after(1_000, () => {
      endPause = undefined;
      messages = 0;
      if (socket.isPaused) socket.resume();
    });
    if (messages >= MOST_MESSAGES) socket.pause();
    if (socket.bufferedAmount > MOST_UNSENT) socket.terminate();
  };
  socket.on('message', count);
  for (const sign of ['message', 'ping', 'pong']) socket.on(sign, heard);
  // Why it failed is of no use: what follows is its end.
  socket.on('error', () => {});
  socket.once('close', () => {
    endBeat();
    endPause?.();
    gone.abort(new Error('the connection ended'));
  });
  beat();
  return { socket, signal: gone.signal };
}
