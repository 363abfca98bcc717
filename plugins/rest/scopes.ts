import type { Context } from 'koa';
import Type from 'typebox';
import type { Evcc, ParameterShape, SettingScope } from '../../core/index.ts';
import { loadpointOf } from './loadpoint-id.ts';
import { Refusal } from './refusal.ts';
import { LOADPOINT_ID } from './route.ts';

/** What site, loadpoints and vehicles are on REST. */

/** Beginning of the paths of a scope */
export const PREFIXES: Readonly<Record<SettingScope, string>> = {
  site: '/api',
  loadpoint: '/api/loadpoints/:id',
  vehicle: '/api/vehicles/:id',
};

const VEHICLE_NAME: ParameterShape = {
  description: 'Name of the vehicle in the configuration',
  schema: Type.String({ minLength: 1 }),
  example: 'family',
};

/** What stands for `:id` in the paths */
export const IDS: Readonly<Record<SettingScope, Readonly<Record<string, ParameterShape>>>> = {
  site: {},
  loadpoint: { id: LOADPOINT_ID },
  vehicle: { id: VEHICLE_NAME },
};

/** Number of the loadpoint or vehicle in the path; 0 for the site. */
export function idOf(ctx: Context, scope: SettingScope, { state }: Pick<Evcc, 'state'>): number {
  if (scope === 'site') return 0;
  if (scope === 'loadpoint') return loadpointOf(ctx);
  const names = [...state.vehicles.keys()];
  const index = names.indexOf(String(ctx.params.id));
  if (index >= 0) return index + 1;
  const known = names.length > 0 ? `there are ${names.join(', ')}` : 'there are none';
  throw new Refusal(404, `there is no vehicle "${String(ctx.params.id).slice(0, 60)}"; ${known}`);
}
