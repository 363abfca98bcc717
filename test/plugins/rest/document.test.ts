import fc from 'fast-check';
import { expect, test } from 'vitest';
import { time } from '../../../core/clock.ts';
import type { StateKey, StateValue } from '../../../core/index.ts';
import { createDocumentDialect } from '../../../plugins/rest/document.ts';

const dialect = createDocumentDialect(time);
const key = (kind: StateKey['kind'], fields?: StateKey['fields']): StateKey => ({
  name: 'x',
  kind,
  description: '',
  ...(fields && { fields }),
});
const NOON = Date.parse('2025-06-15T12:00:00Z');

test.each<[string, StateKey | undefined, StateValue, unknown, unknown]>([
  ['a number with all its digits', key('number'), 123456.7890123, 123456.7890123, 123456.7890123],
  ['a number that is none as null', key('number'), Number.NaN, null, null],
  ['infinity as null', key('number'), Number.NEGATIVE_INFINITY, null, null],
  ['an unknown number as null', key('number'), null, null, null],
  ['a value of a key without row by its type', undefined, 1.5, 1.5, 1.5],
  ['an integer without fraction', key('integer'), 311.6, 312, 312],
  ['a text', key('text'), 'pv', 'pv', 'pv'],
  ['a flag', key('flag'), false, false, false],
  ['a duration in ns for REST and in whole s for the WebSocket', key('duration'), 90_999.5, 90_999_500_000, 90],
  ['a fraction of a ns as whole ns', key('duration'), 0.123_456_789, 123_457, 0],
  ['a negative duration', key('duration'), -1_500, -1_500_000_000, -1],
  ['an unknown duration as 0', key('duration'), null, 0, 0],
  ['a time', key('time'), NOON, '2025-06-15T12:00:00Z', '2025-06-15T12:00:00Z'],
  ['a fraction of a second only on REST', key('time'), NOON + 250, '2025-06-15T12:00:00.250Z', '2025-06-15T12:00:00Z'],
  ['an unset time as the year 1 for REST and null for the WebSocket', key('time'), null, '0001-01-01T00:00:00Z', null],
  ['a time that RFC 3339 cannot write as unset', key('time'), 1e15, '0001-01-01T00:00:00Z', null],
  ['a time that no date can hold as unset', key('time'), 1e300, '0001-01-01T00:00:00Z', null],
  ['an empty list', key('list'), [], [], []],
  ['a list with gaps', key('list'), [1, Number.NaN, 3], [1, null, 3], [1, null, 3]],
  [
    'records in lists by the rows of their fields',
    key('list', { since: { kind: 'time' }, age: { kind: 'duration' }, power: { kind: 'number' } }),
    [{ since: null, age: 2_000, power: Number.POSITIVE_INFINITY, name: 'roof' }],
    [{ since: '0001-01-01T00:00:00Z', age: 2_000_000_000, power: null, name: 'roof' }],
    [{ since: null, age: 2, power: null, name: 'roof' }],
  ],
  [
    'records in records',
    key('record'),
    { vehicles: { EV6: { authenticated: true, soc: Number.NaN } } },
    { vehicles: { EV6: { authenticated: true, soc: null } } },
    { vehicles: { EV6: { authenticated: true, soc: null } } },
  ],
])('%s', (_, row, value, onRest, onSocket) => {
  expect(dialect.stateValue(row, value)).toEqual(onRest);
  expect(dialect.liveValue(row, value)).toEqual(onSocket);
});

test('the longest durations stay integers that fit 64 bits, also in what JSON writes', () => {
  for (const value of [1e20, -1e20, 292 * 365.25 * 24 * 3_600_000]) {
    const text = JSON.stringify(dialect.stateValue(key('duration'), value));
    expect(text).toMatch(/^-?\d+$/);
    expect(BigInt(text) < 2n ** 63n && BigInt(text) >= -(2n ** 63n)).toBe(true);
  }
});

test('answers have an envelope and end with a line end', () => {
  expect(dialect.success(30)).toBe('{"result":30}\n');
  expect(dialect.success(undefined)).toBe('{"result":null}\n');
  expect(dialect.failure('no "x"')).toBe('{"error":"no \\"x\\""}\n');
});

test('what could end a script in a web page is escaped, and reads back the same', () => {
  const text = '</script><b>&\u2028\u2029';
  expect(dialect.success(text)).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(dialect.success(text))).toEqual({ result: text });
});

test('a session is written in kWh, ns and times', () => {
  const session = {
    id: 7,
    created: NOON,
    finished: NOON + 3_600_000,
    loadpoint: 'Garage',
    vehicle: 'EV6',
    identifier: '',
    odometer: 12_345.678,
    meterStart: 1_000_100,
    meterStop: 1_011_100,
    energy: 11_000.1,
    duration: 3_599_500,
    solarPercentage: 80,
    price: 1.2,
    pricePerKwh: 0.11,
    co2PerKwh: 300,
  };
  expect(dialect.session(session)).toEqual({
    id: 7,
    created: '2025-06-15T12:00:00Z',
    finished: '2025-06-15T13:00:00Z',
    loadpoint: 'Garage',
    vehicle: 'EV6',
    identifier: '',
    odometer: 12_345.7,
    meterStart: 1000.1,
    meterStop: 1011.1,
    chargedEnergy: 11.0001,
    chargeDuration: 3_599_500_000_000,
    solarPercentage: 80,
    price: 1.2,
    pricePerKWh: 0.11,
    co2PerKWh: 300,
  });
});

test('what is not known of a session is null, and an end that has not come is the zero time', () => {
  const session = { id: 8, created: NOON, loadpoint: 'Garage', vehicle: '', identifier: '', energy: 60, duration: 0 };
  expect(dialect.session(session)).toMatchObject({
    finished: '0001-01-01T00:00:00Z',
    odometer: null,
    meterStart: null,
    meterStop: null,
    chargedEnergy: 0.06,
    chargeDuration: 0,
    solarPercentage: null,
    price: null,
    pricePerKWh: null,
    co2PerKWh: null,
  });
});

test('whatever is published becomes JSON without a number that JSON does not know', () => {
  const kinds = fc.constantFrom<StateKey['kind']>(
    'number',
    'integer',
    'text',
    'flag',
    'duration',
    'time',
    'list',
    'record',
    'json',
  );
  const { value } = fc.letrec<{ value: StateValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null),
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.array(tie('value')),
      fc.dictionary(fc.string(), tie('value')),
    ),
  }));
  fc.assert(
    fc.property(kinds, value, (kind, published) => {
      for (const write of [dialect.stateValue, dialect.liveValue]) {
        expect(representable(write(key(kind), published))).toBe(true);
      }
    }),
  );
});

function representable(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(representable);
  return value === null || typeof value === 'number' ? value === null || Number.isFinite(value) : value !== undefined;
}
