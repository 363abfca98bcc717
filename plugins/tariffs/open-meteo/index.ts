import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { ROOF, type RoofOptions } from '../../shared/rates-service/roof.ts';
import {
  createRatePlugin,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import type { Panels } from './panels.ts';
import { QUERY, toSlots } from './protocol.ts';

const URL = 'https://api.open-meteo.com';
/** For paying users */
const CUSTOMERS = 'https://customer-api.open-meteo.com';

/** Options of an `open-meteo` tariff. */
export interface OpenMeteoTariffOptions extends ServiceOptions, RoofOptions {
  /** kW, limit of the inverter; default: none */
  ac?: number;
  /** Part of the power that arrives at the meter; default 0.9 */
  efficiency?: number;
  /** Part of the power that is lost at sunrise; default 0 */
  dampingMorning?: number;
  /** Part of the power that is lost at sunset; default 0 */
  dampingEvening?: number;
  /** Weather model, e.g. `icon_seamless`; default: what is best for the place */
  model?: string;
  /** Of paying users */
  apikey?: string;
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
    model: Type.Optional(
      Type.String({
        description: 'Weather model such as `icon_seamless`; default: what is best for the place',
        pattern: '^\\w+$',
      }),
    ),
    apikey: Type.Optional(Type.String({ description: 'API key of paying users', minLength: 1, secret: true })),
    ...serviceUrl(URL),
  }),
);

function toService(options: OpenMeteoTariffOptions): RateService {
  const {
    lat,
    lon,
    dec,
    az,
    kwp,
    ac,
    model,
    apikey,
    efficiency = 0.9,
    dampingMorning = 0,
    dampingEvening = 0,
  } = options;
  const panels: Panels = {
    peak: kwp * 1_000,
    efficiency,
    damping: { morning: dampingMorning, evening: dampingEvening },
    ...(ac !== undefined && { limit: ac * 1_000 }),
  };
  const query = { latitude: lat, longitude: lon, tilt: dec, azimuth: az, ...QUERY, models: model, apikey };
  return {
    kind: 'solar',
    url: options.url ?? (apikey === undefined ? URL : CUSTOMERS),
    credentials: apikey !== undefined,
    slots: async ({ json }) => toSlots(await json('/v1/forecast', { query }), panels),
  };
}

/** Expected generation of one face of a roof, by the weather forecast of Open-Meteo. */
const openMeteo: Plugin = createRatePlugin('open-meteo', schema, toService);
export default openMeteo;
