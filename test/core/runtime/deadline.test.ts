import { describe, expect, test } from 'vitest';
import { attempt, giveUp, type Running, withDeadline } from '../../../core/runtime/deadline.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

const hang = (): Promise<never> => new Promise(() => {});

describe('work with a deadline', () => {
  test('gives its result, or its own error, and leaves no timer', async () => {
    const clock = new FakeClock();
    expect(await withDeadline(clock, 1_000, 'work', async () => 5)).toBe(5);
    await expect(withDeadline(clock, 1_000, 'work', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(clock.pending).toBe(0);
  });

  test('may throw', async () => {
    const work = (): never => {
      throw new Error('at once');
    };
    await expect(withDeadline(new FakeClock(), 1_000, 'work', work)).rejects.toThrow('at once');
  });

  test('is rejected at its deadline, with its signal aborted for the same reason', async () => {
    const clock = new FakeClock();
    let signal = AbortSignal.abort();
    const result = expect(
      withDeadline(clock, 1_500, 'reading the meter', (given) => {
        signal = given;
        return hang();
      }),
    ).rejects.toMatchObject({ code: 'EVCC_DEVICE_UNAVAILABLE', message: 'reading the meter took longer than 1.5 s' });
    await clock.advance(1_499);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    await result;
    expect(signal.reason).toMatchObject({ message: 'reading the meter took longer than 1.5 s' });
    expect(clock.pending).toBe(0);
  });

  test('that fails after its deadline is nobody’s concern', async () => {
    const clock = new FakeClock();
    let fail = (_: Error): void => {};
    const result = expect(
      withDeadline(clock, 10, 'work', () => new Promise((_, reject) => (fail = reject))),
    ).rejects.toThrow('longer than');
    await clock.advance(10);
    await result;
    fail(new Error('late'));
    await settle();
  });
});

describe('giving up', () => {
  test('ends all work of an owner at once, and only that', async () => {
    const clock = new FakeClock();
    const running: Running = [];
    const outcomes: string[] = [];
    const start = (what: string, of?: Running): void => {
      withDeadline(clock, 1_000, what, hang, of).catch((error: Error) => outcomes.push(error.message));
    };
    start('first', running);
    start('other');
    start('second', running);
    giveUp(running);
    await settle();
    expect(outcomes).toEqual(['first was given up', 'second was given up']);
    expect(running).toHaveLength(0);
    expect(clock.pending).toBe(1);
    await clock.advance(1_000);
  });

  test('work that answers when it is given up does not take other work off the list', async () => {
    const clock = new FakeClock();
    const running: Running = [];
    const obedient = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const first = withDeadline(clock, 1_000, 'first', obedient, running).catch(() => {});
    await clock.advance(500);
    const second = withDeadline(clock, 1_000, 'second', hang, running).catch((error: Error) => error.message);
    await clock.advance(500);
    await first;
    giveUp(running);
    expect(await second).toBe('second was given up');
    expect(clock.pending).toBe(0);
  });
});

test('attempt makes a promise of whatever a call does', async () => {
  expect(await attempt(() => 5)).toBe(5);
  expect(await attempt(async () => 6)).toBe(6);
  await expect(
    attempt(() => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
});
