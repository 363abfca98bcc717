import type Router from '@koa/router';
import type { Evcc, Query } from '../../core/index.ts';
import { send } from './answer.ts';
import type { Dialect } from './dialect.ts';
import { loadpointOf } from './loadpoint-id.ts';
import { Refusal } from './refusal.ts';

/** Adds the routes of what plugins answer. */
export function queryRoutes(evcc: Evcc, dialect: Dialect): (router: Router, queries: readonly Query[]) => void {
  return (router, queries) => {
    for (const query of queries) {
      const prefix = query.scope === 'site' ? '/api' : '/api/loadpoints/:id';
      for (const path of dialect.paths(query)) {
        router.get(`${prefix}${path}`, async (ctx) => {
          const id = query.scope === 'site' ? 0 : loadpointOf(ctx);
          if (id > evcc.state.loadpoints.length) throw new Refusal(404, `there is no loadpoint ${id}`);
          const parameters = { ...Object.fromEntries(ctx.URL.searchParams), ...ctx.params };
          send(ctx, dialect.success(await query.answer(id, parameters)));
        });
      }
    }
  };
}
