import { type Signal, signal } from '@preact/signals';
import type { HouseValues } from './values-store.ts';

/**
 * connecting: nothing was told yet; live: values are as they are; lost: the connection broke, what is shown is old;
 * denied: a login is needed; standby: the house does not run, since its configuration is broken.
 */
export type Connection = 'connecting' | 'live' | 'lost' | 'denied' | 'standby';

/** ms until the next attempt, growing up to the largest */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;
/** ms without a message after which a connection is taken for broken: the server repeats a value after 40 s at most */
const SILENCE = 60_000;

/** What the connection needs of its surroundings; tests give something else. */
export interface LiveHost {
  connect(): WebSocket;
  now(): number;
  after(ms: number, call: () => void): () => void;
  /** Whether the server answers, and lets us read: asked when a connection could not be made */
  permission(): Promise<'granted' | 'denied' | 'standby' | 'unknown'>;
}

export interface Live {
  readonly connection: Signal<Connection>;
  /** There was something to show, be it old by now */
  readonly begun: Signal<boolean>;
  /** ms since the epoch of the last message; 0: there was none */
  heardAt(): number;
  /** Connects at once instead of after the pause, such as when the page is looked at again. */
  retry(): void;
  close(): void;
}

/** Keeps the values up to date over the WebSocket, and connects again whenever that breaks. */
export function createLive(values: HouseValues, host: LiveHost): Live {
  const connection = signal<Connection>('connecting');
  const begun = signal(false);
  let heardAt = 0;
  let socket: WebSocket | undefined;
  let pause = FIRST_PAUSE;
  let endPause = (): void => {};
  let endSilence = (): void => {};
  let closed = false;

  const watchSilence = (): void => {
    endSilence();
    endSilence = host.after(SILENCE, () => socket?.close());
  };
  const again = (): void => {
    if (closed) return;
    endSilence();
    if (connection.peek() === 'live') connection.value = 'lost';
    endPause();
    endPause = host.after(pause, connect);
    pause = Math.min(LONGEST_PAUSE, pause * 2);
    void host.permission().then((answer) => {
      if (answer === 'denied' || answer === 'standby') connection.value = answer;
      else if (answer === 'unknown' && connection.peek() === 'connecting') connection.value = 'lost';
    });
  };
  const connect = (): void => {
    endPause();
    const opened = host.connect();
    let whole = true;
    socket = opened;
    watchSilence();
    opened.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (opened !== socket) return;
      const frame = parse(data);
      if (!frame) return;
      values.take(frame, whole, host.now());
      whole = false;
      pause = FIRST_PAUSE;
      heardAt = host.now();
      begun.value = true;
      connection.value = 'live';
      watchSilence();
    });
    opened.addEventListener('close', () => {
      if (opened !== socket) return;
      socket = undefined;
      again();
    });
  };

  connect();
  return {
    connection,
    begun,
    heardAt: () => heardAt,
    retry() {
      if (closed || socket !== undefined) return;
      pause = FIRST_PAUSE;
      connect();
    },
    close() {
      closed = true;
      endPause();
      endSilence();
      const open = socket;
      socket = undefined;
      open?.close();
    },
  };
}

function parse(data: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === 'object' && frame !== null ? (frame as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
