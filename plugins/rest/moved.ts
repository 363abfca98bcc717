import type { Middleware } from 'koa';

/**
 * Sends who reads `//api/state`, `/api/state/` or `/api/loadpoints/../state` to the path that it means, as evcc does. Other
 * requests are answered where they are: clients would turn them into a GET, and some end the path of a POST with a slash when
 * they have no value.
 */
export const redirectToCleanPath: Middleware = async (ctx, next) => {
  const [, path = '', query = ''] = /^([^?#]*)(\?[^#]*)?/.exec(ctx.req.url ?? '') ?? [];
  const clean = cleaned(path);
  const reads = ctx.method === 'GET' || ctx.method === 'HEAD';
  if (!reads || clean === path || !/^\/(api(\/|$)|ws$)/.test(clean)) return next();
  ctx.status = 301;
  ctx.set('Location', `${clean}${query}`);
  ctx.body = '';
  ctx.remove('Content-Type');
};

/** A path without empty segments and `..`, as it is written otherwise. */
function cleaned(path: string): string {
  if (!path.startsWith('/')) return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}
