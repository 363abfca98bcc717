import type { ClientOptions, WebSocket } from 'ws';
import type { Clock, DeviceContext } from '../../core/index.ts';
import { type Changes, createChanges } from './changes.ts';
import { networkFailure, showUrl } from './network.ts';

export interface WebSocketTarget {
  /** ws or wss; credentials in it are used and never shown */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Subprotocols that the server may choose from */
  readonly protocols?: readonly string[];
  /** Accepts a certificate that nobody vouches for */
  readonly insecure?: boolean;
  /** ms without a sign of life after which a connection is lost; after half of it the server is pinged. Absent: 60 s */
  readonly silence?: number;
}

/** Why a connection is of no use. */
export interface WebSocketFailure {
  readonly code: 'EVCC_DEVICE_UNAVAILABLE' | 'EVCC_DEVICE_AUTH' | 'EVCC_DEVICE_PROTOCOL' | 'EVCC_NOT_SUPPORTED';
  /** Part of a sentence, without address and secrets */
  readonly text: string;
}

/** What a protocol does with its connection. What `message` throws ends the connection as `EVCC_DEVICE_PROTOCOL`. */
export interface WebSocketHandlers {
  /** A connection stands; called for each one. */
  opened?(): void;
  /** A message arrived, put together from its frames. */
  message(text: string): void;
  /** The connection ended: what it told does not hold any more. Called for each one that stood. */
  lost?(): void;
}

/** A connection that comes back by itself, with pauses that grow from 1 s to 60 s. */
export interface WebSocketLink {
  /** What errors call it: `WebSocket ws://192.168.1.5/ws` */
  readonly name: string;
  /** Sends now or fails: nothing is kept and sent later. */
  send(text: string): void;
  /**
   * Waits until `find` gives something, which is asked again after every message. Errors: `EVCC_DEVICE_UNAVAILABLE` (no connection
   * now, aborted: `what` was not there in time), `EVCC_DEVICE_AUTH`, `EVCC_DEVICE_PROTOCOL`, and those of `find`.
   */
  wait<T>(find: () => T | undefined, what: string, signal: AbortSignal): Promise<T>;
  /** Ends the present connection; until there is a new one, this is why there is none. After refused credentials that takes 60 s. */
  drop(failure: WebSocketFailure): void;
  /** Ends the connection for good. */
  close(): void;
}

const HANDSHAKE_TIMEOUT = 10_000;
const SHORTEST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const SILENCE = 60_000;
/** What will hardly be different in a second */
const LASTING = new Set<WebSocketFailure['code']>(['EVCC_DEVICE_AUTH', 'EVCC_NOT_SUPPORTED']);
/** Bytes */
const LARGEST_MESSAGE = 2 * 1024 * 1024;

/** Connects at once; the library is loaded with the first connection. Errors: `EVCC_CONFIG_INVALID` for an address that is none. */
export function openWebSocket(
  target: WebSocketTarget,
  handlers: WebSocketHandlers,
  runtime: Pick<DeviceContext, 'clock' | 'fail'>,
): WebSocketLink {
  if (!URL.canParse(target.url)) runtime.fail('EVCC_CONFIG_INVALID', `WebSocket ${showUrl(target.url)}`);
  return new Connection(target, handlers, runtime);
}

class Connection implements WebSocketLink {
  readonly name: string;
  readonly #target: WebSocketTarget;
  readonly #handlers: WebSocketHandlers;
  readonly #clock: Clock;
  readonly #fail: DeviceContext['fail'];
  readonly #changes: Changes;
  readonly #silence: number;
  #socket: WebSocket | undefined;
  #state: 'connecting' | 'connected' | 'lost' | 'closed' = 'connecting';
  #failure: WebSocketFailure = { code: 'EVCC_DEVICE_UNAVAILABLE', text: 'there is no connection' };
  #heard = 0;
  #pause = SHORTEST_PAUSE;
  #cancel: () => void = () => {};

  constructor(
    target: WebSocketTarget,
    handlers: WebSocketHandlers,
    { clock, fail }: Pick<DeviceContext, 'clock' | 'fail'>,
  ) {
    this.name = `WebSocket ${showUrl(target.url)}`;
    this.#target = target;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#fail = fail;
    this.#changes = createChanges(clock);
    this.#silence = target.silence ?? SILENCE;
    void this.#attempt();
  }

