import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { type TelegramDefaults, type TelegramLineOptions, telegramLine } from '../../shared/telegrams/line.ts';
import { createTelegramMeter } from '../../shared/telegrams/meter.ts';
import { cutP1 } from '../../shared/telegrams/p1.ts';

/** Options of a `dsmr` meter. */
export interface DsmrMeterOptions extends TelegramLineOptions {}

declare module 'evcc' {
  interface MeterTypes {
    dsmr: DsmrMeterOptions;
  }
}

/** DSMR 4 and later; adapters that pass the telegrams on mostly listen at the port of Telnet. */
const DEFAULTS: TelegramDefaults = { port: 23, baudrate: 115_200, comset: '8N1' };

/** Smart meters with a P1 port, over an adapter in the network or a cable. */
const dsmr: Plugin = {
  name: 'meter-dsmr',
  apply(evcc) {
    evcc.meters.define('dsmr', {
      schema: Type.Unsafe<DsmrMeterOptions>(Type.Object(telegramLine(DEFAULTS))),
      create: (options, context) => createTelegramMeter(options, DEFAULTS, cutP1, context),
    });
  },
};
export default dsmr;
