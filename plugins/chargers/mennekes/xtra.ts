import type { ChargerDevice, ChargeStatus, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, pausedByZero, statusOf } from '../../shared/modbus/charger.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';

/**
 * Amtron Xtra and Premium with controller HCC3: input registers, and a holding register for the current (function 6); 32-bit
 * integers have their low word first. After "Description Modbus AMTRON HCC3" of
 * Mennekes.
 */
const CURRENT = { address: 0x0400, type: 'u16', max: 80 } as const;

const REGISTERS = {
  status: { table: 'input', address: 0x0302, type: 'u16' },
  sessionEnergy: { table: 'input', address: 0x030d, type: 'u32', order: 'little' },
  power: { table: 'input', address: 0x030f, type: 'u32', order: 'little', max: 100_000 },
  maxCurrent: CURRENT,
} as const;

/** A1, A2, B1 to D2; a car that is ready and gets nothing, C1 and D1, is connected */
const STATUS: Readonly<Record<number, ChargeStatus>> = {
  1: 'A',
  2: 'A',
  3: 'B',
  4: 'B',
  5: 'B',
  6: 'C',
  7: 'B',
  8: 'D',
};

export function createXtra(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
): ChargerDevice {
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32 },
      registers: REGISTERS,
      limits: { gap: 0 },
      status: statusOf(STATUS),
      control: pausedByZero(link, CURRENT, context),
    },
    link,
    context,
  );
}
