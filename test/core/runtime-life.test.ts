import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { LoadedPlugin, Store } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';
import { settle } from '../helpers/fake-clock.ts';
import { type HouseOptions, startHouse } from '../helpers/house.ts';
import { logged, probe, tapping, tappingLater } from '../helpers/probe.ts';

const hang = (): Promise<never> => new Promise(() => {});

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

const FULL: HouseOptions = {
  battery: { soc: 50 },
  loadpoints: [{ mode: 'now' }, { mode: 'pv' }],
  rates: (now) => [{ start: now, end: now + 86_400_000, price: 0.3 }],
  config: { vehicles: { car: { type: 'fake' } } as never },
};

describe('the start', () => {
  test('sets up the plugins, runs the first cycle, and tells the plugins', async (t) => {
    const calls: string[] = [];
    const plugin = probe((evcc) => {
      evcc.hooks.setup.tap('probe', () => void calls.push('setup'));
      evcc.hooks.measured.tap('probe', () => void calls.push('measured'));
      evcc.hooks.publish.tap('probe', () => void calls.push('publish'));
      evcc.hooks.started.tap('probe', () => void calls.push('started'));
    });
    const house = await startHouse(t, { ...FULL, plugins: [plugin], unprepared: true });
    await house.runtime.start();
    expect(calls).toEqual(['setup', 'measured', 'publish', 'started']);
    expect(house.charger().charging).toBe(true);
  });

  test('is done once, also when it is asked for twice', async (t) => {
    const calls: string[] = [];
    const plugin = tapping('setup', () => void calls.push('setup'));
    const house = await startHouse(t, { plugins: [plugin], unprepared: true });
    await Promise.all([house.runtime.prepare(), house.runtime.start()]);
    expect(calls).toEqual(['setup']);
  });

  test('lets plugins look around while they are applied', async (t) => {
    const seen: unknown[] = [];
    const plugin = probe((evcc) => {
      seen.push(evcc.healthy(), evcc.version, evcc.state.site.size, evcc.settings.rows().length > 10);
      evcc.requestCycle();
      evcc.announce('a line');
    });
    const house = await startHouse(t, { plugins: [plugin] });
    expect(seen).toEqual([false, '0.0.0-test', 0, true]);
    expect(house.runtime.announcements).toEqual(['a line']);
  });

  test('gives plugins of the settings what is theirs to use', async (t) => {
    let keys: string[] = [];
    const plugin = probe((evcc) => {
      keys = Object.keys(evcc.settings);
    });
    await startHouse(t, { plugins: [plugin] });
    expect(keys.sort()).toEqual(['define', 'execute', 'get', 'rows']);
  });
});

describe('the end', () => {
  test.each([
    [['restart'], true],
    [['restart', 'restart'], true],
    [['shutdown', 'restart'], false],
    [['restart', 'shutdown'], false],
  ] as const)('%j: whether the house starts anew is %s', async (orders, again) => {
    const plugin = probe((evcc) => {
      evcc.hooks.measured.tap('probe', () => {
        for (const order of orders)
          if (order === 'restart') evcc.system.restart();
          else evcc.shutdown();
      });
    });
    const house = await startHouse({ onTestFinished }, { plugins: [plugin] });
    await house.cycle();
    await house.runtime.done;
    expect(house.runtime.again).toBe(again);
  });

  test('goes in order: sessions, batteries, taps, plugins, devices, store', async (t) => {
    const calls: string[] = [];
    const memory = createMemoryStore();
    const store: Store = {
      ...memory,
      sessions: {
        ...memory.sessions,
        save: (session) => {
          calls.push('session');
          return memory.sessions.save(session);
        },
      },
      close: async () => void calls.push('store'),
    };
    const plugin: LoadedPlugin = {
      name: 'probe',
      apply(evcc) {
        evcc.hooks.battery.tap('probe', () => ({ mode: 'hold', reason: { code: 'test', text: 'a test wants it' } }));
        evcc.hooks.stop.tapPromise('probe', async () => void calls.push('stop'));
        return () => void calls.push('release');
      },
    };
    const house = await startHouse(t, {
      ...FULL,
      store,
      plugins: [plugin],
      batteryMode: async (mode) => void calls.push(mode),
    });
    await house.run(60);
    expect(calls).toContain('hold');
    house.charger().full = true;
    await house.cycle();
    calls.length = 0;
    await house.stop();
    expect(calls.slice(0, 2).sort()).toEqual(['normal', 'session']);
    expect(calls.slice(2)).toEqual(['stop', 'release', 'store']);
    expect(house.closed.sort()).toEqual(['battery', 'car', 'charger1', 'charger2', 'grid', 'grid', 'pv']);
  });

  test('can be asked for more than once, and before the start', async (t) => {
    const calls: string[] = [];
    const plugin: LoadedPlugin = { name: 'probe', apply: () => () => void calls.push('release') };
    const house = await startHouse(t, { plugins: [plugin], unprepared: true });
    await Promise.all([house.runtime.stop(), house.runtime.stop()]);
    await house.runtime.stop();
    await house.runtime.start();
    await house.clock.advance(60_000);
    expect(calls).toEqual(['release']);
    expect(house.created).toEqual([]);
    expect(house.clock.pending).toBe(0);
  });

  test('is asked for by plugins too', async (t) => {
    const plugin = probe((evcc) => evcc.hooks.measured.tap('probe', () => evcc.shutdown()));
    const house = await startHouse(t, { plugins: [plugin] });
    let done = false;
    const ending = house.runtime.done.then(() => {
      done = true;
    });
    await settle();
    expect(done).toBe(false);
    await house.cycle();
    await ending;
  });

  test('during the first cycle lets it end, and nothing begins after it', async (t) => {
    const calls: string[] = [];
    const plugin = probe((evcc) => {
      evcc.hooks.measure.tapPromise('probe', () => evcc.clock.sleep(2_000));
      evcc.hooks.started.tap('probe', () => void calls.push('started'));
      evcc.hooks.stop.tap('probe', () => void calls.push('stop'));
    });
    const house = await startHouse(t, { plugins: [plugin], unprepared: true });
    const starting = house.runtime.start();
    await expect.poll(() => house.charger().reads).toBe(1);
    await house.stop();
    await starting;
    await house.clock.advance(60_000);
    expect(calls).toEqual(['stop']);
    expect(house.charger().reads).toBe(1);
    expect(house.clock.pending).toBe(0);
  });

  test('during the setup waits for it, and nothing begins after it', async (t) => {
    const calls: string[] = [];
    const plugin = probe((evcc) => {
      evcc.hooks.setup.tapPromise('probe', async () => {
        await evcc.clock.sleep(3_000);
        calls.push('open');
      });
      evcc.hooks.stop.tap('probe', () => void calls.push('close'));
    });
    const house = await startHouse(t, { plugins: [plugin], unprepared: true });
    const starting = house.runtime.start();
    await settle();
    await house.stop();
    await starting;
    await house.clock.advance(60_000);
    expect(calls).toEqual(['open', 'close']);
    expect(house.charger().reads).toBe(0);
    expect(house.clock.pending).toBe(0);
  });
});

