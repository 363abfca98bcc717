import { describe, expect, test } from 'vitest';
import type { Evcc, LoadedPlugin, MeterDevice, Plugin, Setting } from '../../core/index.ts';
import { settle } from '../helpers/fake-clock.ts';
import { type FakeHouse, startHouse } from '../helpers/house.ts';
import { logged } from '../helpers/probe.ts';

const schema = { type: 'object', properties: { level: { type: 'integer', minimum: 0 } } } as const;

const row = (name: string): Setting => ({
  scope: 'site',
  name,
  description: 'A setting of a plugin',
  schema: { type: 'number', minimum: 0, maximum: 10, default: 1 },
  mqtt: name,
});

/** A plugin with a section, a type, a setting and taps, that writes down what happens to it. */
function lab(calls: string[], more: (evcc: Evcc, level: number) => void = () => {}): Plugin<{ level: number }> {
  return {
    name: 'lab',
    section: { key: 'lab', schema },
    apply(evcc, { level }) {
      calls.push(`apply ${level}`);
      evcc.hooks.setup.tapPromise('lab', async () => void calls.push(`setup ${level}`));
      evcc.hooks.started.tap('lab', () => void calls.push(`started ${level}`));
      evcc.hooks.measured.tap('lab', () => void calls.push(`measured ${level}`));
      evcc.hooks.stop.tapPromise('lab', async () => void calls.push(`stop ${level}`));
      evcc.settings.define(row('labLevel'));
      evcc.meters.define('lab', {
        schema: { type: 'object', properties: {} },
        create: (): MeterDevice => {
          calls.push(`create ${level}`);
          return { read: async () => ({ power: level }), close: () => void calls.push(`close ${level}`) };
        },
      });
      more(evcc, level);
      return () => void calls.push(`release ${level}`);
    },
  };
}

const meters = { grid: { type: 'fake' }, pv: { type: 'lab' } };

async function startLab(t: Parameters<typeof startHouse>[0], plugin: LoadedPlugin): Promise<FakeHouse> {
  return await startHouse(t, { plugins: [plugin], config: { lab: { level: 1 }, meters } as never });
}

const change = (house: FakeHouse, changed: object): Promise<readonly { path: string; message: string }[]> =>
  house.clock.until(house.runtime.reconfigure({ ...house.config, ...changed }));

describe('a changed section', () => {
  test('applies that plugin anew and re-creates the devices of its types', async (t) => {
    const calls: string[] = [];
    const house = await startLab(t, lab(calls) as LoadedPlugin);
    await house.cycle();
    expect(calls).toEqual(['apply 1', 'setup 1', 'create 1', 'measured 1']);
    calls.length = 0;
    expect(await change(house, { lab: { level: 2 } })).toEqual([]);
    await house.cycle();
    expect(calls).toEqual(['apply 2', 'setup 2', 'close 1', 'stop 1', 'release 1', 'create 2', 'measured 2']);
    expect(house.site('pvPower')).toBe(2);
    expect(house.created).toEqual(['grid', 'charger1']);
  });

  test('that says the same leaves everything alone', async (t) => {
    const calls: string[] = [];
    const house = await startLab(t, lab(calls) as LoadedPlugin);
    await house.cycle();
    expect(await change(house, { lab: { level: 1 } })).toEqual([]);
    await house.cycle();
    expect(calls).toEqual(['apply 1', 'setup 1', 'create 1', 'measured 1', 'measured 1']);
  });

  test('keeps the value of the plugin’s setting', async (t) => {
    const house = await startLab(t, lab([]) as LoadedPlugin);
    await house.commandSite('labLevel', 7);
    expect(await change(house, { lab: { level: 2 } })).toEqual([]);
    expect(house.site('labLevel')).toBe(7);
    await house.commandSite('labLevel', 8);
  });
});

describe('a plugin that joins', () => {
  test('is applied, set up and started; its settings appear', async (t) => {
    const calls: string[] = [];
    const house = await startHouse(t, { unprepared: true });
    await house.runtime.start();
    await expect(house.commandSite('labLevel', 7)).rejects.toMatchObject({ code: 'EVCC_NOT_FOUND' });
    const plugins = [...(house.config.plugins ?? []), lab(calls) as LoadedPlugin];
    expect(await change(house, { plugins, lab: { level: 3 } })).toEqual([]);
    expect(calls.slice(0, 3)).toEqual(['apply 3', 'setup 3', 'started 3']);
    await house.commandSite('labLevel', 7);
    expect(house.site('labLevel')).toBe(7);
  });
});

