import type { IncomingHttpHeaders } from 'node:http';

/** Which web pages may talk to the server. Programs other than browsers send no origin and are not affected. */
export interface Origins {
  /** The page of the request may read and change. */
  allows(headers: IncomingHttpHeaders): boolean;
  /** Header fields that tell the browser so */
  headers(headers: IncomingHttpHeaders): Readonly<Record<string, string>>;
}

export function createOrigins(allowed: readonly string[]): Origins {
  const any = allowed.includes('*');
  const listed = new Set(allowed.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  const allows = ({ origin, host }: IncomingHttpHeaders): boolean => {
    if (any || origin === undefined) return true;
    const asked = origin.toLowerCase();
    // A page from the server itself, whatever name it was reached by.
    return listed.has(asked) || (host !== undefined && asked === `http://${host.toLowerCase()}`);
  };
  return {
    allows,
    headers(headers) {
      const { origin } = headers;
      if (any) return origin === undefined ? {} : { 'Access-Control-Allow-Origin': '*' };
      return origin !== undefined && allows(headers)
        ? { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' }
        : { Vary: 'Origin' };
    },
  };
}
