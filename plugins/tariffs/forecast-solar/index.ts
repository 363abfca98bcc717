import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { every } from '../../shared/rates-service/pauses.ts';
import { ROOF, type RoofOptions } from '../../shared/rates-service/roof.ts';
import {
  createRatePlugin,
  type RateRuntime,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { pathOf, toSlots } from './protocol.ts';

const URL = 'https://api.forecast.solar';
/** ms; the forecast is renewed hourly, and 12 requests per hour and internet connection are free */
const PAUSE = 3_600_000;
const PATIENCE = 15 * 60_000;

/** Options of a `forecast-solar` tariff. */
export interface ForecastSolarTariffOptions extends ServiceOptions, RoofOptions {
  /** Of paying users */
  apikey?: string;
  /** Height of the horizon in equal parts from north over east, e.g. `0,0,10,20`, in ° */
  horizon?: string;
  /** Part of the generation that is lost in the morning, 0 to 1 */
  dampingMorning?: number;
  /** Part of the generation that is lost in the evening, 0 to 1 */
  dampingEvening?: number;
}

declare module 'evcc' {
  interface TariffTypes {
    'forecast-solar': ForecastSolarTariffOptions;
  }
}

const damping = (when: string) =>
  Type.Optional(
    Type.Number({
      description: `Part of the generation that is lost in the ${when}`,
      minimum: 0,
      maximum: 1,
      default: 0,
    }),
  );

const schema = Type.Unsafe<ForecastSolarTariffOptions>(
  Type.Object({
    ...ROOF,
    apikey: Type.Optional(Type.String({ description: 'API key of paying users', minLength: 1, secret: true })),
    horizon: Type.Optional(
      Type.String({
        description: 'Height of the horizon in °, in equal parts from north over east, such as `0,0,10,20`',
        pattern: '^[0-9.]+(,[0-9.]+)*$',
      }),
    ),
    dampingMorning: damping('morning'),
    dampingEvening: damping('evening'),
    ...serviceUrl(URL),
  }),
);

function toService(options: ForecastSolarTariffOptions, { context }: RateRuntime): RateService {
  const { apikey, horizon, dampingMorning = 0, dampingEvening = 0, url = URL } = options;
  const dampens = dampingMorning > 0 || dampingEvening > 0;
  const query = {
    time: 'utc',
    full: 1,
    horizon,
    ...(dampens && { damping: `${dampingMorning},${dampingEvening}` }),
  };
  return {
    kind: 'solar',
    url,
    credentials: apikey !== undefined,
    patience: PATIENCE,
    pause: (spread) => every(PAUSE, spread),
    slots: async ({ json }) =>
      toSlots(await json(pathOf(options, apikey), { query, shown: '/estimate/…' }), context.time.parse),
  };
}

/** Expected generation of one face of a roof, from Forecast.Solar. */
const forecastSolar: Plugin = createRatePlugin('forecast-solar', schema, toService);
export default forecastSolar;
