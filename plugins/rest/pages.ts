import type { Middleware } from 'koa';
import type { Page, PagesPort } from '../../core/index.ts';
import { parametersOf } from './path.ts';

/** Which pages of elsewhere may show a page is said here also where the page has a policy of its own. */
const POLICY = 'Content-Security-Policy';

/** Answers GET and HEAD with what plugins show beside the API and the WebSocket. `frames`: as in `Origins` */
export function showPages(pages: PagesPort, frames: string): Middleware {
  return async (ctx, next) => {
    const { path, method } = ctx;
    const page = method === 'GET' || method === 'HEAD' ? pageAt(path, pages.all()) : undefined;
    const answer = await page?.answer({ path, query: parametersOf(ctx), headers: ctx.req.headers });
    if (!answer) return next();
    ctx.status = answer.status ?? 200;
    ctx.set(answer.headers);
    const policy = ctx.response.get(POLICY);
    if (!policy.includes('frame-ancestors')) ctx.set(POLICY, `${policy}; frame-ancestors ${frames}`);
    if (ctx.fresh) ctx.status = 304;
    else ctx.body = typeof answer.body === 'string' ? answer.body : Buffer.from(answer.body ?? []);
  };
}

/** Beginnings of paths that are no pages: those of the API and the WebSocket, and of logins */
const NO_PAGES = ['/api/', '/oauth/', '/providerauth/'];

/** The page of a path: the one whose own path fits and is the longest. */
export function pageAt(path: string, pages: readonly Page[]): Page | undefined {
  if (path === '/ws' || NO_PAGES.some((begin) => path.startsWith(begin))) return undefined;
  return pages
    .filter((page) => path === page.path || (page.path.endsWith('/') && path.startsWith(page.path)))
    .sort((a, b) => b.path.length - a.path.length)[0];
}
