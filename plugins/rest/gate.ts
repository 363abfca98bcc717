import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import type { Evcc } from '../../core/index.ts';
import type { Credentials, Guard, Visitor } from '../shared/access.ts';
import { hostName, isKnownHost } from '../shared/hosts.ts';
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
      const { host, origin: page } = headers;
      const name = host === undefined ? undefined : hostName(host);
      if (!harmless && name !== undefined && !knows(name)) return unknownHost(name, guard !== undefined);
      if (!(harmless ? origins.mayRead(headers) : origins.mayChange(headers)) && !(open && reads)) {
        // Any page can be made one without origin, so that nobody is advised to list it.
        if (page === 'null') return new Refusal(403, 'pages without an origin may not use this server');
        const list = `rest.allowedOrigins: ['${page?.slice(0, LONGEST_SHOWN)}'] in the configuration lets them`;
        return new Refusal(403, `pages of another server may not use this one; ${list}`);
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

/** Characters of what a client sent that are repeated */
const LONGEST_SHOWN = 100;

/** Says also what to do about it, since it is met by the owner of a house first, behind a proxy or a name of their own. */
function unknownHost(name: string, guarded: boolean): Refusal {
  if (name === '') return new Refusal(403, 'the field Host of the request holds no name of this server');
  const shown = name.slice(0, LONGEST_SHOWN);
  const list = guarded ? `access: { hosts: ['${shown}'] }` : `rest.allowedOrigins: ['https://${shown}']`;
  return new Refusal(403, `this server is not known as ${shown}; ${list} in the configuration makes it known`);
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
