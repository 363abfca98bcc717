import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Attempts } from '../../../plugins/access/attempts.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

test('the first three wrong passwords cost nothing, each further one twice the time, up to a minute', async () => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock);
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const pause = attempts.begin('a');
    pauses.push(pause);
    await clock.advance(pause);
    if (pause > 0) expect(attempts.begin('a')).toBe(0);
  }
  expect(pauses).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test('who guesses slows down nobody else', () => {
  const attempts = new Attempts(new FakeClock());
  for (let attempt = 0; attempt < 3; attempt += 1) attempts.begin('a');
  expect(attempts.begin('a')).toBe(1_000);
  expect(attempts.begin('b')).toBe(0);
});

test('the right password, or a quarter of an hour, makes forget', async () => {
  const clock = new FakeClock();
  const attempts = new Attempts(clock);
  const guess = (): void => {
    for (let attempt = 0; attempt < 3; attempt += 1) attempts.begin('a');
    expect(attempts.begin('a')).toBe(1_000);
  };
  guess();
  attempts.succeeded('a');
  guess();
  await clock.advance(15 * 60_000);
  guess();
});

test('askers beyond a thousand are forgotten, those first who were not heard of for longest', () => {
  const attempts = new Attempts(new FakeClock());
  for (let attempt = 0; attempt < 3; attempt += 1) attempts.begin('first');
  for (let asker = 0; asker < 999; asker += 1) attempts.begin(String(asker));
  expect(attempts.begin('first')).toBe(1_000);
  attempts.begin('one more');
  expect(attempts.begin('first')).toBe(0);
});

test('nobody waits for longer than a minute, also when the clock is set', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: -1e9, max: 1e9 }))), (steps) => {
      let now = 1.7e12;
      const attempts = new Attempts({ now: () => now });
      for (const [from, ms] of steps) {
        now += ms;
        const pause = attempts.begin(from);
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(pause).toBeLessThanOrEqual(60_000);
      }
    }),
  );
});
