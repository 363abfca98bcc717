import assert from 'node:assert/strict';
import { test } from 'vitest';
import { household } from '../../../plugins/simulator/household.ts';
import { HOUR, START } from './parts.ts';

const DAY = 24 * HOUR;
const home = { seed: 5, base: 250, spikes: 2_500, offset: () => 0 };

function energy(from: number, to: number, options: Partial<typeof home> = {}): number {
  const source = household({ ...home, ...options });
  let sum = 0;
  for (let at = from; at < to; at += 10_000) sum += source.power(at) / 360;
  return sum;
}

test('a household needs about as much as real ones', () => {
  const week = energy(START, START + 7 * DAY) / 7;
  assert.ok(week > 9_000 && week < 18_000, `${week} Wh a day`);
});

test('it needs more in the evening than at night, by local time', () => {
  const night = energy(START + 2 * HOUR, START + 4 * HOUR, { spikes: 0 });
  const evening = energy(START + 18 * HOUR, START + 20 * HOUR, { spikes: 0 });
  assert.ok(evening > 2 * night, `${evening} ${night}`);
  const moved = energy(START + 10 * HOUR, START + 12 * HOUR, { spikes: 0, offset: () => 8 * HOUR });
  assert.ok(moved > 2 * night, `${moved} ${night}`);
});

test('appliances switch on now and then, and never beyond the largest', () => {
  const quiet = household({ ...home, spikes: 0 });
  const busy = household(home);
  let most = 0;
  let running = 0;
  for (let at = START; at < START + 7 * DAY; at += 10_000) {
    const spike = busy.power(at) - quiet.power(at);
    most = Math.max(most, spike);
    if (spike > 0) running += 1;
  }
  assert.ok(most > 1_500 && most <= 2_500, `${most} W`);
  assert.ok(running > 1_000 && running < 25_000, `${running}`);
});

test('its power holds for ten seconds', () => {
  const source = household(home);
  assert.equal(source.until(START + 3_000), START + 10_000);
  assert.equal(source.power(START + 3_000), source.power(START + 9_999));
});
