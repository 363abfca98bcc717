import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createPowerCharger, POWER_OPTIONS, type PowerOptions } from '../../shared/heating/power.ts';
import { MODBUS_LINE, type ModbusLineOptions } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createMyPv } from './protocol.ts';

/** Options of a `my-pv` charger. */
export interface MyPvChargerOptions extends ModbusLineOptions, PowerOptions {}

declare module 'evcc' {
  interface ChargerTypes {
    'my-pv': MyPvChargerOptions;
  }
}

const schema = Type.Unsafe<MyPvChargerOptions>(Type.Object({ ...POWER_OPTIONS, ...MODBUS_LINE }));

/** Heating rods of my-PV over Modbus TCP. */
const myPv: Plugin = {
  name: 'charger-my-pv',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('my-pv', {
      schema,
      create: (options, context) =>
        createPowerCharger(createMyPv(modbus.open(options, context), context), options, context),
    });
  },
};
export default myPv;
