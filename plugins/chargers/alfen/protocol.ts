import type { ChargerDevice, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, letterOf, pausedByZero } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';

/**
 * Alfen Eve Single, Double and Pro-line: holding registers of a socket, whose number is the unit id. After "Implementation of
 * Modbus Slave TCP/IP for Alfen NG9xx platform".
 */
const REGISTERS = {
  ...perPhase('voltage', 2, { address: 306, type: 'f32', min: 0, max: 500 }),
  ...perPhase('current', 2, { address: 320, type: 'f32', max: 100 }),
  power: { address: 344, type: 'f32', max: 100_000 },
  energy: { address: 374, type: 'f64', min: 0, max: 1e12 },
  state: { address: 1_201, type: 'string', count: 5 },
  applied: { address: 1_206, type: 'f32' },
  /** s for which the set-point holds */
  validity: { address: 1_208, type: 'u32' },
  maxCurrent: { address: 1_210, type: 'f32', min: 0, max: 100 },
} as const;

const SETPOINT = { address: 1_210, type: 'f32' } as const;
const PHASES = 1_215;

/** ms between two writes of the set-point, which holds for 60 s unless the station is set otherwise */
const REPEAT = 25_000;

export function createAlfen(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
  phaseSwitching: boolean,
): ChargerDevice {
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
      registers: {
        ...REGISTERS,
        ...(phaseSwitching && ({ phases: { address: PHASES, type: 'u16' } } as const)),
      },
      limits: { gap: 0 },
      // Some firmware says E while no cable is plugged in.
      status: ({ state }) => (state?.startsWith('E') ? 'A' : letterOf(state)),
      // A set-point that is over is not what the station offers.
      trusted: ({ maxCurrent, applied, ...values }) => {
        const offered = values.validity === 0 ? applied : maxCurrent;
        return { ...values, ...(offered !== undefined && { maxCurrent: offered }) };
      },
      more: ({ phases }) => (phases === 1 || phases === 3 ? { phases } : {}),
      control: pausedByZero(link, SETPOINT, context),
      keepAlive: async (_, repeat) => {
        await repeat();
        return REPEAT;
      },
      ...(phaseSwitching && { setPhases: (phases, signal) => link.writeRegister(PHASES, phases, signal) }),
    },
    link,
    context,
  );
}
