import type { Middleware } from 'koa';

/**
 * Sends requests for `//api/state`, `/api/state/` and `/api/loadpoints/../state` to the path they mean, as evcc does. Many
 * clients turn a POST into a GET by that.
 */
export const redirectToCleanPath: Middleware = async (ctx, next) => {
  const [, path = '', query = ''] = /^([^?#]*)(\?[^#]*)?/.exec(ctx.req.url ?? '') ?? [];
  const clean = cleaned(path);
  if (clean === path || !/^\/(api(\/|$)|ws$)/.test(clean)) return next();
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
