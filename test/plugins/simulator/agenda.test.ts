import assert from 'node:assert/strict';
import { test } from 'vitest';
import { AT_HOME, stays, weekly } from '../../../plugins/simulator/agenda.ts';
import { HOUR, zoneOffset } from '../../../plugins/simulator/local-time.ts';

const at = (text: string) => Date.parse(text);
const berlin = zoneOffset('Europe/Berlin');
const work = { days: ['mon', 'fri'] as const, leave: 7.5 * HOUR, back: 17 * HOUR, distance: 40 };

test('a trip begins and ends in local time, on its days only', () => {
  const agenda = weekly([work], berlin);
  // 2025-06-15 was a Sunday.
  const leave = agenda.next(at('2025-06-15T12:00:00Z'));
  assert.deepEqual(leave, { at: at('2025-06-16T05:30:00Z'), home: false, distance: 0 });
  const back = agenda.next(leave?.at ?? 0);
  assert.deepEqual(back, { at: at('2025-06-16T15:00:00Z'), home: true, distance: 40 });
  assert.equal(agenda.next(back?.at ?? 0)?.at, at('2025-06-20T05:30:00Z'));
});

test('a trip keeps its local time over a clock change', () => {
  const agenda = weekly([{ ...work, days: ['sun'] }], berlin);
  assert.equal(agenda.next(at('2025-03-29T12:00:00Z'))?.at, at('2025-03-30T05:30:00Z'));
  assert.equal(agenda.next(at('2025-03-23T12:00:00Z'))?.at, at('2025-03-23T16:00:00Z'));
});

test('a trip that ends earlier than it begins ends on the next day', () => {
  const agenda = weekly([{ ...work, leave: 22 * HOUR, back: 6 * HOUR }], berlin);
  assert.equal(agenda.last(at('2025-06-16T23:00:00Z')).home, false);
  assert.equal(agenda.next(at('2025-06-16T23:00:00Z'))?.at, at('2025-06-17T04:00:00Z'));
});

test('a car is at home before and after its trips, and away during them', () => {
  const agenda = weekly([work], berlin);
  assert.equal(agenda.last(at('2025-06-16T05:29:59Z')).home, true);
  assert.equal(agenda.last(at('2025-06-16T05:30:00Z')).home, false);
  assert.equal(agenda.last(at('2025-06-16T15:00:00Z')).home, true);
  assert.equal(agenda.last(at('2025-06-18T12:00:00Z')).home, true);
  assert.equal(AT_HOME.last(0).home, true);
  assert.equal(AT_HOME.next(0), undefined);
});

test('stays come in their order, and between them the car is away', () => {
  const agenda = stays([
    { plugIn: 1_000, plugOut: 2_000, energy: 500 },
    { plugIn: 5_000, plugOut: 6_000, energy: 700 },
  ]);
  assert.equal(agenda.last(999).home, false);
  assert.deepEqual(agenda.next(0), { at: 1_000, home: true, distance: 0, wanted: 500 });
  assert.equal(agenda.last(1_500).wanted, 500);
  assert.deepEqual(agenda.next(1_000), { at: 2_000, home: false, distance: 0 });
  assert.equal(agenda.last(2_000).home, false);
  assert.equal(agenda.next(2_000)?.wanted, 700);
  assert.equal(agenda.next(6_000), undefined);
});

test('a stay that begins when the one before it ends is still a stay of its own', () => {
  const agenda = stays([
    { plugIn: 1_000, plugOut: 2_000, energy: 500 },
    { plugIn: 2_000, plugOut: 3_000, energy: 700 },
  ]);
  assert.deepEqual(agenda.next(2_000), { at: 2_001, home: true, distance: 0, wanted: 700 });
});
