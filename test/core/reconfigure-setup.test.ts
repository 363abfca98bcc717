import { describe, expect, test } from 'vitest';
import type { LoadedPlugin, Plugin } from '../../core/index.ts';
import { type FakeHouse, startHouse } from '../helpers/house.ts';
import { logged } from '../helpers/probe.ts';

type Context = Parameters<typeof startHouse>[0];

interface LimiterOptions {
  readonly level: number;
  /** The plugin claims what only one can hold. */
  readonly exclusive?: boolean;
}

const schema = {
  type: 'object',
  properties: { level: { type: 'integer' }, exclusive: { type: 'boolean' } },
} as const;

/** Levels at which the limiter hangs */
const HANGS_AT_SETUP = 15;
const HANGS_AT_END = 14;

/** A limiter whose level 13 cannot be set up. */
function limiter(calls: string[], fails = (level: number): boolean => level === 13): LoadedPlugin {
  const plugin: Plugin<LimiterOptions> = {
    name: 'limiter',
    section: { key: 'lab', schema },
    apply(evcc, { level, exclusive }) {
      const hang = (at: number) => (level === at ? new Promise<never>(() => {}) : Promise.resolve());
      if (exclusive) evcc.claim('TCP port 4711');
      evcc.hooks.limit.tap('limiter', (setpoint) => ({ ...setpoint, current: Math.min(setpoint.current, level) }));
      evcc.hooks.setup.tapPromise('limiter', async () => {
        calls.push(`setup ${level}`);
        if (fails(level)) throw new Error('out of order');
        await hang(HANGS_AT_SETUP);
      });
      evcc.hooks.stop.tapPromise('limiter', async () => {
        calls.push(`stop ${level}`);
        await hang(HANGS_AT_END);
      });
      return () => {
        calls.push(`release ${level}`);
        return hang(HANGS_AT_END);
      };
    },
  };
  return plugin as LoadedPlugin;
}

interface Lab extends Partial<LimiterOptions> {
  readonly calls?: string[];
  readonly fails?: (level: number) => boolean;
}

const start = (t: Context, { calls = [], fails, level = 10, exclusive = false }: Lab = {}): Promise<FakeHouse> =>
  startHouse(t, {
    loadpoints: [{ mode: 'now' }],
    plugins: [limiter(calls, fails)],
    config: { lab: { level, exclusive } } as never,
  });

const change = (house: FakeHouse, changed: object): Promise<readonly { path: string; message: string }[]> =>
  house.clock.until(house.runtime.reconfigure({ ...house.config, ...changed }));

const OUT_OF_ORDER = { path: 'lab', message: 'plugin limiter: out of order' };

describe('an edit with a plugin that cannot be set up', () => {
  test('is refused as a whole: nothing of it is in force, and the old plugin goes on', async (t) => {
    const calls: string[] = [];
    const house = await start(t, { calls });
    await house.run(30);
    const { composition } = house.runtime;
    const site = { ...house.config.site, title: 'Changed' };
    const chargers = { charger1: { type: 'fake', n: 1 } };
    expect(await change(house, { lab: { level: 13 }, site, chargers })).toEqual([OUT_OF_ORDER]);
    await house.run(30);
    expect(house.runtime.composition).toBe(composition);
    expect(house.site('siteTitle')).toBe('Test house');
    expect(house.closed).toEqual([]);
    expect(house.charger().current).toBe(10);
    expect(calls).toEqual(['setup 10', 'setup 13', 'stop 13', 'release 13']);
    expect(await change(house, { lab: { level: 8 } })).toEqual([]);
    await house.run(30);
    expect(house.charger().current).toBe(8);
  });

  test('takes back those that could be set up, too', async (t) => {
    const calls: string[] = [];
    const good: LoadedPlugin = {
      name: 'good',
      apply(evcc) {
        evcc.settings.define({
          scope: 'site',
          name: 'goodLevel',
          description: 'A setting',
          schema: { type: 'number', default: 3 },
          mqtt: 'goodLevel',
        });
        evcc.state.define('site', { name: 'goodState', kind: 'number', description: 'A value' });
        evcc.hooks.setup.tap('good', () => {
          calls.push(`level ${evcc.settings.get('site', 0, 'goodLevel')}`);
          evcc.publish('site', 0, 'goodState', 5);
        });
        evcc.hooks.measured.tap('good', () => void calls.push('measured'));
        return () => void calls.push('release');
      },
    };
    const house = await start(t);
    const plugins = [...(house.config.plugins ?? []), good];
    expect(await change(house, { lab: { level: 13 }, plugins })).toEqual([OUT_OF_ORDER]);
    await house.cycle();
    expect(calls).toEqual(['level 3', 'release']);
    expect(house.site('goodState')).toBeUndefined();
    expect(house.runtime.evcc.settings.get('site', 0, 'goodLevel')).toBeUndefined();
    expect(await change(house, { plugins })).toEqual([]);
    await house.cycle();
    expect(calls).toEqual(['level 3', 'release', 'level 3', 'measured']);
    expect(house.site('goodState')).toBe(5);
  });

  test('may be tried again', async (t) => {
    let attempts = 0;
    const house = await start(t, {
      fails: (level) => {
        attempts += 1;
        return level === 13 && attempts < 3;
      },
    });
    expect(await change(house, { lab: { level: 13 } })).toEqual([OUT_OF_ORDER]);
    expect(await change(house, { lab: { level: 13 } })).toEqual([]);
    await house.run(30);
    expect(house.charger().current).toBe(13);
  });
});