describe('nothing is left behind', () => {
  test('by a house that works', async (t) => {
    const house = await startHouse(t, { ...FULL, unprepared: true });
    await house.runtime.start();
    await house.clock.advance(3_600_000);
    await house.command('mode', 'off');
    house.runtime.evcc.requestCycle();
    await house.stop();
    expect(house.clock.pending).toBe(0);
    const { reads } = house.charger();
    await house.clock.advance(3_600_000);
    expect(house.charger().reads).toBe(reads);
  });

  test.for(['measure', 'rates', 'plan', 'command', 'started', 'stop'] as const)(
    'by a plugin whose %s hangs',
    async (hook, t) => {
      const house = await startHouse(t, { ...FULL, plugins: [tappingLater(hook, hang)], unprepared: true });
      await house.clock.until(house.runtime.start());
      void house.command('mode', 'pv').catch(() => {});
      await house.clock.advance(1_000);
      await house.stop();
      expect(house.clock.pending).toBe(0);
    },
  );

  test('by devices that hang in every way', async (t) => {
    const house = await startHouse(t, {
      ...FULL,
      loadpoints: [{ mode: 'now' }, { mode: 'now' }, { mode: 'now' }],
      create: (name) => (name === 'charger3' ? hang() : undefined),
    });
    house.charger(1).hangs = true;
    house.charger(2).hangs = 'commands';
    house.grid.hangs = true;
    await house.clock.until(house.runtime.cycle());
    expect(house.clock.pending).toBeGreaterThanOrEqual(4);
    await house.stop();
    expect(house.clock.pending).toBe(0);
    await house.clock.advance(60_000);
    expect(house.log.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
      expect.stringContaining('commanding charger charger2 failed: '),
    ]);
  });

  test('by a device that does not close', async (t) => {
    const stubborn = probe((evcc) => {
      evcc.meters.define('stubborn', {
        schema: { type: 'object', properties: {} },
        create: () => ({ read: async () => ({ power: 0 }), close: hang }),
      });
    });
    const house = await startHouse(t, {
      plugins: [stubborn],
      config: { meters: { grid: { type: 'stubborn' }, pv: { type: 'fake' } } as never },
    });
    await house.cycle();
    await house.stop();
    expect(logged(house, 'could not be closed')).toEqual([
      'warn: meter grid could not be closed: closing meter grid took longer than 10 s',
    ]);
    expect(house.closed.sort()).toEqual(['charger1', 'pv']);
    expect(house.clock.pending).toBe(0);
  });

  test('by a house that was changed many times', async (t) => {
    const house = await startHouse(t, FULL);
    for (let n = 0; n < 20; n += 1) {
      await house.cycle();
      const chargers = { ...house.config.chargers, charger1: { type: 'fake', n } };
      expect(await house.runtime.reconfigure({ ...house.config, chargers })).toEqual([]);
    }
    expect(house.created.filter((name) => name === 'charger1')).toHaveLength(20);
    expect(house.closed.filter((name) => name === 'charger1')).toHaveLength(20);
    await house.stop();
    expect(house.created.toSorted()).toEqual(house.closed.toSorted());
    expect(house.clock.pending).toBe(0);
  });

  test('by a house whose start failed', async (t) => {
    const house = await startHouse(t, {
      ...FULL,
      plugins: [tappingLater('setup', () => Promise.reject(new Error('no')))],
      unprepared: true,
    });
    await expect(house.runtime.start()).rejects.toThrow('no');
    await house.stop();
    expect(house.clock.pending).toBe(0);
    expect(house.created).toEqual([]);
  });
});
