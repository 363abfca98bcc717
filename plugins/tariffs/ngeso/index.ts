import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import {
  createRatePlugin,
  type RateRuntime,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { pathOf, toSlots } from './protocol.ts';

const URL = 'https://api.carbonintensity.org.uk';
/** ms of a slot */
const HALF_HOUR = 1_800_000;

/** Options of an `ngeso` tariff. */
export interface NgesoTariffOptions extends ServiceOptions {
  /** Region, 1 to 17; default: the whole country */
  regionId?: number;
  /** First part of the postcode, in place of the region */
  postcode?: string;
}

declare module 'evcc' {
  interface TariffTypes {
    ngeso: NgesoTariffOptions;
  }
}

const schema = Type.Unsafe<NgesoTariffOptions>(
  Type.Object({
    regionId: Type.Optional(
      Type.Integer({ description: 'Region; default: the whole country', minimum: 1, maximum: 17 }),
    ),
    postcode: Type.Optional(
      Type.String({
        description: 'First part of the postcode, such as `RG10`, in place of the region',
        pattern: '^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?$',
      }),
    ),
    ...serviceUrl(URL),
  }),
);

function toService({ regionId, postcode, url = URL }: NgesoTariffOptions, { context }: RateRuntime): RateService {
  const place = { ...(regionId !== undefined && { regionId }), ...(postcode !== undefined && { postcode }) };
  const places = Object.keys(place).length;
  return {
    kind: 'co2',
    url,
    problems: places > 1 ? ['regionId and postcode name a place twice: use one of them'] : [],
    slots: async ({ now, json }) => {
      const from = context.time.format(now - (now % HALF_HOUR)).replace(':00Z', 'Z');
      return toSlots(await json(pathOf(from, place)), places > 0);
    },
  };
}

/** CO2 of electricity in Great Britain, from the National Energy System Operator. */
const ngeso: Plugin = createRatePlugin('ngeso', schema, toService);
export default ngeso;
