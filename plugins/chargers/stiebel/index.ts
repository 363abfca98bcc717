import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { createModeCharger, MODE_OPTIONS, type ModeOptions } from '../../shared/heating/modes.ts';
import { MODBUS_LINE, type ModbusLineOptions } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createStiebel } from './protocol.ts';

/** Options of a `stiebel` charger. */
export interface StiebelChargerOptions extends ModbusLineOptions, ModeOptions {
  /** Which temperature is shown; default water */
  temperature?: 'water' | 'buffer';
}

declare module 'evcc' {
  interface ChargerTypes {
    stiebel: StiebelChargerOptions;
  }
}

const schema = Type.Unsafe<StiebelChargerOptions>(
  Type.Object({
    temperature: Type.Optional(
      Type.Enum(['water', 'buffer'], {
        description: 'Which temperature is shown in place of the state of charge: hot water or buffer',
        default: 'water',
      }),
    ),
    ...MODE_OPTIONS,
    ...MODBUS_LINE,
  }),
);

/** Heat pumps of Stiebel Eltron and Tecalor with an ISG, over Modbus TCP. */
const stiebel: Plugin = {
  name: 'charger-stiebel',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('stiebel', {
      schema,
      create: (options, context) => {
        const heater = createStiebel(modbus.open(options, context), context, options.temperature ?? 'water');
        return createModeCharger(heater, options, context);
      },
    });
  },
};
export default stiebel;
