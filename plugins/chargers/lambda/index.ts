import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createPowerCharger, POWER_OPTIONS, type PowerOptions } from '../../shared/heating/power.ts';
import { MODBUS_LINE, type ModbusLineOptions } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createLambda } from './protocol.ts';

/** Options of a `lambda` charger. */
export interface LambdaChargerOptions extends ModbusLineOptions, PowerOptions {}

declare module 'evcc' {
  interface ChargerTypes {
    lambda: LambdaChargerOptions;
  }
}

const schema = Type.Unsafe<LambdaChargerOptions>(Type.Object({ ...POWER_OPTIONS, ...MODBUS_LINE }));

/** Heat pumps of Lambda and Zewotherm over Modbus TCP. */
const lambda: Plugin = {
  name: 'charger-lambda',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('lambda', {
      schema,
      create: (options, context) =>
        createPowerCharger(createLambda(modbus.open(options, context), context), options, context),
    });
  },
};
export default lambda;
