import { describe, expect, test } from 'vitest';
import type { Setting, StateKey } from '../../../core/index.ts';
import { controlsOf } from '../../../plugins/home-assistant/controls.ts';
import { objectId, type Part, type Terms, words } from '../../../plugins/home-assistant/entity.ts';
import { sensorsOf } from '../../../plugins/home-assistant/sensors.ts';
import { shapeOf } from '../../../plugins/home-assistant/shape.ts';

const TERMS: Terms = { currency: 'SEK', costUnit: 'g/kWh', vehicles: ['A', 'B', 'A', ''] };
const PART: Part = { scope: 'loadpoint', id: 1, object: 'lp1', base: 'evcc/loadpoints/1', values: new Map() };
const key = (more: Partial<StateKey>): StateKey => ({ name: 'x', kind: 'number', description: '', ...more });
const row = (schema: object, more: Partial<Setting> = {}): Setting => ({
  scope: 'loadpoint',
  name: 'thing',
  description: '',
  schema,
  mqtt: 'thing',
  ...more,
});
const controls = (setting: Setting, shown?: StateKey) =>
  controlsOf(PART, setting, () => shown, TERMS).map(({ component, config }) => ({ component, ...config }));

test.each([
  ['chargePower', 'Charge power'],
  ['pv/1/power', 'PV 1 power'],
  ['vehicleSoc', 'Vehicle SoC'],
  ['tariffCo2Home', 'Tariff CO₂ home'],
  ['sessionPricePerKWh', 'Session price per kWh'],
  ['chargeCurrents/l1', 'Charge currents L1'],
  ['statistics/30d/chargedKWh', 'Statistics 30d charged kWh'],
])('%s is called %s', (name, expected) => {
  expect(words(name)).toBe(expected);
});

test('identifiers have only the characters that topics of discovery may have', () => {
  expect(objectId('vehicle', 'Mein Auto/ä.1')).toMatch(/^[A-Za-z0-9_-]+$/);
});

describe('a value', () => {
  test.each<[Partial<StateKey>, object | undefined]>([
    [{ unit: 'W' }, { device_class: 'power', state_class: 'measurement', unit_of_measurement: 'W' }],
    [
      { unit: 'kWh', counter: true },
      { device_class: 'energy', state_class: 'total_increasing' },
    ],
    [
      { unit: 'kWh', name: 'vehicleCapacity' },
      { device_class: 'energy_storage', state_class: 'measurement' },
    ],
    [{ unit: 'currency' }, { device_class: 'monetary', unit_of_measurement: 'SEK' }],
    [{ unit: 'currency/kWh' }, { unit_of_measurement: 'SEK/kWh', suggested_display_precision: 3 }],
    [{ unit: 'currency/kWh or g/kWh' }, { unit_of_measurement: 'g/kWh' }],
    [{ unit: '0..1' }, { unit_of_measurement: '%', state_class: 'measurement' }],
    [
      { kind: 'duration', unit: 's' },
      { device_class: 'duration', unit_of_measurement: 's' },
    ],
    [{ kind: 'time' }, { device_class: 'timestamp' }],
    [{ kind: 'flag' }, { component: 'binary_sensor', payload_on: 'true' }],
    [{ kind: 'list' }, undefined],
    [{ kind: 'list', name: 'reasons' }, undefined],
  ])('%j becomes %j', (more, expected) => {
    const one = key(more);
    const [entity] = sensorsOf(PART, one, [`evcc/loadpoints/1/${one.name}`], TERMS);
    if (expected) expect({ component: entity?.component, ...entity?.config }).toMatchObject(expected);
    else expect(entity).toBeUndefined();
  });

  test('of a list or record has an entity for each part that is a figure', () => {
    const power = { kind: 'number', unit: 'W' } as const;
    const list = key({ name: 'pv', kind: 'list', fields: { power, title: { kind: 'text' } } });
    const base = 'evcc/loadpoints/1/pv';
    const topics = [base, `${base}/1/power`, `${base}/1/title`, `${base}/1/unknown`];
    expect(sensorsOf(PART, list, topics, TERMS).map(({ object }) => object)).toEqual([
      'lp1_pv_1_power',
      'lp1_pv_1_title',
    ]);
    const circuits = key({ name: 'circuits', kind: 'record', byName: true, fields: { power } });
    const [entity] = sensorsOf(PART, circuits, ['evcc/loadpoints/1/circuits/main/power'], TERMS);
    expect(entity).toMatchObject({ object: 'lp1_circuits_main_power', config: { name: 'Circuits main power' } });
  });
});

