/**
 * Paths as clients write them vary: `//api/state`, `/api/state/`, `/api/l%6fadpoints`. All of them mean the same, so each
 * request is brought into one form before it is matched.
 */

/** Path and query of a request target in one form; `undefined` when its percent-encoding is broken. */
export function canonicalTarget(target: string): { readonly path: string; readonly query: string } | undefined {
  // Proxies may send an absolute address.
  const local = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const [path = '', query = ''] = split(local.replace(/#.*$/, ''), '?');
  try {
    const segments = path.split('/').filter((segment) => segment !== '');
    return { path: `/${segments.map((each) => encodeURIComponent(decodeURIComponent(each))).join('/')}`, query };
  } catch {
    return undefined;
  }
}

/** The two sides of the first separator. */
function split(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

/** Parameters of a query string. The `URL` of Koa has none where the host name of the request is broken. */
export function parametersOf({ querystring }: { readonly querystring: string }): URLSearchParams {
  return new URLSearchParams(querystring);
}
