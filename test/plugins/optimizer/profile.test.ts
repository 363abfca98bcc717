import { expect, test } from 'vitest';
import { createMemoryStore } from '../../../core/store.ts';
import { profileOf } from '../../../plugins/optimizer/profile.ts';

const HOUR = 3_600_000;
/** In Berlin, clocks are put from 2:00 to 3:00. */
const CHANGE = Date.parse('2025-03-30T01:00:00Z');
const BERLIN = {
  formatLocal: (at: number): string =>
    new Date(at + (at < CHANGE ? 1 : 2) * HOUR).toISOString().slice(0, 19).replace('T', ' '),
};

test('what is consumed at a time of the day is that of the clocks on the wall, also when they are changed', async () => {
  const { history } = createMemoryStore();
  const today = CHANGE - 2 * HOUR;
  await history.save(
    Array.from({ length: 72 }, (_, at) => ({
      series: 'homePower',
      start: today - (72 - at) * HOUR,
      length: HOUR,
      mean: at % 24 >= 18 ? 2_000 : 200,
      known: HOUR,
    })),
  );
  const now = CHANGE + 9 * HOUR;
  const profile = await profileOf(history, now, BERLIN);
  const evening = Date.parse('2025-03-30T16:00:00Z');
  expect(profile.at(evening - 1)).toBe(200);
  expect(profile.at(evening)).toBe(2_000);
  expect(profile.at(evening + 6 * HOUR)).toBe(200);
});
