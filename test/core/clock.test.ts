import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { formatTime, parseTime, systemClock } from '../../core/clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('times', () => {
  test.each([
    ['2025-06-15T12:00:00Z', Date.UTC(2025, 5, 15, 12)],
    ['2025-06-15T12:00:00+02:00', Date.UTC(2025, 5, 15, 10)],
    ['2025-06-15T12:00:00-09:30', Date.UTC(2025, 5, 15, 21, 30)],
    ['2025-06-15T12:00Z', Date.UTC(2025, 5, 15, 12)],
    ['2025-06-15T12:00:00.25Z', Date.UTC(2025, 5, 15, 12, 0, 0, 250)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000],
    ['9999-12-31T23:59:59Z', 253_402_300_799_000],
  ])('%s is read', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });

  test.each([
    '',
    'now',
    '2025-06-15',
    '2025-06-15T12:00:00',
    '2025-06-15 12:00:00Z',
    '2025-06-15t12:00:00z',
    '2025-6-15T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2025-04-31T12:00:00Z',
    '2025-13-01T12:00:00Z',
    '2025-00-10T12:00:00Z',
    '2025-06-00T12:00:00Z',
    '2025-06-15T25:00:00Z',
    '2025-06-15T12:60:00Z',
    '2025-06-15T12:00:60Z',
    '2025-06-15T12:00:00+0200',
    '2025-06-15T12:00:00+25:00',
    '2025-06-15T12:00:00.Z',
    '+002025-06-15T12:00:00Z',
    '1750000000',
    '2025-06-15T12:00:00Z\n',
    ' 2025-06-15T12:00:00Z',
  ])('%j is none', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  test('are written in UTC, with a fraction only where there is one', () => {
    expect(formatTime(Date.UTC(2025, 5, 15, 12))).toBe('2025-06-15T12:00:00Z');
    expect(formatTime(Date.UTC(2025, 5, 15, 12, 0, 0, 5))).toBe('2025-06-15T12:00:00.005Z');
  });

  test('that are written are read as the same', () => {
    const years = { min: new Date(-62_135_596_800_000), max: new Date(253_402_300_799_999), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(years), (date) => {
        expect(parseTime(formatTime(date.getTime()))).toBe(date.getTime());
      }),
    );
  });
});

describe('the clock of the system', () => {
  test('calls once, unless it was cancelled', () => {
    vi.useFakeTimers();
    const calls: string[] = [];
    systemClock.after(1_000, () => void calls.push('first'));
    const cancel = systemClock.after(1_000, () => void calls.push('second'));
    vi.advanceTimersByTime(999);
    expect(calls).toEqual([]);
    cancel();
    vi.advanceTimersByTime(10_000);
    expect(calls).toEqual(['first']);
  });

  test('waits longer than a timer of the system can', () => {
    vi.useFakeTimers();
    const calls: string[] = [];
    const month = 31 * 86_400_000;
    systemClock.after(month, () => void calls.push('a month'));
    const cancel = systemClock.after(month, () => void calls.push('cancelled'));
    vi.advanceTimersByTime(month - 1);
    expect(calls).toEqual([]);
    cancel();
    vi.advanceTimersByTime(1);
    expect(calls).toEqual(['a month']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('tells the time of the system', () => {
    vi.useFakeTimers({ now: 1_750_000_000_000 });
    expect(systemClock.now()).toBe(1_750_000_000_000);
  });

  test('sleeps', async () => {
    vi.useFakeTimers();
    let awake = false;
    const sleeping = systemClock.sleep(1_000).then(() => {
      awake = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await sleeping;
  });

  test('can be woken, with the reason of its signal, and leaves no timer', async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const sleeping = expect(systemClock.sleep(1_000, controller.signal)).rejects.toThrow('enough');
    controller.abort(new Error('enough'));
    await sleeping;
    expect(vi.getTimerCount()).toBe(0);
    await expect(systemClock.sleep(1_000, controller.signal)).rejects.toThrow('enough');
    expect(vi.getTimerCount()).toBe(0);
  });
});
