import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createKeba, LINE } from './protocol.ts';

/** Options of a `keba` charger. */
export interface KebaChargerOptions extends ModbusLineOptions {
  /** default p30 */
  model?: 'p30' | 'p40';
  /** It can switch between one and three phases; a P30 needs the contactor S10 for that; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    keba: KebaChargerOptions;
  }
}

const schema = Type.Unsafe<KebaChargerOptions>(
  Type.Object({
    model: Type.Optional(Type.Enum(['p30', 'p40'], { description: 'p30 is the c-series or x-series', default: 'p30' })),
    phaseSwitching: Type.Optional(
      Type.Boolean({
        description: 'It can switch phases, for which a P30 needs the contactor S10',
        default: false,
      }),
    ),
    ...modbusLine(LINE),
  }),
);

/** KEBA KeContact over Modbus TCP. */
const keba: Plugin = {
  name: 'charger-keba',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('keba', {
      schema,
      create: (options, context) => {
        const { model = 'p30', phaseSwitching = false } = options;
        return createKeba(model, phaseSwitching, modbus.open({ ...LINE, ...options }, context), context);
      },
    });
  },
};
export default keba;
