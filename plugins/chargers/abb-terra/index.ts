import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { MODBUS_LINE, type ModbusLineOptions } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createTerra } from './protocol.ts';

/** Options of an `abb-terra` charger. */
export interface AbbTerraChargerOptions extends ModbusLineOptions {}

declare module 'evcc' {
  interface ChargerTypes {
    'abb-terra': AbbTerraChargerOptions;
  }
}

const schema = Type.Unsafe<AbbTerraChargerOptions>(Type.Object({ ...MODBUS_LINE }));

/** ABB Terra AC over Modbus. */
const abbTerra: Plugin = {
  name: 'charger-abb-terra',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('abb-terra', {
      schema,
      create: (options, context) => createTerra(modbus.open(options, context), context),
    });
  },
};
export default abbTerra;
