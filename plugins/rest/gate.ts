import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import type { Evcc } from '../../core/index.ts';
import type { Credentials, Guard, Visitor } from '../shared/access.ts';
import { hostName, isKnownHost } from './hosts.ts';
import { createOrigins, type Origins, originsOf } from './origins.ts';
import { Refusal } from './refusal.ts';

/** Decides before anything else happens whether a request may go on: by host name, page, login and token. */
export interface Gate {
  readonly origins: Origins;
  /** Resolves when it can decide. */
  ready(): Promise<void>;
  /** `undefined`: whoever reaches the house may do everything */
  guard(): Guard | undefined;
  visitor(headers: IncomingHttpHeaders): Visitor;
  /** Why a request may not go on; `undefined`: it may. `open`: whoever reaches the server may do this. */
  refusal(request: Pick<IncomingMessage, 'method' | 'headers'>, open: boolean): Refusal | undefined;
  /** Calls `listener` when what somebody may do may have changed. */
  onChange(listener: () => void): void;
}

/** `own`: host name of this machine */
export function createGate(evcc: Evcc, allowedOrigins: readonly string[] | undefined, own: string = hostname()): Gate {
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  let guard: Guard | undefined;
  evcc.services.use('access', (offered) => {
    guard = offered;
    const end = offered.onChange(changed);
    changed();
    return () => {
      guard = undefined;
      end();
    };
  });

  const named = [
    own.toLowerCase(),
    ...originsOf(allowedOrigins).flatMap((origin) => URL.parse(origin)?.hostname ?? []),
  ];
  const knows = (name: string): boolean => isKnownHost(name, named) || isKnownHost(name, guard?.hosts ?? []);
  const origins = createOrigins(allowedOrigins, knows);
  const visitor = (headers: IncomingHttpHeaders): Visitor =>
    guard?.identify(credentialsIn(headers)) ?? { right: 'full' };

  return {
    origins,
    visitor,
    guard: () => guard,
    ready: async () => guard?.ready,
    refusal({ method = 'GET', headers }, open) {
      const reads = method === 'GET' || method === 'HEAD';
      // Browsers ask so before they send what a script wants; credentials come with the request itself.
      const asks = method === 'OPTIONS';
      const everybodyReads = (guard?.identify({}).right ?? 'full') !== 'none';
      const harmless = asks || (reads && (open || everybodyReads));
      const page = headers.origin;
      if (!(harmless ? origins.mayRead(headers) : origins.mayChange(headers)) && !(open && reads)) {
        return new Refusal(403, `pages of ${page} may not use this server; see rest.allowedOrigins`);
      }
      const { host } = headers;
      if (!harmless && host !== undefined && !knows(hostName(host))) {
        return new Refusal(403, `this server is not known as ${host.slice(0, 100)}; see access.hosts`);
      }
      if (open || asks) return undefined;
      const { right, known } = visitor(headers);
      if (right === 'full' || (reads && right === 'read')) return undefined;
      if (known) return new Refusal(403, 'this token may only read');
      return new Refusal(401, 'a login or a token is needed', { 'WWW-Authenticate': 'Bearer realm="evcc"' });
    },
    onChange: (listener) => void listeners.add(listener),
  };
}

/** Name of the cookie with the ticket of a login */
export const COOKIE = 'auth';

/** Tokens may also come as password of HTTP basic authentication, which is all that some clients know. */
export function credentialsIn({ authorization = '', cookie = '' }: IncomingHttpHeaders): Credentials {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? [];
  const token =
    scheme.toLowerCase() === 'basic'
      ? Buffer.from(value, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/, '')
      : value;
  const ticket = cookie
    .split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
  return { token: token || undefined, ticket };
}
