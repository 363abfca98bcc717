import type { DeviceContext } from '../../../core/index.ts';
import type { PowerHeater } from '../../shared/heating/power.ts';
import { createRegisterReader } from '../../shared/modbus/blocks.ts';
import type { ModbusLink } from '../../shared/modbus/pool.ts';
import { writeRegister } from '../../shared/modbus/write.ts';

/**
 * Lambda EU-L, also Zewotherm, firmware 1.1.3 and newer: holding registers, written with function 16. After "Modbus Protokoll und
 * Beschreibung" of Lambda.
 */
const SURPLUS = { address: 102, type: 'i16', multiple: true } as const;

/** ms between two writes of the surplus, which is forgotten after 60 s */
const REPEAT = 25_000;

export function createLambda(link: ModbusLink, context: Pick<DeviceContext, 'fail'>): PowerHeater {
  const read = createRegisterReader(
    {
      power: { address: 1_012, type: 'i16' },
      energy: { address: 1_020, type: 'i32', order: 'little', min: 0 },
    } as const,
    link,
    context,
    { gap: 0 },
  );
  return {
    name: link.name,
    repeat: REPEAT,
    setPower: (power, signal) => writeRegister(link, SURPLUS, power, context, signal),
    read: async (signal) => {
      const { power, energy } = await read(signal);
      return { ...(power !== undefined && { power: Math.max(0, power) }), ...(energy !== undefined && { energy }) };
    },
    close: () => link.close(),
  };
}
