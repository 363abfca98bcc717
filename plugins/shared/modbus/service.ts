import type { Evcc } from '../../../core/index.ts';
import type { ModbusPool } from './pool.ts';

declare module 'evcc' {
  interface Services {
    /** The Modbus lines of the house, which all its plugins share */
    modbus: ModbusPool;
  }
}

/** The lines of the house, for device types. Errors of `open`: also `EVCC_NOT_SUPPORTED` where nobody offers them. */
export function useModbus(evcc: Pick<Evcc, 'services'>): Pick<ModbusPool, 'open'> {
  let present: ModbusPool | undefined;
  evcc.services.use('modbus', (pool) => {
    present = pool;
    return () => {
      present = undefined;
    };
  });
  return {
    open: (options, context) =>
      present?.open(options, context) ?? context.fail('EVCC_NOT_SUPPORTED', 'there are no Modbus lines in this house'),
  };
}
