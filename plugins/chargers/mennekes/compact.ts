import type { ChargerDevice, ChargeStatus, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, statusOf } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import { writeRegister } from '../../shared/modbus/write.ts';

/** Amtron Compact 2.0s: holding registers, floats with their high word first. After "Amtron Compact 2.0s Modbus RTU". */
const CURRENT = { address: 0x0302, type: 'f32', min: 0, max: 80 } as const;

const REGISTERS = {
  status: { address: 0x0100, type: 'u16' },
  maxCurrent: CURRENT,
  ...perPhase('current', 2, { address: 0x0500, type: 'f32', max: 100 }),
  ...perPhase('voltage', 2, { address: 0x0506, type: 'f32', min: 0, max: 500 }),
  power: { address: 0x0512, type: 'f32', max: 100_000 },
  sessionEnergy: { address: 0x0b02, type: 'f32', scale: 1_000 },
  release: { address: 0x0d05, type: 'u16' },
  energy: { address: 0x1000, type: 'f32', scale: 1_000, min: 0 },
} as const;

const STATUS: Readonly<Record<number, ChargeStatus>> = { 1: 'A', 2: 'B', 3: 'B', 4: 'B', 5: 'C', 6: 'F' };

/** Has to be written every 10 s; without it current and release do not hold. */
const HEARTBEAT = 0x0d00;
const BEAT = 0x55aa;
const PAUSE = 4_000;
/** 0: three, 1: one */
const PHASES = 0x0d04;

export function createCompact(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
  phaseSwitching: boolean,
): ChargerDevice {
  /** A as told, and whether there was an error since it was enabled: then it wants to be told from 0 A on. */
  let current: number | undefined;
  let faulty = false;
  const write = (value: number, signal: AbortSignal) => writeRegister(link, CURRENT, value, context, signal);
  const charger = createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
      registers: {
        ...REGISTERS,
        ...(phaseSwitching && ({ onePhase: { address: PHASES, type: 'u16' } } as const)),
      },
      limits: { gap: 0 },
      status: (values) => {
        const status = statusOf(STATUS)(values);
        faulty ||= status === 'F';
        return status;
      },
      more: ({ onePhase }) => (onePhase === undefined ? {} : { phases: onePhase === 1 ? 1 : 3 }),
      control: {
        enabled: ({ release, maxCurrent = 0 }) => release === 1 && maxCurrent >= 6,
        enable: async (enabled, signal) => {
          if (enabled && faulty) await write(0, signal);
          await link.writeRegister(REGISTERS.release.address, enabled ? 1 : 0, signal);
          if (enabled && faulty && current !== undefined) await write(current, signal);
          if (enabled) faulty = false;
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
    },
    link,
    context,
  );
  return {
    ...charger,
    ...(phaseSwitching && {
      setPhases: (phases: 1 | 3, signal: AbortSignal) => link.writeRegister(PHASES, phases === 1 ? 1 : 0, signal),
    }),
  };
}
