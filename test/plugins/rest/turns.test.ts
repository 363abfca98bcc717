import { expect, test } from 'vitest';
import { createTurns } from '../../../plugins/rest/turns.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

test('work that comes at once is done one after the other, with a pause in between', async () => {
  const clock = new FakeClock();
  const inTurn = createTurns(clock);
  const begun: number[] = [];
  const work = (name: number) =>
    inTurn(async () => {
      begun.push(name);
      await undefined;
      return name;
    });
  const results = [work(1), work(2), work(3)];
  expect(await results[0]).toBe(1);
  expect(begun).toEqual([1]);
  expect(clock.pending).toBe(1);
  await clock.advance(0);
  expect(await Promise.all(results)).toEqual([1, 2, 3]);
  expect(begun).toEqual([1, 2, 3]);
  expect(await work(4)).toBe(4);
});

test('work that fails leaves the turn to the next', async () => {
  const clock = new FakeClock();
  const inTurn = createTurns(clock);
  const failing = inTurn(() => Promise.reject(new Error('broken')));
  const next = inTurn(async () => 'done');
  await expect(failing).rejects.toThrow('broken');
  await clock.advance(0);
  expect(await next).toBe('done');
});

test('beyond twenty that wait, more are turned away', async () => {
  const clock = new FakeClock();
  const inTurn = createTurns(clock);
  const results = Array.from({ length: 21 }, () => inTurn(async () => 'done'));
  await expect(inTurn(async () => 'done')).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  await results[0];
  await clock.advance(0);
  expect(await Promise.all(results)).toEqual(Array(21).fill('done'));
});
