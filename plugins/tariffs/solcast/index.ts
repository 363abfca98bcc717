import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import {
  createRatePlugin,
  type RateRuntime,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { ESTIMATES, inDaylight, SCALE, type SolcastEstimate, toSlots } from './protocol.ts';

const URL = 'https://api.solcast.com.au';
/** s */
const INTERVAL = 10_800;
/** Requests of a free account per day */
const REQUESTS = 10;
/** ms */
const PATIENCE = 30 * 60_000;

/** Options of a `solcast` tariff. */
export interface SolcastTariffOptions extends ServiceOptions {
  /** Id of the site */
  site: string;
  /** API key */
  token: string;
  /** s between two requests; default 10800 */
  interval?: number;
  /** Requests of the account per day; default 10 */
  requests?: number;
  /** What is expected, or what is exceeded with a probability of 90 % or of 10 % */
  estimate?: SolcastEstimate;
}

declare module 'evcc' {
  interface TariffTypes {
    solcast: SolcastTariffOptions;
  }
}

const schema = Type.Unsafe<SolcastTariffOptions>(
  Type.Object({
    site: Type.String({ description: 'Id of the site, such as `1234-5678-9abc-def0`', pattern: '^[\\w-]+$' }),
    token: Type.String({ description: 'API key', minLength: 1, secret: true }),
    interval: Type.Optional(
      Type.Integer({
        description: 'Time between two requests; more for several sites of one account',
        minimum: 300,
        maximum: 86_400,
        unit: 's',
        default: INTERVAL,
      }),
    ),
    requests: Type.Optional(
      Type.Integer({
        description: 'Requests of the account per day (UTC), of all its sites',
        minimum: 1,
        default: REQUESTS,
      }),
    ),
    estimate: Type.Optional(
      Type.Enum([...ESTIMATES], {
        description: 'What is expected, or what is exceeded with a probability of 90 % (10) or 10 % (90)',
        default: 'pv_estimate',
      }),
    ),
    ...serviceUrl(URL),
  }),
);

function toService(options: SolcastTariffOptions, { quotas }: RateRuntime): RateService {
  const { site, token, interval = INTERVAL, requests = REQUESTS, estimate = 'pv_estimate', url = URL } = options;
  const quota = quotas.open(`solcast ${token}`, requests);
  return {
    kind: 'solar',
    url,
    auth: { type: 'bearer', token },
    scale: SCALE,
    patience: PATIENCE,
    pause: () => inDaylight(interval * 1_000),
    slots: async ({ json }) => {
      await quota.take();
      const query = { format: 'json', period: 'PT30M', hours: 96 };
      return toSlots(await json(`/rooftop_sites/${site}/forecasts`, { query }), estimate);
    },
  };
}

/** Expected generation of a site, from Solcast. */
const solcast: Plugin = createRatePlugin('solcast', schema, toService);
export default solcast;
