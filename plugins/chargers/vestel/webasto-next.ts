import type { ChargerDevice, ChargeStatus, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, statusOf } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import { ALIVE, CURRENT, stayAlive } from './alive.ts';

/** Webasto Next: holding registers but for the currents, written with function 16. After its Modbus specification. */
const REGISTERS = {
  status: { address: 1_000, type: 'u16' },
  ...perPhase('current', 2, { table: 'input', address: 1_008, type: 'u16', scale: 0.001 }),
  power: { address: 1_020, type: 'u32', max: 100_000 },
  energy: { address: 1_036, type: 'u32' },
  identifier: { address: 1_600, type: 'string', count: 10 },
} as const;

/** 7: error, 8: reserved */
const STATUS: Readonly<Record<number, ChargeStatus>> = { 0: 'A', 1: 'B', 3: 'C', 4: 'B', 7: 'F', 8: 'F' };

export function createWebastoNext(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
): ChargerDevice {
  const alive = (signal: AbortSignal): Promise<void> => link.writeRegisters(ALIVE, [1], signal);
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32 },
      registers: REGISTERS,
      limits: { gap: 0 },
      status: statusOf(STATUS),
      control: {
        // A box that does not know that somebody is there takes no current.
        write: async (current, signal) => {
          await alive(signal);
          await link.writeRegisters(CURRENT, [Math.round(current)], signal);
        },
      },
      keepAlive: async (signal, repeat) => {
        await alive(signal);
        await repeat();
        return stayAlive(link, signal);
      },
    },
    link,
    context,
  );
}
