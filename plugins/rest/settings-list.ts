import Type from 'typebox';
import type { Evcc, Setting } from '../../core/index.ts';
import { send } from './answer.ts';
import type { Dialect } from './dialect.ts';
import type { Route } from './route.ts';
import { PREFIXES } from './scopes.ts';

const DESCRIPTION = Type.Object({
  scope: Type.Enum(['site', 'loadpoint', 'vehicle']),
  name: Type.String({ description: 'Name of the setting' }),
  description: Type.String(),
  schema: Type.Object({}, { description: 'JSON Schema of the value, with range, default and unit' }),
  path: Type.String({ description: 'POST <path>/<value> sets it' }),
  clearable: Type.Boolean({ description: 'DELETE <path> clears it' }),
  key: Type.Union([Type.String(), Type.Null()], {
    description: 'What shows the value in the state; null: nothing does',
  }),
});

/** What may be changed, for clients that offer all of it, such as the web page. */
export function settingListRoutes(evcc: Evcc, dialect: Dialect): readonly Route[] {
  return [
    {
      method: 'get',
      path: '/api/settings',
      area: 'System',
      name: 'listSettings',
      summary: 'What may be changed, with ranges and units',
      answers: { 200: { description: 'Every setting, those of plugins too', result: Type.Array(DESCRIPTION) } },
      handle: (ctx) => send(ctx, dialect.success(evcc.settings.rows().flatMap((row) => describe(row, dialect, evcc)))),
    },
  ];
}

/** None for what this dialect has no path for, nor for what takes more than a value in a path. */
function describe(row: Setting, dialect: Dialect, { state: published }: Pick<Evcc, 'state'>): object[] {
  const { scope, name, description, schema, input, whole, cleared, state } = row;
  const [path] = dialect.paths(row);
  if (path === undefined || input || whole) return [];
  const shown = state === undefined ? name : state;
  const key = shown === null ? null : dialect.stateName(published.describe(scope, shown), shown);
  return [
    { scope, name, description, schema, path: `${PREFIXES[scope]}${path}`, clearable: cleared !== undefined, key },
  ];
}
