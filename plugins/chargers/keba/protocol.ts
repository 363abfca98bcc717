import type { ChargerDevice, ChargerReading, DeviceContext, Phases } from '../../../core/index.ts';
import { kebaStatus, NOT_READY, SUSPENDED } from '../../shared/keba.ts';
import { createRegisterReader } from '../../shared/modbus/blocks.ts';
import { createRegisterCharger, pausedByZero, type SwitchControl } from '../../shared/modbus/charger.ts';
import type { ModbusLineOptions } from '../../shared/modbus/line.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/**
 * KEBA KeContact P30 c-series and x-series, and P40: holding registers, one value with each request (function 3), written one by
 * one (function 6). After the Modbus TCP programmers guides of KEBA, P30 V1.02 and P40 V1.02.
 */

/** The guides ask for half a second between two requests. */
export const LINE: ModbusLineOptions = { id: 255, delay: 0.5 };

const SET_CURRENT = 5_004;
const ENABLE = 5_014;
const FAILSAFE_TIMEOUT = 5_018;
const PHASE_SOURCE = 5_050;
const PHASES = 5_052;
/** Modbus, as source of phase switching */
const MODBUS = 3;

/** ms between two looks at the fail-safe timeout while there is none */
const IDLE = 60_000;

const u32 = (address: number, more: Partial<Register> = {}): Register => ({ address, type: 'u32', nan: [], ...more });

const REGISTERS = {
  status: u32(1_000),
  cable: u32(1_004),
  ...perPhase('current', 2, u32(1_008, { scale: 0.001, max: 100 })),
  power: u32(1_020, { scale: 0.001, max: 100_000 }),
} as const;

/** What changes seldom: one of them is read with each reading, and all of them when a car comes or goes. */
const SELDOM = {
  energy: u32(1_036, { scale: 0.1 }),
  tag: u32(1_500),
  phases: u32(1_552),
} as const;

const ONE_AT_A_TIME = { length: 2, gap: 0 };

type Context = Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>;
/** What of the registers says the status. */
interface State {
  readonly status?: number;
  readonly cable?: number;
}

export function createKeba(
  model: 'p30' | 'p40',
  phaseSwitching: boolean,
  link: ModbusLink,
  context: Context,
): ChargerDevice {
  const ask = async (address: number, signal: AbortSignal): Promise<number> =>
    (await link.read('holding', address, 2, signal)).readUInt32BE();
  const both = {
    traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
    limits: ONE_AT_A_TIME,
    status: ({ status, cable }: State) => kebaStatus(status, cable),
    more: ({ status, cable = 0 }: State): Partial<ChargerReading> =>
      status === NOT_READY && cable >= 5 ? { statusReason: 'waitingforauthorization' } : {},
    // On its own it falls back to the fail-safe current after so many seconds; 0: never.
    keepAlive: async (signal: AbortSignal): Promise<number> => {
      const seconds = await ask(1_602, signal);
      if (seconds === 0) return IDLE;
      await link.writeRegister(FAILSAFE_TIMEOUT, seconds, signal);
      return seconds * 500;
    },
  };
  const charger =
    model === 'p30'
      ? createRegisterCharger({ ...both, registers: REGISTERS, control: switchOf(link) }, link, context)
      : createRegisterCharger(
          {
            ...both,
            registers: { ...REGISTERS, maxCurrent: { address: SET_CURRENT, type: 'u16', nan: [], scale: 0.001 } },
            control: pausedByZero(link, { address: SET_CURRENT, type: 'u16', scale: 0.001 }, context),
          },
          link,
          context,
        );
  const seldom = createSeldom(model, phaseSwitching, link, context);
  return {
    ...charger,
    read: async (signal) => {
      const reading = await charger.read(signal);
      return { ...reading, ...(await seldom(reading, signal)) };
    },
    ...(phaseSwitching && {
      setPhases: async (phases: Phases, signal: AbortSignal) => {
        if ((await ask(1_550, signal)) !== MODBUS) await link.writeRegister(PHASE_SOURCE, MODBUS, signal);
        await link.writeRegister(PHASES, phases === 3 ? 1 : 0, signal);
      },
    }),
  };
}

/** A P30 says whether it is enabled only while a car is ready: at other times it is as it was told. */
function switchOf(link: ModbusLink): SwitchControl<typeof REGISTERS> {
  let told = false;
  return {
    enabled: ({ status }) => {
      if (status === 2 || status === 3) told = true;
      if (status === SUSPENDED) told = false;
      return told;
    },
    enable: async (enabled, signal) => {
      await link.writeRegister(ENABLE, enabled ? 1 : 0, signal);
      told = enabled;
    },
    setMaxCurrent: (current, signal) => link.writeRegister(SET_CURRENT, Math.round(current * 1_000), signal),
  };
}

type Seldom = Pick<ChargerReading, 'energy' | 'identifier' | 'phases'>;

function createSeldom(
  model: 'p30' | 'p40',
  phaseSwitching: boolean,
  link: ModbusLink,
  context: Context,
): (reading: ChargerReading, signal: AbortSignal) => Promise<Seldom> {
  const names = (['energy', 'tag', 'phases'] as const).filter((name) => phaseSwitching || name !== 'phases');
  const readers = names.map((name) => createRegisterReader({ [name]: SELDOM[name] }, link, context));
  let values: Readonly<Partial<Record<keyof typeof SELDOM, number>>> = {};
  let factor = model === 'p30' ? 1 : undefined;
  let connected: boolean | undefined;
  let turn = 0;
  return async ({ status }, signal) => {
    factor ??= (await link.read('holding', 1_018, 2, signal)).readUInt32BE() < OLD_P40 ? 10 : 1;
    const due = connected === (status !== 'A') ? readers.slice(turn, turn + 1) : readers;
    for (const read of due) values = { ...values, ...((await read(signal)) as typeof values) };
    connected = status !== 'A';
    turn = (turn + 1) % readers.length;
    const { energy, tag, phases } = values;
    const onePhase = model === 'p30' ? 0 : 1;
    return {
      ...(energy !== undefined && { energy: energy * factor }),
      ...(tag !== undefined && { identifier: tag === 0 ? '' : tag.toString(16).padStart(8, '0') }),
      ...(phases !== undefined && { phases: phases === onePhase ? 1 : 3 }),
    };
  };
}

/** Firmware 1.2.1, one byte for each part: before it, a P40 counted whole Wh. */
const OLD_P40 = 0x01020100;
