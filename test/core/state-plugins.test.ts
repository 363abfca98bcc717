import { describe, expect, test } from 'vitest';
import type { LoadedPlugin, StateKey } from '../../core/index.ts';
import { startHouse } from '../helpers/house.ts';

const heat: StateKey = { name: 'heatEnergy', kind: 'number', unit: 'kWh', scale: 0.001, description: 'Heat' };

const publishing = (scope: 'site' | 'loadpoint', key: StateKey = heat): LoadedPlugin => ({
  name: 'heat',
  apply(evcc) {
    evcc.state.define(scope, key);
    evcc.hooks.measured.tap('heat', ({ loadpoints }) => {
      if (scope === 'site') evcc.publish('site', 0, key.name, 1_500);
      else for (const { id } of loadpoints) evcc.publish('loadpoint', id, key.name, 1_000 * id);
    });
  },
});

describe('a key of a plugin', () => {
  test('is described, and published in its public unit', async (t) => {
    const house = await startHouse(t, { plugins: [publishing('site')] });
    expect(house.site('heatEnergy')).toBeUndefined();
    await house.cycle();
    expect(house.site('heatEnergy')).toBe(1.5);
    expect(house.runtime.evcc.state.describe('site', 'heatEnergy')).toEqual(heat);
  });

  test('goes with the plugin: its values are not known any more', async (t) => {
    const house = await startHouse(t, { loadpoints: [{}, {}], plugins: [publishing('loadpoint')] });
    await house.cycle();
    expect([house.loadpoint('heatEnergy', 1), house.loadpoint('heatEnergy', 2)]).toEqual([1, 2]);
    const changed = { ...house.config, plugins: house.config.plugins?.slice(0, 1) };
    expect(await house.runtime.reconfigure(changed)).toEqual([]);
    expect([house.loadpoint('heatEnergy', 1), house.loadpoint('heatEnergy', 2)]).toEqual([null, null]);
    const { state } = house.runtime.evcc;
    expect(state.describe('loadpoint', 'heatEnergy')).toBeUndefined();
    expect(state.keys('loadpoint').map(({ name }) => name)).not.toContain('heatEnergy');
    expect(await house.runtime.reconfigure(house.config)).toEqual([]);
    await house.cycle();
    expect(house.loadpoint('heatEnergy', 1)).toBe(1);
    expect(state.describe('loadpoint', 'heatEnergy')).toEqual(heat);
  });

  test('belongs to one plugin alone', async (t) => {
    const house = await startHouse(t, { plugins: [publishing('site')] });
    const other = { ...publishing('site'), name: 'boiler' };
    const both = { ...house.config, plugins: [...(house.config.plugins ?? []), other] };
    expect(await house.runtime.reconfigure(both)).toEqual([
      { path: 'plugins', message: 'plugin boiler defines the site value "heatEnergy", as plugin heat does' },
    ]);
    const elsewhere = {
      ...both,
      plugins: [...(house.config.plugins ?? []), { ...publishing('loadpoint'), name: 'boiler' }],
    };
    expect(await house.runtime.reconfigure(elsewhere)).toEqual([]);
  });

  test('is not defined by a configuration that is refused', async (t) => {
    const house = await startHouse(t);
    const broken = { ...house.config, interval: 0, plugins: [...(house.config.plugins ?? []), publishing('site')] };
    expect(await house.runtime.reconfigure(broken)).toHaveLength(1);
    expect(house.runtime.evcc.state.describe('site', 'heatEnergy')).toBeUndefined();
  });

  test('may be defined while the house runs', async (t) => {
    const late: LoadedPlugin = {
      name: 'late',
      apply(evcc) {
        evcc.hooks.measured.tap('late', () => {
          if (!evcc.state.describe('site', 'heatEnergy')) evcc.state.define('site', heat);
          evcc.publish('site', 0, 'heatEnergy', 2_000);
        });
      },
    };
    const house = await startHouse(t, { plugins: [late] });
    await house.cycle();
    expect(house.site('heatEnergy')).toBe(2);
  });

  test.each([
    ['gridPower', 'there is already a site key named "gridPower"'],
    ['', 'key  needs a scope (site, loadpoint, vehicle) and a name'],
    ['heat energy', 'key heat energy needs a scope (site, loadpoint, vehicle) and a name'],
  ])('must have a name of its own, not "%s"', async (name, why) => {
    const plugin = publishing('site', { ...heat, name });
    await expect(startHouse({ onTestFinished() {} }, { plugins: [plugin] })).rejects.toThrow(why);
  });

  test('must be defined before it is published', async (t) => {
    const plugin: LoadedPlugin = {
      name: 'hasty',
      apply: (evcc) => evcc.hooks.measured.tap('hasty', () => evcc.publish('site', 0, 'heatEnergy', 1)),
    };
    const house = await startHouse(t, { plugins: [plugin] });
    await house.cycle();
    expect(house.log.map((entry) => entry.message).join('\n')).toContain(
      '"heatEnergy" is not in the table of site keys',
    );
  });
});

