import Type, { type TSchema } from 'typebox';
import type { ParameterShape, Setting } from '../../core/index.ts';
import type { Dialect } from './dialect.ts';
import type { Area, Route } from './route.ts';
import { IDS } from './scopes.ts';

/** What the routes of a row are described by; all of it comes from the row. */

export type Description = Omit<Route, 'method' | 'path' | 'handle'>;

/** By route of the row; `index`: of the path among those that the row has in the dialect. */
export function describeSetting(
  row: Setting,
  index: number,
  { schemas }: Pick<Dialect, 'schemas'>,
): Record<'set' | 'detailed' | 'plain' | 'clear' | 'renew' | 'get', Description> {
  const ofSite = row.scope === 'site';
  const parameters: Readonly<Record<string, ParameterShape>> = IDS[row.scope];
  const { value = { description: row.description, schema: row.schema }, detail = TEXT, ...query } = row.texts ?? {};
  const missing = ofSite ? {} : { 404: `There is no such ${row.scope}` };
  const refusals = { 400: 'The value is not allowed; nothing was changed', ...missing, 503: 'The database failed' };
  const inForce = { 200: { description: 'The value in force', result: schemas.answer(row) } };
  const cleared = { 200: { description: 'It is cleared', result: schemas.cleared(row) } };

  const described = (verb: string, summary: string, more: Pick<Description, 'answers'> & Partial<Description>) => ({
    area: AREAS_OF[row.scope],
    name: [verb, ofSite ? '' : capital(row.scope), capital(row.name), index === 0 ? '' : index + 1].join(''),
    summary: `${summary} ${row.name}`,
    description: row.description,
    parameters,
    refusals,
    ...more,
  });
  return {
    // A command that gives more than the value needs both parts.
    set: described('set', 'Sets', { parameters: { ...parameters, value }, answers: row.input ? {} : inForce }),
    detailed: described('specify', 'Sets, in two parts,', {
      parameters: { ...parameters, value, detail, ...query },
      answers: inForce,
    }),
    plain:
      row.posted !== undefined
        ? described('order', 'Asks for', {
            answers: inForce,
            refusals: { ...refusals, 429: 'It was asked for too soon; `Retry-After` tells when to try again' },
          })
        : isJson(row)
          ? described('write', 'Sets', {
              body: { type: 'application/json', schema: row.input ?? row.schema, required: row.cleared === undefined },
              answers: row.cleared === undefined ? inForce : either(inForce, cleared),
            })
          : described('unset', 'Clears', { answers: row.cleared === undefined ? {} : cleared }),
    clear: described('clear', 'Clears', { answers: cleared }),
    renew: described('determine', 'Determines', { answers: cleared }),
    get: described('get', 'Tells', {
      answers: { 200: { description: 'The value in force', result: row.schema } },
      refusals: missing,
    }),
  };
}

/** The value is a list or a record, which is written as JSON. */
export const isJson = ({ schema, detailed }: Setting): boolean =>
  detailed !== true && 'type' in schema && (schema.type === 'object' || schema.type === 'array');

const AREAS_OF: Readonly<Record<Setting['scope'], Area>> = {
  site: 'Site',
  loadpoint: 'Loadpoints',
  vehicle: 'Vehicles',
};

/** The second part of a value, of a row that says no more of it */
const TEXT: ParameterShape = { description: 'Second part of the value', schema: Type.String({ minLength: 1 }) };

type Done = Readonly<Record<200, { readonly description: string; readonly result: TSchema }>>;

const either = (a: Done, b: Done): Done => ({
  200: {
    description: `${a[200].description}; without a body: it was cleared`,
    result: Type.Union([a[200].result, b[200].result]),
  },
});

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
