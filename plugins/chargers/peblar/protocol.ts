import type { ChargerDevice, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, letterOf, pausedByZero } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';

/**
 * Peblar Home and Business: input registers for what is measured, holding registers (function 16) for what is set. After "Peblar
 * Modbus API".
 */
const CURRENT = { address: 40_000, type: 'u32', scale: 0.001, max: 80 } as const;
/** 1: one phase only */
const ONE_PHASE = 40_002;

const REGISTERS = {
  energy: { table: 'input', address: 30_000, type: 'i64', min: 0 },
  power: { table: 'input', address: 30_014, type: 'u32', max: 100_000 },
  ...perPhase('voltage', 2, { table: 'input', address: 30_016, type: 'u32', max: 1_000 }),
  ...perPhase('current', 2, { table: 'input', address: 30_022, type: 'u32', scale: 0.001, max: 1_000 }),
  /** Letter of the control pilot */
  letter: { table: 'input', address: 30_110, type: 'u16' },
  maxCurrent: CURRENT,
} as const;

export function createPeblar(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
  phaseSwitching: boolean,
): ChargerDevice {
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
      registers: {
        ...REGISTERS,
        ...(phaseSwitching && ({ onePhase: { address: ONE_PHASE, type: 'u16' } } as const)),
      },
      limits: { gap: 0 },
      status: ({ letter = 0 }) => letterOf(String.fromCharCode(letter)),
      more: ({ onePhase }) => (onePhase === undefined ? {} : { phases: onePhase === 1 ? 1 : 3 }),
      control: pausedByZero(link, CURRENT, context),
      ...(phaseSwitching && {
        setPhases: (phases, signal) => link.writeRegisters(ONE_PHASE, [phases === 1 ? 1 : 0], signal),
      }),
    },
    link,
    context,
  );
}
