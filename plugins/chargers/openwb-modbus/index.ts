import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createOpenwb, LINE } from './protocol.ts';

/** Options of an `openwb-modbus` charger. */
export interface OpenwbModbusChargerOptions extends ModbusLineOptions {
  /** 2 for the second one of a Duo; default 1 */
  chargePoint?: 1 | 2;
  /** It can switch between one and three phases; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    'openwb-modbus': OpenwbModbusChargerOptions;
  }
}

const schema = Type.Unsafe<OpenwbModbusChargerOptions>(
  Type.Object({
    chargePoint: Type.Optional(Type.Enum([1, 2], { description: '2 for the second one of a Duo', default: 1 })),
    phaseSwitching: Type.Optional(
      Type.Boolean({ description: 'It can switch between one and three phases', default: false }),
    ),
    ...modbusLine(LINE),
  }),
);

/** openWB with software 2.x as secondary, and openWB Pro, over Modbus TCP. */
const openwbModbus: Plugin = {
  name: 'charger-openwb-modbus',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('openwb-modbus', {
      schema,
      create: (options, context) => {
        const { chargePoint = 1, phaseSwitching = false } = options;
        return createOpenwb(chargePoint, phaseSwitching, modbus.open({ ...LINE, ...options }, context), context);
      },
    });
  },
};
export default openwbModbus;
