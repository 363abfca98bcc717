import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import modbus from 'modbus-serial';
import { systemClock } from '../../core/clock.ts';
import type { Clock, Plugin } from '../../core/index.ts';
import { createModbusPool } from '../../plugins/shared/modbus/pool.ts';
import { type AppliedPlugin, applyPlugin } from '../contract/index.ts';
import { freePort } from './free-port.ts';
import { createLineClock } from './line-clock.ts';

/**
 * `refuse`: nothing listens. `hang`: takes the request, never answers. `garbage`: answers with bytes that are no Modbus.
 * `reset`: ends the connection instead of answering. Or a Modbus exception by its number.
 */
export type ModbusFault = 'refuse' | 'hang' | 'garbage' | 'reset' | number;

/** A request as it arrived. */
export interface ArrivedModbus {
  readonly unit: number;
  /** Function code */
  readonly code: number;
  readonly address: number;
  /** Registers or bits; of a single write 1 */
  readonly count: number;
  readonly values: readonly number[];
}

/** Memory of a unit: words by address; what is not there is answered with exception 2. */
export interface ModbusUnit {
  readonly holding: Map<number, number>;
  readonly input: Map<number, number>;
  readonly coils: Map<number, boolean>;
}

/** A Modbus server on loopback and a free port, behind a proxy that can fail and that translates RTU frames. */
export interface ModbusDevice {
  readonly host: string;
  readonly port: number;
  /** Time on the line to it */
  readonly clock: Clock;
  readonly requests: readonly ArrivedModbus[];
  /** Of a unit id; made with the first call */
  unit(id?: number): ModbusUnit;
  /** Puts words from an address on. */
  set(table: 'holding' | 'input', address: number, words: readonly number[], unit?: number): void;
  /** Lets the device fail in one way until `recover`. */
  fail(fault: ModbusFault): Promise<void>;
  recover(): Promise<void>;
  /** Answers of the next requests are kept back, in order, until `release`. */
  hold(): void;
  release(): void;
  /** Connections that are open now, and that were ever opened */
  connections(): number;
  opened(): number;
  /** Ends all connections from this side. */
  disconnect(): void;
  close(): Promise<void>;
}

/** What of the bytes of a client is one request, without checksum; `undefined`: it is not complete. */
type Cut = (bytes: Buffer) => { readonly head: Buffer; readonly pdu: Buffer; readonly rest: Buffer } | undefined;

const cutTcp: Cut = (bytes) => {
  if (bytes.length < 8) return undefined;
  const end = 6 + bytes.readUInt16BE(4);
  return bytes.length < end
    ? undefined
    : { head: bytes.subarray(0, 2), pdu: bytes.subarray(6, end), rest: bytes.subarray(end) };
};

const cutRtu: Cut = (bytes) => {
  if (bytes.length < 8) return undefined;
  const code = bytes.readUInt8(1);
  const end = code === 15 || code === 16 ? 9 + bytes.readUInt8(6) : 8;
  return bytes.length < end
    ? undefined
    : { head: Buffer.alloc(0), pdu: bytes.subarray(0, end - 2), rest: bytes.subarray(end) };
};

export interface ModbusDeviceOptions {
  readonly rtu?: boolean;
  /** What the device does with a write that it took, before it answers */
  readonly written?: (write: ArrivedModbus) => void;
}

