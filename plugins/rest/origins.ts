import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Which web pages may talk to the server. Programs other than browsers send no origin and are not affected. */
export interface Origins {
  /** The page of the request may read and change. */
  allows(headers: IncomingHttpHeaders): boolean;
  /** The page is listed by name or comes from this server, or it is no page; `*` does not count. */
  trusts(headers: IncomingHttpHeaders): boolean;
  /** Header fields that tell the browser so */
  headers(headers: IncomingHttpHeaders): Readonly<Record<string, string>>;
}

/** `ownName`: host name of this machine */
export function createOrigins(allowed: readonly string[], ownName: string = hostname()): Origins {
  const any = allowed.includes('*');
  const listed = new Set(allowed.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  const names = new Set([ownName.toLowerCase(), ...[...listed].flatMap((origin) => URL.parse(origin)?.hostname ?? [])]);

  const trusts = ({ origin, host }: IncomingHttpHeaders): boolean => {
    if (origin === undefined) return true;
    const asked = origin.toLowerCase();
    if (listed.has(asked)) return true;
    // A page from the server itself. A browser believes whatever address the owner of a domain gives, also that of this
    // machine: equal names only prove something if nobody outside of the home can own them.
    const name = URL.parse(asked)?.hostname ?? '';
    return host !== undefined && asked === `http://${host.toLowerCase()}` && (isLocalName(name) || names.has(name));
  };
  const allows = (headers: IncomingHttpHeaders): boolean => any || trusts(headers);
  return {
    allows,
    trusts,
    headers(headers) {
      const { origin } = headers;
      if (any) return origin === undefined ? {} : { 'Access-Control-Allow-Origin': '*' };
      return origin !== undefined && allows(headers)
        ? { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' }
        : { Vary: 'Origin' };
    },
  };
}

/** Addresses, names without dot such as `localhost` or `nas`, and names below `.local` */
function isLocalName(name: string): boolean {
  return name !== '' && (name.startsWith('[') || isIP(name) !== 0 || !name.includes('.') || name.endsWith('.local'));
}
