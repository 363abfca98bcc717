import { createHash } from 'node:crypto';
import type { DeviceContext, Store } from '../../../core/index.ts';
import type { HttpClient, HttpRequest } from './client.ts';
import type { Credentials, Ticket } from './credentials.ts';
import { share } from './sharing.ts';
import { parseToken, refusalIn, restoreToken, type Token } from './token.ts';

/** How tokens are asked for (RFC 6749, sections 4.3, 4.4 and 6). */
export type OAuthGrant =
  | { readonly type: 'client_credentials' }
  | { readonly type: 'password'; readonly user: string; readonly password: string }
  /** The first refresh token, from a login in a browser; services may replace it each time that it is used */
  | { readonly type: 'refresh_token'; readonly refreshToken: string };

export interface OAuthOptions {
  /** Of the service, as errors and logs name it */
  readonly name: string;
  /** Where tokens are handed out */
  readonly url: string;
  readonly grant: OAuthGrant;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly scope?: string;
  /** Further fields of each request for a token, e.g. `audience` */
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where client id and secret go: `body` (absent), or `basic` in the field `Authorization` */
  readonly client?: 'body' | 'basic';
  /** How requests are written: `form` (absent), as the standard says, or `json` */
  readonly format?: 'form' | 'json';
}

/** The accounts of one plugin: devices with the same one share its token. */
export interface OAuthTokens {
  /**
   * A token is asked for with the first request, refreshed before it ends, and kept in the database, so that the newest
   * refresh token survives a restart. After a refusal, `EVCC_DEVICE_AUTH`, the service is not asked again.
   */
  open(options: OAuthOptions): Credentials;
}

/** What tokens need of the runtime. */
export interface OAuthRuntime extends Pick<DeviceContext, 'clock' | 'fail' | 'log'> {
  readonly store: { readonly memory: Store['memory'] };
}

/** ms for a request of a token, which goes on although nobody waits for it any more: a refresh token can be used once */
const DEADLINE = 30_000;

export function createTokens(http: HttpClient, runtime: OAuthRuntime): OAuthTokens {
  const accounts = new Map<string, Credentials>();
  return {
    open: (options) => {
      const key = keyOf(options);
      // A corrected secret must not meet the refusal of the wrong one; what is stored is that of both.
      const known = `${key} ${options.clientSecret ?? ''}`;
      const account = accounts.get(known) ?? createAccount(key, options, http, runtime);
      accounts.set(known, account);
      return account;
    },
  };
}

/** Other credentials in the configuration are another account: what is stored for the old ones is not used with them. */
function keyOf({ url, grant, clientId, scope, fields }: OAuthOptions): string {
  const hash = createHash('sha256').update(JSON.stringify([url, grant, clientId, scope, fields]));
  return `token.${hash.digest('base64url')}`;
}

function createAccount(key: string, options: OAuthOptions, http: HttpClient, runtime: OAuthRuntime): Credentials {
  const { name, grant } = options;
  const { clock, log, fail, store } = runtime;
  let token: Token | undefined;
  let loaded = false;
  let refusal: string | undefined;

  async function load(): Promise<void> {
    const stored = (await store.memory.all()).get(key);
    loaded = true;
    token = stored === undefined ? undefined : restoreToken(stored);
  }

  /** Asks for a token; a text is the reason why there is none. */
  async function ask(fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Token | string> {
    const answer = await http.answer(toRequest(options, fields), signal);
    const why = refusalIn(answer);
    if (why !== undefined) return why;
    if (answer.status < 200 || answer.status > 299) {
      fail('EVCC_DEVICE_UNAVAILABLE', `${name}: asking for a token was answered with status ${answer.status}`);
    }
    const found = parseToken(answer.text, clock.now());
    return found ?? fail('EVCC_DEVICE_PROTOCOL', `${name}: the answer holds no token`);
  }

  async function renew(signal: AbortSignal): Promise<Token | string> {
    const refresh = token?.refresh ?? (grant.type === 'refresh_token' ? grant.refreshToken : undefined);
    if (refresh !== undefined) {
      const found = await ask({ grant_type: 'refresh_token', refresh_token: refresh }, signal);
      if (typeof found !== 'string') return { ...found, refresh: found.refresh ?? refresh };
      if (grant.type === 'refresh_token') return found;
      token = undefined;
    }
    if (grant.type === 'password') {
      return ask({ grant_type: 'password', username: grant.user, password: grant.password }, signal);
    }
    return ask({ grant_type: 'client_credentials' }, signal);
  }

  const isUsable = ({ auth, until }: Pick<Token, 'auth' | 'until'>): boolean =>
    auth !== undefined && (until === undefined || clock.now() < until);

  const renewals = share(
    async (signal): Promise<Ticket['auth']> => {
      if (!loaded) await load();
      if (!token?.auth || !isUsable(token)) {
        const found = await renew(signal);
        if (typeof found === 'string') refusal = found;
        else {
          token = found;
          await store.memory
            .save(new Map([[key, JSON.stringify(found)]]))
            .catch(() => log.warn(`${name}: the token cannot be stored; after a restart, the service may refuse it`));
        }
      }
      if (refusal !== undefined) return refuse(refusal);
      return token?.auth ?? fail('EVCC_DEVICE_PROTOCOL', `${name}: there is no token`);
    },
    runtime,
    { name: `${name}: asking for a token`, deadline: DEADLINE },
  );

  const refuse = (why: string): never =>
    fail('EVCC_DEVICE_AUTH', `${name}: the credentials were refused (${why}); log in anew and configure what you get`);

  return {
    current: async (signal) => {
      if (refusal !== undefined) refuse(refusal);
      if (token?.auth && isUsable(token)) return token.auth;
      return renewals.get(signal);
    },
    refused: (auth) => {
      if (token?.auth === auth) token = { ...token, auth: undefined };
    },
  };
}

function toRequest(options: OAuthOptions, own: Readonly<Record<string, string>>): HttpRequest {
  const { name, url, clientId, clientSecret, scope, headers, client = 'body', format = 'form' } = options;
  const id = { ...(clientId !== undefined && { client_id: clientId }) };
  const secret = { ...(clientSecret !== undefined && { client_secret: clientSecret }) };
  const fields = { ...own, ...(scope !== undefined && { scope }), ...options.fields };
  const all: Readonly<Record<string, string>> = client === 'body' ? { ...fields, ...id, ...secret } : fields;
  return {
    name: `${name}: asking for a token`,
    url,
    method: 'POST',
    headers: {
      accept: 'application/json',
      ...(format === 'form' && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    body: format === 'form' ? new URLSearchParams(all).toString() : all,
    ...(client === 'basic' && {
      auth: {
        type: 'basic',
        user: encodeURIComponent(clientId ?? ''),
        password: encodeURIComponent(clientSecret ?? ''),
      },
    }),
  };
}
