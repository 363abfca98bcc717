import type { ModbusBus, ModbusRequest } from './bus.ts';
import { toWords } from './registers.ts';
import type { ModbusClient } from './wire.ts';

/** A line as another program uses it: requests as they came, to any unit, in turn with those of the house. */
export interface ModbusPassage {
  /** What logs call it: `Modbus 192.168.1.5:502` */
  readonly name: string;
  /**
   * Sends a request (function code and data) to a unit. Resolves with what to answer, which is an exception where the device said
   * one, did not answer in time, or the request is none. Never rejects.
   */
  ask(unit: number, request: Buffer, signal: AbortSignal): Promise<Buffer>;
  close(): Promise<void>;
}

/** Why there is no answer, by the number of the Modbus exception. */
export const EXCEPTION = { function: 1, value: 3, failure: 4, silence: 11 } as const;

/** Functions that change something. */
export const WRITING: ReadonlySet<number> = new Set([5, 6, 15, 16]);

/** The answer that is an exception. */
export function exceptionOf(request: Buffer, number: number): Buffer {
  return Buffer.from([(request[0] ?? 0) | 0x80, number]);
}

/** The answer to a request for writing that was done. */
export function writtenOf(request: Buffer): Buffer {
  return request.subarray(0, 5);
}

/** The number of the exception for a request that is none; `undefined`: it is one. */
export function problemOf(request: Buffer): number | undefined {
  const code = request[0] ?? 0;
  const most = MOST[code];
  if (most === undefined) return EXCEPTION.function;
  if (request.length < 5) return EXCEPTION.value;
  const count = request.readUInt16BE(3);
  if (code === 6) return request.length === 5 ? undefined : EXCEPTION.value;
  if (code === 5) return request.length === 5 && (count === 0 || count === 0xff00) ? undefined : EXCEPTION.value;
  if (count < 1 || count > most) return EXCEPTION.value;
  const bytes = code === 15 ? Math.ceil(count / 8) : code === 16 ? count * 2 : undefined;
  const fits = bytes === undefined ? request.length === 5 : request[5] === bytes && request.length === 6 + bytes;
  return fits ? undefined : EXCEPTION.value;
}

/** Bits or registers of one request, by function (Modbus Application Protocol 1.1b3, section 6) */
const MOST: Readonly<Record<number, number>> = { 1: 2_000, 2: 2_000, 3: 125, 4: 125, 5: 1, 6: 1, 15: 1_968, 16: 123 };

/** Asks a bus what another program wants to know. */
export async function passOn(
  bus: ModbusBus,
  unit: number,
  request: Buffer,
  manner: Pick<ModbusRequest<Buffer>, 'timeout' | 'delay' | 'connectDelay'>,
  signal: AbortSignal,
): Promise<Buffer> {
  const problem = problemOf(request);
  if (problem !== undefined) return exceptionOf(request, problem);
  const outcome = await bus.ask<Buffer>(
    { ...manner, unit, send: (client, take) => send(client, unit, request, take) },
    signal,
  );
  if ('value' in outcome) return outcome.value;
  const { exception, code } = outcome.failure;
  const other = code === 'EVCC_DEVICE_UNAVAILABLE' ? EXCEPTION.silence : EXCEPTION.failure;
  return exceptionOf(request, exception ?? other);
}

function send(
  client: ModbusClient,
  unit: number,
  request: Buffer,
  take: (error: unknown, answer: Buffer) => void,
): void {
  const code = request.readUInt8();
  const address = request.readUInt16BE(1);
  const count = request.readUInt16BE(3);
  const read = (error: unknown, answer?: { readonly buffer: Buffer }): void => {
    const bytes = answer?.buffer ?? Buffer.alloc(0);
    take(error, Buffer.concat([Buffer.from([code, bytes.length]), bytes]));
  };
  const wrote = (error: unknown): void => take(error, writtenOf(request));
  if (code === 1) client.writeFC1(unit, address, count, read);
  else if (code === 2) client.writeFC2(unit, address, count, read);
  else if (code === 3) client.writeFC3(unit, address, count, read);
  else if (code === 4) client.writeFC4(unit, address, count, read);
  else if (code === 5) client.writeFC5(unit, address, count !== 0, wrote);
  else if (code === 6) client.writeFC6(unit, address, count, wrote);
  else if (code === 15) client.writeFC15(unit, address, bitsOf(request.subarray(6), count), wrote);
  else client.writeFC16(unit, address, toWords(request.subarray(6)), wrote);
}

function bitsOf(bytes: Buffer, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => ((bytes[index >> 3] ?? 0) & (1 << (index % 8))) !== 0);
}
