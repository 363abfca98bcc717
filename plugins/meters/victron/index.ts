import type { Plugin } from '../../../core/index.ts';
import { type InverterOptions, inverterType } from '../../shared/modbus/inverter.ts';
import { MODELS } from './protocol.ts';

/** Options of a `victron` meter. */
export type VictronMeterOptions = InverterOptions;

declare module 'evcc' {
  interface MeterTypes {
    victron: VictronMeterOptions;
  }
}

/** Systems with a Victron GX over Modbus. */
const victron: Plugin = {
  name: 'meter-victron',
  apply(evcc) {
    evcc.meters.define('victron', inverterType(evcc, { models: MODELS, preset: 'gx', line: { id: 100 } }));
  },
};
export default victron;