export async function startModbusDevice({
  rtu = false,
  written = () => {},
}: ModbusDeviceOptions = {}): Promise<ModbusDevice> {
  const units = new Map<number, ModbusUnit>();
  const requests: ArrivedModbus[] = [];
  const clock = createLineClock();
  const sockets = new Set<Socket>();
  let fault: ModbusFault | undefined;
  let held: (() => void)[] | undefined;
  let opened = 0;

  const unit = (id = 1): ModbusUnit => {
    const known = units.get(id) ?? { holding: new Map(), input: new Map(), coils: new Map() };
    units.set(id, known);
    return known;
  };
  const get = <T>(memory: ReadonlyMap<number, T>, address: number): T => {
    const value = memory.get(address);
    if (value === undefined || typeof fault === 'number')
      throw Object.assign(new Error('no register'), { modbusErrorCode: typeof fault === 'number' ? fault : 2 });
    return value;
  };
  const put = <T>(memory: Map<number, T>, address: number, value: T): void => {
    get(memory, address);
    memory.set(address, value);
  };
  const inner = new modbus.ServerTCP(
    {
      getHoldingRegister: async (address: number, id: number) => get(unit(id).holding, address),
      getInputRegister: async (address: number, id: number) => get(unit(id).input, address),
      getCoil: async (address: number, id: number) => get(unit(id).coils, address),
      getDiscreteInput: async (address: number, id: number) => get(unit(id).coils, address),
      setRegister: async (address: number, value: number, id: number) => put(unit(id).holding, address, value),
      setCoil: async (address: number, value: boolean, id: number) => put(unit(id).coils, address, value),
    },
    // A free port; the number 0 would become 502.
    { host: '127.0.0.1', port: '0' as unknown as number, unitID: 255 },
  );
  await once(inner as unknown as NodeJS.EventEmitter, 'initialized');
  const target = (inner as unknown as { _server: Server })._server.address() as AddressInfo;

  /** Asks the server, one connection for each request. */
  const ask = async (pdu: Buffer): Promise<Buffer> => {
    const socket = connect(target.port, '127.0.0.1');
    const head = Buffer.alloc(6);
    head.writeUInt16BE(pdu.length, 4);
    socket.write(Buffer.concat([head, pdu]));
    let answer: Buffer = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      answer = Buffer.concat([answer, chunk]);
      const cut = cutTcp(answer);
      if (cut) return cut.pdu;
    }
    return Buffer.alloc(0);
  };

  const answer = async (socket: Socket, head: Buffer, pdu: Buffer): Promise<void> => {
    const request = toRequest(pdu);
    requests.push(request);
    const present = fault;
    if (present === 'hang') return;
    if (present === 'reset') return void socket.resetAndDestroy();
    if (present === 'garbage') return void socket.write(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const body = await ask(pdu);
    if (request.code > 4 && ((body[1] ?? 0) & 0x80) === 0) written(request);
    const send = () => {
      if (socket.destroyed) return;
      if (rtu) return void socket.write(withChecksum(body));
      const length = Buffer.alloc(4);
      length.writeUInt16BE(body.length, 2);
      socket.write(Buffer.concat([head, length, body]));
    };
    if (held) held.push(send);
    else send();
  };

  const cut = rtu ? cutRtu : cutTcp;
  const server = createServer((socket) => {
    let bytes: Buffer = Buffer.alloc(0);
    sockets.add(socket);
    opened += 1;
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', (data) => {
      bytes = Buffer.concat([bytes, data]);
      for (let found = cut(bytes); found; found = cut(bytes)) {
        bytes = found.rest;
        answer(socket, found.head, found.pdu).catch(() => socket.destroy());
      }
    });
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(await freePort());
  const disconnect = () => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    disconnect();
    await closed;
  };

  return {
    host: '127.0.0.1',
    port,
    clock,
    requests,
    unit,
    set: (table, address, words, id) => {
      for (const [index, word] of words.entries()) unit(id)[table].set(address + index, word);
    },
    fail: async (wanted) => {
      fault = wanted;
      clock.fails(true);
      if (wanted === 'refuse') await stop();
    },
    recover: async () => {
      fault = undefined;
      clock.fails(false);
      if (!server.listening) await listen(port);
    },
    hold: () => {
      held ??= [];
    },
    release: () => {
      const kept = held ?? [];
      held = undefined;
      for (const send of kept) send();
    },
    connections: () => sockets.size,
    opened: () => opened,
    disconnect,
    close: async () => {
      await stop();
      await new Promise<void>((resolve) => inner.close(() => resolve()));
    },
  };
}

/** Applies a plugin whose devices speak Modbus, together with the lines that it needs. */
export async function applyWithModbus<Options>(
  plugin: Plugin<Options>,
  overrides: Parameters<typeof applyPlugin>[2] = {},
): Promise<AppliedPlugin> {
  let pool: ReturnType<typeof createModbusPool> | undefined;
  const applied = await applyPlugin(plugin, undefined, {
    services: {
      provide() {},
      use: (name, use) => {
        if (name !== 'modbus') return;
        pool ??= createModbusPool({ clock: overrides.clock ?? systemClock });
        use(pool as never);
      },
    },
    ...overrides,
  });
  return {
    ...applied,
    remove: async () => {
      await applied.remove();
      await pool?.close();
    },
  };
}

/** Words of a 32-bit float. */
export function f32(value: number): [number, number] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
}

/** Words of a whole number of 32 bits, the higher one first. */
export function i32(value: number): [number, number] {
  return [(value >>> 16) & 0xffff, value & 0xffff];
}

function toRequest(pdu: Buffer): ArrivedModbus {
  const code = pdu.readUInt8(1);
  const single = code === 5 || code === 6;
  const values =
    code === 16
      ? Array.from({ length: pdu.readUInt16BE(4) }, (_, index) => pdu.readUInt16BE(7 + index * 2))
      : code === 15
        ? [...pdu.subarray(7)]
        : single
          ? [pdu.readUInt16BE(4)]
          : [];
  return {
    unit: pdu.readUInt8(0),
    code,
    address: pdu.readUInt16BE(2),
    count: single ? 1 : pdu.readUInt16BE(4),
    values,
  };
}

/** With the checksum of serial lines (CRC-16/MODBUS) */
function withChecksum(frame: Buffer): Buffer {
  let crc = 0xffff;
  for (const byte of frame) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  const end = Buffer.alloc(2);
  end.writeUInt16LE(crc);
  return Buffer.concat([frame, end]);
}
