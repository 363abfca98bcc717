import type { Context } from 'koa';
import Type from 'typebox';
import type { Time } from '../../core/index.ts';
import type { Denial, Guard, Ticket } from '../shared/access.ts';
import { send } from './answer.ts';
import { objectIn } from './body.ts';
import { forwarded, isLocalAddress } from './client.ts';
import type { Dialect } from './dialect.ts';
import { COOKIE, credentialsIn, type Gate } from './gate.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';

/** Login, logout, password and tokens. */

const TOKEN = Type.Object({
  name: Type.String(),
  readOnly: Type.Boolean(),
  created: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
    description: 'null: it stands in the configuration',
  }),
});

const VISITOR = Type.Object({
  right: Type.Enum(['none', 'read', 'full'], { description: 'read: what is published; full: changes, too' }),
  known: Type.Optional(Type.Enum(['login', 'token'], { description: 'By what they showed; absent: anybody' })),
});

export function authRoutes(gate: Gate, dialect: Dialect, time: Time): readonly Route[] {
  const json = { type: 'application/json', required: true } as const;
  const done = { result: Type.Literal(true) };
  const COOKIE_SET = { 'Set-Cookie': 'The cookie of the login, good for 90 days' };

  return [
    {
      method: 'get',
      path: '/api/auth/status',
      area: 'Access',
      name: 'getAuthStatus',
      summary: 'Whether whoever asks is logged in',
      answers: { 200: { description: 'true also where nobody needs to be', result: Type.Boolean() } },
      refusals: { 501: 'There is no password' },
      handle(ctx) {
        const guard = gate.guard();
        if (guard && !guard.hasPassword) throw new Refusal(501, 'there is no password');
        send(ctx, dialect.success(gate.visitor(ctx.req.headers).right === 'full'));
      },
    },
    {
      method: 'get',
      path: '/api/auth/visitor',
      area: 'Access',
      name: 'getVisitor',
      summary: 'What whoever asks may do',
      answers: { 200: { description: 'Never refused, so that clients may always ask', result: VISITOR } },
      handle: (ctx) => send(ctx, dialect.success(gate.visitor(ctx.req.headers))),
    },
    {
      method: 'post',
      path: '/api/auth/login',
      area: 'Access',
      name: 'login',
      summary: 'Logs in with the password, or with a token',
      description: 'A token gives what it gives without login: a display on the wall can have one that may only read.',
      body: { ...json, schema: Type.Object({ password: Type.String() }) },
      answers: { 200: { description: 'Logged in', ...done, headers: COOKIE_SET } },
      refusals: { 400: 'There is no password', 401: 'It is the wrong one', 429: 'Too many attempts' },
      async handle(ctx) {
        const { password } = textsIn(ctx, ['password']);
        logIn(ctx, await guardOf(gate).login(password, ctx.state.client), time);
        send(ctx, dialect.success(true));
      },
    },
    {
      method: 'post',
      path: '/api/auth/logout',
      area: 'Access',
      name: 'logout',
      summary: 'Ends the login',
      answers: { 200: { description: 'Logged out', ...done } },
      async handle(ctx) {
        const { ticket } = credentialsIn(ctx.req.headers);
        if (ticket !== undefined) await gate.guard()?.logout(ticket);
        ctx.append('Set-Cookie', `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`);
        send(ctx, dialect.success(true));
      },
    },
    {
      method: 'put',
      path: '/api/auth/password',
      area: 'Access',
      name: 'setPassword',
      summary: 'Sets the password, and logs in with it',
      description: 'While there is none, only pages of this server and programs of the home network may.',
      body: {
        ...json,
        schema: Type.Object({ current: Type.Optional(Type.String()), new: Type.String() }),
        example: { current: 'old secret', new: 'new secret' },
      },
      answers: { 200: { description: 'It holds, and other logins do not any more', ...done, headers: COOKIE_SET } },
      refusals: {
        400: 'It is too short or too long, or stands in the configuration',
        401: 'The current one is wrong',
        403: 'There is none, and whoever asks may not set the first one',
        429: 'Too many attempts',
      },
      async handle(ctx) {
        const guard = guardOf(gate);
        const { current = '', new: next } = textsIn(ctx, ['new'], ['current']);
        if (!guard.hasPassword) mayBegin(ctx, gate);
        logIn(ctx, await guard.setPassword(current, next, ctx.state.client), time);
        send(ctx, dialect.success(true));
      },
    },
    {
      method: 'get',
      path: '/api/auth/apikey',
      area: 'Access',
      name: 'listTokens',
      summary: 'The tokens of machines',
      answers: { 200: { description: 'Without the tokens themselves, which nobody knows', result: Type.Array(TOKEN) } },
      refusals: { 403: 'Whoever asks may only read' },
      handle(ctx) {
        if (gate.visitor(ctx.req.headers).right !== 'full') throw new Refusal(403, 'this token may only read');
        const tokens = guardOf(gate).tokens();
        const shown = tokens.map(({ name, right, created }) => ({
          name,
          readOnly: right === 'read',
          created: created === undefined ? null : time.format(created),
        }));
        send(ctx, dialect.success(shown));
      },
    },
    {
      method: 'post',
      path: '/api/auth/apikey',
      area: 'Access',
      name: 'createToken',
      summary: 'Makes a token for a machine',
      body: {
        ...json,
        schema: Type.Object({ name: Type.String(), readOnly: Type.Optional(Type.Boolean({ default: false })) }),
        example: { name: 'homeassistant', readOnly: true },
      },
      answers: {
        200: {
          description: 'The token, which cannot be read again',
          result: Type.Object({ name: Type.String(), readOnly: Type.Boolean(), key: Type.String() }),
        },
      },
      refusals: { 400: 'The name is not possible or there is one of it already, or there is no password' },
      async handle(ctx) {
        const { name } = textsIn(ctx, ['name']);
        const readOnly = objectIn(ctx).readOnly ?? false;
        if (typeof readOnly !== 'boolean') throw new Refusal(400, 'readOnly must be true or false');
        const made = await guardOf(gate).createToken(name, readOnly ? 'read' : 'full');
        if ('denied' in made) throw refused(made);
        send(ctx, dialect.success({ name, readOnly, key: made.token }));
      },
    },
    {
      method: 'delete',
      path: '/api/auth/apikey/:name',
      area: 'Access',
      name: 'revokeToken',
      summary: 'Takes a token back',
      parameters: { name: { description: 'Its name', schema: Type.String(), example: 'homeassistant' } },
      answers: { 200: { description: 'It is worthless', ...done } },
      refusals: { 400: 'It stands in the configuration', 404: 'There is none of this name' },
      async handle(ctx) {
        const denial = await guardOf(gate).revokeToken(ctx.params.name ?? '');
        if (denial) throw refused(denial);
        send(ctx, dialect.success(true));
      },
    },
  ];
}

