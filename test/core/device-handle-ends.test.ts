import { describe, expect, test } from 'vitest';
import { EvccError } from '../../core/errors.ts';
import { settle } from '../helpers/fake-clock.ts';
import { type Device, hang, setUpHandle as setUp, unreachable } from '../helpers/handle.ts';

describe('a device that hangs', () => {
  test('is given up at the deadline; its signal ends and its late answer is dropped', async () => {
    const { handle, clock, does } = setUp();
    let answer = (_: number): void => {};
    let aborted = false;
    does.read = (signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const refreshing = handle.refresh();
    await clock.advance(9_999);
    expect(aborted).toBe(false);
    await clock.advance(1);
    await refreshing;
    expect(aborted).toBe(true);
    expect(handle.report()).toMatchObject({
      state: 'unavailable',
      reason: 'reading charger garage took longer than 10 s',
    });
    answer(99);
    await settle();
    expect(handle.sample(clock.now())).toBeUndefined();
    expect(handle.report().state).toBe('unavailable');
  });

  test('is not read again while a reading is under way', async () => {
    const { handle, clock, does, calls } = setUp();
    does.read = hang;
    void handle.refresh();
    await clock.advance(5_000);
    expect(handle.refresh()).toBeUndefined();
    expect(calls.read).toBe(1);
  });

  test('is not created twice at a time', async () => {
    const { handle, clock, does, calls } = setUp();
    does.create = hang;
    void handle.refresh();
    await clock.advance(5_000);
    expect(handle.refresh()).toBeUndefined();
    expect(handle.prepare()).toBeUndefined();
    expect(calls.create).toBe(1);
    await clock.advance(5_000);
    expect(handle.report().reason).toBe('starting charger garage took longer than 10 s');
  });

  test('may also ignore that its command was given up', async () => {
    const { handle, clock } = setUp();
    await handle.refresh();
    const done = handle.command('setting 6 A', hang);
    const failed = expect(done).rejects.toMatchObject({
      code: 'EVCC_DEVICE_UNAVAILABLE',
      device: 'garage',
      message: 'setting 6 A took longer than 10 s',
    });
    await clock.advance(10_000);
    await failed;
    expect(clock.pending).toBe(0);
  });
});

describe('creating', () => {
  test('fails and is tried again', async () => {
    const { handle, does, calls } = setUp();
    does.create = unreachable;
    await handle.refresh();
    expect(handle.report()).toMatchObject({ state: 'unavailable', reason: 'connect ECONNREFUSED 10.0.0.5:80' });
    expect(calls.read).toBe(0);
    does.create = async () => ({});
    await handle.refresh();
    expect(calls).toMatchObject({ create: 2, read: 1 });
    expect(handle.report().state).toBe('available');
  });

  test('a factory may throw, and answer at once', async () => {
    const { handle, does } = setUp();
    does.create = () => {
      throw new Error('no such port');
    };
    await handle.refresh();
    expect(handle.report().reason).toBe('no such port');
    does.create = () => ({}) as Promise<Device>;
    await handle.refresh();
    expect(handle.report().state).toBe('available');
  });

  test('a device without reading is not lost any more once it could be created', async () => {
    const { handle, lines, does } = setUp();
    does.create = unreachable;
    await handle.prepare();
    does.create = async () => ({});
    await handle.prepare();
    expect(handle.report()).toMatchObject({ state: 'starting', reason: 'not read yet' });
    expect(lines.at(-1)).toBe('info: charger garage is back');
  });

  test('a device that comes after the deadline is closed', async () => {
    const { handle, clock, does } = setUp();
    let give = (_: Device): void => {};
    does.create = () =>
      new Promise((resolve) => {
        give = resolve;
      });
    const refreshing = handle.refresh();
    await clock.advance(10_000);
    await refreshing;
    const closed: string[] = [];
    give({ close: () => void closed.push('closed') });
    await settle();
    expect(closed).toEqual(['closed']);
    expect(handle.device).toBeUndefined();
  });
});

describe('commands', () => {
  test('without a device say why there is none', async () => {
    const { handle, does } = setUp();
    does.create = unreachable;
    await handle.refresh();
    await expect(handle.command('enabling', async () => {})).rejects.toMatchObject({
      code: 'EVCC_DEVICE_UNAVAILABLE',
      message: 'charger garage is not available: connect ECONNREFUSED 10.0.0.5:80',
    });
  });

  test('reject with the code of the failure, and what was wanted', async () => {
    const { handle } = setUp();
    await handle.refresh();
    const refusing = handle.command('enabling', () => Promise.reject(new EvccError('EVCC_NOT_SUPPORTED', 'locked')));
    await expect(refusing).rejects.toMatchObject({ code: 'EVCC_NOT_SUPPORTED', message: 'enabling: locked' });
  });
});

describe('closing', () => {
  test('closes the device once and leaves it alone from then on', async () => {
    const closed: string[] = [];
    const { handle, does, calls } = setUp();
    does.create = async () => ({ close: () => void closed.push('closed') });
    await handle.refresh();
    await handle.close();
    expect(handle.refresh()).toBeUndefined();
    await expect(handle.command('enabling', async () => {})).rejects.toThrow('charger garage is not available');
    expect(closed).toEqual(['closed']);
    expect(calls.read).toBe(1);
  });

  test('without a device is nothing', async () => {
    await expect(setUp().handle.close()).resolves.toBeUndefined();
  });

  test('ends a reading and a command that are under way, and logs neither', async () => {
    const { handle, clock, does, lines } = setUp();
    await handle.refresh();
    does.read = hang;
    const reading = handle.refresh();
    const command = expect(handle.command('enabling', hang)).rejects.toThrow('enabling was given up');
    await handle.close();
    await reading;
    await command;
    expect(clock.pending).toBe(0);
    expect(lines).toEqual([]);
  });

  test('while the device is being created closes it when it comes', async () => {
    const { handle, clock, does, lines } = setUp();
    let give = (_: Device): void => {};
    does.create = () =>
      new Promise((resolve) => {
        give = resolve;
      });
    const refreshing = handle.refresh();
    await handle.close();
    await refreshing;
    const closed: string[] = [];
    give({ close: () => void closed.push('closed') });
    await settle();
    expect(closed).toEqual(['closed']);
    expect(clock.pending).toBe(0);
    expect(lines).toEqual([]);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('broken pipe')), 'broken pipe'],
    ['hangs', hang, 'closing charger garage took longer than 10 s'],
  ])('a device that %s is logged and left behind', async (_, close, message) => {
    const { handle, clock, does, lines } = setUp();
    does.create = async () => ({ close });
    await handle.refresh();
    await clock.until(handle.close());
    expect(lines).toEqual([expect.stringMatching(`^warn: charger garage could not be closed: .*${message}$`)]);
  });
});
