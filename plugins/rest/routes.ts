import Router from '@koa/router';
import type { Middleware } from 'koa';
import Type from 'typebox';
import type { Evcc, Query, Setting } from '../../core/index.ts';
import { authRoutes } from './auth-routes.ts';
import { backupRoutes } from './backup-routes.ts';
import { configRoutes } from './config-routes.ts';
import { decisionRoutes } from './decisions.ts';
import { deviceRoutes } from './device-routes.ts';
import type { Dialect } from './dialect.ts';
import { fileRoutes } from './file-routes.ts';
import type { Gate } from './gate.ts';
import { logRoutes } from './log-routes.ts';
import { loginRoutes } from './login-routes.ts';
import { openApiRoutes } from './openapi/routes.ts';
import { queryRoutes } from './query-routes.ts';
import { Refusal } from './refusal.ts';
import { restoreRoutes } from './restore-routes.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './sessions-routes.ts';
import { settingRoutes } from './setting-routes.ts';
import { settingListRoutes } from './settings-list.ts';
import { stateRoutes } from './state-routes.ts';
import { systemRoutes } from './system-routes.ts';
import type { Turns } from './turns.ts';
import { typeRoutes } from './type-routes.ts';

/** Answers every request; routes follow the rows of settings and the queries, which plugins may add and take away at any time. */
export function createRoutes(list: () => readonly Route[], inTurn: Turns): Middleware {
  let routes: readonly Route[] | undefined;
  let router = new Router();
  let dispatch = router.routes() as Middleware;

  const follow = (): void => {
    const present = list();
    if (present === routes) return;
    routes = present;
    router = routerOf(routes, inTurn);
    dispatch = router.routes() as Middleware;
  };

  return async (ctx, next) => {
    follow();
    const { route, path } = router.match(ctx.path, ctx.method);
    if (route) return dispatch(ctx, next);
    if (path.length === 0) throw new Refusal(404, `${shortened(ctx.path)} does not exist`);
    const methods = [...new Set(path.flatMap((layer) => layer.methods)), 'OPTIONS'].join(', ');
    ctx.set('Allow', methods);
    if (ctx.method !== 'OPTIONS') throw new Refusal(405, `${ctx.method} is not possible here; allowed is ${methods}`);
    ctx.body = '';
    ctx.remove('Content-Type');
    return undefined;
  };
}

/** All routes; another list as soon as rows or queries come or go. */
export function createRouteList(evcc: Evcc, dialect: Dialect, gate: Gate): () => readonly Route[] {
  const fixed = [...fixedRoutes(evcc, dialect, gate), ...openApiRoutes(evcc, dialect, () => list())];
  let rows: readonly Setting[] = [];
  let queries: readonly Query[] | undefined;
  let routes: readonly Route[] = fixed;
  const list = (): readonly Route[] => {
    const present = evcc.settings.rows();
    const same = present.length === rows.length && present.every((row, index) => row === rows[index]);
    if (same && queries === evcc.queries.all()) return routes;
    rows = [...present];
    queries = evcc.queries.all();
    routes = [...fixed, ...queryRoutes(evcc, dialect, queries), ...settingRoutes(evcc, dialect, rows)];
    return routes;
  };
  return list;
}

function routerOf(routes: readonly Route[], inTurn: Turns): Router {
  const router = new Router({ sensitive: true });
  for (const { method, path, heavy, handle } of routes) {
    router[method](path, async (ctx) => {
      if (heavy) await inTurn(async () => handle(ctx));
      else await handle(ctx);
    });
  }
  return router;
}

/** Routes that every house has. */
function fixedRoutes(evcc: Evcc, dialect: Dialect, gate: Gate): readonly Route[] {
  return [
    ...stateRoutes(evcc, dialect),
    {
      method: 'get',
      path: '/api/health',
      area: 'System',
      name: 'getHealth',
      summary: 'Whether control cycles end in time',
      answers: {
        200: { description: 'They do', contents: [{ type: 'text/plain', schema: Type.Literal('OK\n') }] },
        500: { description: 'They do not, or none has ended yet; there is no body' },
      },
      handle(ctx) {
        const healthy = evcc.healthy();
        ctx.status = healthy ? 200 : 500;
        ctx.body = healthy ? 'OK\n' : '';
      },
    },
    ...sessionRoutes(evcc, dialect),
    ...decisionRoutes(evcc, dialect),
    ...settingListRoutes(evcc, dialect),
    ...authRoutes(gate, dialect, evcc.time),
    ...logRoutes(evcc, dialect),
    ...systemRoutes(evcc, dialect),
    ...configRoutes(evcc, dialect),
    ...deviceRoutes(evcc, dialect, gate),
    ...typeRoutes(evcc, dialect, gate),
    ...fileRoutes(evcc, dialect),
    ...backupRoutes(evcc, gate),
    ...restoreRoutes(evcc, gate),
    ...loginRoutes(evcc, dialect, gate),
    {
      method: 'post',
      path: dialect.shutdown,
      area: 'System',
      name: 'shutdown',
      summary: 'Ends the process in an orderly way',
      answers: { 204: { description: 'It will end' } },
      refusals: { 403: 'The page that asks is of another origin' },
      handle(ctx) {
        // Nobody is asked before a page sends this, so that any page in the world could.
        if (!gate.origins.trusts(ctx.req.headers)) {
          throw new Refusal(403, `pages of ${ctx.req.headers.origin} may not end this server; see rest.allowedOrigins`);
        }
        ctx.status = 204;
        ctx.res.once('close', () => evcc.shutdown());
      },
    },
    {
      method: 'get',
      path: '/ws',
      area: 'State',
      name: 'openWebSocket',
      summary: 'The WebSocket that tells every change as it happens',
      answers: { 101: { description: 'The WebSocket is open; all that is published follows, then each change' } },
      refusals: { 426: 'The request does not ask for a WebSocket' },
      handle() {
        throw new Refusal(426, 'this is a WebSocket', { Upgrade: 'websocket', Connection: 'Upgrade, close' });
      },
    },
  ];
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
