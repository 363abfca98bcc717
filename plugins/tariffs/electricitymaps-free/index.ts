import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import {
  createRatePlugin,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { toSlots } from './protocol.ts';

const URL = 'https://api.electricitymap.org/v3';

/** Options of an `electricitymaps-free` tariff. */
export interface ElectricityMapsFreeTariffOptions extends ServiceOptions {
  /** Token of the account */
  token: string;
  /** Zone, e.g. `DE` */
  zone: string;
}

declare module 'evcc' {
  interface TariffTypes {
    'electricitymaps-free': ElectricityMapsFreeTariffOptions;
  }
}

const schema = Type.Unsafe<ElectricityMapsFreeTariffOptions>(
  Type.Object({
    token: Type.String({ description: 'Token of the account', minLength: 1, secret: true }),
    zone: Type.String({ description: 'Zone such as `DE` or `DK-DK1`', pattern: '^[A-Z0-9-]+$' }),
    ...serviceUrl(URL),
  }),
);

function toService({ token, zone, url = URL }: ElectricityMapsFreeTariffOptions): RateService {
  return {
    kind: 'co2',
    assumed: true,
    url,
    auth: { type: 'header', name: 'auth-token', value: token },
    slots: async ({ now, json }) => toSlots(await json('/home-assistant', { query: { zone } }), now),
  };
}

/** Present CO2 of electricity all over the world, from Electricity Maps. */
const electricityMapsFree: Plugin = createRatePlugin('electricitymaps-free', schema, toService);
export default electricityMapsFree;
