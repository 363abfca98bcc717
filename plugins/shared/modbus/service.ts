import type { DeviceContext, Evcc } from '../../../core/index.ts';
import type { ModbusLineOptions } from './line.ts';
import type { ModbusLink, ModbusPool } from './pool.ts';

declare module 'evcc' {
  interface Services {
    /** The Modbus lines of the house, which all its plugins share */
    modbus: ModbusPool;
  }
}

/**
 * The lines of the house, for device types and other plugins. What is opened while plugins are still being applied finds its
 * line with its first question. Errors besides those of the pool: `EVCC_DEVICE_UNAVAILABLE` while nobody offers lines.
 */
export function useModbus(evcc: Pick<Evcc, 'services'>): Pick<ModbusPool, 'open'> {
  let present: ModbusPool | undefined;
  evcc.services.use('modbus', (pool) => {
    present = pool;
    return () => {
      present = undefined;
    };
  });
  return {
    open: (options, context) => present?.open(options, context) ?? later(() => present, options, context),
  };
}

function later(
  pool: () => ModbusPool | undefined,
  options: ModbusLineOptions,
  context: Pick<DeviceContext, 'fail'>,
): ModbusLink {
  let found: ModbusLink | undefined;
  const link = (): ModbusLink => {
    found ??= pool()?.open(options, context);
    return found ?? context.fail('EVCC_DEVICE_UNAVAILABLE', 'there are no Modbus lines yet');
  };
  return {
    get name() {
      return found?.name ?? 'Modbus';
    },
    read: async (...question) => link().read(...question),
    readBits: async (...question) => link().readBits(...question),
    writeRegister: async (...command) => link().writeRegister(...command),
    writeRegisters: async (...command) => link().writeRegisters(...command),
    writeCoil: async (...command) => link().writeCoil(...command),
    writeCoils: async (...command) => link().writeCoils(...command),
    close: async () => found?.close(),
  };
}
