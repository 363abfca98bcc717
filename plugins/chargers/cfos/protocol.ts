import type { ChargerDevice, ChargeStatus, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, statusOf, unmeasured } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import { writeRegister } from '../../shared/modbus/write.ts';

/** cFos Power Brain: holding registers, written with function 6. After "Modbus registers of the cFos Power Brain wallbox". */
const CURRENT = { address: 8_093, type: 'u16', scale: 0.1, max: 80 } as const;
const ENABLE = 8_094;
/** 0: three phases, 1: one */
const RELAY = 8_087;

const REGISTERS = {
  // It says 0 for a while after it was started.
  energy: { address: 8_058, type: 'u64', nan: [0] },
  power: { address: 8_062, type: 'u32', max: 100_000 },
  ...perPhase('current', 2, { address: 8_064, type: 'u32', scale: 0.1, max: 1_000 }),
  status: { address: 8_092, type: 'bits', bits: 8 },
  maxCurrent: CURRENT,
  enabled: { address: ENABLE, type: 'u16' },
  identifier: { address: 8_096, type: 'string', count: 15 },
  meter: { address: 8_112, type: 'u16' },
} as const;

/** 5: too hot */
const STATUS: Readonly<Record<number, ChargeStatus>> = { 0: 'A', 1: 'B', 2: 'C', 5: 'F' };

export function createCfos(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
  phaseSwitching: boolean,
): ChargerDevice {
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
      registers: {
        ...REGISTERS,
        ...(phaseSwitching && ({ onePhase: { address: RELAY, type: 'u16' } } as const)),
      },
      limits: { gap: 0 },
      status: statusOf(STATUS),
      trusted: (values) => (values.meter === 1 ? values : unmeasured(values)),
      more: ({ onePhase }) => (onePhase === undefined ? {} : { phases: onePhase === 1 ? 1 : 3 }),
      control: {
        enabled: ({ enabled }) => enabled === 1,
        enable: (enabled, signal) => link.writeRegister(ENABLE, enabled ? 1 : 0, signal),
        setMaxCurrent: (current, signal) => writeRegister(link, CURRENT, current, context, signal),
      },
      ...(phaseSwitching && { setPhases: (phases, signal) => link.writeRegister(RELAY, phases === 1 ? 1 : 0, signal) }),
    },
    link,
    context,
  );
}