describe('a plugin that is removed', () => {
  test('leaves no taps, settings, types and devices behind', async (t) => {
    const calls: string[] = [];
    const house = await startLab(t, lab(calls) as LoadedPlugin);
    await house.cycle();
    const plugins = house.config.plugins?.slice(0, 1);
    calls.length = 0;
    const all = { type: 'fake' };
    expect(await change(house, { plugins, lab: undefined, meters: { grid: all, pv: all } })).toEqual([]);
    await house.cycle();
    expect(calls).toEqual(['close 1', 'stop 1', 'release 1']);
    expect(house.runtime.evcc.settings.rows().map(({ name }) => name)).not.toContain('labLevel');
    expect(house.runtime.evcc.settings.get('site', 0, 'labLevel')).toBeUndefined();
    expect(house.site('labLevel')).toBeNull();
    await expect(house.commandSite('labLevel', 7)).rejects.toMatchObject({ code: 'EVCC_NOT_FOUND' });
    const problems = await change(house, { plugins, lab: undefined, meters });
    expect(problems).toEqual([expect.objectContaining({ path: 'meters.pv.type' })]);
    await house.stop();
    expect(calls).toEqual(['close 1', 'stop 1', 'release 1']);
  });

  test('no longer hears the log', async (t) => {
    const heard: string[] = [];
    const curious: LoadedPlugin = {
      name: 'curious',
      apply: (evcc) => void evcc.onLog(({ message }) => heard.push(message)),
    };
    const house = await startHouse(t, { plugins: [curious] });
    house.grid.failure = new Error('gone');
    await house.cycle();
    expect(heard).toHaveLength(1);
    await change(house, { plugins: house.config.plugins?.slice(0, 1) });
    house.pv.failure = new Error('gone too');
    await house.cycle();
    expect(heard).toHaveLength(1);
  });

  test('and hangs or throws at its end does not keep the change from happening', async (t) => {
    const stubborn: LoadedPlugin = {
      name: 'stubborn',
      apply(evcc) {
        evcc.hooks.stop.tapPromise('stubborn', () => new Promise(() => {}));
        return () => {
          throw new Error('still in use');
        };
      },
    };
    const house = await startHouse(t, { plugins: [stubborn] });
    expect(await change(house, { plugins: house.config.plugins?.slice(0, 1) })).toEqual([]);
    expect(logged(house, 'stubborn')).toEqual([
      'error: stop of plugin stubborn failed: stop of plugin stubborn took longer than 5 s',
      'warn: plugin stubborn could not be released: still in use',
    ]);
  });
});

describe('while plugins are exchanged', () => {
  test('no cycle runs without the limiter that is replaced', async (t) => {
    const limiter: Plugin<{ level: number }> = {
      name: 'limiter',
      section: { key: 'lab', schema },
      apply(evcc, { level }) {
        evcc.hooks.limit.tap('limiter', (setpoint) => ({ ...setpoint, current: Math.min(setpoint.current, level) }));
        evcc.hooks.setup.tapPromise('limiter', () => evcc.clock.sleep(4_000));
        return () => evcc.clock.sleep(4_000);
      },
    };
    const house = await startHouse(t, {
      unprepared: true,
      interval: 1,
      loadpoints: [{ mode: 'now' }],
      plugins: [limiter as LoadedPlugin],
      config: { lab: { level: 10 } } as never,
    });
    await house.clock.until(house.runtime.start());
    await house.clock.advance(10_000);
    expect(house.charger().maxCurrent).toBe(10);
    let over = false;
    const changing = change(house, { lab: { level: 8 } }).finally(() => {
      over = true;
    });
    while (!over) {
      house.runtime.evcc.requestCycle();
      await settle();
    }
    expect(await changing).toEqual([]);
    await house.clock.advance(2_000);
    expect(house.charger().commands.filter((command) => 'setMaxCurrent' in command)).toEqual([
      { setMaxCurrent: 10 },
      { setMaxCurrent: 8 },
    ]);
  });

  test('a cycle that is under way ends first', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }, { mode: 'now' }] });
    house.charger(2).hangs = 'commands';
    const cycle = house.runtime.cycle();
    await settle();
    expect(house.charger(2).commands).not.toEqual([]);
    const [first] = house.config.loadpoints ?? [];
    const changing = house.runtime.reconfigure({
      ...house.config,
      chargers: { charger1: { type: 'fake' } },
      loadpoints: [first],
    });
    for (let turn = 0; turn < 20; turn += 1) await settle();
    expect(house.runtime.evcc.state.loadpoints).toHaveLength(2);
    await house.clock.until(Promise.all([cycle, changing]));
    await house.cycle();
    expect(house.runtime.evcc.state.loadpoints).toHaveLength(1);
    expect(logged(house, 'a cycle failed')).toEqual([]);
  });

  test('the end of the house waits until it is over', async (t) => {
    const calls: string[] = [];
    const house = await startHouse(t, {});
    const joins: LoadedPlugin = {
      name: 'joins',
      apply(evcc) {
        evcc.hooks.setup.tapPromise('joins', () => {
          calls.push('setup');
          return evcc.clock.sleep(4_000);
        });
        return () => void calls.push('release');
      },
    };
    const changing = house.runtime.reconfigure({ ...house.config, plugins: [...(house.config.plugins ?? []), joins] });
    await expect.poll(() => calls).toEqual(['setup']);
    const stopping = house.runtime.stop();
    await settle();
    expect(calls).toEqual(['setup']);
    await house.clock.until(Promise.all([changing, stopping]));
    expect(calls).toEqual(['setup', 'release']);
  });
});
