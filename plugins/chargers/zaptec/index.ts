import Type from 'typebox';
import type { Evcc, Plugin } from '../../../core/index.ts';
import { Answer } from '../../shared/answer.ts';
import { createHttp, type HttpClient } from '../../shared/http/client.ts';
import { authorized, type Credentials } from '../../shared/http/credentials.ts';
import { createTokens } from '../../shared/http/oauth.ts';
import type { OptionsOf } from '../../shared/options.ts';
import { createZaptec, HEADERS } from './device.ts';

/** Options of a `zaptec` charger. */
export interface ZaptecChargerOptions {
  /** Of the Zaptec portal */
  user: string;
  /** Secret */
  password: string;
  /** Id of the charger in the address of its page in the portal */
  charger: string;
  /** It can switch between one and three phases: Go and Pro; default false */
  phaseSwitching?: boolean;
  /** Of the service; default `https://api.zaptec.com` */
  url?: string;
}

declare module 'evcc' {
  interface ChargerTypes {
    zaptec: ZaptecChargerOptions;
  }
}

const SERVICE = 'https://api.zaptec.com';

const schema = Type.Object({
  user: Type.String({ description: 'Of the Zaptec portal', minLength: 1 }),
  password: Type.String({ description: 'Of the Zaptec portal', minLength: 1, secret: true }),
  charger: Type.String({
    description: 'Id of the charger in the address of its page in the portal',
    pattern: '^[A-Za-z0-9-]+$',
  }),
  phaseSwitching: Type.Optional(
    Type.Boolean({ description: 'It can switch between one and three phases: Go and Pro', default: false }),
  ),
  url: Type.Optional(Type.String({ description: 'Of the service', pattern: '^https?://[^\\s?#]+$', default: SERVICE })),
});

/** Zaptec Go and Pro over the cloud of Zaptec. */
const zaptec: Plugin = {
  name: 'charger-zaptec',
  apply(evcc) {
    const http = createHttp(evcc);
    const tokens = createTokens(http, evcc);
    /** Chargers of one account share its log-in. */
    const accounts = new Map<string, HttpClient>();

    /** Where tokens are handed out is asked once (OpenID Connect Discovery). */
    const logIn = (url: string, user: string, password: string): Credentials => {
      let account: Credentials | undefined;
      return {
        current: async (signal) => {
          account ??= tokens.open({
            name: 'Zaptec',
            url: await findEndpoint(http, url, signal, evcc),
            grant: { type: 'password', user, password },
            scope: 'openid',
            headers: HEADERS,
          });
          return account.current(signal);
        },
        refused: (auth) => account?.refused(auth),
      };
    };

    evcc.chargers.define('zaptec', {
      schema,
      create: (options: OptionsOf<typeof schema, ZaptecChargerOptions>, context) => {
        const { user, password, charger, phaseSwitching = false, url = SERVICE } = options;
        const key = JSON.stringify([url, user, password]);
        const account = accounts.get(key) ?? authorized(http, logIn(url, user, password), evcc);
        accounts.set(key, account);
        return createZaptec(account, `${url}/api/chargers/${charger}`, phaseSwitching, context);
      },
    });
    return () => http.close();
  },
};
export default zaptec;

async function findEndpoint(
  http: HttpClient,
  base: string,
  signal: AbortSignal,
  evcc: Pick<Evcc, 'fail' | 'time'>,
): Promise<string> {
  const url = `${base}/.well-known/openid-configuration`;
  const answer = new Answer(await http.json({ url, headers: HEADERS }, signal), `GET ${url}`, evcc);
  const endpoint = answer.at('token_endpoint').text();
  // The password goes there: nobody else may say where.
  const same = URL.canParse(endpoint) && new URL(endpoint).protocol === new URL(base).protocol;
  return same ? endpoint : answer.refuse('token_endpoint is no address of this kind');
}
