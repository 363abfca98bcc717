import type { IncomingHttpHeaders } from 'node:http';
import { HOME_ENDINGS, hostName, type KnowsHost } from '../shared/hosts.ts';

/** Which web pages may use the server. Programs other than browsers send no origin and are not affected. */
export interface Origins {
  /** The page of the request may read what everybody may read. */
  mayRead(headers: IncomingHttpHeaders): boolean;
  /** The page of the request may change things, and read what is protected. */
  mayChange(headers: IncomingHttpHeaders): boolean;
  /** The page is listed by name or comes from this server, or it is no page; `*` does not count. */
  trusts(headers: IncomingHttpHeaders): boolean;
  /** Header fields that tell the browser so */
  headers(headers: IncomingHttpHeaders): Readonly<Record<string, string>>;
  /** Pages that may show this server's pages inside of themselves, as the Content-Security-Policy writes it */
  readonly frames: string;
}

/** `allowed` is absent: every page may read, and pages of this server may change. */
export function createOrigins(allowed: readonly string[] | undefined, knows: KnowsHost): Origins {
  const any = allowed?.includes('*') ?? false;
  const anyReads = any || allowed === undefined;
  const listed = new Set(originsOf(allowed));

  const trusts = ({ origin, host }: IncomingHttpHeaders): boolean => {
    if (origin === undefined) return true;
    const asked = origin.toLowerCase();
    if (listed.has(asked)) return true;
    // A page from the server itself. A browser believes whatever address the owner of a domain gives, also that of this
    // machine: equal names only prove something if nobody outside of the home can own them.
    const own =
      host !== undefined && /^https?:\/\//.test(asked) && asked.replace(/^https?:\/\//, '') === host.toLowerCase();
    return own && knows(hostName(host));
  };
  return {
    trusts,
    mayRead: (headers) => anyReads || trusts(headers),
    mayChange: (headers) => any || trusts(headers),
    headers(headers) {
      const { origin } = headers;
      if (anyReads) return origin === undefined ? {} : { 'Access-Control-Allow-Origin': '*' };
      return origin !== undefined && trusts(headers)
        ? { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' }
        : { Vary: 'Origin' };
    },
    frames: any ? '*' : ["'self'", ...(allowed ? listed : HOME_PAGES)].join(' '),
  };
}

/** Pages of the home network by name, such as dashboards, by TLS too; addresses cannot be told in this form. */
const HOME_PAGES = ['localhost', ...HOME_ENDINGS.map((ending) => `*.${ending}`)].map((name) => `http://${name}:*`);

/** Origins as browsers write them. */
export function originsOf(allowed: readonly string[] = []): readonly string[] {
  return allowed.map((origin) => origin.toLowerCase().replace(/\/$/, ''));
}
