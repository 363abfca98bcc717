import type { ChargerDevice, ChargeStatus, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, pausedByZero } from '../../shared/modbus/charger.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';

/** ABB Terra AC: holding registers of 32 bits, written with function 16. After "ABB Terra AC Modbus communication". */
const REGISTERS = {
  lock: { address: 0x400a, type: 'u32' },
  /** The state is the third byte, without its highest bit. */
  charging: { address: 0x400c, type: 'u16' },
  state: { address: 0x400d, type: 'bits', bit: 8, bits: 7 },
  maxCurrent: { address: 0x400e, type: 'u32', scale: 0.001, max: 80 },
  ...perPhase('current', 2, { address: 0x4010, type: 'u32', scale: 0.001, max: 1_000 }),
  ...perPhase('voltage', 2, { address: 0x4016, type: 'u32', scale: 0.1, max: 1_000 }),
  power: { address: 0x401c, type: 'u32', max: 100_000 },
  sessionEnergy: { address: 0x401e, type: 'u32' },
} as const;

const LIMIT = { address: 0x4100, type: 'u32', scale: 0.001 } as const;

/** 1: connected, not allowed yet; 2: allowed; 3: the car is ready and gets nothing; 4: charges; 5: the session was stopped */
const STATUS: Readonly<Record<number, ChargeStatus>> = { 0: 'A', 1: 'B', 2: 'B', 3: 'B', 4: 'C' };
const UNAUTHORISED = 1;
const STOPPED = 5;
/** Of the lock: a car is plugged in from here on. */
const PLUGGED = 0x0101;

/** ms between two questions at most: it stops to charge when it is asked nothing for 30 s. */
const ASK = 12_000;

export function createTerra(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
): ChargerDevice {
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
      registers: REGISTERS,
      limits: { gap: 0 },
      status: ({ state = -1, lock = 0 }) => (state === STOPPED ? (lock >= PLUGGED ? 'B' : 'A') : STATUS[state]),
      more: ({ state }) => (state === UNAUTHORISED ? { statusReason: 'waitingforauthorization' } : {}),
      control: pausedByZero(link, LIMIT, context),
      keepAlive: async (signal) => {
        await link.read('holding', REGISTERS.charging.address, 2, signal);
        return ASK;
      },
    },
    link,
    context,
  );
}
