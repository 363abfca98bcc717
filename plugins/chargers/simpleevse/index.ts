import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createSimpleEvse } from './protocol.ts';

/** Options of a `simpleevse` charger. */
export interface SimpleEvseChargerOptions extends ModbusLineOptions {}

declare module 'evcc' {
  interface ChargerTypes {
    simpleevse: SimpleEvseChargerOptions;
  }
}

/** Frames have to be 100 ms apart at least. */
const LINE: ModbusLineOptions = { delay: 0.2 };

const schema = Type.Unsafe<SimpleEvseChargerOptions>(Type.Object({ ...modbusLine(LINE) }));

/** Controllers EVSE DIN and EVSE WB over Modbus RTU. */
const simpleEvse: Plugin = {
  name: 'charger-simpleevse',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('simpleevse', {
      schema,
      create: (options, context) => createSimpleEvse(modbus.open({ ...LINE, ...options }, context), context),
    });
  },
};
export default simpleEvse;
