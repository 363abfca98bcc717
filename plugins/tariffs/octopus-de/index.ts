import Type from 'typebox';
import type { Plugin } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import { authorized, createLogin } from '../../shared/http/credentials.ts';
import { PRICING, type PricingOptions } from '../../shared/pricing/schema.ts';
import { askGraphql } from '../../shared/rates-service/graphql.ts';
import { DAY_AHEAD, publishedDaily } from '../../shared/rates-service/pauses.ts';
import {
  createRatePlugin,
  type RateRuntime,
  type RateService,
  type ServiceOptions,
  serviceUrl,
} from '../../shared/rates-service/service.ts';
import { LOGIN, PATH, QUERY, SCALE, toSlots } from './protocol.ts';

const URL = 'https://api.oeg-kraken.energy';
/** ms; tokens are good for an hour */
const TOKEN = 50 * 60_000;

/** Options of an `octopus-de` tariff. */
export interface OctopusDeTariffOptions extends ServiceOptions, PricingOptions {
  /** Address of the login */
  email: string;
  password: string;
  /** Number of the account, e.g. `A-1B2C3D4E` */
  accountnumber: string;
}

declare module 'evcc' {
  interface TariffTypes {
    'octopus-de': OctopusDeTariffOptions;
  }
}

const schema = Type.Unsafe<OctopusDeTariffOptions>(
  Type.Object({
    email: Type.String({ description: 'E-mail address of the login', minLength: 1 }),
    password: Type.String({ description: 'Password of the login', minLength: 1, secret: true }),
    accountnumber: Type.String({ description: 'Number of the account such as `A-1B2C3D4E`', minLength: 1 }),
    ...serviceUrl(URL),
    ...PRICING,
  }),
);

function toService(
  { email, password, accountnumber: accountNumber, url = URL, ...pricing }: OctopusDeTariffOptions,
  { context, http }: RateRuntime,
): RateService {
  const { clock, fail } = context;
  const credentials = createLogin(async (signal) => {
    const json = async () => {
      const request = {
        url: `${url.replace(/\/+$/, '')}${PATH}`,
        name: 'login at Octopus Energy',
        method: 'POST',
      } as const;
      const body = { query: LOGIN, variables: { email, password } };
      return new Answer(await http.json({ ...request, body }, signal), request.name, context);
    };
    const data = await askGraphql({ json, fail }, PATH, { query: LOGIN });
    const token = data.at('obtainKrakenToken').at('token').text();
    return { auth: { type: 'header', name: 'authorization', value: token }, until: clock.now() + TOKEN };
  }, context);
  return {
    kind: 'priceforecast',
    url,
    http: authorized(http, credentials, context),
    credentials: true,
    scale: SCALE,
    pricing,
    pause: (spread) => publishedDaily(DAY_AHEAD, spread),
    slots: async (ask) => {
      const body = { query: QUERY, variables: { accountNumber } };
      return toSlots(await askGraphql(ask, PATH, body, { loggedIn: true }), ask.now);
    },
  };
}

/** What customers of Octopus Energy in Germany pay. */
const octopusDe: Plugin = createRatePlugin('octopus-de', schema, toService);
export default octopusDe;
