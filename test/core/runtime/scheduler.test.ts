import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../../core/log.ts';
import { createScheduler, type Scheduler } from '../../../core/runtime/scheduler.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';
import { startHouse } from '../../helpers/house.ts';
import { logged, probe } from '../../helpers/probe.ts';

interface SetUp {
  readonly scheduler: Scheduler;
  readonly clock: FakeClock;
  /** ms since the beginning of each cycle */
  readonly starts: number[];
  readonly lines: string[];
  /** ms that a cycle takes */
  duration: number;
  /** Most cycles that ran at a time */
  most: number;
}

function setUp(interval = 10_000): SetUp {
  const clock = new FakeClock(0);
  const starts: number[] = [];
  const lines: string[] = [];
  let running = 0;
  const log = createLogger({
    destination: { write() {} },
    observe: ({ level, message }) => void lines.push(`${level}: ${message}`),
  });
  const cycle = async (): Promise<void> => {
    starts.push(clock.now());
    running += 1;
    parts.most = Math.max(parts.most, running);
    if (parts.duration > 0) await clock.sleep(parts.duration);
    running -= 1;
  };
  const parts = { scheduler: createScheduler(cycle, interval, clock, log), clock, starts, lines, duration: 0, most: 0 };
  return parts;
}

describe('cycles', () => {
  test('are not run as a part of whoever asks for them', async () => {
    const owners = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const clock = new FakeClock(0);
    const cycle = async (): Promise<void> => void seen.push(owners.getStore());
    const scheduler = createScheduler(cycle, 10_000, clock, createLogger({ destination: { write() {} } }));
    await scheduler.start();
    owners.run('plugin acme', () => scheduler.request());
    await owners.run('plugin acme', () => clock.advance(20_000));
    expect(seen).toEqual([undefined, undefined, undefined, undefined]);
    await scheduler.stop();
  });

  test('run one per interval, the first one at once', async () => {
    const { scheduler, clock, starts } = setUp();
    await scheduler.start();
    expect(starts).toEqual([0]);
    await clock.advance(35_000);
    expect(starts).toEqual([0, 10_000, 20_000, 30_000]);
  });

  test('start resolves when the first one is over', async () => {
    const parts = setUp();
    parts.duration = 2_000;
    let started = false;
    const starting = parts.scheduler.start().then(() => {
      started = true;
    });
    await parts.clock.advance(1_999);
    expect(started).toBe(false);
    await parts.clock.advance(1);
    await starting;
  });

  test('never overlap, however long they take', async () => {
    const parts = setUp();
    parts.duration = 25_000;
    void parts.scheduler.start();
    for (let second = 0; second < 120; second += 1) {
      parts.scheduler.request();
      await parts.clock.advance(1_000);
    }
    expect(parts.most).toBe(1);
    expect(parts.starts).toEqual([0, 25_000, 50_000, 75_000, 100_000]);
  });

  test('that took longer than the interval are reported once, and once when they are quick again', async () => {
    const parts = setUp();
    parts.duration = 12_300;
    void parts.scheduler.start();
    await parts.clock.advance(60_000);
    expect(parts.lines).toEqual(['warn: a cycle took 12.3 s, longer than the interval of 10 s']);
    parts.duration = 5_000;
    await parts.clock.advance(60_000);
    expect(parts.lines.slice(1)).toEqual(['info: cycles are within the interval again']);
  });

  test('are not put off when the clock was set back by an hour, or forward', async () => {
    const { scheduler, clock, starts } = setUp();
    clock.jump(7_200_000);
    await scheduler.start();
    clock.jump(3_600_000);
    scheduler.request();
    await clock.advance(250);
    expect(starts.slice(1)).toEqual([3_600_250]);
    await clock.advance(20_000);
    expect(starts.slice(2)).toEqual([3_610_250, 3_620_250]);
    clock.jump(7_200_000);
    await clock.advance(10_000);
    expect(starts.slice(4)).toEqual([7_200_000, 7_210_000]);
  });
});

