import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { forecastOf, OPEN_METEO, type OpenMeteoOptions, openMeteoAt } from '../../shared/rates-service/open-meteo.ts';
import { ROOF, type RoofOptions } from '../../shared/rates-service/roof.ts';
import { createRatePlugin, type RateService } from '../../shared/rates-service/service.ts';
import type { Panels } from './panels.ts';
import { QUERY, toSlots } from './protocol.ts';

/** Options of an `open-meteo` tariff. */
export interface OpenMeteoTariffOptions extends OpenMeteoOptions, RoofOptions {
  /** kW, limit of the inverter; default: none */
  ac?: number;
  /** Part of the power that arrives at the meter; default 0.9 */
  efficiency?: number;
  /** Part of the power that is lost at sunrise; default 0 */
  dampingMorning?: number;
  /** Part of the power that is lost at sunset; default 0 */
  dampingEvening?: number;
}

declare module 'evcc' {
  interface TariffTypes {
    'open-meteo': OpenMeteoTariffOptions;
  }
}

const part = (description: string, value: number) =>
  Type.Optional(Type.Number({ description, minimum: 0, maximum: 1, default: value }));

const schema = Type.Unsafe<OpenMeteoTariffOptions>(
  Type.Object({
    ...ROOF,
    ac: Type.Optional(
      Type.Number({ description: 'Limit of the inverter; default: none', exclusiveMinimum: 0, unit: 'kW' }),
    ),
    efficiency: part('Part of the power that arrives at the meter', 0.9),
    dampingMorning: part('Part of the power that is lost at sunrise, by shade; less towards noon', 0),
    dampingEvening: part('Part of the power that is lost at sunset, by shade; less towards noon', 0),
    ...OPEN_METEO,
  }),
);

function toService(options: OpenMeteoTariffOptions): RateService {
  const { dec: tilt, az: azimuth, kwp, ac, efficiency = 0.9, dampingMorning = 0, dampingEvening = 0 } = options;
  const panels: Panels = {
    peak: kwp * 1_000,
    efficiency,
    damping: { morning: dampingMorning, evening: dampingEvening },
    ...(ac !== undefined && { limit: ac * 1_000 }),
  };
  return {
    kind: 'solar',
    ...openMeteoAt(options),
    slots: async ({ json }) =>
      toSlots(await json('/v1/forecast', forecastOf(options, { tilt, azimuth, ...QUERY })), panels),
  };
}

/** Expected generation of one face of a roof, by the weather forecast of Open-Meteo. */
const openMeteo: Plugin = createRatePlugin('open-meteo', schema, toService);
export default openMeteo;
