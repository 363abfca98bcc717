import type { ChargerDevice, ChargeStatus, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, statusOf } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import { writeRegister } from '../../shared/modbus/write.ts';

/**
 * Amtron Compact 2.0s: holding registers, floats with their high word first. After "ModbusRTU AmtronCompact2-0s Description" of
 * Mennekes, 1.2 and 2.0. A current of 0 A is no limit at all, and what is below 6 A stops.
 */
const CURRENT = { address: 0x0302, type: 'f32', min: 0, max: 80 } as const;
const RELEASE = 0x0d05;

const REGISTERS = {
  status: { address: 0x0100, type: 'u16' },
  maxCurrent: CURRENT,
  ...perPhase('current', 2, { address: 0x0500, type: 'f32', max: 100 }),
  ...perPhase('voltage', 2, { address: 0x0506, type: 'f32', min: 0, max: 500 }),
  power: { address: 0x0512, type: 'f32', max: 100_000 },
  sessionEnergy: { address: 0x0b02, type: 'f32', scale: 1_000 },
  release: { address: RELEASE, type: 'u16' },
  energy: { address: 0x1000, type: 'f32', scale: 1_000, min: 0 },
} as const;

/** 0: not ready yet, 6: error, 7: in service */
const STATUS: Readonly<Record<number, ChargeStatus>> = {
  0: 'F',
  1: 'A',
  2: 'B',
  3: 'B',
  4: 'B',
  5: 'C',
  6: 'F',
  7: 'F',
};

/** Has to be written every 10 s; without it current and release do not hold. */
const HEARTBEAT = 0x0d00;
const BEAT = 0x55aa;
const PAUSE = 4_000;
/** 0: three, 1: one */
const PHASES = 0x0d04;

const LEAST = 6;
const MOST = 32;

export function createCompact(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
  phaseSwitching: boolean,
): ChargerDevice {
  /** A as told */
  let current: number | undefined;
  const write = (value: number, signal: AbortSignal) => writeRegister(link, CURRENT, value, context, signal);
  return createRegisterCharger(
    {
      traits: { minCurrent: LEAST, maxCurrent: MOST, currentStep: 0.1 },
      registers: {
        ...REGISTERS,
        ...(phaseSwitching && ({ onePhase: { address: PHASES, type: 'u16' } } as const)),
      },
      limits: { gap: 0 },
      status: statusOf(STATUS),
      trusted: ({ maxCurrent, ...values }) => ({
        ...values,
        ...(maxCurrent !== undefined && { maxCurrent: maxCurrent === 0 ? MOST : maxCurrent }),
      }),
      more: ({ onePhase }) => (onePhase === undefined ? {} : { phases: onePhase === 1 ? 1 : 3 }),
      control: {
        enabled: ({ release }) => release === 1,
        enable: async (enabled, signal) => {
          // It may have forgotten the limit, after an error or without heartbeat: it is released with a limit or not at all.
          if (enabled) await write(current ?? LEAST, signal);
          await link.writeRegister(RELEASE, enabled ? 1 : 0, signal);
        },
        setMaxCurrent: async (wanted, signal) => {
          current = wanted;
          await write(wanted, signal);
        },
      },
      keepAlive: async (signal) => {
        await link.writeRegister(HEARTBEAT, BEAT, signal);
        return PAUSE;
      },
      ...(phaseSwitching && {
        setPhases: (phases, signal) => link.writeRegister(PHASES, phases === 1 ? 1 : 0, signal),
      }),
    },
    link,
    context,
  );
}
