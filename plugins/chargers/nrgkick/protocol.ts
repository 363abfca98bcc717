import type { ChargerDevice, ChargeStatus, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, statusOf } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import { writeRegister } from '../../shared/modbus/write.ts';

/** NRGkick Gen2: holding registers, longer integers with their low word first. After "NRGkick Gen2 Modbus" of DiniTech. */
const CURRENT = { address: 194, type: 'u16', scale: 0.1, max: 80 } as const;
const PAUSE = 195;
const PHASES = 198;

const REGISTERS = {
  maxCurrent: CURRENT,
  pause: { address: PAUSE, type: 'u16' },
  phases: { address: PHASES, type: 'u16' },
  energy: { address: 199, type: 'u64', order: 'little' },
  sessionEnergy: { address: 203, type: 'u32', order: 'little' },
  power: { address: 210, type: 'i32', order: 'little', scale: 0.001 },
  ...perPhase('voltage', 1, { address: 217, type: 'u16', scale: 0.01 }),
  ...perPhase('current', 1, { address: 220, type: 'u16', scale: 0.001 }),
  status: { address: 251, type: 'u16' },
} as const;

/** 0 is a state that it does not know itself. */
const STATUS: Readonly<Record<number, ChargeStatus>> = { 0: 'F', 1: 'A', 2: 'B', 3: 'C', 6: 'F', 7: 'B' };

export function createNrgkick(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
  phaseSwitching: boolean,
): ChargerDevice {
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
      registers: REGISTERS,
      limits: { gap: 0 },
      status: statusOf(STATUS),
      more: ({ phases }) => (phases === 1 || phases === 3 ? { phases } : {}),
      control: {
        enabled: ({ pause }) => pause === 0,
        enable: (enabled, signal) => link.writeRegister(PAUSE, enabled ? 0 : 1, signal),
        setMaxCurrent: (current, signal) => writeRegister(link, CURRENT, current, context, signal),
      },
      ...(phaseSwitching && { setPhases: (phases, signal) => link.writeRegister(PHASES, phases, signal) }),
    },
    link,
    context,
  );
}
