import type { Evcc, Query } from '../../core/index.ts';
import { send } from './answer.ts';
import type { Dialect } from './dialect.ts';
import { loadpointOf } from './loadpoint-id.ts';
import { Refusal } from './refusal.ts';
import { LOADPOINT_ID, type Route } from './route.ts';

/** Routes of what plugins answer. */
export function queryRoutes(evcc: Evcc, dialect: Dialect, queries: readonly Query[]): readonly Route[] {
  return queries.flatMap((query) => {
    const ofSite = query.scope === 'site';
    return dialect.paths(query).map(
      (path): Route => ({
        method: 'get',
        path: `${ofSite ? '/api' : '/api/loadpoints/:id'}${path}`,
        area: query.area,
        name: query.name,
        summary: query.description,
        parameters: { ...(!ofSite && { id: LOADPOINT_ID }), ...query.parameters },
        answers: { 200: { description: query.description, result: query.result } },
        refusals: { 400: 'A parameter is not allowed', 404: 'There is no such thing, or it is not known yet' },
        async handle(ctx) {
          const id = ofSite ? 0 : loadpointOf(ctx);
          if (id > evcc.state.loadpoints.length) throw new Refusal(404, `there is no loadpoint ${id}`);
          const parameters = { ...Object.fromEntries(ctx.URL.searchParams), ...ctx.params };
          send(ctx, dialect.success(await query.answer(id, parameters)));
        },
      }),
    );
  });
}
