import type { Clock, DeviceContext } from '../../../core/index.ts';
import { createBus, type ModbusBus, type ModbusRequest } from './bus.ts';
import { type ModbusLineOptions, showAddress, toAddress, whereIs } from './line.ts';
import { type ModbusPassage, passOn } from './passage.ts';
import type { ModbusClient } from './wire.ts';

/** Tables of registers and of bits that a device has. */
export type RegisterTable = 'holding' | 'input';
export type BitTable = 'coil' | 'discrete';

/**
 * What one device has of a line that it may share with others. Addresses are those on the wire, from 0. Errors name line, unit
 * and register: `EVCC_DEVICE_UNAVAILABLE` (no connection, no answer in time, busy), `EVCC_DEVICE_PROTOCOL` (refused, damaged).
 */
export interface ModbusLink {
  /** What errors call it: `Modbus 192.168.1.5:502 unit 1` */
  readonly name: string;
  /** Two bytes for each of 1 to 125 registers */
  read(table: RegisterTable, address: number, count: number, signal: AbortSignal): Promise<Buffer>;
  /** 1 to 2000 bits */
  readBits(table: BitTable, address: number, count: number, signal: AbortSignal): Promise<readonly boolean[]>;
  /** Function 6 */
  writeRegister(address: number, value: number, signal: AbortSignal): Promise<void>;
  /** Function 16, 1 to 123 registers */
  writeRegisters(address: number, values: readonly number[], signal: AbortSignal): Promise<void>;
  /** Function 5 */
  writeCoil(address: number, value: boolean, signal: AbortSignal): Promise<void>;
  /** Function 15 */
  writeCoils(address: number, values: readonly boolean[], signal: AbortSignal): Promise<void>;
  /** Gives the line up; the last one to do so ends its connection. */
  close(): Promise<void>;
}

/** The lines of the house: one connection for each host and port, or serial port. */
export interface ModbusPool {
  /** Errors: `EVCC_CONFIG_INVALID` for options that name no line, or that differ from those of others on this line. */
  open(options: ModbusLineOptions, context: Pick<DeviceContext, 'fail'>): ModbusLink;
  /** The same for another program, which says the unit with each request. */
  pass(options: ModbusLineOptions, context: Pick<DeviceContext, 'fail'>): ModbusPassage;
  /** Ends all connections. */
  close(): Promise<void>;
}

interface Shared {
  readonly bus: ModbusBus;
  /** Framing, or speed and bits */
  readonly manner: string;
  users: number;
}

export function createModbusPool({ clock }: { readonly clock: Clock }): ModbusPool {
  const lines = new Map<string, Shared>();

  const share = (options: ModbusLineOptions, { fail }: Pick<DeviceContext, 'fail'>): Share => {
    const address = toAddress(options);
    if ('problem' in address) return fail('EVCC_CONFIG_INVALID', address.problem);
    const key = whereIs(address);
    const manner = JSON.stringify(address);
    const shared = lines.get(key) ?? { bus: createBus(address, clock), manner, users: 0 };
    if (shared.manner.toLowerCase() !== manner.toLowerCase()) {
      const what = address.kind === 'serial' ? 'baudrate or comset' : 'rtu';
      fail('EVCC_CONFIG_INVALID', `${showAddress(address)}: another device on this line has a different ${what}`);
    }
    lines.set(key, shared);
    shared.users += 1;
    let open = true;
    const serial = address.kind !== 'tcp';
    return {
      bus: shared.bus,
      name: showAddress(address),
      manner: {
        timeout: (options.answerTimeout ?? (serial ? 1 : 3)) * 1_000,
        delay: (options.delay ?? (serial ? 0.02 : 0)) * 1_000,
        connectDelay: (options.connectDelay ?? 0) * 1_000,
      },
      isOpen: () => open,
      release: async () => {
        if (!open) return;
        open = false;
        shared.users -= 1;
        if (shared.users > 0) return;
        if (lines.get(key) === shared) lines.delete(key);
        await shared.bus.close();
      },
    };
  };

  return {
    open: (options, context) => createLink(share(options, context), options.id ?? 1, context.fail),
    pass: (options, context) => {
      const { bus, name, manner, release } = share(options, context);
      return {
        name,
        ask: (unit, request, signal) => passOn(bus, unit, request, manner, signal),
        close: release,
      };
    },
    close: async () => {
      const buses = [...lines.values()].map(({ bus }) => bus.close());
      lines.clear();
      await Promise.all(buses);
    },
  };
}

/** What one user has of a line. */
interface Share {
  readonly bus: ModbusBus;
  /** Of the line */
  readonly name: string;
  readonly manner: Pick<ModbusRequest<unknown>, 'timeout' | 'delay' | 'connectDelay'>;
  readonly isOpen: () => boolean;
  readonly release: () => Promise<void>;
}

type Send<T> = (client: ModbusClient, take: (error: unknown, answer: T) => void) => void;

function createLink(
  { bus, name: line, manner, isOpen, release }: Share,
  unit: number,
  fail: DeviceContext['fail'],
): ModbusLink {
  const name = `${line} unit ${unit}`;
  async function ask<T>(what: string, signal: AbortSignal, send: Send<T>): Promise<T> {
    if (!isOpen()) fail('EVCC_DEVICE_UNAVAILABLE', `${name}: the device was closed`);
    const outcome = await bus.ask<T>({ ...manner, unit, send }, signal);
    if ('value' in outcome) return outcome.value;
    return fail(outcome.failure.code, `${name}, ${what}: ${outcome.failure.text}`);
  }
  const range = (kind: string, address: number, count: number): string =>
    count === 1 ? `${kind} ${address}` : `${kind}s ${address} to ${address + count - 1}`;
  return {
    name,
    read: async (table, address, count, signal) => {
      const { buffer } = await ask<{ buffer: Buffer }>(
        range(`${table} register`, address, count),
        signal,
        (client, take) =>
          table === 'holding'
            ? client.writeFC3(unit, address, count, take)
            : client.writeFC4(unit, address, count, take),
      );
      return buffer;
    },
    readBits: async (table, address, count, signal) => {
      const what = range(table === 'coil' ? 'coil' : 'discrete input', address, count);
      const { data } = await ask<{ data: boolean[] }>(what, signal, (client, take) =>
        table === 'coil' ? client.writeFC1(unit, address, count, take) : client.writeFC2(unit, address, count, take),
      );
      return data.slice(0, count);
    },
    writeRegister: async (address, value, signal) => {
      await ask(`writing register ${address}`, signal, (client, take) => client.writeFC6(unit, address, value, take));
    },
    writeRegisters: async (address, values, signal) => {
      const what = `writing ${range('register', address, values.length)}`;
      await ask(what, signal, (client, take) => client.writeFC16(unit, address, [...values], take));
    },
    writeCoil: async (address, value, signal) => {
      await ask(`writing coil ${address}`, signal, (client, take) => client.writeFC5(unit, address, value, take));
    },
    writeCoils: async (address, values, signal) => {
      const what = `writing ${range('coil', address, values.length)}`;
      await ask(what, signal, (client, take) => client.writeFC15(unit, address, [...values], take));
    },
    close: release,
  };
}
