import assert from 'node:assert/strict';
import { test } from 'vitest';
import { trackVisits } from '../../../../plugins/commands/simulate/visits.ts';

const visit = (plugIn: number, plugOut: number, energy: number) => ({ car: 'ev', plugIn, plugOut, energy });
const delivered = (tracker: ReturnType<typeof trackVisits>) => tracker.visits.map((each) => each.delivered);

test('a visit gets what the charger counted from its beginning to its end', () => {
  const tracker = trackVisits([visit(100, 200, 5_000), visit(300, 400, 5_000)]);
  tracker.note(0, 0);
  tracker.note(100, 0);
  tracker.note(150, 2_000);
  tracker.note(200, 3_000);
  tracker.note(300, 3_000);
  tracker.note(400, 7_000);
  assert.deepEqual(delivered(tracker), [3_000, 4_000]);
});

test('the visit that is under way or comes next is known', () => {
  const tracker = trackVisits([visit(100, 200, 5_000), visit(300, 400, 5_000)]);
  assert.equal(tracker.current()?.plugIn, 100);
  tracker.note(150, 10);
  assert.equal(tracker.current()?.plugIn, 100);
  tracker.note(200, 10);
  assert.equal(tracker.current()?.plugIn, 300);
  tracker.note(500, 10);
  assert.equal(tracker.current(), undefined);
});

test('two visits that meet between two looks share what was counted', () => {
  const tracker = trackVisits([visit(100, 205, 3_000), visit(206, 400, 5_000)]);
  tracker.note(200, 2_900);
  tracker.note(210, 3_050);
  assert.deepEqual(delivered(tracker), [3_000, 50]);
  tracker.note(400, 8_000);
  assert.deepEqual(delivered(tracker), [3_000, 5_000]);
});

test('a visit that lies between two looks altogether is not lost', () => {
  const tracker = trackVisits([visit(100, 110, 500), visit(112, 118, 300), visit(300, 400, 100)]);
  tracker.note(90, 0);
  tracker.note(120, 600);
  assert.deepEqual(delivered(tracker), [500, 100, 0]);
});
