import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { MODBUS_LINE, type ModbusLineOptions } from '../../shared/modbus/line.ts';
import { createRegisterMeter } from '../../shared/modbus/meter.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { type EastronModel, limitsOf, MODELS, TABLES } from './protocol.ts';

/** Options of an `eastron-sdm` meter. */
export interface EastronMeterOptions extends ModbusLineOptions {
  /** default sdm630 */
  model?: EastronModel;
  /** The meter is wired the other way round; default false */
  invert?: boolean;
}

declare module 'evcc' {
  interface MeterTypes {
    'eastron-sdm': EastronMeterOptions;
  }
}

const schema = Type.Unsafe<EastronMeterOptions>(
  Type.Object({
    model: Type.Optional(
      Type.Enum([...MODELS], {
        description: 'Model; sdm72 is the first version, sdm72v2 the SDM72D-M-2',
        default: 'sdm630',
      }),
    ),
    invert: Type.Optional(
      Type.Boolean({
        description: 'It is wired the other way round: power and counters change direction',
        default: false,
      }),
    ),
    ...MODBUS_LINE,
  }),
);

/** Energy meters of the Eastron SDM family over Modbus. */
const eastron: Plugin = {
  name: 'meter-eastron-sdm',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.meters.define('eastron-sdm', {
      schema,
      create: (options, context) => {
        const { model = 'sdm630', invert } = options;
        return createRegisterMeter(TABLES[model], modbus.open(options, context), context, {
          invert,
          limits: limitsOf(model),
        });
      },
    });
  },
};
export default eastron;
