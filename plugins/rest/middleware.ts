import type { Middleware } from 'koa';
import type { Evcc } from '../../core/index.ts';
import { JSON_TYPE } from './answer.ts';
import { readBody } from './body.ts';
import type { Dialect } from './dialect.ts';
import type { Origins } from './origins.ts';
import { canonicalTarget } from './path.ts';
import { Refusal, toRefusal } from './refusal.ts';

/** What every request passes before and after its route. */

/** Turns every failure into a JSON answer of the right status; those of our own making are logged and not explained. */
export function answerFailures(evcc: Evcc, dialect: Dialect, closing: () => boolean): Middleware {
  return async (ctx, next) => {
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Cache-Control', 'no-cache');
    try {
      await next();
    } catch (error) {
      const refusal = toRefusal(error);
      if (!refusal) evcc.log.error(`${ctx.method} ${ctx.path} failed`, error);
      ctx.remove('ETag');
      ctx.set(refusal?.headers ?? {});
      ctx.set('Content-Type', JSON_TYPE);
      ctx.status = refusal?.status ?? 500;
      ctx.body = dialect.failure(refusal?.message ?? 'internal error; the log tells more');
    }
    if (closing()) ctx.set('Connection', 'close');
  };
}

/** Header fields that scripts may send without being listed, and the one that goes with JSON */
const SCRIPT_HEADERS = ['Accept', 'Accept-Language', 'Content-Language', 'Content-Type'];
const SCRIPT_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';

/** Tells browsers which pages may use the server, and refuses the others. */
export function checkOrigin(origins: Origins): Middleware {
  return async (ctx, next) => {
    const { headers } = ctx.req;
    ctx.set(origins.headers(headers));
    if (!origins.allows(headers)) {
      throw new Refusal(403, `pages of ${headers.origin} may not use this server; see rest.allowedOrigins`);
    }
    if (ctx.method === 'OPTIONS' && headers.origin !== undefined) {
      if (!headers['access-control-request-method']) throw new Refusal(400, 'Access-Control-Request-Method is missing');
      const unknown = listOf(headers['access-control-request-headers']).find(
        (name) => !SCRIPT_HEADERS.some((known) => known.toLowerCase() === name.toLowerCase()),
      );
      if (unknown !== undefined) throw new Refusal(403, `scripts may not send the header field ${unknown}`);
      ctx.set('Access-Control-Allow-Methods', SCRIPT_METHODS);
      ctx.set('Access-Control-Allow-Headers', SCRIPT_HEADERS.join(', '));
      ctx.set('Access-Control-Max-Age', '600');
    }
    await next();
  };
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Brings the path into one form and takes in the body, which hardly any route looks at. */
export const readRequest: Middleware = async (ctx, next) => {
  const target = canonicalTarget(ctx.req.url ?? '/');
  if (!target) throw new Refusal(400, 'the percent-encoding of the path is broken');
  ctx.url = target.query === '' ? target.path : `${target.path}?${target.query}`;
  ctx.state.body = await readBody(ctx.req);
  await next();
};
