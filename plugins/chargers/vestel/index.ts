import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { PHASE_SWITCHING } from '../../shared/modbus/charger.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createVestel } from './vestel.ts';
import { createWebastoNext } from './webasto-next.ts';

/** Options of a `vestel` charger. */
export interface VestelChargerOptions extends ModbusLineOptions {
  /** default evc04, which is also Webasto Unite, Hymes and E.ON Drive */
  model?: 'evc04' | 'webasto-next';
  /** It can switch between one and three phases: evc04; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    vestel: VestelChargerOptions;
  }
}

const LINE: ModbusLineOptions = { id: 255 };

const schema = Type.Unsafe<VestelChargerOptions>(
  Type.Object({
    model: Type.Optional(
      Type.Enum(['evc04', 'webasto-next'], {
        description: 'evc04 is also Webasto Unite, Hymes and E.ON Drive',
        default: 'evc04',
      }),
    ),
    phaseSwitching: PHASE_SWITCHING,
    ...modbusLine(LINE),
  }),
);

/** Vestel EVC04 and its sisters, and Webasto Next, over Modbus TCP. */
const vestel: Plugin = {
  name: 'charger-vestel',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('vestel', {
      schema,
      create: (options, context) => {
        const { model = 'evc04', phaseSwitching = false } = options;
        if (phaseSwitching && model !== 'evc04')
          context.fail('EVCC_CONFIG_INVALID', 'phaseSwitching needs model evc04');
        const link = modbus.open({ ...LINE, ...options }, context);
        return model === 'evc04' ? createVestel(link, context, phaseSwitching) : createWebastoNext(link, context);
      },
    });
  },
};
export default vestel;
