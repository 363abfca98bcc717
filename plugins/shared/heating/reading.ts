import Type, { type TProperties } from 'typebox';
import type { ChargerReading, DeviceContext } from '../../../core/index.ts';
import type { Kit } from '../sources/kit.ts';
import type { CustomSource } from '../sources/options.ts';
import { createReading } from '../sources/reading.ts';
import { source } from '../sources/source-schema.ts';

/** What a heater measures; `soc` is its temperature in °C. */
export type HeatReading = Partial<Pick<ChargerReading, 'power' | 'energy' | 'soc'>>;

/** ms, age at which an MQTT message of a heater is too old */
export const MESSAGE_TIMEOUT = 60_000;

/** Where heaters that are put together in the configuration have their values from. */
export interface HeatSources {
  /** W, ≥ 0 */
  power?: CustomSource;
  /** kWh, counter that never falls */
  energy?: CustomSource;
  /** °C */
  temperature?: CustomSource;
}

export const HEAT_SOURCES: Readonly<Record<keyof HeatSources, TProperties[string]>> = {
  power: Type.Optional(source('Power in W, at least 0')),
  energy: Type.Optional(source('Counter in kWh that never falls')),
  temperature: Type.Optional(source('Temperature of the water in °C')),
};

/** Only the power can fail a reading, as for other chargers. */
export function readHeat(
  { power, energy, temperature }: HeatSources,
  kit: Kit,
  context: Pick<DeviceContext, 'clock' | 'log'>,
): (signal: AbortSignal) => Promise<HeatReading> {
  const watts = power && kit.number('power', power, { min: 0, noise: 50 });
  const optional = {
    energy: energy && kit.number('energy', energy, { min: 0, factor: 1_000 }),
    soc: temperature && kit.number('temperature', temperature, { min: 0, max: 100 }),
  };
  return createReading<Pick<HeatReading, 'power'>, Required<Omit<HeatReading, 'power'>>>(
    async (signal) => {
      const value = await watts?.(signal);
      return value === undefined ? {} : { power: value };
    },
    optional,
    context,
  );
}
