import type { Context } from 'koa';
import type { Evcc, Setting } from '../../core/index.ts';
import { send } from './answer.ts';
import { bodyOf } from './body.ts';
import type { Dialect } from './dialect.ts';
import { parametersOf } from './path.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';
import { idOf, PREFIXES } from './scopes.ts';
import { describeSetting, isJson } from './setting-description.ts';

/** What a path of a row may look like: plain segments, each after a slash */
const PATH = /^(\/[A-Za-z0-9_.~-]+)+$/;

/**
 * Routes of the rows: POST with the value as last segment, or PUT with it as body, and DELETE, PATCH and GET where the row has
 * them.
 */
export function settingRoutes(evcc: Evcc, dialect: Dialect, rows: readonly Setting[]): readonly Route[] {
  const strict = dialect.name !== 'document';
  const placeOf = (ctx: Context, { scope, name }: Setting) => ({ scope, id: idOf(ctx, scope, evcc), name });
  const execute = async (ctx: Context, row: Setting, value: unknown): Promise<unknown> => {
    const place = placeOf(ctx, row);
    const answer = await evcc.settings.execute({ ...place, value, source: 'rest', strict });
    return dialect.answer(row, answer, evcc.settings.get(place.scope, place.id, place.name));
  };

  const reset = (row: Setting, value: unknown) => async (ctx: Context) => {
    send(ctx, dialect.success(dialect.cleared(await execute(ctx, row, value))));
  };
  const set = (row: Setting) => async (ctx: Context) => {
    const { value, detail } = ctx.params;
    const text = detail === undefined ? value : `${value}/${detail}${queryOf(ctx, row)}`;
    send(ctx, dialect.success(await execute(ctx, row, text)));
  };
  const order = (row: Setting) => async (ctx: Context) =>
    send(ctx, dialect.success(await execute(ctx, row, row.posted)));
  /** Values that are written as JSON may also come as body, which needs no encoding. */
  const plain = (row: Setting) => {
    if (row.posted !== undefined) return order(row);
    const otherwise = row.cleared === undefined ? missing(row) : reset(row, row.cleared);
    if (!isJson(row)) return otherwise;
    return async (ctx: Context) => {
      const body = bodyOf(ctx);
      if (body.length === 0) return otherwise(ctx);
      send(ctx, dialect.success(await execute(ctx, row, body.toString('utf8'))));
    };
  };
  const get = (row: Setting) => (ctx: Context) => send(ctx, dialect.success(present(ctx, row)));
  const missing = (row: Setting) => (ctx: Context) => {
    present(ctx, row);
    const how = row.whole ? `a body is missing: PUT ${ctx.path}` : `a value is missing: POST ${ctx.path}/<value>`;
    throw new Refusal(400, `${how}. ${row.description}`);
  };
  const present = (ctx: Context, row: Setting): unknown => {
    const { scope, id, name } = placeOf(ctx, row);
    const value = evcc.settings.get(scope, id, name);
    if (value === undefined) throw new Refusal(404, `there is no ${row.scope} ${id}`);
    return value;
  };

  return rows.flatMap((row) =>
    dialect.paths(row).flatMap((path, index): Route[] => {
      if (!PATH.test(path)) {
        evcc.log.warn(`${row.name} is not on REST: its path "${path}" is not like "/some/path"`);
        return [];
      }
      const base = `${PREFIXES[row.scope]}${path}`;
      const described = describeSetting(row, index, dialect);
      return [
        // What is more than a value comes in parts.
        ...routeIf(!row.input && !row.whole, {
          method: 'post',
          path: `${base}/:value`,
          ...described.set,
          handle: set(row),
        }),
        ...routeIf(row.detailed, {
          method: 'post',
          path: `${base}/:value/:detail`,
          ...described.detailed,
          handle: set(row),
        }),
        { method: row.whole ? 'put' : 'post', path: base, ...described.plain, handle: plain(row) },
        ...routeIf(row.cleared !== undefined, {
          method: 'delete',
          path: base,
          ...described.clear,
          handle: reset(row, row.cleared),
        }),
        ...routeIf(row.renewed !== undefined, {
          method: 'patch',
          path: base,
          ...described.renew,
          handle: reset(row, row.renewed),
        }),
        ...routeIf(row.readable, { method: 'get', path: base, ...described.get, handle: get(row) }),
      ];
    }),
  );
}

const routeIf = (wanted: boolean | undefined, route: Route): Route[] => (wanted ? [route] : []);

/** What the query string adds to a value in two parts, as the row names it. */
function queryOf(ctx: Context, { texts = {} }: Setting): string {
  const given = [...parametersOf(ctx)].filter(
    ([name]) => Object.hasOwn(texts, name) && !['value', 'detail'].includes(name),
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
