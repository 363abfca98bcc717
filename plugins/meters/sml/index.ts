import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { type TelegramDefaults, type TelegramLineOptions, telegramLine } from '../../shared/telegrams/line.ts';
import { createTelegramMeter } from '../../shared/telegrams/meter.ts';
import { cutSml } from '../../shared/telegrams/sml.ts';

/** Options of an `sml` meter. */
export interface SmlMeterOptions extends TelegramLineOptions {}

declare module 'evcc' {
  interface MeterTypes {
    sml: SmlMeterOptions;
  }
}

const DEFAULTS: TelegramDefaults = { port: 3_000, baudrate: 9_600, comset: '8N1' };

/** German smart meters, read with an infrared head. */
const sml: Plugin = {
  name: 'meter-sml',
  apply(evcc) {
    evcc.meters.define('sml', {
      schema: Type.Unsafe<SmlMeterOptions>(Type.Object(telegramLine(DEFAULTS))),
      create: (options, context) => createTelegramMeter(options, DEFAULTS, cutSml, context),
    });
  },
};
export default sml;