/** What whoever reaches the server may ask for: routes that look themselves at who asks */
export const OPEN_ROUTES: ReadonlySet<string> = new Set([
  'GET /api/health',
  'HEAD /api/health',
  'GET /api/auth/status',
  'HEAD /api/auth/status',
  'GET /api/auth/visitor',
  'HEAD /api/auth/visitor',
  'POST /api/auth/login',
  'POST /api/auth/logout',
  'PUT /api/auth/password',
]);

export function guardOf(gate: Gate): Guard {
  const guard = gate.guard();
  if (guard) return guard;
  throw new Refusal(501, 'access is switched off in the configuration');
}

/** Who sets the first password locks all others out: no page of a stranger and nobody from outside of the home may. */
function mayBegin(ctx: Context, gate: Gate): void {
  const { headers } = ctx.req;
  if (!gate.origins.trusts(headers)) throw new Refusal(403, 'pages of other servers may not set the first password');
  if (!ctx.is('json')) throw new Refusal(403, 'the first password must come as application/json');
  // Behind a proxy that is not known, everybody has its address.
  if (![ctx.state.address, ...forwarded(headers)].every(isLocalAddress)) {
    throw new Refusal(
      403,
      'the first password is set from the home network, or with access.password in the configuration',
    );
  }
  if (gate.visitor(headers).right !== 'full') throw new Refusal(401, 'a token that may change is needed');
}

function logIn(ctx: Context, result: Ticket | Denial, time: Time): void {
  if ('denied' in result) throw refused(result);
  const { text, expires } = result;
  const until = time.formatHttp(expires);
  const secure = 'encrypted' in ctx.req.socket ? '; Secure' : '';
  ctx.append('Set-Cookie', `${COOKIE}=${text}; Path=/; Expires=${until}; HttpOnly; SameSite=Strict${secure}`);
}

const STATUSES = { wrong: 401, unfit: 400, unknown: 404, slow: 429 } as const;

/** The refusal of what the guard denied. */
export function refused({ denied, message, retryAfter }: Denial): Refusal {
  const pause = retryAfter === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfter / 1_000)) };
  return new Refusal(STATUSES[denied], message, pause);
}

/** Texts of the body by name. */
function textsIn<Name extends string, Further extends string = never>(
  ctx: Context,
  required: readonly Name[],
  optional: readonly Further[] = [],
): Record<Name, string> & Partial<Record<Further, string>> {
  const object = objectIn(ctx);
  const texts = [...required, ...optional].flatMap((name) => {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value === undefined && optional.some((each) => each === name)) return [];
    if (typeof value !== 'string') throw new Refusal(400, `the body must have the text "${name}"`);
    return [[name, value] as const];
  });
  return Object.fromEntries(texts) as Record<Name, string> & Partial<Record<Further, string>>;
}