describe('values that a plugin publishes together', () => {
  const cold: StateKey = { ...heat, name: 'coldEnergy' };
  /** Publishes heat, and cold that fails while `broken`; `made` counts how often heat was made. */
  const both = () => {
    const now = { made: 0, broken: false };
    const values = {
      heatEnergy: (view: { readonly energy: number }) => {
        now.made += 1;
        return view.energy;
      },
      coldEnergy: () => {
        if (now.broken) throw new Error('no cold today');
        return 500;
      },
    };
    const plugin: LoadedPlugin = {
      name: 'both',
      apply(evcc) {
        for (const key of [heat, cold]) evcc.state.define('loadpoint', key);
        let energy = 0;
        evcc.hooks.measured.tap('both', ({ loadpoints }) => {
          energy += 1_000;
          for (const { id } of loadpoints) evcc.publishAll('loadpoint', id, values, { energy });
        });
      },
    };
    return { now, plugin };
  };

  test('are made when they are read, of the last cycle', async (t) => {
    const { now, plugin } = both();
    const house = await startHouse(t, { plugins: [plugin] });
    await house.cycle();
    now.made = 0;
    await house.cycle();
    await house.cycle();
    expect(now.made).toBe(0);
    expect([house.loadpoint('heatEnergy'), house.loadpoint('coldEnergy')]).toEqual([3, 0.5]);
    expect(now.made).toBe(1);
  });

  test('are unknown where they cannot be made, which is said once', async (t) => {
    const { now, plugin } = both();
    const house = await startHouse(t, { plugins: [plugin] });
    await house.cycle();
    const said = (): string[] => house.log.map(({ message }) => message).filter((text) => text.includes('coldEnergy'));
    now.broken = true;
    for (const energy of [2, 3]) {
      await house.cycle();
      expect([house.loadpoint('heatEnergy'), house.loadpoint('coldEnergy')]).toEqual([energy, null]);
    }
    expect(said()).toEqual(['publishing coldEnergy of plugin both failed: no cold today']);
    now.broken = false;
    await house.cycle();
    expect(house.loadpoint('coldEnergy')).toBe(0.5);
    expect(said()).toHaveLength(2);
  });

  test('go on with a plugin that is exchanged', async (t) => {
    const { plugin } = both();
    const house = await startHouse(t, { plugins: [plugin] });
    await house.cycle();
    const changed = { ...house.config, plugins: house.config.plugins?.slice(0, 1) };
    expect(await house.runtime.reconfigure(changed)).toEqual([]);
    expect(house.loadpoint('heatEnergy')).toBeNull();
    expect(await house.runtime.reconfigure(house.config)).toEqual([]);
    await house.cycle();
    expect(house.loadpoint('heatEnergy')).toBe(1);
  });
});
