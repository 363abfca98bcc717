import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { PHASE_SWITCHING } from '../../shared/modbus/charger.ts';
import { MODBUS_LINE, type ModbusLineOptions } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createNrgkick } from './protocol.ts';

/** Options of an `nrgkick` charger. */
export interface NrgkickChargerOptions extends ModbusLineOptions {
  /** Switching phases is allowed in its app; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    nrgkick: NrgkickChargerOptions;
  }
}

const schema = Type.Unsafe<NrgkickChargerOptions>(Type.Object({ phaseSwitching: PHASE_SWITCHING, ...MODBUS_LINE }));

/** NRGkick of the second generation over Modbus TCP. */
const nrgkick: Plugin = {
  name: 'charger-nrgkick',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('nrgkick', {
      schema,
      create: (options, context) =>
        createNrgkick(modbus.open(options, context), context, options.phaseSwitching ?? false),
    });
  },
};
export default nrgkick;
