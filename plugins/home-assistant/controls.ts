import type { Setting, StateKey } from '../../core/index.ts';
import { type Entity, KNOWN, MOMENT, objectId, type Part, type Terms, words } from './entity.ts';
import { settable, unitOf } from './quantities.ts';

/** Entities by which settings are seen and changed. */

/** Of a row's schema, what decides how it is set. */
interface ValueShape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly multipleOf?: number;
  readonly pattern?: string;
  readonly unit?: string;
}

/** What "nothing" is called in a list of options; `none` would mean unknown to Home Assistant. */
const NOTHING = '-';
/** Where a schema names no limit */
const FAR = 1_000_000;
/** Steps by unit, of numbers that need not be whole */
const STEPS: Readonly<Record<string, number>> = { W: 1, A: 0.1, '%': 1, s: 1, kWh: 0.1 };
/** Steps above which a slider is of no use */
const SLIDER_STEPS = 200;
/** Characters of a state, and so of a text */
const LONGEST = 255;

/** The entities of a row; `describe` is the row of the state key that shows it. */
export function controlsOf(
  part: Part,
  row: Setting,
  describe: (key: string) => StateKey | undefined,
  terms: Terms,
): readonly Entity[] {
  if (row.mqtt === undefined) return [];
  const shown = describe(row.state ?? row.name);
  const base = {
    name: words(row.name),
    command_topic: `${part.base}/${row.mqtt}/set`,
    ...(shown && { state_topic: `${part.base}/${shown.name}` }),
    ...(row.wish !== true && { entity_category: 'config' }),
  };
  // A value of the same name may be shown by an entity of its own.
  const object = objectId(part.object, row.name, 'set');
  const { shape, isNullable } = shapeOf(row);
  const main = { object, ...mainOf(row, shape, isNullable, shown, base, terms) };
  const press = (suffix: string, name: string, payload: string): Entity => {
    const { state_topic: _, ...rest } = base;
    const config = { ...rest, name: `${base.name} ${name}`, payload_press: payload };
    return { component: 'button', object: `${object}_${suffix}`, config };
  };
  return [
    main,
    ...(isNullable && main.component !== 'select' ? [press('clear', 'off', 'null')] : []),
    ...(typeof row.renewed === 'string' ? [press('renew', 'detect', row.renewed)] : []),
  ];
}

/** The alternative of a schema that is not null; `undefined`: there are several. */
function shapeOf({ schema, input }: Setting): { shape: ValueShape | undefined; isNullable: boolean } {
  const whole = (input ?? schema) as ValueShape & { readonly anyOf?: readonly ValueShape[] };
  const all = whole.anyOf ?? [whole];
  const some = all.filter(({ type }) => type !== 'null');
  return { shape: some.length === 1 ? some[0] : undefined, isNullable: some.length < all.length };
}

function mainOf(
  row: Setting,
  shape: ValueShape | undefined,
  isNullable: boolean,
  shown: StateKey | undefined,
  base: Readonly<Record<string, unknown>>,
  terms: Terms,
): Omit<Entity, 'object'> {
  if (row.scope === 'loadpoint' && row.name === 'vehicle') return vehicles(base, terms);
  if (shape?.enum) {
    const options = [...(isNullable ? [NOTHING] : []), ...shape.enum.map(String)];
    const value_template = isNullable ? `{{ value or '${NOTHING}' }}` : KNOWN;
    return { component: 'select', config: { ...base, options, value_template } };
  }
  if (shape?.type === 'boolean') {
    return {
      component: 'switch',
      config: { ...base, payload_on: 'true', payload_off: 'false', value_template: KNOWN },
    };
  }
  if (shape?.unit === 'ms since the epoch') {
    return { component: 'datetime', config: { ...base, value_template: MOMENT } };
  }
  if (shape?.type === 'number' || shape?.type === 'integer') {
    return { component: 'number', config: { ...base, ...range(shape, shown, terms), value_template: KNOWN } };
  }
  const isWritten = shown?.kind === 'text';
  const { state_topic: _, ...unseen } = base;
  const config = {
    ...(isWritten ? { ...base, value_template: `{{ value[:${LONGEST}] }}` } : unseen),
    ...(shape?.type === 'string' && {
      ...(shape.minLength !== undefined && { min: Math.min(shape.minLength, LONGEST - 1) }),
      ...(shape.maxLength !== undefined && { max: Math.min(shape.maxLength, LONGEST) }),
      ...(shape.pattern !== undefined && { pattern: shape.pattern }),
    }),
  };
  return { component: 'text', config };
}

function range(shape: ValueShape, shown: StateKey | undefined, terms: Terms): object {
  const unit = unitOf(shape.unit ?? shown?.unit, terms);
  const [min, max] = [shape.minimum ?? -FAR, shape.maximum ?? FAR];
  const step = shape.multipleOf ?? (shape.type === 'integer' ? 1 : (STEPS[unit ?? ''] ?? 0.001));
  return { ...settable(unit), min, max, step, mode: (max - min) / step > SLIDER_STEPS ? 'box' : 'slider' };
}

/** Vehicles are chosen by title, and told by position: names of the configuration say nothing to people. */
function vehicles(base: Readonly<Record<string, unknown>>, { vehicles: titles }: Terms): Omit<Entity, 'object'> {
  const positions = new Map(titles.map((title, index) => [title, index + 1] as const).toReversed());
  positions.delete(NOTHING);
  const options = [NOTHING, ...titles.filter((title, index) => title !== '' && positions.get(title) === index + 1)];
  const table = JSON.stringify(Object.fromEntries(positions));
  const config = {
    ...base,
    state_topic: String(base.command_topic).replace(/\w+\/set$/, 'vehicleTitle'),
    options,
    value_template: `{{ value or '${NOTHING}' }}`,
    command_template: `{{ ${table}.get(value, 0) }}`,
  };
  return { component: 'select', config };
}
