import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { PHASE_SWITCHING } from '../../shared/modbus/charger.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createCfos } from './protocol.ts';

/** Options of a `cfos` charger. */
export interface CfosChargerOptions extends ModbusLineOptions {
  /** It has the relay for switching phases; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    cfos: CfosChargerOptions;
  }
}

const LINE: ModbusLineOptions = { port: 4_701 };

const schema = Type.Unsafe<CfosChargerOptions>(Type.Object({ phaseSwitching: PHASE_SWITCHING, ...modbusLine(LINE) }));

/** cFos Power Brain over Modbus TCP. */
const cfos: Plugin = {
  name: 'charger-cfos',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('cfos', {
      schema,
      create: (options, context) =>
        createCfos(modbus.open({ ...LINE, ...options }, context), context, options.phaseSwitching ?? false),
    });
  },
};
export default cfos;
