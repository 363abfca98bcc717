import type { Clock } from '../../core/index.ts';

/** Calls and answers over one WebSocket, as OCPP-J 1.6 section 4 and OCPP 2.0.1 part 4 section 4 frame them. */

/** An answer that says why there is none, in both directions. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: string;

  /** `code` is one of OCPP, such as `NotImplemented` */
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** There will be no answer: none came in time, or the connection ended. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** What went wrong, also when a station said so. */
export function messageOf(error: unknown): string {
  if (error instanceof CallError) return `${error.code}${error.message && `: ${error.message}`}`;
  return error instanceof Error ? error.message : String(error);
}

/** One end of a connection. */
export interface Rpc {
  /**
   * Sends a call as soon as the one before is answered, calls that are `first` before others. Rejects with `CallError`,
   * `NoAnswer`, or the reason of the signal; a call whose signal is aborted before its turn is not sent.
   */
  call(action: string, payload: object, signal?: AbortSignal, first?: boolean): Promise<unknown>;
  /** A message arrived. */
  receive(text: string): void;
  /** The connection ended, or is not listened to any more: calls without answer fail. */
  lost(): void;
}

export interface RpcOptions {
  /** Sends a message; throws when there is no connection */
  send(text: string): void;
  readonly clock: Clock;
  /** ms that an answer may take; others wait for their turn meanwhile */
  readonly timeout: number;
  /** Begins the ids of calls, so that a station never sees one twice */
  readonly prefix: string;
  /** Answers a call, at once or later; fails with `CallError`. Other failures are told as `InternalError`. */
  handle(action: string, payload: unknown): unknown;
  /** Something that is no message of OCPP arrived, or one that was refused; `enough`: too often to go on. */
  nonsense(what: string, enough: boolean): void;
}

interface Pending {
  readonly id: string;
  readonly action: string;
  readonly payload: object;
  readonly signal: AbortSignal | undefined;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** Calls that wait for their turn, with room for as many that go first; a station that is so far behind is as good as gone */
const MOST_WAITING = 50;
/** Messages in a row that make no sense before the connection is ended */
const MOST_NONSENSE = 20;

export function createRpc(options: RpcOptions): Rpc {
  const { clock, timeout, prefix, handle } = options;
  const waiting: Pending[] = [];
  let outstanding: Pending | undefined;
  let endTimer = (): void => {};
  let count = 0;
  let nonsense = 0;
  let ended = false;

  const send = (message: readonly unknown[]): void => options.send(JSON.stringify(message));
  const over = (): void => {
    endTimer();
    outstanding = undefined;
    next();
  };
  const next = (): void => {
    if (outstanding || ended) return;
    const call = waiting.shift();
    if (!call) return;
    outstanding = call;
    endTimer = clock.after(timeout, () => {
      call.reject(new NoAnswer(`${call.action} was not answered in ${timeout / 1_000} s`));
      over();
    });
    send([2, call.id, call.action, call.payload]);
  };
  const answered = (id: unknown, use: (call: Pending) => void): void => {
    // Late answers of calls that were given up are nobody's.
    if (outstanding?.id !== id || !outstanding) return;
    use(outstanding);
    over();
  };
  const complain = (what: string): void => {
    nonsense += 1;
    options.nonsense(what, nonsense >= MOST_NONSENSE);
  };
  const serve = (id: string, action: string, payload: unknown): void => {
    const refuse = (error: unknown): void => {
      const code = error instanceof CallError ? error.code : 'InternalError';
      const why = error instanceof Error ? error.message : String(error);
      options.nonsense(`${action.slice(0, 50)} was refused: ${code}, ${why}`, false);
      if (!ended) send([4, id, code, why.slice(0, 255), {}]);
    };
    let answer: unknown;
    try {
      answer = handle(action, payload);
    } catch (error) {
      return void refuse(error);
    }
    if (!(answer instanceof Promise)) return void send([3, id, answer]);
    answer.then((later: unknown) => ended || send([3, id, later]), refuse);
  };

  const receive = (text: string): void => {
    if (ended) return;
    const message = toMessage(text);
    if (!message) return void complain('a message that is no JSON array');
    const [kind, id, third, fourth] = message;
    if (typeof id !== 'string') return void complain('a message without id');
    if (kind === 3) answered(id, ({ resolve }) => resolve(third));
    else if (kind === 4) answered(id, ({ reject }) => reject(new CallError(String(third), String(fourth ?? ''))));
    else if (kind !== 2) complain(`a message of kind ${String(kind).slice(0, 20)}`);
    else if (typeof third !== 'string' || !isObject(fourth)) {
      complain('a call without action or payload');
      send([4, id, 'ProtocolError', 'a call is [2, id, action, payload]', {}]);
    } else {
      nonsense = 0;
      serve(id, third, fourth);
    }
  };
  const lost = (): void => {
    ended = true;
    endTimer();
    const gone = new NoAnswer('the connection ended');
    outstanding?.reject(gone);
    for (const { reject } of waiting.splice(0)) reject(gone);
  };

  return {
    call: (action, payload, signal, first) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        if (ended) throw new NoAnswer('the connection ended');
        if (waiting.length >= (first ? 2 : 1) * MOST_WAITING) throw new NoAnswer('it has not answered for long');
        count += 1;
        const abort = (): void => {
          const place = waiting.indexOf(call);
          if (place >= 0) waiting.splice(place, 1);
          reject(signal?.reason);
        };
        const call: Pending = {
          id: `${prefix}-${count}`,
          action,
          payload,
          signal,
          resolve: (answer) => {
            signal?.removeEventListener('abort', abort);
            resolve(answer);
          },
          reject: (error) => {
            signal?.removeEventListener('abort', abort);
            reject(error);
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        if (first) waiting.unshift(call);
        else waiting.push(call);
        next();
      }),
    receive,
    lost,
  };
}

function toMessage(text: string): readonly unknown[] | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return Array.isArray(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