test.for([
  ['set-up', 10, HANGS_AT_SETUP, 10, 'setup of plugin limiter took longer than 10 s'],
  ['end', HANGS_AT_END, 8, 8, undefined],
] as const)('while a plugin hangs at its %s, cycles go on at their pace', async ([, from, to, current, problem], t) => {
  const house = await startHouse(t, {
    unprepared: true,
    interval: 2,
    loadpoints: [{ mode: 'now' }],
    plugins: [limiter([])],
    config: { lab: { level: from } } as never,
  });
  await house.clock.until(house.runtime.start());
  await house.clock.advance(10_000);
  expect(house.charger().maxCurrent).toBe(from);
  let reads = house.charger().reads;
  let over = false;
  const changing = house.runtime.reconfigure({ ...house.config, lab: { level: to } }).finally(() => {
    over = true;
  });
  const pauses: number[] = [];
  let readAt = house.clock.now();
  while (!over) {
    await house.clock.advance(100);
    if (house.charger().reads === reads) continue;
    reads = house.charger().reads;
    pauses.push(house.clock.now() - readAt);
    readAt = house.clock.now();
  }
  expect(await changing).toEqual(problem === undefined ? [] : [{ path: 'lab', message: `plugin limiter: ${problem}` }]);
  expect(pauses.length).toBeGreaterThanOrEqual(4);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(2_300);
  await house.clock.advance(4_000);
  expect(house.charger().maxCurrent).toBe(current);
  expect(house.charger().charging).toBe(true);
});

describe('what only one can hold', () => {
  const exclusive = { level: 8, exclusive: true };

  test('is left by the old plugin before the new one is set up, whose limit holds until then', async (t) => {
    const calls: string[] = [];
    const house = await start(t, { calls, exclusive: true });
    await house.run(30);
    expect(await change(house, { lab: exclusive })).toEqual([]);
    expect(calls).toEqual(['setup 10', 'stop 10', 'release 10', 'setup 8']);
    await house.run(30);
    expect(house.charger().current).toBe(8);
    expect(house.commands().filter((command) => 'enable' in command)).toEqual([{ enable: true }]);
  });

  test('is given back when the new one cannot be set up', async (t) => {
    const calls: string[] = [];
    const house = await start(t, { calls, exclusive: true });
    await house.run(30);
    expect(await change(house, { lab: { ...exclusive, level: 13 } })).toEqual([OUT_OF_ORDER]);
    expect(calls).toEqual(['setup 10', 'stop 10', 'release 10', 'setup 13', 'stop 13', 'release 13', 'setup 10']);
    await house.run(30);
    expect(house.charger().current).toBe(10);
    expect(logged(house, 'goes on without')).toEqual([]);
    await house.stop();
    expect(calls.slice(-2)).toEqual(['stop 10', 'release 10']);
  });

  test.for([
    ['it works again', exclusive, 8],
    ['it is gone', undefined, 16],
  ] as const)(
    'and the old one cannot be put back: a limiter allows no current until %s',
    async ([, lab, current], t) => {
      let broken = false;
      const house = await start(t, { exclusive: true, fails: () => broken });
      await house.run(30);
      broken = true;
      expect(await change(house, { lab: exclusive })).toEqual([OUT_OF_ORDER]);
      await house.run(30);
      expect(house.charger().charging).toBe(false);
      expect(house.loadpoint('reasons')).toContainEqual(
        expect.objectContaining({
          code: 'limiter-failed',
          text: 'no current, because the limiter limiter failed: plugin limiter: out of order',
        }),
      );
      expect(logged(house, 'goes on without')).toEqual([
        'error: plugin limiter: out of order; the house goes on without this plugin until the next change',
      ]);
      broken = false;
      const plugins = house.config.plugins?.slice(0, lab ? 2 : 1);
      expect(await change(house, { plugins, lab })).toEqual([]);
      await house.run(120);
      expect(house.charger().current).toBe(current);
    },
  );

  test('cannot be asked for by two plugins', async (t) => {
    const house = await start(t, { exclusive: true });
    const rival: LoadedPlugin = { name: 'rival', apply: (evcc) => evcc.claim('TCP port 4711') };
    expect(await change(house, { plugins: [...(house.config.plugins ?? []), rival] })).toEqual([
      { path: 'plugins', message: 'TCP port 4711 is used by plugin limiter already' },
    ]);
  });
});

