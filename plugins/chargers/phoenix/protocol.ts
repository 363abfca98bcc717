import type { ChargerDevice, DeviceContext } from '../../../core/index.ts';
import { createRegisterReader } from '../../shared/modbus/blocks.ts';
import {
  type ChargerPoint,
  createRegisterCharger,
  letterOf,
  unmeasured,
  type WritableRegister,
} from '../../shared/modbus/charger.ts';
import type { ModbusLineOptions } from '../../shared/modbus/line.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import type { Register } from '../../shared/modbus/registers.ts';
import { writeRegister } from '../../shared/modbus/write.ts';

/**
 * Charge controllers EM-CP-PP-ETH and EV-CC-AC1-M of Phoenix Contact: a coil that lets a car charge, a holding register for the
 * current (function 6), input registers for the rest; 32-bit integers have their low word first. After the manuals of the
 * controllers; where Wallbe differs, after its firmware.
 */
interface Model {
  readonly line: ModbusLineOptions;
  readonly enable: number;
  readonly current: WritableRegister;
  readonly registers: ModelRegisters;
}

type ModelRegisters = Readonly<Record<'letter', Register>> &
  Readonly<Partial<Record<'meter' | Exclude<ChargerPoint, 'identifier' | 'maxCurrent'>, Register>>>;

const low = (address: number, type: 'i32' | 'u32', scale: number): Register => ({
  table: 'input',
  address,
  type,
  order: 'little',
  scale,
});

/** The letter of the state is a character in one half of its register. */
const letter = (address: number, bit: 0 | 8): Register => ({ table: 'input', address, type: 'bits', bit, bits: 8 });

/** Of a meter that is not there all values are 0. */
const METER = { meter: low(108, 'i32', 1) };

/**
 * The current is in A, and in 0.1 A with the firmware of Wallbe. A number that is possible for the other unit only is an error, so
 * that nobody is told ten times the current.
 */
const evEth = (current: Pick<Register, 'scale' | 'nan' | 'min' | 'max'>, energy: Register): Model => ({
  line: { id: 255 },
  enable: 400,
  current: { address: 528, type: 'u16', ...current },
  registers: { letter: letter(100, 0), ...METER, power: { ...low(120, 'i32', 1), max: 100_000 }, energy },
});

export const MODELS: Readonly<Record<'em-eth' | 'ev-eth' | 'ev-ser' | 'wallbe', Model>> = {
  'em-eth': {
    line: { id: 180 },
    enable: 400,
    current: { address: 300, type: 'u16', max: 80 },
    registers: {
      letter: letter(100, 0),
      ...METER,
      ...perPhase('voltage', 2, low(108, 'i32', 0.01)),
      ...perPhase('current', 2, low(114, 'i32', 0.001)),
      power: low(120, 'i32', 10),
      energy: low(128, 'u32', 10),
    },
  },
  'ev-eth': evEth({ max: 59 }, { address: 904, type: 'u32', order: 'little' }),
  wallbe: evEth({ scale: 0.1, nan: [0], min: 6, max: 80 }, { address: 2_980, type: 'u64', order: 'little' }),
  'ev-ser': {
    line: { id: 1 },
    enable: 20_000,
    current: { address: 22_000, type: 'u16', max: 80 },
    registers: { letter: letter(24_000, 8) },
  },
};
export type PhoenixModel = keyof typeof MODELS;

export function createPhoenix(
  { registers, enable, current }: Model,
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
): ChargerDevice {
  const isFine = current.scale === 0.1;
  const readCurrent = createRegisterReader({ maxCurrent: current }, link, context);
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32, ...(isFine && { currentStep: 0.1 }) },
      registers: { ...registers, maxCurrent: current },
      limits: { gap: 0 },
      status: ({ letter: code }) => letterOf(String.fromCharCode(code ?? 0)),
      trusted: (values) => (values.meter === 0 ? unmeasured(values) : values),
      control: {
        enabled: async (_, signal) => (await link.readBits('coil', enable, 1, signal))[0],
        enable: (enabled, signal) => link.writeCoil(enable, enabled, signal),
        setMaxCurrent: async (value, signal) => {
          if (isFine) await readCurrent(signal);
          await writeRegister(link, current, value, context, signal);
        },
      },
    },
    link,
    context,
  );
}
