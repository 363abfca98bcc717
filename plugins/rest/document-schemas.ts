import Type, { type TSchema } from 'typebox';
import type { StateReader } from '../../core/index.ts';
import type { DialectSchemas } from './dialect.ts';
import { type Hoist, type Schema, toSchema } from './openapi/schema.ts';
import { keySchema, type SchemaNotation, stateSchema } from './openapi/state-schema.ts';

/** How the bodies of the document dialect look. */

const NOTATION: SchemaNotation = {
  duration: { type: 'integer', 'x-unit': 'ns' },
  time: { type: 'string', format: 'date-time', description: '0001-01-01T00:00:00Z: unset' },
};

const unknown = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);

/** Schemas of the components have no titles that are to become components. */
const inPlace: Hoist = (_, schema) => schema;

/** Of a session in the list of sessions */
export const SESSION_FIELDS: Readonly<Record<string, TSchema>> = {
  id: Type.Integer({ minimum: 1 }),
  created: Type.String({ format: 'date-time' }),
  finished: Type.String({ format: 'date-time', description: '0001-01-01T00:00:00Z: it has not ended yet' }),
  loadpoint: Type.String({ description: 'Title' }),
  identifier: Type.String({ description: 'What identified the car at the charger; empty: nothing' }),
  vehicle: Type.String({ description: 'Title; empty: a guest' }),
  odometer: unknown(Type.Number({ minimum: 0, unit: 'km' })),
  meterStart: unknown(Type.Number({ unit: 'kWh' })),
  meterStop: unknown(Type.Number({ unit: 'kWh' })),
  chargedEnergy: Type.Number({ minimum: 0, unit: 'kWh' }),
  chargeDuration: Type.Integer({ minimum: 0, unit: 'ns' }),
  solarPercentage: unknown(Type.Number({ minimum: 0, maximum: 100, unit: '%' })),
  price: unknown(Type.Number({ unit: 'currency' })),
  pricePerKWh: unknown(Type.Number({ unit: 'currency/kWh' })),
  co2PerKWh: unknown(Type.Number({ unit: 'g/kWh' })),
};

export const DOCUMENT_SCHEMAS: DialectSchemas = {
  about: 'Results stand in an envelope, durations are nanoseconds, and a time that is not set is the year 1.',
  success: (result) => ({ type: 'object', properties: { result }, required: ['result'], additionalProperties: false }),
  failure: {
    type: 'object',
    properties: { error: { type: 'string', description: 'What was wrong, and what is allowed' } },
    required: ['error'],
    additionalProperties: false,
    examples: [{ error: 'invalid value: "fast"; allowed is off, pv, minpv, now' }],
  },
  answer: (row) => row.result ?? row.schema,
  cleared: () => Type.Object({}, { additionalProperties: false }),
  components: (state) => ({ ...stateComponents(state), Session: toSchema(Type.Object(SESSION_FIELDS), inPlace) }),
};

function stateComponents(state: Pick<StateReader, 'keys'>): Readonly<Record<string, Schema>> {
  const site = stateSchema(state.keys('site'), NOTATION);
  const loadpoint = stateSchema(state.keys('loadpoint'), NOTATION);
  const decision = state.keys('loadpoint').find(({ name }) => name === 'decision');
  return {
    State: {
      ...site,
      properties: {
        ...site.properties,
        loadpoints: { type: 'array', items: { $ref: '#/components/schemas/Loadpoint' } },
      },
      required: [...(site.required ?? []), 'loadpoints'],
    },
    Loadpoint: {
      ...loadpoint,
      properties: {
        ...loadpoint.properties,
        ...(decision && { decision: { anyOf: [{ $ref: '#/components/schemas/Decision' }, { type: 'null' }] } }),
      },
    },
    ...(decision && { Decision: { ...keySchema(decision, NOTATION), type: 'object' } }),
  };
}