  send(text: string): void {
    if (this.#state !== 'connected') this.#refuse();
    // A connection that breaks is told by its end.
    this.#socket?.send(text, () => {});
  }

  async wait<T>(find: () => T | undefined, what: string, signal: AbortSignal): Promise<T> {
    for (;;) {
      if (signal.aborted) this.#fail('EVCC_DEVICE_UNAVAILABLE', `${this.name}: there was no ${what} in time`);
      if (this.#state === 'closed' || this.#state === 'lost') return this.#refuse();
      const found = find();
      if (found !== undefined) return found;
      await this.#changes.next(signal);
    }
  }

  drop(failure: WebSocketFailure): void {
    this.#end(failure);
  }

  close(): void {
    this.#end({ code: 'EVCC_DEVICE_UNAVAILABLE', text: 'the device was closed' });
    this.#cancel();
    this.#state = 'closed';
  }

  #refuse(): never {
    return this.#fail(this.#failure.code, `${this.name}: ${this.#failure.text}`);
  }

  async #attempt(): Promise<void> {
    this.#cancel = () => {};
    // Only houses with such devices load the library.
    const { WebSocket: Client } = await import('ws');
    if (this.#state === 'closed') return;
    const { url, protocols = [], headers, insecure } = this.#target;
    const options: ClientOptions = {
      handshakeTimeout: HANDSHAKE_TIMEOUT,
      maxPayload: LARGEST_MESSAGE,
      perMessageDeflate: false,
      ...(headers && { headers }),
      ...(insecure && { rejectUnauthorized: false }),
    };
    const socket = new Client(url, [...protocols], options);
    this.#socket = socket;
    let problem: WebSocketFailure | undefined;
    const present = (): boolean => this.#socket === socket;
    const alive = (): void => {
      this.#heard = this.#clock.now();
    };
    socket.on('open', () => {
      if (!present()) return;
      this.#state = 'connected';
      alive();
      this.#watch(socket);
      this.#handlers.opened?.();
      this.#changes.notify();
    });
    socket.on('message', (data) => {
      if (!present()) return;
      alive();
      this.#take(String(data));
    });
    socket.on('ping', alive);
    socket.on('pong', alive);
    socket.on('unexpected-response', (_, { statusCode = 0 }) => {
      const code = statusCode === 401 || statusCode === 403 ? 'EVCC_DEVICE_AUTH' : 'EVCC_DEVICE_UNAVAILABLE';
      problem = { code, text: `answered with status ${statusCode}` };
      socket.terminate();
    });
    socket.on('error', (error) => {
      problem ??= explain(error);
    });
    socket.on('close', () => {
      if (!present()) return;
      const ended =
        this.#state === 'connected' ? 'the connection was lost' : 'it does not answer as a WebSocket server';
      this.#end(problem ?? { code: 'EVCC_DEVICE_UNAVAILABLE', text: ended });
    });
  }

  #take(text: string): void {
    try {
      this.#handlers.message(text);
    } catch {
      this.#end({ code: 'EVCC_DEVICE_PROTOCOL', text: 'a message cannot be understood' });
    }
    // A connection that only opens and ends is none yet.
    if (this.#state === 'connected') this.#pause = SHORTEST_PAUSE;
    this.#changes.notify();
  }

  /** A server that is gone without a word leaves a connection that looks open. */
  #watch(socket: WebSocket): void {
    this.#cancel = this.#clock.after(this.#silence / 2, () => {
      const quiet = this.#clock.now() - this.#heard;
      if (quiet >= this.#silence) {
        return this.#end({ code: 'EVCC_DEVICE_UNAVAILABLE', text: 'nothing was heard of it any more' });
      }
      if (quiet >= this.#silence / 2) socket.ping(() => {});
      this.#watch(socket);
    });
  }

  #end(failure: WebSocketFailure): void {
    if (this.#state === 'closed') return;
    const socket = this.#socket;
    if (!socket && this.#state === 'lost') {
      this.#failure = failure;
      return;
    }
    this.#socket = undefined;
    socket?.terminate();
    const stood = this.#state === 'connected';
    this.#state = 'lost';
    this.#failure = failure;
    this.#cancel();
    if (LASTING.has(failure.code)) this.#pause = LONGEST_PAUSE;
    this.#cancel = this.#clock.after(this.#pause, () => void this.#attempt());
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    if (stood) this.#handlers.lost?.();
    this.#changes.notify();
  }
}

function explain(error: Error): WebSocketFailure {
  const { code } = error as NodeJS.ErrnoException;
  // Errors of frames, see "Error codes" of ws
  if (code?.startsWith('WS_ERR')) return { code: 'EVCC_DEVICE_PROTOCOL', text: `a message is damaged (${code})` };
  return code === undefined
    ? { code: 'EVCC_DEVICE_PROTOCOL', text: 'it does not answer as a WebSocket server' }
    : networkFailure(error);
}
