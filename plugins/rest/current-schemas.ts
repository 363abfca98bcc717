import Type, { type TSchema } from 'typebox';
import type { Setting, StateKey, StateReader } from '../../core/index.ts';
import type { DialectSchemas } from './dialect.ts';
import { SESSION_FIELDS } from './document-schemas.ts';
import { type Hoist, type Schema, toSchema } from './openapi/schema.ts';
import { keySchema, type SchemaNotation, stateSchema } from './openapi/state-schema.ts';

/** How the bodies of the current dialect look. */

const NOTATION: SchemaNotation = {
  duration: { type: 'integer', 'x-unit': 's' },
  time: { type: ['string', 'null'], format: 'date-time' },
};

const unknown = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);

/** Schemas of the components have no titles that are to become components. */
const inPlace: Hoist = (_, schema) => schema;

const CURRENT_SESSION = Type.Object({
  ...SESSION_FIELDS,
  finished: unknown(Type.String({ format: 'date-time', description: 'null: it has not ended yet' })),
  socStart: unknown(Type.Number({ unit: '%' })),
  socEnd: unknown(Type.Number({ unit: '%' })),
  addedRange: unknown(Type.Number({ unit: 'km' })),
  referencePricePerKWh: unknown(Type.Number({ unit: 'currency/kWh' })),
  referenceCo2PerKWh: unknown(Type.Number({ unit: 'g/kWh' })),
});

/** Answers that are not those of the rows */
const ANSWERS: Readonly<Record<string, (row: Setting) => TSchema>> = {
  batteryMode: () => Type.Integer({ minimum: 0, maximum: 4, description: 'unknown, normal, hold, charge, holdcharge' }),
  phases: ({ schema }) => schema,
};
const answer = (row: Setting): TSchema => ANSWERS[row.name]?.(row) ?? row.result ?? row.schema;
const NOTHING = Type.Object({}, { additionalProperties: false });

export function createCurrentSchemas(): DialectSchemas {
  return {
    about: 'Results stand alone, durations are seconds, and a time that is not set is null.',
    success: (result) => result,
    failure: {
      type: 'object',
      properties: { error: { type: 'string', description: 'What was wrong, and what is allowed' } },
      required: ['error'],
      additionalProperties: false,
      examples: [{ error: 'invalid value: "fast"; allowed is off, pv, minpv, now' }],
    },
    answer,
    cleared: (row) => (row.result ? Type.Union([answer(row), NOTHING]) : answer(row)),
    components: (state) => ({ ...stateComponents(state), Session: toSchema(CURRENT_SESSION, inPlace) }),
  };
}

function stateComponents(state: Pick<StateReader, 'keys'>): Readonly<Record<string, Schema>> {
  const site = namedSchema(state.keys('site'));
  const decision = state.keys('loadpoint').find(({ name }) => name === 'decision');
  return {
    State: {
      ...site,
      properties: {
        ...site.properties,
        version: { type: 'string', description: 'Of the evcc whose interface this is' },
        startupCompleted: { type: 'boolean' },
        apiReady: { type: 'boolean' },
        setupRequired: { type: 'boolean' },
        authProviders: {
          type: 'object',
          description: 'Logins that devices need, by their titles',
          additionalProperties: {
            type: 'object',
            properties: { id: { type: 'string' }, authenticated: { type: 'boolean' } },
            required: ['id', 'authenticated'],
          },
        },
        smartCostAvailable: { type: 'boolean', description: 'The price, or CO2, changes' },
        smartFeedInPriorityAvailable: { type: 'boolean', description: 'What feeding in earns changes' },
        vehicles: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Vehicle' } },
        loadpoints: { type: 'array', items: { $ref: '#/components/schemas/Loadpoint' } },
      },
      required: [...(site.required ?? []), 'vehicles', 'loadpoints'],
    },
    Loadpoint: namedSchema(state.keys('loadpoint')),
    Vehicle: namedSchema(state.keys('vehicle')),
    ...(decision && { Decision: { ...keySchema(decision, NOTATION), type: 'object' } }),
  };
}

/** Of values under their names in this dialect, parts of objects in these. */
function namedSchema(keys: readonly StateKey[]): Schema {
  const named = keys.filter(({ current }) => current !== null);
  const own = named.filter(({ current }) => !current?.includes('.'));
  const parts = Object.groupBy(
    named.filter(({ current }) => current?.includes('.')),
    ({ current }) => current?.split('.')[0] ?? '',
  );
  const schema = stateSchema(
    own.map((key) => ({ ...key, name: key.current ?? key.name })),
    NOTATION,
  );
  const objects = Object.entries(parts).map(([object, of = []]): [string, Schema] => {
    const fields = of.map((key) => ({ ...key, name: key.current?.split('.')[1] ?? key.name }));
    return [object, { ...stateSchema(fields, NOTATION), type: ['object', 'null'] }];
  });
  return { ...schema, properties: { ...schema.properties, ...Object.fromEntries(objects) } };
}
