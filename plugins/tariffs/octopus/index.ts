import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { midnights } from '../../shared/pricing/local-time.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import { publishedDaily } from '../../shared/rates-service/pauses.ts';
import {
  type Ask,
  createRatePlugin,
  type RateRuntime,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { type OctopusRegion, pathOf, REGIONS, SCALE, tariffOf, toSlots } from './protocol.ts';

const URL = 'https://api.octopus.energy';
const TIMEZONE = 'Europe/London';
/** Agile prices of the next day come from about 16:00 on */
const PUBLICATION = { timezone: TIMEZONE, from: 15 * 60 + 55, until: 20 * 60 };
/** Days for which a rate without end is assumed */
const DAYS_AHEAD = 7;
/** ms after which the account is asked again what its tariff is */
const ACCOUNT = 86_400_000;

/** Options of an `octopus` tariff. */
export interface OctopusTariffOptions extends ServiceOptions, PricingOptions {
  /** Product, e.g. `AGILE-24-10-01`, with `region` */
  productcode?: string;
  /** Letter of the distribution area */
  region?: OctopusRegion;
  /** Code of the tariff, e.g. `E-1R-AGILE-24-10-01-C`, in place of product and region */
  tariffcode?: string;
  /** API key, with `accountnumber`: the tariff is that of the account */
  apikey?: string;
  /** Number of the account, e.g. `A-1B2C3D4E` */
  accountnumber?: string;
  /** Bills are paid by direct debit; default true */
  directDebit?: boolean;
}

declare module 'evcc' {
  interface TariffTypes {
    octopus: OctopusTariffOptions;
  }
}

const text = (description: string, more: object = {}) =>
  Type.Optional(Type.String({ description, minLength: 1, ...more }));

const schema = Type.Unsafe<OctopusTariffOptions>(
  Type.Object({
    productcode: text('Product such as `AGILE-24-10-01`, with `region`', { pattern: '^[A-Z0-9-]+$' }),
    region: Type.Optional(
      Type.Enum([...REGIONS], { description: 'Letter of the distribution area, with `productcode`' }),
    ),
    tariffcode: text('Code of the tariff such as `E-1R-AGILE-24-10-01-C`, in place of product and region', {
      pattern: '^[A-Z0-9-]+$',
    }),
    apikey: text('API key of the account, with `accountnumber`: the tariff is that of the account', { secret: true }),
    accountnumber: text('Number of the account such as `A-1B2C3D4E`', { pattern: '^[A-Z0-9-]+$' }),
    directDebit: Type.Optional(Type.Boolean({ description: 'Bills are paid by direct debit', default: true })),
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService(options: OctopusTariffOptions, { context }: RateRuntime): RateService {
  const { productcode, region, tariffcode, apikey, accountnumber, directDebit = true, url = URL, ...pricing } = options;
  const given = tariffcode ?? (productcode && region && `E-1R-${productcode}-${region}`);
  const ofAccount = apikey !== undefined && accountnumber !== undefined;
  const problems: string[] = [];
  if ((given === undefined) !== ofAccount)
    problems.push('name the tariff by productcode and region, by tariffcode, or by apikey and accountnumber');
  if (given !== undefined && pathOf(given) === undefined) problems.push(`${given} is no code of a tariff`);
  let kept: { readonly at: number; readonly tariff: string } | undefined;

  async function pathNow({ now, json, fail }: Ask): Promise<string> {
    if (given === undefined && (!kept || Math.abs(now - kept.at) >= ACCOUNT)) {
      const auth = { type: 'basic', user: apikey ?? '', password: '' } as const;
      const account = await json(`/v1/accounts/${accountnumber}/`, { auth, shown: '/v1/accounts/…/' });
      kept = { at: now, tariff: tariffOf(account, now) };
    }
    const tariff = given ?? kept?.tariff ?? '';
    return pathOf(tariff) ?? fail('EVCC_DEVICE_PROTOCOL', `${tariff} is no code of a tariff`);
  }

  return {
    kind: 'priceforecast',
    url,
    scale: SCALE,
    pricing,
    problems,
    pause: (spread) => publishedDaily(PUBLICATION, spread),
    slots: async (ask) => {
      const days = midnights(ask.now, DAYS_AHEAD, TIMEZONE);
      const { format } = context.time;
      const query = {
        period_from: format(days[0] ?? ask.now),
        period_to: format(days[2] ?? ask.now),
        page_size: 1_500,
      };
      const answer = await ask.json(await pathNow(ask), { query });
      return toSlots(answer, days.at(-1) ?? ask.now, directDebit ? 'DIRECT_DEBIT' : 'NON_DIRECT_DEBIT');
    },
  };
}

/** What customers of Octopus Energy in Great Britain pay, VAT included. */
const octopus: Plugin = createRatePlugin('octopus', schema, toService);
export default octopus;
