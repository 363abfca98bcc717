import type { Middleware } from 'koa';
import type { Evcc } from '../../core/index.ts';
import { JSON_TYPE } from './answer.ts';
import { OPEN_ROUTES } from './auth-routes.ts';
import { readBody } from './body.ts';
import { clientOf, type Sender } from './client.ts';
import type { Dialect } from './dialect.ts';
import type { Gate } from './gate.ts';
import type { Origins } from './origins.ts';
import { pageAt } from './pages.ts';
import { canonicalTarget } from './path.ts';
import type { Rates } from './rates.ts';
import { Refusal, toRefusal } from './refusal.ts';
import { UPLOAD_ROUTES } from './restore-routes.ts';

/** What every request passes before and after its route. */

/** Turns every failure into a JSON answer of the right status; those of our own making are logged and not explained. */
export function answerFailures(evcc: Evcc, dialect: Dialect, closing: () => boolean): Middleware {
  return async (ctx, next) => {
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

/** s for which browsers shall come back by TLS only. It holds for all ports of the name, so it is short. */
const TLS_ONLY = 86_400;

/** What browsers go by, in every answer. Pages may have a policy of their own. */
export function browserFields(origins: Origins, tls: boolean): Readonly<Record<string, string>> {
  return {
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
    'Referrer-Policy': 'same-origin',
    'Content-Security-Policy': [
      "default-src 'self'",
      "img-src 'self' data:",
      "style-src 'self' 'unsafe-inline'",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      `frame-ancestors ${origins.frames}`,
    ].join('; '),
    ...(tls && { 'Strict-Transport-Security': `max-age=${TLS_ONLY}` }),
  };
}

/** Sets what browsers go by. */
export function tellBrowsers(origins: Origins, fields: Readonly<Record<string, string>>): Middleware {
  return async (ctx, next) => {
    for (const name in fields) ctx.res.setHeader(name, fields[name] ?? '');
    ctx.set(origins.headers(ctx.req.headers));
    await next();
  };
}

/** Turns away who asks for more than one client may have. */
export function limitRate(rates: Rates, sender: Sender): Middleware {
  return async (ctx, next) => {
    ctx.state.address = sender(ctx.req);
    const client = clientOf(ctx.state.address);
    ctx.state.client = client;
    const pause = rates.take(client, ctx.method === 'GET' || ctx.method === 'HEAD' ? 1 : CHANGE_COST);
    if (pause > 0) {
      throw new Refusal(429, 'too many requests', { 'Retry-After': String(Math.ceil(pause / 1_000)) });
    }
    await next();
  };
}

/** What a change takes of what a client may have; reading takes 1. */
const CHANGE_COST = 10;

/** Characters of a target; the longest of our own are values in JSON */
const LONGEST_TARGET = 8_192;

/** Brings the path into one form. */
export const findPath: Middleware = async (ctx, next) => {
  const { url = '/' } = ctx.req;
  if (url.length > LONGEST_TARGET) throw new Refusal(414, `the address is longer than ${LONGEST_TARGET} characters`);
  const target = canonicalTarget(url);
  if (!target) throw new Refusal(400, 'the percent-encoding of the path is broken');
  ctx.url = target.query === '' ? target.path : `${target.path}?${target.query}`;
  await next();
};

/** Header fields that scripts may send without being listed, and those that go with JSON and tokens */
const SCRIPT_HEADERS = ['Accept', 'Accept-Language', 'Authorization', 'Content-Language', 'Content-Type'];
const SCRIPT_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';

/** Lets in who may come in, and answers browsers that ask for a page whether it may. */
export function checkAccess(gate: Gate, pages: Evcc['pages']): Middleware {
  return async (ctx, next) => {
    const { headers } = ctx.req;
    const { method, path } = ctx;
    const open = OPEN_ROUTES.has(`${method} ${path}`) || pageAt(path, pages.all())?.open === true;
    const refusal = gate.refusal(ctx.req, open);
    if (refusal) throw refusal;
    if (method === 'OPTIONS' && headers.origin !== undefined) {
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

/** Takes in the body, which hardly any route looks at; uploads are taken in by their routes. */
export function takeBody(clock: Evcc['clock']): Middleware {
  return async (ctx, next) => {
    if (!UPLOAD_ROUTES.has(`${ctx.method} ${ctx.path}`)) ctx.state.body = await readBody(ctx.req, clock);
    await next();
  };
}
