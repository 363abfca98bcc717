import { describe, expect, test } from 'vitest';
import { EvccError } from '../../../core/errors.ts';
import { pause } from '../../../core/runtime/device-handle.ts';
import { setUpHandle as setUp, unreachable } from '../../helpers/handle.ts';

describe('a device that works', () => {
  test('is created by the first refresh and read by each', async () => {
    const { handle, clock, lines, calls } = setUp();
    expect(handle.report()).toEqual({
      kind: 'charger',
      name: 'garage',
      type: 'wallbox.ts',
      state: 'starting',
      reason: 'not read yet',
      since: clock.now(),
    });
    expect(handle.device).toBeUndefined();
    expect(handle.sample(clock.now())).toBeUndefined();
    clock.jump(clock.now() + 1_000);
    await handle.refresh();
    await handle.refresh();
    expect(calls).toEqual({ create: 1, read: 2, changed: 1 });
    expect(handle.report()).toMatchObject({ state: 'available', reason: '', since: clock.now() });
    expect(lines).toEqual([]);
  });

  test('keeps its reading, which is stale after its limit', async () => {
    const { handle, clock } = setUp();
    await handle.refresh();
    const at = clock.now();
    expect(handle.sample(at + 60_000)).toEqual({ value: 1, at, stale: false });
    expect(handle.sample(at + 60_001)).toEqual({ value: 1, at, stale: true });
  });

  test('has a stale reading too when the clock was set back by more than the limit', async () => {
    const { handle, clock } = setUp();
    await handle.refresh();
    expect(handle.sample(clock.now() - 60_000)?.stale).toBe(false);
    expect(handle.sample(clock.now() - 3_600_000)?.stale).toBe(true);
  });

  test('can be created without being read', async () => {
    const { handle, calls } = setUp();
    await handle.prepare();
    expect(handle.prepare()).toBeUndefined();
    expect(calls).toMatchObject({ create: 1, read: 0 });
    expect(handle.report()).toMatchObject({ state: 'starting', reason: 'not read yet' });
  });

  test('leaves no timers behind', async () => {
    const { handle, clock } = setUp();
    await handle.refresh();
    await handle.command('enabling', async () => {});
    expect(clock.pending).toBe(0);
  });
});

