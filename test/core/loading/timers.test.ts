import { expect, onTestFinished, test } from 'vitest';
import { timersLeftBy } from '../../../core/loading/timers.ts';

const none = (): void => {};

test('timers that were cleared, ran or were unreferenced do not count', async () => {
  const left = await timersLeftBy(async () => {
    clearTimeout(setTimeout(none, 60_000));
    await new Promise<void>((resolve) => setTimeout(resolve, 1));
    const quiet = setInterval(none, 60_000).unref();
    onTestFinished(() => clearInterval(quiet));
  });
  expect(left).toBe(0);
});

test('timers of others do not count, whether they end or begin meanwhile', async () => {
  const ends = setTimeout(none, 60_000);
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const others = begun.then(() => setInterval(none, 60_000));
  const left = await timersLeftBy(async () => {
    const own = setInterval(none, 60_000);
    onTestFinished(() => clearInterval(own));
    clearTimeout(ends);
    begin();
    const other = await others;
    onTestFinished(() => clearInterval(other));
  });
  expect(left).toBe(1);
});

test('a timer that is set in the course of what follows counts, and an error is handed on', async () => {
  const left = timersLeftBy(async () => {
    const own = await new Promise<NodeJS.Timeout>((resolve) => {
      setTimeout(() => resolve(setInterval(none, 60_000)), 1);
    });
    onTestFinished(() => clearInterval(own));
  });
  expect(await left).toBe(1);
  await expect(timersLeftBy(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
