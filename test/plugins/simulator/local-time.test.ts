import assert from 'node:assert/strict';
import { test } from 'vitest';
import { HOUR, parseClock, timeOfDay, toUtc, weekday, zoneOffset } from '../../../plugins/simulator/local-time.ts';

const berlin = zoneOffset('Europe/Berlin');
const at = (text: string) => Date.parse(text);

test('the offset of a zone follows daylight saving', () => {
  assert.equal(berlin(at('2025-01-15T12:00:00Z')), HOUR);
  assert.equal(berlin(at('2025-07-15T12:00:00Z')), 2 * HOUR);
  assert.equal(berlin(at('2025-03-30T00:59:59Z')), HOUR);
  assert.equal(berlin(at('2025-03-30T01:00:00Z')), 2 * HOUR);
});

test('offsets west of Greenwich, of half hours and of UTC itself are right', () => {
  assert.equal(zoneOffset('America/New_York')(at('2025-01-15T12:00:00Z')), -5 * HOUR);
  assert.equal(zoneOffset('America/St_Johns')(at('2025-01-15T12:00:00Z')), -3.5 * HOUR);
  assert.equal(zoneOffset('Asia/Kolkata')(at('2025-01-15T12:00:00Z')), 5.5 * HOUR);
  assert.equal(zoneOffset('UTC')(at('2025-01-15T12:00:00Z')), 0);
});

test('a name that is no zone throws', () => {
  assert.throws(() => zoneOffset('Europe/Nowhere'), RangeError);
});

test('a local time becomes the universal time of its side of a clock change', () => {
  assert.equal(toUtc(at('2025-03-30T07:00:00Z'), berlin), at('2025-03-30T05:00:00Z'));
  assert.equal(toUtc(at('2025-03-29T07:00:00Z'), berlin), at('2025-03-29T06:00:00Z'));
  assert.equal(toUtc(at('2025-10-26T07:00:00Z'), berlin), at('2025-10-26T06:00:00Z'));
});

test('day of the week and time of the day come from local time', () => {
  assert.equal(weekday(at('2025-06-15T23:59:00Z')), 'sun');
  assert.equal(weekday(at('1969-12-31T12:00:00Z')), 'wed');
  assert.equal(timeOfDay(at('2025-06-15T07:30:00Z')), 7.5 * HOUR);
  assert.equal(timeOfDay(-HOUR), 23 * HOUR);
});

test('a time of day has two digits each and exists', () => {
  assert.equal(parseClock('07:30'), 7.5 * HOUR);
  assert.equal(parseClock('00:00'), 0);
  for (const text of ['24:00', '7:30', '07:60', '07:30:00', '', 'noon'])
    assert.equal(parseClock(text), undefined, text);
});
