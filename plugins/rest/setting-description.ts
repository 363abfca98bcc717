import type { TSchema } from 'typebox';
import type { Setting } from '../../core/index.ts';
import type { Dialect } from './dialect.ts';
import { type Area, LOADPOINT_ID, type Parameter, type Route } from './route.ts';
import { EMPTY } from './schemas.ts';

/** What a row's routes are described by; all of it comes from the row. */

type Description = Omit<Route, 'method' | 'path' | 'handle'>;

/** By route of the row; `index`: of the path among those that the row has in the dialect. */
export function describeSetting(
  row: Setting,
  index: number,
  dialect: Pick<Dialect, 'name'>,
): Record<'set' | 'detailed' | 'plain' | 'clear' | 'renew' | 'get', Description> {
  const ofSite = row.scope === 'site';
  const name = (verb: string, rest = ''): string =>
    [verb, ofSite ? '' : 'Loadpoint', capital(row.name), rest, index === 0 ? '' : index + 1].join('');
  const area: Area = areaOf(row);
  const own: Record<string, Parameter> = ofSite ? {} : { id: LOADPOINT_ID };
  const refusals = {
    400: 'The value is not allowed; nothing was changed',
    ...(!ofSite && { 404: 'There is no such loadpoint' }),
    503: 'The database failed',
  };
  const value: Parameter = { description: row.description, schema: row.schema, example: exampleOf(row) };
  const inForce = { 200: { description: 'The value in force', result: row.schema } };
  const cleared = { 200: { description: 'Done', result: EMPTY } };
  const parameters = { ...own, value };
  const common = { area, description: row.description };
  void dialect;
  return {
    set: { ...common, name: name('set'), summary: `Sets ${row.name}`, parameters, answers: inForce, refusals },
    detailed: {
      ...common,
      name: name('set', 'InDetail'),
      summary: `Sets ${row.name}`,
      parameters: {
        ...parameters,
        detail: { description: 'Second part of the value', schema: { type: 'string' }, example: 'x' },
      },
      answers: inForce,
      refusals,
    },
    plain: {
      ...common,
      name: name('post'),
      summary: `Sets ${row.name}`,
      parameters: own,
      ...(isJson(row) && { body: { type: 'application/json', schema: row.schema } }),
      answers: isJson(row) ? inForce : row.cleared === undefined ? {} : cleared,
      refusals,
    },
    clear: {
      ...common,
      name: name('clear'),
      summary: `Clears ${row.name}`,
      parameters: own,
      answers: cleared,
      refusals,
    },
    renew: {
      ...common,
      name: name('renew'),
      summary: `Renews ${row.name}`,
      parameters: own,
      answers: cleared,
      refusals,
    },
    get: { ...common, name: name('get'), summary: `Tells ${row.name}`, parameters: own, answers: inForce, refusals },
  };
}

/** The value is a list or a record, which is written as JSON. */
export const isJson = ({ schema, detailed }: Setting): boolean =>
  detailed !== true && 'type' in schema && (schema.type === 'object' || schema.type === 'array');

const areaOf = ({ scope }: Setting): Area => (scope === 'site' ? 'Site' : 'Loadpoints');

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

function exampleOf({ schema }: { readonly schema: TSchema }): string {
  const value = (schema as { default?: unknown }).default ?? '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
