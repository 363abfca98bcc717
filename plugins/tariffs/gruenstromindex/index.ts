import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { every } from '../../shared/rates-service/pauses.ts';
import {
  createRatePlugin,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { toSlots } from './protocol.ts';

const URL = 'https://api.corrently.io';
/** ms; the service renews its forecast hourly, and counts requests */
const PAUSE = 3 * 3_600_000;
const PATIENCE = 15 * 60_000;

/** Options of a `gruenstromindex` tariff. */
export interface GruenstromindexTariffOptions extends ServiceOptions {
  /** German postcode */
  zip: string;
  /** From console.corrently.io; absent: requests without one are few */
  token?: string;
}

declare module 'evcc' {
  interface TariffTypes {
    gruenstromindex: GruenstromindexTariffOptions;
  }
}

const schema = Type.Unsafe<GruenstromindexTariffOptions>(
  Type.Object({
    zip: Type.String({ description: 'German postcode', pattern: '^[0-9]{5}$' }),
    token: Type.Optional(
      Type.String({
        description: 'Token from console.corrently.io; without one, fewer requests are answered',
        minLength: 1,
        secret: true,
      }),
    ),
    ...serviceUrl(URL),
  }),
);

function toService({ zip, token, url = URL }: GruenstromindexTariffOptions): RateService {
  return {
    kind: 'co2',
    url,
    ...(token !== undefined && { auth: { type: 'bearer', token } }),
    patience: PATIENCE,
    pause: (spread) => every(PAUSE, spread),
    slots: async ({ json, fail }) => toSlots(await json('/v2.0/gsi/prediction', { query: { zip } }), fail),
  };
}

/** CO2 of electricity in Germany by postcode, from the Grünstromindex. */
const gruenstromindex: Plugin = createRatePlugin('gruenstromindex', schema, toService);
export default gruenstromindex;
