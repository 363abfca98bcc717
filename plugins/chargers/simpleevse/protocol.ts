import type { ChargerDevice, ChargeStatus, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, statusOf } from '../../shared/modbus/charger.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';

/**
 * SimpleEVSE EVSE DIN and EVSE WB: holding registers, written with function 16, which all firmware knows. After the Modbus
 * register list of evracing.cz, firmware 17.
 */
const CURRENT = 1_000;

const REGISTERS = {
  maxCurrent: { address: CURRENT, type: 'u16' },
  pulse: { address: 1_001, type: 'u16' },
  status: { address: 1_002, type: 'u16' },
  /** The current is in 0.01 A. */
  fine: { address: 2_005, type: 'bits', bit: 7 },
} as const;

const STATUS: Readonly<Record<number, ChargeStatus>> = { 1: 'A', 2: 'B', 3: 'C', 4: 'D', 5: 'F' };

export function createSimpleEvse(
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
): ChargerDevice {
  /** Steps of one ampere, which change only when somebody sets the controller up anew; asked for once before anything is set */
  let steps: number | undefined;
  const stepsOf = (fine: number | undefined): number => (fine === 1 ? 100 : 1);
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32 },
      registers: REGISTERS,
      limits: { gap: 0 },
      status: (values) => {
        steps = stepsOf(values.fine);
        return statusOf(STATUS)(values);
      },
      trusted: ({ maxCurrent, ...values }) => ({
        ...values,
        ...(maxCurrent !== undefined && { maxCurrent: maxCurrent / stepsOf(values.fine) }),
      }),
      control: {
        write: async (current, signal) => {
          const { address, bit } = REGISTERS.fine;
          steps ??= stepsOf(((await link.read('holding', address, 1, signal)).readUInt16BE(0) >> bit) & 1);
          await link.writeRegisters(CURRENT, [Math.round(current * steps)], signal);
        },
      },
    },
    link,
    context,
  );
}