describe('early cycles', () => {
  test('run at once when the last one started long enough ago; the regular ones keep their time', async () => {
    const { scheduler, clock, starts } = setUp();
    await scheduler.start();
    await clock.advance(4_000);
    scheduler.request();
    await clock.advance(16_000);
    expect(starts).toEqual([0, 4_000, 10_000, 20_000]);
  });

  test('many requests make one', async () => {
    const { scheduler, clock, starts } = setUp();
    await scheduler.start();
    await clock.advance(4_000);
    for (let index = 0; index < 100; index += 1) scheduler.request();
    await clock.advance(5_000);
    expect(starts).toEqual([0, 4_000, 4_250]);
  });

  test('asked for during a cycle run after it', async () => {
    const parts = setUp();
    parts.duration = 1_000;
    void parts.scheduler.start();
    await parts.clock.advance(100);
    parts.scheduler.request();
    parts.scheduler.request();
    await parts.clock.advance(5_000);
    expect(parts.starts).toEqual([0, 1_000]);
  });

  test('in a flood start at most every 250 ms', async () => {
    const { scheduler, clock, starts } = setUp();
    await scheduler.start();
    for (let index = 0; index < 1_000; index += 1) {
      scheduler.request();
      await clock.advance(2);
    }
    expect(starts.length).toBeLessThanOrEqual(9);
    expect(starts.every((at, index) => index === 0 || at - (starts[index - 1] ?? 0) >= 250)).toBe(true);
  });

  test('asked for before the start are not run', async () => {
    const { scheduler, clock, starts } = setUp();
    scheduler.request();
    await clock.advance(60_000);
    expect(starts).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('another interval', () => {
  test('counts from the last cycle on', async () => {
    const { scheduler, clock, starts } = setUp();
    await scheduler.start();
    await clock.advance(1_000);
    scheduler.setInterval(3_000);
    await clock.advance(6_000);
    expect(starts).toEqual([0, 3_000, 6_000]);
    scheduler.setInterval(30_000);
    await clock.advance(60_000);
    expect(starts.slice(3)).toEqual([9_000, 39_000]);
  });

  test('may be set before the start', async () => {
    const { scheduler, clock, starts } = setUp();
    scheduler.setInterval(2_000);
    await scheduler.start();
    await clock.advance(4_000);
    expect(starts).toEqual([0, 2_000, 4_000]);
  });
});

describe('stopping', () => {
  test('starts no further cycle and leaves no timer', async () => {
    const { scheduler, clock, starts } = setUp();
    await scheduler.start();
    await scheduler.stop();
    scheduler.request();
    scheduler.setInterval(1_000);
    expect(clock.pending).toBe(0);
    await clock.advance(60_000);
    expect(starts).toEqual([0]);
  });

  test('waits for the cycle that runs', async () => {
    const parts = setUp();
    parts.duration = 3_000;
    void parts.scheduler.start();
    await settle();
    let stopped = false;
    const stopping = parts.scheduler.stop().then(() => {
      stopped = true;
    });
    await parts.clock.advance(2_999);
    expect(stopped).toBe(false);
    await parts.clock.advance(1);
    await stopping;
  });
});

test('a cycle that fails is logged once, and the next one runs', async (t) => {
  let broken = false;
  const odd = probe((evcc) => {
    evcc.chargers.define('odd', {
      schema: { type: 'object', properties: {} },
      create: () => ({
        get traits() {
          if (broken) throw new Error('no facts today');
          return {};
        },
        read: async () => ({ status: 'A', enabled: false }),
        enable: async () => {},
        setMaxCurrent: async () => {},
      }),
    });
  });
  const house = await startHouse(t, {
    unprepared: true,
    plugins: [odd],
    config: { chargers: { charger1: { type: 'odd' } } as never },
  });
  await house.runtime.start();
  broken = true;
  await house.clock.advance(60_000);
  expect(logged(house, 'a cycle')).toEqual(['error: a cycle failed: no facts today']);
  broken = false;
  await house.clock.advance(60_000);
  expect(logged(house, 'a cycle').slice(1)).toEqual(['info: a cycle works again']);
});