describe('a setting', () => {
  test.each<[string, object, object[]]>([
    ['a flag', { type: 'boolean' }, [{ component: 'switch', payload_on: 'true' }]],
    ['words', { enum: ['a', 'b'] }, [{ component: 'select', options: ['a', 'b'] }]],
    [
      'words or nothing',
      { anyOf: [{ enum: ['a'] }, { type: 'null' }] },
      [{ component: 'select', options: ['-', 'a'] }],
    ],
    ['a range', { type: 'integer', minimum: 0, maximum: 10 }, [{ component: 'number', min: 0, max: 10, step: 1 }]],
    ['steps', { type: 'number', minimum: 0, maximum: 1, multipleOf: 0.25 }, [{ component: 'number', step: 0.25 }]],
    ['no range', { type: 'number' }, [{ component: 'number', min: -1_000_000, max: 1_000_000, mode: 'box' }]],
    [
      'a number or nothing',
      { anyOf: [{ type: 'number', minimum: -1, maximum: 1 }, { type: 'null' }] },
      [{ component: 'number' }, { component: 'button', payload_press: 'null', name: 'Thing off' }],
    ],
    ['a text', { type: 'string', maxLength: 10 }, [{ component: 'text', max: 10 }]],
    ['JSON', { type: 'object' }, [{ component: 'text' }]],
    ['several kinds', { anyOf: [{ type: 'number' }, { type: 'string' }] }, [{ component: 'text' }]],
  ])('%s', (_, schema, expected) => {
    expect(controls(row(schema))).toMatchObject(expected);
  });

  test('without a topic has no entity', () => {
    const { mqtt: _, ...silent } = row({ type: 'boolean' });
    expect(controls(silent)).toEqual([]);
  });

  test('shows its value where that is published', () => {
    const shown = key({ name: 'thingNow', kind: 'flag' });
    expect(controls(row({ type: 'boolean' }), shown)[0]).toMatchObject({ state_topic: 'evcc/loadpoints/1/thingNow' });
    expect(controls(row({ type: 'boolean' }))[0]).not.toHaveProperty('state_topic');
  });

  test('vehicles of the same title, or of none, are not offered twice', () => {
    const [choice] = controls(row({}, { name: 'vehicle', mqtt: 'vehicle' }));
    expect(choice).toMatchObject({ component: 'select', options: ['-', 'A', 'B'] });
  });
});

test('entities are looked at again when parts come or go, not when values change', () => {
  const same = (a: unknown, b: unknown): boolean =>
    shapeOf('site', 'pv', a as never) === shapeOf('site', 'pv', b as never);
  expect(same([{ power: 1 }], [{ power: 2 }])).toBe(true);
  expect(same([{ power: 1 }], [{ power: null }])).toBe(true);
  expect(same([{ power: 1 }], [{ power: 1, energy: 2 }])).toBe(false);
  expect(same([{ power: 1 }], [])).toBe(false);
  expect(shapeOf('loadpoint', 'decision', { a: 1 })).toBe(shapeOf('loadpoint', 'decision', { b: 1 }));
  expect(shapeOf('loadpoint', 'title', 'a')).not.toBe(shapeOf('loadpoint', 'title', 'b'));
});
