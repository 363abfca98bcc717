import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createCharx } from './charx.ts';
import { createPhoenix, MODELS, type PhoenixModel } from './protocol.ts';

/** Options of a `phoenix` charger. */
export interface PhoenixChargerOptions extends ModbusLineOptions {
  /** default ev-eth */
  model?: PhoenixModel | 'charx';
  /** Number of the charging point, of charx; default 1 */
  connector?: number;
}

declare module 'evcc' {
  interface ChargerTypes {
    phoenix: PhoenixChargerOptions;
  }
}

/** A CHARX */
const CHARX_LINE: ModbusLineOptions = { id: 1 };

const schema = Type.Unsafe<PhoenixChargerOptions>(
  Type.Object({
    model: Type.Optional(
      Type.Enum([...(Object.keys(MODELS) as PhoenixModel[]), 'charx'], {
        description:
          'em-eth: EM-CP-PP-ETH; ev-eth: EV-CC-AC1-M3-…-ETH; ev-ser: EV-CC-AC1-M at a serial line; wallbe: ev-eth with current in 0.1 A',
        default: 'ev-eth',
      }),
    ),
    connector: Type.Optional(
      Type.Integer({ description: 'Number of the charging point, of charx; default: 1', minimum: 1, maximum: 48 }),
    ),
    ...modbusLine(CHARX_LINE, ...Object.values(MODELS).map(({ line }) => line)),
  }),
);

/** Charge controllers of Phoenix Contact over Modbus, and boxes that are made of them. */
const phoenix: Plugin = {
  name: 'charger-phoenix',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('phoenix', {
      schema,
      create: (options, context) => {
        const { model = 'ev-eth', connector } = options;
        if (model === 'charx')
          return createCharx(modbus.open({ ...CHARX_LINE, ...options }, context), context, connector ?? 1);
        if (connector !== undefined) context.fail('EVCC_CONFIG_INVALID', 'connector needs model charx');
        const link = modbus.open({ ...MODELS[model].line, ...options }, context);
        return createPhoenix(MODELS[model], link, context);
      },
    });
  },
};
export default phoenix;
