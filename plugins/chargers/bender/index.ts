import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createBender } from './protocol.ts';

/** Options of a `bender` charger. */
export interface BenderChargerOptions extends ModbusLineOptions {
  /** Its firmware tells the RFID tag; default false */
  rfid?: boolean;
  /** Its firmware tells the state of charge of cars that tell it (ISO 15118); default false */
  soc?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    bender: BenderChargerOptions;
  }
}

const LINE: ModbusLineOptions = { id: 255 };

const schema = Type.Unsafe<BenderChargerOptions>(
  Type.Object({
    rfid: Type.Optional(Type.Boolean({ description: 'Its firmware tells the RFID tag', default: false })),
    soc: Type.Optional(
      Type.Boolean({
        description: 'Its firmware tells the state of charge of cars that tell it (ISO 15118)',
        default: false,
      }),
    ),
    ...modbusLine(LINE),
  }),
);

/** Wall boxes with a controller of Bender over Modbus TCP. */
const bender: Plugin = {
  name: 'charger-bender',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('bender', {
      schema,
      create: (options, context) => createBender(modbus.open({ ...LINE, ...options }, context), context, options),
    });
  },
};
export default bender;
