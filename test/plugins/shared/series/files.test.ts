import assert from 'node:assert/strict';
import { test } from 'vitest';
import { parseTime } from '../../../../core/clock.ts';
import { describe } from '../../../../plugins/shared/series/csv.ts';
import { parseProfile } from '../../../../plugins/shared/series/profile-file.ts';
import { parseSessions } from '../../../../plugins/shared/series/sessions-file.ts';

const profile = (...rows: readonly string[]) =>
  parseProfile(['start,load_w,pv_w,price_eur_per_kwh', ...rows].join('\n'), parseTime);
const sessions = (...rows: readonly string[]) =>
  parseSessions(['car,plug_in,plug_out,energy_kwh', ...rows].join('\n'), parseTime);
const messages = (read: ReturnType<typeof profile> | ReturnType<typeof sessions>) =>
  'problems' in read ? read.problems.map((problem) => describe('x.csv', problem)) : [];

test('a profile has a start, a slot and means', () => {
  const read = profile('2023-01-01T00:00:00Z,392,0,-0.00439', '2023-01-01T00:30:00Z,578,1200.5,0.1');
  assert.deepEqual('value' in read && read.value, {
    start: Date.parse('2023-01-01T00:00:00Z'),
    slot: 1_800_000,
    load: [392, 578],
    pv: [0, 1_200.5],
    price: [-0.00439, 0.1],
  });
});

test('a clock change is no gap when times carry their offset', () => {
  const read = profile('2023-03-26T01:30:00+01:00,1,1,1', '2023-03-26T03:00:00+02:00,1,1,1');
  assert.equal('value' in read && read.value.slot, 1_800_000);
});

test.each([
  [
    'a gap',
    ['2023-01-01T00:00:00Z,1,1,1', '2023-01-01T00:30:00Z,1,1,1', '2023-01-01T01:30:00Z,1,1,1'],
    /line 4, column start: 60 min after the row before instead of 30/,
  ],
  [
    'a row that comes twice',
    ['2023-01-01T00:00:00Z,1,1,1', '2023-01-01T00:30:00Z,1,1,1', '2023-01-01T00:30:00Z,1,1,1'],
    /line 4, column start: not later than the row before/,
  ],
  ['the wrong order', ['2023-01-01T00:30:00Z,1,1,1', '2023-01-01T00:00:00Z,1,1,1'], /line 3, column start: not later/],
  [
    'slots of seconds',
    ['2023-01-01T00:00:00Z,1,1,1', '2023-01-01T00:00:10Z,1,1,1'],
    /slots may have 1 to 120 whole minutes/,
  ],
  [
    'slots of a day',
    ['2023-01-01T00:00:00Z,1,1,1', '2023-01-02T00:00:00Z,1,1,1'],
    /1440 min after the row before: slots may have/,
  ],
  ['a single row', ['2023-01-01T00:00:00Z,1,1,1'], /one row is not enough/],
  [
    'a time without offset',
    ['2023-01-01T00:00:00,1,1,1'],
    /line 2, column start: "2023-01-01T00:00:00" is no time: write 2023-01-31T22:30:00Z/,
  ],
  ['a day that does not exist', ['2023-02-29T00:00:00Z,1,1,1'], /column start: "2023-02-29T00:00:00Z" is no time/],
  ['NaN', ['2023-01-01T00:00:00Z,NaN,1,1'], /line 2, column load_w: "NaN" is no number: allowed are 0 to 1000000 W/],
  ['an empty cell', ['2023-01-01T00:00:00Z,1,,1'], /line 2, column pv_w: "" is no number/],
  ['a negative load', ['2023-01-01T00:00:00Z,-5,1,1'], /column load_w: "-5" is out of range: allowed are 0 to/],
  [
    'a price per MWh',
    ['2023-01-01T00:00:00Z,5,1,97.3'],
    /column price_eur_per_kwh: "97.3" is out of range: allowed are -10 to 10 per kWh/,
  ],
] as const)('a profile with %s is refused with line and column', (_what, rows, expected) => {
  const found = messages(profile(...rows));
  assert.ok(
    found.some((message) => expected.test(message)),
    found.join('\n'),
  );
});

