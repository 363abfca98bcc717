import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { PHASE_SWITCHING } from '../../shared/modbus/charger.ts';
import { type ModbusLineOptions, modbusLine } from '../../shared/modbus/line.ts';
import { useModbus } from '../../shared/modbus/service.ts';
import { createCompact } from './compact.ts';
import { createXtra } from './xtra.ts';

/** Options of a `mennekes` charger. */
export interface MennekesChargerOptions extends ModbusLineOptions {
  /** default xtra */
  model?: 'xtra' | 'compact';
  /** It can switch between one and three phases: compact; default false */
  phaseSwitching?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    mennekes: MennekesChargerOptions;
  }
}

const LINES: Readonly<Record<'xtra' | 'compact', ModbusLineOptions>> = {
  xtra: { id: 255 },
  compact: { id: 50, baudrate: 57_600, comset: '8N2' },
};

const schema = Type.Unsafe<MennekesChargerOptions>(
  Type.Object({
    model: Type.Optional(
      Type.Enum(['xtra', 'compact'], {
        description:
          'xtra: Amtron Xtra and Premium (HCC3) in the network; compact: Amtron Compact 2.0s at a serial line',
        default: 'xtra',
      }),
    ),
    phaseSwitching: PHASE_SWITCHING,
    ...modbusLine(...Object.values(LINES)),
  }),
);

/** Mennekes Amtron over Modbus. */
const mennekes: Plugin = {
  name: 'charger-mennekes',
  apply(evcc) {
    const modbus = useModbus(evcc);
    evcc.chargers.define('mennekes', {
      schema,
      create: (options, context) => {
        const { model = 'xtra', phaseSwitching = false } = options;
        if (phaseSwitching && model !== 'compact') {
          context.fail('EVCC_CONFIG_INVALID', 'phaseSwitching needs model compact');
        }
        const link = modbus.open({ ...LINES[model], ...options }, context);
        return model === 'compact' ? createCompact(link, context, phaseSwitching) : createXtra(link, context);
      },
    });
  },
};
export default mennekes;
