import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { PHASE_SWITCHING } from '../../shared/modbus/charger.ts';
import { MODBUS_LINE, type ModbusLineOptions } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createAlfen } from './protocol.ts';

/** Options of an `alfen` charger. The unit id is the number of the socket. */
export interface AlfenChargerOptions extends ModbusLineOptions {
  /** The station is allowed to switch between one and three phases; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    alfen: AlfenChargerOptions;
  }
}

const schema = Type.Unsafe<AlfenChargerOptions>(Type.Object({ phaseSwitching: PHASE_SWITCHING, ...MODBUS_LINE }));

/** Alfen Eve stations over Modbus TCP. */
const alfen: Plugin = {
  name: 'charger-alfen',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('alfen', {
      schema,
      create: (options, context) =>
        createAlfen(modbus.open(options, context), context, options.phaseSwitching ?? false),
    });
  },
};
export default alfen;