test('all problems of a profile come in the order of lines', () => {
  const found = messages(profile('2023-01-01T00:00:00Z,x,1,1', 'yesterday,1,1,y'));
  assert.deepEqual(
    found.map((message) => message.split(':')[0]),
    ['x.csv, line 2, column load_w', 'x.csv, line 3, column start', 'x.csv, line 3, column price_eur_per_kwh'],
  );
});

test('sessions are sorted by time, and energies become Wh', () => {
  const read = sessions(
    'ev2,2023-01-02T10:00:00Z,2023-01-02T12:00:00Z,3',
    'ev1,2023-01-01T10:00:00+01:00,2023-01-01T12:00:00Z,10.5',
  );
  assert.deepEqual('value' in read && read.value, [
    {
      car: 'ev1',
      plugIn: Date.parse('2023-01-01T09:00:00Z'),
      plugOut: Date.parse('2023-01-01T12:00:00Z'),
      energy: 10_500,
    },
    {
      car: 'ev2',
      plugIn: Date.parse('2023-01-02T10:00:00Z'),
      plugOut: Date.parse('2023-01-02T12:00:00Z'),
      energy: 3_000,
    },
  ]);
});

test('sessions that touch, and those of two cars at once, are no overlap', () => {
  const read = sessions(
    'ev1,2023-01-01T10:00:00Z,2023-01-01T12:00:00Z,1',
    'ev1,2023-01-01T12:00:00Z,2023-01-01T13:00:00Z,1',
    'ev2,2023-01-01T11:00:00Z,2023-01-01T13:00:00Z,1',
  );
  assert.deepEqual(messages(read), []);
});

test.each([
  [
    'that overlap',
    ['ev1,2023-01-01T10:00:00Z,2023-01-01T12:00:00Z,1', 'ev1,2023-01-01T11:00:00Z,2023-01-01T13:00:00Z,1'],
    /line 3, column plug_in: ev1 is still plugged in: its session of line 2 ends later/,
  ],
  [
    'inside of another',
    [
      'ev1,2023-01-01T10:00:00Z,2023-01-01T20:00:00Z,1',
      'ev1,2023-01-01T11:00:00Z,2023-01-01T12:00:00Z,1',
      'ev1,2023-01-01T13:00:00Z,2023-01-01T14:00:00Z,1',
    ],
    /line 4, column plug_in: .* line 2/,
  ],
  [
    'that end before they begin',
    ['ev1,2023-01-01T10:00:00Z,2023-01-01T09:00:00Z,1'],
    /line 2, column plug_out: not later than plug_in/,
  ],
  [
    'without a car',
    [',2023-01-01T10:00:00Z,2023-01-01T11:00:00Z,1'],
    /line 2, column car: the name of the car is missing/,
  ],
  [
    'with a negative energy',
    ['ev1,2023-01-01T10:00:00Z,2023-01-01T11:00:00Z,-1'],
    /column energy_kwh: "-1" is out of range: allowed are 0 to 1000 kWh/,
  ],
  [
    'with an energy in Wh',
    ['ev1,2023-01-01T10:00:00Z,2023-01-01T11:00:00Z,10500'],
    /column energy_kwh: "10500" is out of range/,
  ],
  ['without energy', ['ev1,2023-01-01T10:00:00Z,2023-01-01T11:00:00Z,'], /column energy_kwh: "" is no number/],
  [
    'with a broken time',
    ['ev1,01.01.2023 10:00,2023-01-01T11:00:00Z,1'],
    /column plug_in: "01.01.2023 10:00" is no time/,
  ],
] as const)('sessions %s are refused with line and column', (_what, rows, expected) => {
  const found = messages(sessions(...rows));
  assert.ok(
    found.some((message) => expected.test(message)),
    found.join('\n'),
  );
});
