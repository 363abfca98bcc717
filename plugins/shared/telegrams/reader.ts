import type { Duplex } from 'node:stream';
import type { DeviceContext } from '../../../core/index.ts';
import { createChanges } from '../changes.ts';
import { networkFailure } from '../network.ts';
import type { TelegramLine } from './line.ts';

/** What stands at the begin of the bytes that arrived: a telegram, or what keeps them from being one. */
export type Cut<T> =
  | { readonly value: T; readonly rest: Buffer }
  /** Such as `the checksum of a telegram is wrong` */
  | { readonly problem: string; readonly rest: Buffer };

/** Cuts the first telegram off; `undefined`: it is not complete. Pure. What stands before a telegram belongs to it. */
export type Cutter<T> = (bytes: Buffer) => Cut<T> | undefined;

/** The telegrams of a device that sends by itself. */
export interface Telegrams<T> {
  /**
   * The last telegram; waits for one while there is none that is young enough. Connects when there is no connection.
   * Errors: `EVCC_DEVICE_UNAVAILABLE` (no connection, nothing arrives), `EVCC_DEVICE_PROTOCOL` (damaged, no telegrams).
   */
  latest(signal: AbortSignal): Promise<T>;
  /** Ends the connection. */
  close(): void;
}

/** ms that a telegram counts; meters send every 1 to 10 s */
const MAX_AGE = 15_000;
/** Bytes that a telegram has at most */
const LONGEST = 64 * 1024;
/** Bytes without a telegram that are no telegrams, rather than the end of one and the begin of the next */
const NONSENSE = 8 * 1024;

interface Connection {
  readonly stream: Duplex;
  bytes: Buffer;
  /** How many arrived since the last telegram */
  strange: number;
  /** ms since the epoch: of the last bytes, or of the connection */
  heard: number;
}

/**
 * Keeps a connection and the last telegram that came over it. There are no timers: a connection that broke, or that was
 * silent for too long, is made anew with the next question.
 */
export function createTelegrams<T>(
  line: TelegramLine,
  cut: Cutter<T>,
  { clock, fail }: Pick<DeviceContext, 'clock' | 'fail'>,
): Telegrams<T> {
  const changes = createChanges(clock);
  let connection: Connection | undefined;
  let last: { readonly value: T; readonly at: number } | undefined;
  let problem: string | undefined;
  let closed = false;

  const drop = (): void => {
    connection?.stream.destroy();
    connection = undefined;
    last = undefined;
    problem = undefined;
    changes.notify();
  };

  const take = (target: Connection, chunk: Buffer): void => {
    target.heard = clock.now();
    target.strange += chunk.length;
    target.bytes = Buffer.concat([target.bytes, chunk]);
    for (let found = cut(target.bytes); found; found = cut(target.bytes)) {
      target.bytes = found.rest;
      if ('value' in found) {
        last = { value: found.value, at: clock.now() };
        problem = undefined;
        target.strange = 0;
      } else problem = found.problem;
    }
    if (target.bytes.length > LONGEST) target.bytes = Buffer.alloc(0);
    if (target.strange > NONSENSE) problem ??= 'what arrives is no telegram';
    changes.notify();
  };

  const connect = async (signal: AbortSignal): Promise<void> => {
    let stream: Duplex;
    try {
      stream = await line.open(clock, signal);
    } catch (error) {
      return unreachable(error);
    }
    if (closed || connection) return void stream.destroy();
    const target: Connection = { stream, bytes: Buffer.alloc(0), strange: 0, heard: clock.now() };
    connection = target;
    stream.on('data', (chunk: Buffer) => take(target, chunk));
    // What ends it is explained by the attempt to connect again.
    stream.on('error', () => {});
    stream.on('close', () => connection === target && drop());
  };

  const unreachable = (error: unknown): never => {
    const text = error instanceof Error && 'code' in error ? networkFailure(error).text : String(error);
    return fail('EVCC_DEVICE_UNAVAILABLE', `${line.name}: ${text}`);
  };

  return {
    latest: async (signal) => {
      if (connection && clock.now() - connection.heard > MAX_AGE) drop();
      let attempted = false;
      for (;;) {
        if (closed) fail('EVCC_DEVICE_UNAVAILABLE', `${line.name}: the device was closed`);
        if (signal.aborted) fail('EVCC_DEVICE_UNAVAILABLE', `${line.name}: no telegram arrived in time`);
        if (last && clock.now() - last.at <= MAX_AGE) return last.value;
        if (problem !== undefined) fail('EVCC_DEVICE_PROTOCOL', `${line.name}: ${problem}`);
        if (connection) await changes.next(signal);
        else if (attempted) fail('EVCC_DEVICE_UNAVAILABLE', `${line.name}: the connection was closed`);
        else {
          attempted = true;
          await connect(signal);
        }
      }
    },
    close: () => {
      closed = true;
      drop();
    },
  };
}
