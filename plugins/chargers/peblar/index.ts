import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { PHASE_SWITCHING } from '../../shared/modbus/charger.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createPeblar } from './protocol.ts';

/** Options of a `peblar` charger. */
export interface PeblarChargerOptions extends ModbusLineOptions {
  /** Its relays are independent; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    peblar: PeblarChargerOptions;
  }
}

const LINE: ModbusLineOptions = { id: 255 };

const schema = Type.Unsafe<PeblarChargerOptions>(Type.Object({ phaseSwitching: PHASE_SWITCHING, ...modbusLine(LINE) }));

/** Peblar wall boxes over Modbus TCP. */
const peblar: Plugin = {
  name: 'charger-peblar',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('peblar', {
      schema,
      create: (options, context) =>
        createPeblar(modbus.open({ ...LINE, ...options }, context), context, options.phaseSwitching ?? false),
    });
  },
};
export default peblar;
