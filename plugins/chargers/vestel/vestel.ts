import type { ChargerDevice, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, pausedByZero } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import { ALIVE, CURRENT, stayAlive } from './alive.ts';

/**
 * Vestel EVC04, Webasto Unite, Hymes, E.ON Drive: input registers for what is measured, holding registers for what is set, with
 * function 6. After "EVC04 Modbus TCP" of Vestel. Nobody can read which current was set last.
 */
const REGISTERS = {
  charging: { table: 'input', address: 1_001, type: 'u16' },
  equipment: { table: 'input', address: 1_002, type: 'u16' },
  /** 0 none, 1 at the box only, 2 at the car too, 3 locked */
  cable: { table: 'input', address: 1_004, type: 'u16', max: 3 },
  ...perPhase('current', 2, { table: 'input', address: 1_008, type: 'u16', scale: 0.001 }),
  ...perPhase('voltage', 2, { table: 'input', address: 1_014, type: 'u16', max: 500 }),
  power: { table: 'input', address: 1_020, type: 'u32', max: 100_000 },
  energy: { table: 'input', address: 1_036, type: 'u32', scale: 100 },
  sessionEnergy: { table: 'input', address: 1_502, type: 'u32' },
} as const;

const FAULT = 2;
/** 0: one, 1: three */
const PHASES = 405;

export function createVestel(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
  phaseSwitching: boolean,
): ChargerDevice {
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32 },
      registers: {
        ...REGISTERS,
        ...(phaseSwitching && ({ threePhases: { address: PHASES, type: 'u16' } } as const)),
      },
      // Between two values there is nothing.
      limits: { gap: 0 },
      status: ({ cable, charging, equipment }) => {
        if (cable === undefined) return undefined;
        if (equipment === FAULT) return 'F';
        return cable < 2 ? 'A' : charging === 1 ? 'C' : 'B';
      },
      more: ({ threePhases }) => (threePhases === undefined ? {} : { phases: threePhases === 0 ? 1 : 3 }),
      control: pausedByZero(link, { address: CURRENT, type: 'u16' }, context),
      keepAlive: async (signal, repeat) => {
        await link.writeRegister(ALIVE, 1, signal);
        await repeat();
        return stayAlive(link, signal);
      },
      ...(phaseSwitching && {
        setPhases: (phases, signal) => link.writeRegister(PHASES, phases === 1 ? 0 : 1, signal),
      }),
    },
    link,
    context,
  );
}
