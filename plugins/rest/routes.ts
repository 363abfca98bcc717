import Router from '@koa/router';
import type { Middleware } from 'koa';
import type { Evcc, Query, Setting } from '../../core/index.ts';
import { sendBytes } from './answer.ts';
import { addDecisionRoutes } from './decisions.ts';
import type { Dialect } from './dialect.ts';
import type { Origins } from './origins.ts';
import { queryRoutes } from './query-routes.ts';
import { Refusal } from './refusal.ts';
import { addSessionRoutes } from './sessions-routes.ts';
import { settingRoutes } from './setting-routes.ts';
import { createStateBody } from './state-body.ts';

/** Answers every request; routes follow the rows of settings and the queries, which plugins may add and take away at any time. */
export function createRoutes(evcc: Evcc, dialect: Dialect, origins: Pick<Origins, 'trusts'>): Middleware {
  const build = createRouterFactory(evcc, dialect, origins);
  let rows: readonly Setting[] = [];
  let queries = evcc.queries.all();
  let router = build(rows, queries);
  let dispatch = router.routes() as Middleware;

  const follow = (): void => {
    const present = evcc.settings.rows();
    const same = present.length === rows.length && present.every((row, index) => row === rows[index]);
    if (same && queries === evcc.queries.all()) return;
    rows = [...present];
    queries = evcc.queries.all();
    router = build(rows, queries);
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

/** Makes the router of the fixed routes and of those of the given rows and queries. */
export function createRouterFactory(
  evcc: Evcc,
  dialect: Dialect,
  origins: Pick<Origins, 'trusts'>,
): (rows: readonly Setting[], queries: readonly Query[]) => Router {
  const addFixed = fixedRoutes(evcc, dialect, origins);
  const addSettings = settingRoutes(evcc, dialect);
  const addQueries = queryRoutes(evcc, dialect);
  return (rows, queries) => {
    const router = new Router({ sensitive: true });
    addFixed(router);
    addQueries(router, queries);
    addSettings(router, rows);
    return router;
  };
}

/** Routes that every house has. */
function fixedRoutes(evcc: Evcc, dialect: Dialect, origins: Pick<Origins, 'trusts'>): (router: Router) => void {
  const stateBody = createStateBody(evcc.state, dialect, evcc.clock.now());
  return (router) => {
    router.get('/api/state', (ctx) => {
      const { bytes, etag } = stateBody();
      ctx.status = 200;
      ctx.set('ETag', etag);
      if (ctx.fresh) ctx.status = 304;
      else sendBytes(ctx, bytes);
    });
    router.get('/api/health', (ctx) => {
      const healthy = evcc.healthy();
      ctx.status = healthy ? 200 : 500;
      ctx.body = healthy ? 'OK\n' : '';
    });
    addSessionRoutes(router, evcc, dialect);
    addDecisionRoutes(router, evcc, dialect);
    router.post('/api/shutdown', (ctx) => {
      // Nobody is asked before a page sends this, so that any page in the world could.
      if (!origins.trusts(ctx.req.headers)) {
        throw new Refusal(403, `pages of ${ctx.req.headers.origin} may not end this server; see rest.allowedOrigins`);
      }
      ctx.status = 204;
      ctx.res.once('close', () => evcc.shutdown());
    });
    router.get('/ws', () => {
      throw new Refusal(426, 'this is a WebSocket', { Upgrade: 'websocket', Connection: 'Upgrade, close' });
    });
  };
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
