import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import {
  createRatePlugin,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { toSlots } from './protocol.ts';

const URL = 'https://api.electricitymaps.com/v3';

/** Options of an `electricitymaps` tariff. */
export interface ElectricityMapsTariffOptions extends ServiceOptions {
  /** Token of the account */
  token: string;
  /** Zone, e.g. `DE` */
  zone: string;
}

declare module 'evcc' {
  interface TariffTypes {
    electricitymaps: ElectricityMapsTariffOptions;
  }
}

const schema = Type.Unsafe<ElectricityMapsTariffOptions>(
  Type.Object({
    token: Type.String({ description: 'Token of an account with forecasts', minLength: 1, secret: true }),
    zone: Type.String({ description: 'Zone such as `DE` or `DK-DK1`', pattern: '^[A-Z0-9-]+$' }),
    ...serviceUrl(URL),
  }),
);

function toService({ token, zone, url = URL }: ElectricityMapsTariffOptions): RateService {
  return {
    kind: 'co2',
    url,
    auth: { type: 'header', name: 'auth-token', value: token },
    slots: async ({ json }) => toSlots(await json('/carbon-intensity/forecast', { query: { zone } })),
  };
}

/** Expected CO2 of electricity all over the world, from Electricity Maps. */
const electricityMaps: Plugin = createRatePlugin('electricitymaps', schema, toService);
export default electricityMaps;