describe('a charger that an edit takes away', () => {
  const two = { loadpoints: [{ mode: 'now' }, { mode: 'now' }] } as const;

  test.for([
    ['with its loadpoint', true],
    ['whose entry stays', false],
  ] as const)('%s while it charges is switched off first', async ([, entryToo], t) => {
    const house = await startHouse(t, two);
    await house.run(30);
    expect(house.charger(2).charging).toBe(true);
    house.commands(2);
    const chargers = { charger1: { type: 'fake' }, ...(!entryToo && { charger2: { type: 'fake' } }) };
    expect(await change(house, { chargers, loadpoints: house.config.loadpoints?.slice(0, 1) })).toEqual([]);
    expect(house.commands(2)).toEqual([{ enable: false }]);
    await house.cycle();
    expect(house.closed).toEqual(entryToo ? ['charger2'] : []);
    expect(house.charger(1).charging).toBe(true);
    expect(house.commands(2)).toEqual([]);
  });

  test('and does not answer holds nobody up for longer than its deadline', async (t) => {
    const house = await startHouse(t, { ...two, unprepared: true, interval: 2 });
    await house.clock.until(house.runtime.start());
    await house.clock.advance(10_000);
    house.charger(2).hangs = 'commands';
    const { reads } = house.charger(1);
    const begin = house.clock.now();
    expect(
      await change(house, {
        chargers: { charger1: { type: 'fake' } },
        loadpoints: house.config.loadpoints?.slice(0, 1),
      }),
    ).toEqual([]);
    expect(house.clock.now() - begin).toBeGreaterThanOrEqual(10_000);
    expect(house.charger(1).reads - reads).toBeGreaterThanOrEqual(5);
    expect(logged(house, 'charger2')).toEqual([expect.stringContaining('disabling')]);
    expect(house.runtime.evcc.state.loadpoints).toHaveLength(1);
  });

  test('is not switched off when another loadpoint goes on with it', async (t) => {
    const house = await startHouse(t, two);
    await house.run(30);
    house.commands(2);
    const [, second] = house.config.loadpoints ?? [];
    expect(await change(house, { loadpoints: [{ ...second, name: 'renamed', title: 'Renamed' }] })).toEqual([]);
    await house.run(30);
    expect(house.commands(2)).toEqual([]);
    expect(house.commands(1)).toContainEqual({ enable: false });
  });
});

test('a battery that leaves is put back to normal, and told nothing else meanwhile', async (t) => {
  const modes: string[] = [];
  const holds: LoadedPlugin = {
    name: 'holds',
    apply: (evcc) =>
      evcc.hooks.battery.tap('holds', () => ({ mode: 'hold', reason: { code: 'holds', text: 'the car charges' } })),
  };
  const house = await startHouse(t, {
    unprepared: true,
    interval: 2,
    battery: { soc: 50 },
    plugins: [holds],
    batteryMode: async (mode) => {
      modes.push(`${mode} begins`);
      await house.clock.sleep(5_000);
      modes.push(mode);
    },
  });
  await house.clock.until(house.runtime.start());
  await house.clock.advance(6_000);
  await expect.poll(() => modes).toEqual(['hold begins', 'hold']);
  const meters = { grid: 'grid', pv: ['pv'] };
  expect(await change(house, { site: { title: 'Test house', meters } })).toEqual([]);
  expect(modes.slice(2)).toEqual(['normal begins', 'normal']);
});