describe('a device that fails', () => {
  test('is read at once when it says that it is back, unless its credentials were refused', async () => {
    const { handle, does, calls } = setUp();
    does.read = unreachable;
    for (let count = 0; count < 3; count += 1) await handle.refresh();
    expect(handle.refresh()).toBeUndefined();
    handle.retry();
    does.read = () => Promise.reject(new EvccError('EVCC_DEVICE_AUTH', 'no'));
    await handle.refresh();
    handle.retry();
    expect(handle.refresh()).toBeUndefined();
    expect(calls.read).toBe(4);
  });

  test('is reported with its reason and the time since when, and logged once', async () => {
    const { handle, clock, lines, does, calls } = setUp();
    await handle.refresh();
    does.read = unreachable;
    await clock.advance(10_000);
    const since = clock.now();
    await handle.refresh();
    await clock.advance(10_000);
    await handle.refresh();
    expect(handle.report()).toEqual({
      kind: 'charger',
      name: 'garage',
      type: 'wallbox.ts',
      state: 'unavailable',
      reason: 'connect ECONNREFUSED 10.0.0.5:80',
      since,
    });
    expect(lines).toEqual(['warn: charger garage is not available: connect ECONNREFUSED 10.0.0.5:80']);
    expect(calls.changed).toBeGreaterThan(1);
  });

  test('keeps the last reading', async () => {
    const { handle, clock, does } = setUp();
    await handle.refresh();
    does.read = unreachable;
    await handle.refresh();
    expect(handle.sample(clock.now())).toMatchObject({ value: 1, stale: false });
  });

  test('is logged when it is back, and is available since then', async () => {
    const { handle, clock, lines, does } = setUp();
    does.read = unreachable;
    await handle.refresh();
    does.read = async () => 2;
    await clock.advance(10_000);
    await handle.refresh();
    expect(lines.at(-1)).toBe('info: charger garage is back');
    expect(handle.report()).toMatchObject({ state: 'available', reason: '', since: clock.now() });
    expect(handle.sample(clock.now())?.value).toBe(2);
  });

  test('with a mistake in its driver is logged as an error', async () => {
    const { handle, lines, does } = setUp();
    does.read = async () => {
      throw new TypeError('x is not a function');
    };
    await handle.refresh();
    expect(lines).toEqual(['error: charger garage is not available: x is not a function']);
  });

  test('gives a new reason without logging it', async () => {
    const { handle, lines, does } = setUp();
    does.read = unreachable;
    await handle.refresh();
    does.read = () => Promise.reject(new EvccError('EVCC_DEVICE_PROTOCOL', 'no field "power"'));
    await handle.refresh();
    expect(handle.report().reason).toBe('no field "power"');
    expect(lines).toHaveLength(1);
  });

  test('shows long reasons in one short line', async () => {
    const { handle, does } = setUp();
    does.read = () => Promise.reject(new Error(`<html>\n  <body>${'x'.repeat(10_000)}`));
    await handle.refresh();
    const { reason } = handle.report();
    expect(reason).toMatch(/^<html> <body>x/);
    expect(reason).toHaveLength(300);
  });

  test('shows no secrets', async () => {
    const { handle, lines, does } = setUp({ hide: (text) => text.replaceAll('s3cret', '***') });
    does.read = () => Promise.reject(new Error('GET http://me:s3cret@10.0.0.5 failed'));
    await handle.refresh();
    expect(handle.report().reason).toBe('GET http://me:***@10.0.0.5 failed');
    await expect(handle.command('enabling', () => Promise.reject(new Error('s3cret')))).rejects.toThrow(
      'enabling: ***',
    );
    expect(lines.join()).not.toContain('s3cret');
  });

  test.each([undefined, null, 'a text', 5, { code: 17 }, Object.create(null)])(
    'may throw anything, such as %j',
    async (what) => {
      const { handle, does } = setUp();
      does.read = () => Promise.reject(what);
      await handle.refresh();
      expect(handle.report().state).toBe('unavailable');
      expect(handle.report().reason).not.toBe('');
    },
  );
});

describe('pauses', () => {
  test('two quick retries, then 5 s doubling to 5 min', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1_000].map(pause)).toEqual([
      0, 0, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000,
    ]);
  });

  test('during a pause the device is left alone', async () => {
    const { handle, clock, does, calls } = setUp();
    does.read = unreachable;
    for (let turn = 0; turn < 3; turn += 1) await handle.refresh();
    expect(handle.refresh()).toBeUndefined();
    await clock.advance(4_999);
    expect(handle.refresh()).toBeUndefined();
    await clock.advance(1);
    await handle.refresh();
    expect(calls.read).toBe(4);
    await clock.advance(9_999);
    expect(handle.refresh()).toBeUndefined();
    await clock.advance(1);
    expect(handle.refresh()).toBeDefined();
  });

  test('start from the beginning after a success', async () => {
    const { handle, clock, does, calls } = setUp();
    does.read = unreachable;
    for (let turn = 0; turn < 5; turn += 1) {
      await clock.advance(60_000);
      await handle.refresh();
    }
    does.read = async () => 1;
    await clock.advance(60_000);
    await handle.refresh();
    does.read = unreachable;
    calls.read = 0;
    for (let turn = 0; turn < 3; turn += 1) await handle.refresh();
    expect(calls.read).toBe(3);
  });

  test('end when the clock is set back', async () => {
    const { handle, clock, does, calls } = setUp();
    does.read = unreachable;
    for (let turn = 0; turn < 3; turn += 1) await handle.refresh();
    clock.jump(clock.now() - 3_600_000);
    await handle.refresh();
    expect(calls.read).toBe(4);
  });

  test.each(['create', 'read'] as const)(
    'a device that refuses the credentials (%s) is not asked again',
    async (step) => {
      const { handle, clock, does, calls } = setUp();
      does[step] = () => Promise.reject(Object.assign(new Error('401'), { response: { statusCode: 401 } }));
      await handle.refresh();
      await clock.advance(7 * 86_400_000);
      expect(handle.refresh()).toBeUndefined();
      expect(calls[step]).toBe(1);
      expect(handle.report()).toMatchObject({ state: 'unavailable', reason: '401' });
    },
  );
});
