import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createVictron, MODELS } from './protocol.ts';

/** Options of a `victron-evcs` charger. */
export interface VictronEvcsChargerOptions extends ModbusLineOptions {
  /** default direct */
  model?: 'direct' | 'gx';
}

declare module 'evcc' {
  interface ChargerTypes {
    'victron-evcs': VictronEvcsChargerOptions;
  }
}

const schema = Type.Unsafe<VictronEvcsChargerOptions>(
  Type.Object({
    model: Type.Optional(
      Type.Enum(['direct', 'gx'], {
        description: 'direct: the charging station itself; gx: through a GX device, where `id` is its instance',
        default: 'direct',
      }),
    ),
    ...modbusLine(...Object.values(MODELS).map(({ line }) => line)),
  }),
);

/** Victron EV Charging Station over Modbus TCP, directly or through a GX device. */
const victron: Plugin = {
  name: 'charger-victron-evcs',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('victron-evcs', {
      schema,
      create: (options, context) => {
        const { model = 'direct' } = options;
        return createVictron(MODELS[model], modbus.open({ ...MODELS[model].line, ...options }, context), context);
      },
    });
  },
};
export default victron;
