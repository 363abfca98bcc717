import type { ChargerDevice, ChargeStatus, DeviceContext, Phases } from '../../../core/index.ts';
import { type ChargerDescription, createRegisterCharger, statusOf } from '../../shared/modbus/charger.ts';
import type { ModbusLineOptions } from '../../shared/modbus/line.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';

/**
 * Heidelberg Energy Control and amperfied connect: input registers (function 4) for what is measured, holding registers, which
 * are written with function 16 only. After the Modbus register table of the manufacturer, register layout 1.0.8.
 */

/** How the boxes leave the works; the frames of a serial line have to be 100 ms apart. */
export const LINES: Readonly<Record<'energy-control' | 'amperfied', ModbusLineOptions>> = {
  'energy-control': { baudrate: 19_200, comset: '8E1', delay: 0.1 },
  amperfied: { id: 255 },
};

const STATUS: Readonly<Record<number, ChargeStatus>> = {
  2: 'A',
  3: 'A',
  4: 'B',
  5: 'B',
  // C1: the car is ready and gets nothing.
  6: 'B',
  7: 'C',
  // Charges with less, because it is too hot.
  8: 'C',
  9: 'E',
  10: 'F',
  11: 'F',
};
/** The state of a locked box */
const LOCKED = 10;

const WATCHDOG = 257;
const STANDBY = 258;
const STANDBY_OFF = 4;
const LOCK = 259;
const CURRENT = 261;
const PHASES = 501;

/** ms for which a car is locked out to wake it up, and between two looks at the watchdog at most */
const WAKING = 10_000;

/** All registers of the first block are there, so that one request reads it. */
const REGISTERS = {
  status: { table: 'input', address: 5, type: 'u16' },
  ...perPhase('current', 1, { table: 'input', address: 6, type: 'u16', scale: 0.1, max: 100 }),
  temperature: { table: 'input', address: 9, type: 'i16', scale: 0.1 },
  ...perPhase('voltage', 1, { table: 'input', address: 10, type: 'u16', max: 500 }),
  externalLock: { table: 'input', address: 13, type: 'u16' },
  power: { table: 'input', address: 14, type: 'u16' },
  energySincePowerOn: { table: 'input', address: 15, type: 'u32' },
  energy: { table: 'input', address: 17, type: 'u32' },
  lock: { address: LOCK, type: 'u16' },
  maxCurrent: { address: CURRENT, type: 'u16', scale: 0.1 },
} as const;

type Context = Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>;

/** The box with a serial line. */
export function createEnergyControl(link: ModbusLink, context: Context): ChargerDevice {
  return create(link, context, async (signal) => {
    const bytes = await link.read('holding', WATCHDOG, 2, signal);
    // A box in standby does not answer any more.
    if (bytes.readUInt16BE(2) !== STANDBY_OFF) await link.writeRegisters(STANDBY, [STANDBY_OFF], signal);
    return bytes.readUInt16BE(0);
  });
}

/** The boxes in the network, which have no standby. */
export function createAmperfied(link: ModbusLink, context: Context, phaseSwitching: boolean): ChargerDevice {
  const charger = create(link, context, async (signal) =>
    (await link.read('holding', WATCHDOG, 1, signal)).readUInt16BE(0),
  );
  if (!phaseSwitching) return charger;
  return {
    ...charger,
    read: async (signal) => {
      const reading = await charger.read(signal);
      const phases = (await link.read('input', 5_001, 1, signal)).readUInt16BE(0);
      return { ...reading, ...((phases === 1 || phases === 3) && { phases }) };
    },
    setPhases: (phases: Phases, signal) => link.writeRegisters(PHASES, [phases], signal),
  };
}

/** `check` resolves with the ms after which the box falls back to its fail-safe current; 0: never. */
function create(link: ModbusLink, context: Context, check: (signal: AbortSignal) => Promise<number>): ChargerDevice {
  const { clock } = context;
  /** As read */
  let locked = false;
  /** ms since the epoch until when it is locked to wake up the car */
  let wakingUntil: number | undefined;

  const unlock = async (signal: AbortSignal): Promise<void> => {
    await link.writeRegisters(LOCK, [1], signal);
    wakingUntil = undefined;
    locked = false;
  };
  const description: ChargerDescription<typeof REGISTERS> = {
    traits: { minCurrent: 6, maxCurrent: 16, currentStep: 0.1 },
    registers: REGISTERS,
    limits: { gap: 0 },
    status: (values) => {
      locked = values.lock === 0;
      // A lock that is ours is no fault.
      return wakingUntil !== undefined && values.status === LOCKED ? 'B' : statusOf(STATUS)(values);
    },
    trusted: ({ maxCurrent = 0, ...values }) => ({
      ...values,
      maxCurrent: locked && wakingUntil === undefined ? 0 : maxCurrent,
    }),
    control: {
      write: async (current, signal) => {
        await link.writeRegisters(CURRENT, [Math.round(current * 10)], signal);
        if (current > 0 && locked && wakingUntil === undefined) await unlock(signal);
      },
    },
    keepAlive: async (signal) => {
      const watchdog = await check(signal);
      if (wakingUntil !== undefined && clock.now() >= wakingUntil) await unlock(signal);
      return watchdog > 0 ? Math.min(watchdog / 4, WAKING) : WAKING;
    },
  };
  const charger = createRegisterCharger(description, link, context);
  return {
    ...charger,
    wakeUp: async (signal) => {
      wakingUntil = clock.now() + WAKING;
      await link.writeRegisters(LOCK, [0], signal);
    },
    close: async () => {
      // Nobody else would unlock it; where that does not work, the next command that enables it does.
      if (wakingUntil !== undefined) await unlock(new AbortController().signal).catch(() => {});
      await charger.close();
    },
  };
}
