import type { ChargerDevice, ChargeStatus, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, pausedByZero, statusOf } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';

/**
 * Bender CC612 and CC613, register set "Ebee/Bender": holding registers, written with function 16. After "Modbus TCP server for
 * energy management systems" of Bender.
 */
const CURRENT = { address: 1_000, type: 'u16', max: 80, multiple: true } as const;

const REGISTERS = {
  status: { address: 122, type: 'u16' },
  ...perPhase('current', 2, { address: 212, type: 'u32', scale: 0.001, max: 1_000 }),
  energy: { address: 218, type: 'u32' },
  /** All bits are set while there is no value for a moment. */
  power: { address: 220, type: 'u32', max: 1_000_000 },
  ...perPhase('voltage', 2, { address: 222, type: 'u32', max: 1_000 }),
  maxCurrent: CURRENT,
} as const;

const STATUS: Readonly<Record<number, ChargeStatus>> = { 1: 'A', 2: 'B', 3: 'C', 4: 'D', 5: 'E' };

/** ms between two writes of the current, whose time-out is set in the controller */
const REPEAT = 10_000;

export function createBender(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
  { rfid, soc }: { readonly rfid?: boolean; readonly soc?: boolean },
): ChargerDevice {
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 80 },
      registers: {
        ...REGISTERS,
        ...(rfid && ({ identifier: { address: 720, type: 'string', count: 10 } } as const)),
        ...(soc && ({ soc: { address: 730, type: 'u16', max: 100 } } as const)),
      },
      limits: { gap: 0 },
      status: statusOf(STATUS),
      control: pausedByZero(link, CURRENT, context),
      keepAlive: async (_, repeat) => {
        await repeat();
        return REPEAT;
      },
    },
    link,
    context,
  );
}
