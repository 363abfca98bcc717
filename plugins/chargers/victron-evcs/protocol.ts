import type { ChargerDevice, ChargeStatus, DeviceContext } from '../../../core/index.ts';
import { createRegisterCharger, statusOf } from '../../shared/modbus/charger.ts';
import type { ModbusLineOptions } from '../../shared/modbus/line.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import type { Register } from '../../shared/modbus/registers.ts';

/** Victron EV Charging Station: holding registers, written with function 6. After "CCGX Modbus TCP register list" of Victron. */
interface Model {
  readonly line: ModbusLineOptions;
  /** 0: it does what it is told, else it decides itself */
  readonly mode: number;
  readonly start: number;
  readonly current: number;
  readonly status: number;
  readonly power: number;
  readonly energy: Readonly<Partial<Record<'energy' | 'sessionEnergy', Register>>>;
}

export const MODELS: Readonly<Record<'direct' | 'gx', Model>> = {
  direct: {
    line: { id: 1 },
    mode: 5_009,
    start: 5_010,
    current: 5_016,
    status: 5_015,
    power: 5_014,
    energy: { sessionEnergy: { address: 5_021, type: 'u16', scale: 10 } },
  },
  gx: {
    line: { id: 100 },
    mode: 3_815,
    start: 3_826,
    current: 3_825,
    status: 3_824,
    power: 3_821,
    energy: { energy: { address: 3_816, type: 'u32', scale: 10 } },
  },
};

const WAITING_FOR_RFID = 5;
const STATUS: Readonly<Record<number, ChargeStatus>> = {
  0: 'A',
  1: 'B',
  2: 'C',
  3: 'B',
  4: 'B',
  [WAITING_FOR_RFID]: 'B',
  6: 'B',
  // The battery of the house is too low.
  7: 'B',
  8: 'F',
  9: 'F',
  10: 'E',
  11: 'F',
  12: 'F',
  13: 'F',
  14: 'F',
  // Begins, switches phases, ends.
  21: 'B',
  22: 'B',
  23: 'B',
  24: 'B',
};

export function createVictron(
  model: Model,
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
): ChargerDevice {
  const u16 = (address: number, max: number): Register => ({ address, type: 'u16', max });
  /** It was seen to decide itself, or was not seen yet. */
  let automatic = true;
  const command = async (address: number, value: number, signal: AbortSignal): Promise<void> => {
    if (automatic) await link.writeRegister(model.mode, 0, signal);
    automatic = false;
    await link.writeRegister(address, value, signal);
  };
  return createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32 },
      registers: {
        mode: u16(model.mode, 10),
        start: u16(model.start, 1),
        maxCurrent: u16(model.current, 80),
        status: u16(model.status, 100),
        power: u16(model.power, 50_000),
        ...model.energy,
      },
      limits: { gap: 0 },
      status: (values) => {
        automatic = values.mode !== 0;
        return statusOf(STATUS)(values);
      },
      more: ({ status }) => (status === WAITING_FOR_RFID ? { statusReason: 'waitingforauthorization' } : {}),
      control: {
        enabled: ({ start }) => start === 1,
        enable: (enabled, signal) => command(model.start, enabled ? 1 : 0, signal),
        setMaxCurrent: (current, signal) => command(model.current, current, signal),
      },
    },
    link,
    context,
  );
}
