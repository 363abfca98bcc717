import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createAmperfied, createEnergyControl, LINES } from './protocol.ts';

/** Options of a `heidelberg` charger. */
export interface HeidelbergChargerOptions extends ModbusLineOptions {
  /** default energy-control */
  model?: 'energy-control' | 'amperfied';
  /** It can switch between one and three phases: amperfied connect.solar; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    heidelberg: HeidelbergChargerOptions;
  }
}

const schema = Type.Unsafe<HeidelbergChargerOptions>(
  Type.Object({
    model: Type.Optional(
      Type.Enum(['energy-control', 'amperfied'], {
        description: 'energy-control has a serial line, amperfied (connect.home, connect.solar) a network',
        default: 'energy-control',
      }),
    ),
    phaseSwitching: Type.Optional(
      Type.Boolean({ description: 'It can switch phases: amperfied connect.solar', default: false }),
    ),
    ...modbusLine(...Object.values(LINES)),
  }),
);

/** Wall boxes of Heidelberg and amperfied over Modbus. */
const heidelberg: Plugin = {
  name: 'charger-heidelberg',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('heidelberg', {
      schema,
      create: (options, context) => {
        const { model = 'energy-control', phaseSwitching = false } = options;
        if (phaseSwitching && model !== 'amperfied') {
          context.fail('EVCC_CONFIG_INVALID', 'phaseSwitching needs model amperfied');
        }
        const link = modbus.open({ ...LINES[model], ...options }, context);
        return model === 'amperfied'
          ? createAmperfied(link, context, phaseSwitching)
          : createEnergyControl(link, context);
      },
    });
  },
};
export default heidelberg;
