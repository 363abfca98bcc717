import type { DeviceContext, MeterDevice } from '../../../core/index.ts';
import { toMeterReading } from '../meter-reading.ts';
import { type TelegramDefaults, type TelegramLineOptions, toLine } from './line.ts';
import { type ObisValues, toMeterValues } from './obis.ts';
import { type Cutter, createTelegrams } from './reader.ts';

/** A meter that sends its values by itself. Errors of reading: those of telegrams, and of values that cannot be. */
export function createTelegramMeter(
  options: TelegramLineOptions,
  defaults: TelegramDefaults,
  cut: Cutter<ObisValues>,
  context: DeviceContext,
): MeterDevice {
  const line = toLine(options, defaults, context);
  const telegrams = createTelegrams(line, cut, context);
  return {
    read: async (signal) => toMeterReading(toMeterValues(await telegrams.latest(signal)), line.name, context),
    close: () => telegrams.close(),
  };
}
