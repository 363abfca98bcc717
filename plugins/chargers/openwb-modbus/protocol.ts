import type { ChargerDevice, DeviceContext, Phases } from '../../../core/index.ts';
import { createRegisterCharger } from '../../shared/modbus/charger.ts';
import type { ModbusLineOptions } from '../../shared/modbus/line.ts';
import { perPhase } from '../../shared/modbus/meter.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';

/**
 * openWB 2.x over Modbus TCP: input registers (function 4) of the first charge point from 10100 on, of the second one from 10200
 * on. Source: openWB/core, modbus server, and the description "openWB Modbus" of the maker.
 */
export const LINE: ModbusLineOptions = { port: 1_502 };

const CHARGING = 10_115;
const CURRENT = 10_171;
const PHASES = 10_180;
const SWITCH_PHASES = 10_181;
const INTERRUPT = 10_198;

/** s for which the control pilot is interrupted to wake up a car */
const INTERRUPTION = 4;

/** ms between two requests at most: without one for a minute, a box stops to charge. */
const HEARTBEAT = 20_000;

export function createOpenwb(
  chargePoint: 1 | 2,
  phaseSwitching: boolean,
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
): ChargerDevice {
  const offset = chargePoint === 1 ? 0 : 100;
  const table = 'input';
  const write = (address: number, value: number, signal: AbortSignal): Promise<void> =>
    link.writeRegister(address + offset, value, signal);
  let begun = false;

  const charger = createRegisterCharger(
    {
      traits: { minCurrent: 6, maxCurrent: 32, currentStep: 0.1 },
      registers: {
        power: { table, address: 10_100 + offset, type: 'i32', max: 100_000 },
        energy: { table, address: 10_102 + offset, type: 'i32' },
        ...perPhase('voltage', 1, { table, address: 10_104 + offset, type: 'i16', scale: 0.01 }),
        ...perPhase('current', 1, { table, address: 10_107 + offset, type: 'i16', scale: 0.01 }),
        plugged: { table, address: 10_114 + offset, type: 'u16', max: 1 },
        charging: { table, address: CHARGING + offset, type: 'u16', max: 1 },
        tag: { table, address: 10_160 + offset, type: 'string', count: 10 },
      },
      limits: { gap: 0 },
      status: ({ plugged, charging }) =>
        plugged === undefined || charging === undefined ? undefined : plugged === 0 ? 'A' : charging === 1 ? 'C' : 'B',
      more: ({ tag = '' }) => ({ identifier: tag === 'None' ? '' : tag }),
      control: { write: (current, signal) => write(CURRENT, Math.round(current * 100), signal) },
      // Every request says that somebody is there. A box that heard nothing for long would take up again what it was told last.
      keepAlive: async (signal, repeat) => {
        const charging = (await link.read(table, CHARGING + offset, 1, signal)).readUInt16BE();
        if (!begun && charging === 0) await write(CURRENT, 0, signal);
        begun = true;
        await repeat();
        return HEARTBEAT;
      },
    },
    link,
    context,
  );
  return {
    ...charger,
    wakeUp: (signal) => write(INTERRUPT, INTERRUPTION, signal),
    ...(phaseSwitching && {
      setPhases: async (phases: Phases, signal: AbortSignal) => {
        await write(PHASES, phases, signal);
        await write(SWITCH_PHASES, 1, signal);
      },
    }),
  };
}
