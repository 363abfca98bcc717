import type { WebSocket } from 'ws';
import type { Clock } from '../../core/index.ts';

/** Frames that may wait for a client when new ones come */
const MOST_FRAMES = 1_024;
/** Bytes that may wait for a client when new ones come */
const MOST_BYTES = 4 * 2 ** 20;
/** ms from a close to its end by force */
const CLOSE_GRACE = 10_000;

/** WebSocket close codes, RFC 6455 section 7.4.1 */
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

/** One connected client. It is never waited for: who cannot keep up is closed. */
export interface LiveClient {
  send(frames: readonly Buffer[]): void;
  /** Ends the connection if the client was silent since the last call, else pings it, with `frame` if it got none since. */
  beat(frame: Buffer | undefined): void;
  /** Ends the connection of somebody who may not read any more. */
  dismiss(): void;
  /** Ends the connection: the client connects again, and is told everything anew. */
  renew(): void;
  /** The server ends: resolves when the connection is closed, by force after `grace` ms or when aborted. */
  leave(grace: number, signal: AbortSignal): Promise<void>;
}

export function createLiveClient(socket: WebSocket, clock: Clock): LiveClient {
  let waiting = 0;
  let answered = true;
  let quiet = true;

  const close = (code: number, reason: string, grace = CLOSE_GRACE): void => {
    if (socket.readyState !== socket.OPEN) return;
    socket.close(code, reason);
    socket.once(
      'close',
      clock.after(grace, () => socket.terminate()),
    );
  };
  const keepsUp = (): boolean => {
    if (waiting <= MOST_FRAMES && socket.bufferedAmount <= MOST_BYTES) return true;
    close(POLICY_VIOLATION, 'too slow');
    return false;
  };
  const send = (frames: readonly Buffer[]): void => {
    if (frames.length === 0 || socket.readyState !== socket.OPEN || !keepsUp()) return;
    quiet = false;
    waiting += frames.length;
    for (const frame of frames) {
      socket.send(frame, { binary: false }, () => {
        waiting -= 1;
      });
    }
  };

  socket.on('message', () => close(POLICY_VIOLATION, 'nothing may be sent here; use POST'));
  socket.on('ping', () => void keepsUp());
  socket.on('pong', () => {
    answered = true;
  });
  // A broken connection closes itself; nothing else is to be done about it.
  socket.on('error', () => {});

  return {
    send,
    beat(frame) {
      if (!answered) return socket.terminate();
      if (socket.readyState !== socket.OPEN || !keepsUp()) return;
      answered = false;
      socket.ping();
      if (quiet && frame) send([frame]);
      quiet = true;
    },
    dismiss: () => close(POLICY_VIOLATION, 'a login or a token is needed'),
    renew: () => close(GOING_AWAY, 'there are fewer loadpoints than before'),
    leave: (grace, signal) =>
      new Promise((resolve) => {
        if (socket.readyState === socket.CLOSED) return resolve();
        const abort = (): void => socket.terminate();
        socket.once('close', () => {
          signal.removeEventListener('abort', abort);
          resolve();
        });
        close(GOING_AWAY, 'the server stops', grace);
        if (signal.aborted) abort();
        else signal.addEventListener('abort', abort, { once: true });
      }),
  };
}
