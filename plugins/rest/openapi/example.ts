import type { Schema } from './schema.ts';

/** A value that a schema allows, as close to real ones as schema and `name` of the field tell; the same one every time. */
export function exampleOf(schema: Schema, components: Readonly<Record<string, Schema>> = {}, name = ''): unknown {
  const { $ref, examples, const: only, default: initial, enum: values, anyOf } = schema;
  if ($ref !== undefined) {
    const target = components[$ref.slice($ref.lastIndexOf('/') + 1)];
    return target ? exampleOf(target, components, name) : null;
  }
  if (examples?.[0] !== undefined) return examples[0];
  if (only !== undefined) return only;
  if (initial !== undefined && initial !== null) return initial;
  if (values) return values.find((value) => value !== '') ?? values[0];
  if (anyOf) return exampleOf(anyOf.find(({ type }) => type !== 'null') ?? {}, components, name);
  switch (typeOf(schema)) {
    case 'object':
      return objectOf(schema, components);
    case 'array':
      return schema.items ? [exampleOf(schema.items, components, name)] : [];
    case 'integer':
    case 'number':
      return numberOf(schema, name);
    case 'boolean':
      return true;
    case 'string':
      return schema.format === 'date-time' ? '2026-06-15T11:00:00Z' : (TEXTS[name] ?? '');
    default:
      return null;
  }
}

function typeOf({ type }: Schema): string | undefined {
  return typeof type === 'object' ? type[0] : type;
}

function objectOf(
  { properties = {}, additionalProperties: others }: Schema,
  components: Readonly<Record<string, Schema>>,
): Record<string, unknown> {
  return {
    ...Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, exampleOf(each, components, name)])),
    ...(typeof others === 'object' && { main: exampleOf(others, components) }),
  };
}

/** By unit */
const USUAL: Readonly<Record<string, number>> = {
  W: 2_300,
  A: 10,
  V: 230,
  '%': 80,
  kWh: 12,
  Wh: 4_200,
  km: 250,
  '°C': 8,
  s: 900,
  ns: 900_000_000_000,
  'currency/kWh': 0.3,
  'currency/kWh or g/kWh': 0.2,
  currency: 3.75,
  'g/kWh': 210,
  '0..1': 0.6,
};

/** Numbers and texts by name of their field */
const NUMBERS: Readonly<Record<string, number>> = { phases: 3, phasesConfigured: 0, phasesEnabled: 3, phasesActive: 3 };
const TEXTS: Readonly<Record<string, string>> = {
  siteTitle: 'Home',
  version: '1.0.0',
  currency: 'EUR',
  smartCostType: 'pricedynamic',
  batteryMode: 'normal',
  vehicles: 'Family car',
  title: 'Garage',
  name: 'garage',
  loadpoint: 'Garage',
  vehicle: 'Family car',
  vehicleName: 'family',
  vehicleTitle: 'Family car',
  mode: 'pv',
  status: 'C',
  kind: 'charger',
  state: 'ok',
  phaseAction: 'inactive',
  pvAction: 'inactive',
  guardAction: 'inactive',
  by: 'surplus',
  code: 'surplus',
  text: '2300 W of surplus are used',
  time: '07:00',
  tz: 'Europe/Berlin',
};

function numberOf({ minimum, maximum, exclusiveMinimum, 'x-unit': unit }: Schema, name: string): number {
  const usual = NUMBERS[name] ?? USUAL[unit ?? ''] ?? 1;
  const least = minimum ?? (exclusiveMinimum === undefined ? Number.NEGATIVE_INFINITY : exclusiveMinimum + 1);
  return Math.min(Math.max(usual, least), maximum ?? Number.POSITIVE_INFINITY);
}
