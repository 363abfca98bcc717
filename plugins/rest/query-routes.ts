import type { Evcc, Query } from '../../core/index.ts';
import { send } from './answer.ts';
import type { Dialect } from './dialect.ts';
import { parametersOf } from './path.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';
import { IDS, idOf, PREFIXES } from './scopes.ts';

/** Routes of what plugins answer. */
export function queryRoutes(evcc: Evcc, dialect: Dialect, queries: readonly Query[]): readonly Route[] {
  return queries.flatMap((query) => {
    return dialect.paths(query).map(
      (path): Route => ({
        method: 'get',
        path: `${PREFIXES[query.scope]}${path}`,
        area: query.area,
        name: query.name,
        summary: query.description,
        parameters: { ...IDS[query.scope], ...query.parameters },
        answers: { 200: { description: query.description, result: query.result } },
        refusals: { 400: 'A parameter is not allowed', 404: 'There is no such thing, or it is not known yet' },
        heavy: query.area === 'History',
        async handle(ctx) {
          const id = idOf(ctx, query.scope, evcc);
          if (query.scope === 'loadpoint' && id > evcc.state.loadpoints.length)
            throw new Refusal(404, `there is no loadpoint ${id}`);
          const parameters = { ...Object.fromEntries(parametersOf(ctx)), ...ctx.params };
          send(ctx, dialect.success(await query.answer(id, parameters)));
        },
      }),
    );
  });
}
