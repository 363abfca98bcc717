import type { Socket } from 'node:net';
import type { DeviceContext } from '../../../core/index.ts';
import { createChanges } from '../../shared/changes.ts';
import { createTurns } from '../../shared/http/turns.ts';
import { networkFailure } from '../../shared/network.ts';
import { openSocket } from '../../shared/socket.ts';
import { cut, IDS, question, type RctValue } from './protocol.ts';

/** The one connection to an inverter, which all its meters share. */
export interface RctLink {
  /** What errors call it: `RCT 192.168.1.5:8899` */
  readonly name: string;
  /** Values by name. Errors: `EVCC_DEVICE_UNAVAILABLE`, `EVCC_DEVICE_PROTOCOL` (damaged, no number). */
  read<Name extends RctValue>(names: readonly Name[], signal: AbortSignal): Promise<Readonly<Record<Name, number>>>;
  close(): void;
}

/** ms that a value is used again: the inverter does not like to be asked more often */
const KEEP = 2_000;
/** Bytes of a frame */
const LONGEST = 64 * 1024;

export function createRctLink(
  host: string,
  port: number,
  { clock, fail }: Pick<DeviceContext, 'clock' | 'fail'>,
): RctLink {
  const name = `RCT ${host}:${port}`;
  const changes = createChanges(clock);
  const turns = createTurns(0, clock);
  const values = new Map<number, { readonly data: Buffer; readonly at: number }>();
  let socket: Socket | undefined;
  let bytes = Buffer.alloc(0);
  let damaged = false;
  let closed = false;

  const drop = (): void => {
    socket?.destroy();
    socket = undefined;
    bytes = Buffer.alloc(0);
    changes.notify();
  };

  const take = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let found = cut(bytes); found; found = cut(bytes)) {
      bytes = Buffer.from(found.rest);
      if ('id' in found) values.set(found.id, { data: found.data, at: clock.now() });
      else if (found.damaged) damaged = true;
    }
    if (bytes.length > LONGEST) bytes = Buffer.alloc(0);
    changes.notify();
  };

  async function connect(signal: AbortSignal): Promise<Socket> {
    const fresh = await openSocket(host, port, clock, signal).catch((error: unknown) =>
      fail('EVCC_DEVICE_UNAVAILABLE', `${name}: ${networkFailure(error).text}`),
    );
    if (closed) {
      fresh.destroy();
      fail('EVCC_DEVICE_UNAVAILABLE', `${name}: the device was closed`);
    }
    socket = fresh;
    fresh.on('data', take);
    fresh.on('error', () => {});
    fresh.on('close', () => socket === fresh && drop());
    return fresh;
  }

  async function ask(id: number, signal: AbortSignal): Promise<Buffer> {
    const kept = values.get(id);
    const age = kept ? clock.now() - kept.at : -1;
    if (kept && age >= 0 && age < KEEP) return kept.data;
    values.delete(id);
    damaged = false;
    const present = socket ?? (await connect(signal));
    present.write(question(id));
    for (;;) {
      const answer = values.get(id);
      if (answer) return answer.data;
      if (damaged) fail('EVCC_DEVICE_PROTOCOL', `${name}: an answer is damaged`);
      if (socket !== present) fail('EVCC_DEVICE_UNAVAILABLE', `${name}: the connection was closed`);
      if (signal.aborted) {
        // It may only look open.
        drop();
        fail('EVCC_DEVICE_UNAVAILABLE', `${name}: there was no answer in time`);
      }
      await changes.next(signal);
    }
  }

  return {
    name,
    read: async <Name extends RctValue>(names: readonly Name[], signal: AbortSignal) => {
      const end = await turns.begin(signal);
      try {
        if (closed) fail('EVCC_DEVICE_UNAVAILABLE', `${name}: the device was closed`);
        if (signal.aborted) fail('EVCC_DEVICE_UNAVAILABLE', `${name}: there was no time left to ask`);
        const read: [Name, number][] = [];
        for (const each of names) {
          const data = await ask(IDS[each], signal);
          const value = data.length === 4 ? data.readFloatBE() : Number.NaN;
          if (!Number.isFinite(value)) fail('EVCC_DEVICE_PROTOCOL', `${name}: ${each} is no number`);
          read.push([each, value]);
        }
        return Object.fromEntries(read) as Record<Name, number>;
      } finally {
        end();
      }
    },
    close: () => {
      closed = true;
      drop();
    },
  };
}
