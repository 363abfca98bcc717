import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';

/** A WebSocket client that collects what it gets. */
export interface LiveProbe {
  readonly socket: WebSocket;
  /** Parsed frames, oldest first */
  readonly frames: Record<string, unknown>[];
  readonly pings: () => number;
  /** Resolves when that many frames came in. */
  received(count: number): Promise<void>;
  /** Resolves when what the server sent so far is here, and what was sent to it, also answers to its pings, is there. */
  caughtUp(): Promise<void>;
  /** Close code, once closed */
  closed(): Promise<number>;
}

/** Connects and waits for the first frame. */
export async function connectLive(port: number, options: WebSocket.ClientOptions = {}): Promise<LiveProbe> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, options);
  onTestFinished(() => socket.terminate());
  const frames: Record<string, unknown>[] = [];
  let pings = 0;
  const closed = once(socket, 'close').then(([code]) => code as number);
  socket.on('message', (data, isBinary) => {
    if (isBinary) throw new TypeError('a binary frame');
    frames.push(JSON.parse(String(data)) as Record<string, unknown>);
  });
  socket.on('ping', () => {
    pings += 1;
  });
  socket.on('error', () => {});
  const received = async (count: number): Promise<void> => {
    while (frames.length < count) await once(socket, 'message');
  };
  const caughtUp = async (): Promise<void> => {
    socket.ping();
    await once(socket, 'pong');
  };
  await received(1);
  return { socket, frames, pings: () => pings, received, caughtUp, closed: () => closed };
}
