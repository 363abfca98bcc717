import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { MODBUS_LINE, type ModbusLineOptions } from '../../shared/modbus/line.ts';
import { createRegisterMeter } from '../../shared/modbus/meter.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { type CarloGavazziModel, LIMITS, MODELS, TABLES } from './protocol.ts';

/** Options of a `carlo-gavazzi` meter. */
export interface CarloGavazziMeterOptions extends ModbusLineOptions {
  /** default em24 */
  model?: CarloGavazziModel;
  /** The meter is wired the other way round; default false */
  invert?: boolean;
}

declare module 'evcc' {
  interface MeterTypes {
    'carlo-gavazzi': CarloGavazziMeterOptions;
  }
}

const schema = Type.Unsafe<CarloGavazziMeterOptions>(
  Type.Object({
    model: Type.Optional(
      Type.Enum([...MODELS], { description: 'Model; em24 has a serial port, em24-e1 Ethernet', default: 'em24' }),
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

/** Energy meters of Carlo Gavazzi over Modbus. */
const carloGavazzi: Plugin = {
  name: 'meter-carlo-gavazzi',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.meters.define('carlo-gavazzi', {
      schema,
      create: (options, context) => {
        const { model = 'em24', invert } = options;
        return createRegisterMeter(TABLES[model], modbus.open(options, context), context, { invert, limits: LIMITS });
      },
    });
  },
};
export default carloGavazzi;
