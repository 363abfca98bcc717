import type { BatteryMode, DeviceContext, MeterDevice, MeterReading, Plugin } from '../../core/index.ts';
import type { RegisterTable } from '../../plugins/shared/modbus/pool.ts';
import { encode, type Register } from '../../plugins/shared/modbus/registers.ts';
import type { MeterHardware, MeterPeer } from '../contract/index.ts';
import { applyWithModbus, type ModbusDevice, startModbusDevice } from './modbus-device.ts';

type Numeric = 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'f32';

/** How a value lies in registers; with the word of the lowest value first: `le`. */
export type WireType = Numeric | `${Numeric}le`;

/** Where a meter of tests is, and how it is laid out. */
export interface RegisterDeviceOptions {
  readonly type: string;
  readonly options?: object;
  /** Unit id at which the simulated device listens; absent: 1 */
  readonly unit?: number;
  /** Absent: holding */
  readonly table?: RegisterTable;
  readonly context?: Partial<DeviceContext>;
}

export interface RegisterDevice {
  readonly box: ModbusDevice;
  readonly device: MeterDevice;
  /** Puts a raw value into registers. */
  put(address: number, type: WireType, value: number): void;
  /** The word at an address of the holding registers */
  word(address: number): number | undefined;
  read(): Promise<MeterReading>;
  /** What was written: address and words of each command */
  writes(): (readonly [code: number, address: number, ...words: number[]])[];
  end(): Promise<void>;
}

/** Creates a meter through its plugin, connected to a simulated device whose registers the test lays out. */
export async function startRegisterDevice(
  plugin: Plugin,
  { type, options = {}, unit = 1, table = 'holding', context }: RegisterDeviceOptions,
  prepare: (device: Pick<RegisterDevice, 'put'>) => void = () => {},
): Promise<RegisterDevice> {
  const box = await startModbusDevice();
  const put: RegisterDevice['put'] = (address, kind, value) => box.set(table, address, wordsOf(kind, value), unit);
  prepare({ put });
  const applied = await applyWithModbus(plugin, { clock: box.clock });
  const { host, port } = box;
  const all = { host, port, answerTimeout: 5, ...options };
  const device = await applied.meters.create(type, all, context).catch(async (error: unknown) => {
    await applied.remove();
    await box.close();
    throw error;
  });
  return {
    box,
    device,
    put,
    word: (address) => box.unit(unit).holding.get(address),
    read: () => device.read(AbortSignal.timeout(5_000)),
    writes: () =>
      box.requests
        .filter(({ code }) => code > 4)
        .map(({ code, address, values }) => [code, address, ...values] as const),
    end: async () => {
      await device.close?.();
      await applied.remove();
      await box.close();
    },
  };
}

/** What the contract of meters needs to know of a simulated device. */
export interface RegisterPeerOptions extends RegisterDeviceOptions {
  readonly hardware: MeterHardware;
  /** Puts a state into the registers, also once before the device is created. */
  show(state: MeterHardware, put: RegisterDevice['put']): void;
  /** Lets the device say no power; absent: it always says one */
  invalid?(put: RegisterDevice['put']): void;
  /** The mode that the registers mean, and what was written last; absent: it has none */
  mode?(
    word: RegisterDevice['word'],
    last?: readonly [code: number, address: number, ...words: number[]],
  ): BatteryMode | undefined;
  /** Registers that may be written; anything else is a violation. */
  readonly writable?: readonly number[];
  /** The one function that the device takes for writing */
  readonly function?: 6 | 16;
}

/** A meter and its simulated device, for the contract of meters. */
export async function registerPeer(plugin: Plugin, options: RegisterPeerOptions): Promise<MeterPeer> {
  const { hardware, show, invalid, mode, writable = [] } = options;
  let state = { ...hardware };
  const lay = (to: Pick<RegisterDevice, 'put'>) => show(state, to.put);
  const { box, device, put, word, writes, end } = await startRegisterDevice(plugin, options, lay);
  for (const address of writable) if (word(address) === undefined) box.set('holding', address, [0], options.unit);
  return {
    device,
    state: () => {
      const batteryMode = mode?.(word, writes().at(-1));
      return { ...state, ...(batteryMode && { batteryMode }) };
    },
    set: (wanted) => {
      const known = Object.entries(wanted).filter(([name]) => name in hardware);
      state = { ...state, ...Object.fromEntries(known) };
      show(state, put);
    },
    writes: () => writes().length,
    violations: () =>
      writes().flatMap(([code, address, ...words]) => {
        if (options.function && options.function !== code) return [`function ${code} is not known`];
        return words.flatMap((_, index) =>
          writable.includes(address + index) ? [] : [`register ${address + index} cannot be written`],
        );
      }),
    faults: invalid ? ['refuse', 'hang', 'garbage', 'invalid'] : ['refuse', 'hang', 'garbage'],
    fail: (fault) => {
      if (fault === 'invalid') return invalid?.(put);
      return box.fail(fault as 'refuse' | 'hang' | 'garbage');
    },
    recover: async () => {
      show(state, put);
      await box.recover();
    },
    connections: () => box.connections(),
    close: end,
  };
}

/** Words of a raw value. */
export function wordsOf(kind: WireType, value: number): number[] {
  const little = kind.endsWith('le');
  const type = (little ? kind.slice(0, -2) : kind) as Register['type'];
  const result = encode({ address: 0, type, ...(little && { order: 'little' as const }) }, value);
  if ('problem' in result) throw new Error(`${kind}: ${result.problem}`);
  return result.words;
}
