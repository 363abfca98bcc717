import { describe, expect, test } from 'vitest';
import type { LoadedPlugin, Setting } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';
import { settle } from '../helpers/fake-clock.ts';
import { startHouse } from '../helpers/house.ts';
import { logged } from '../helpers/probe.ts';
import { stored } from '../helpers/store.ts';

const fan = (more: Partial<Setting> = {}): Setting => ({
  scope: 'loadpoint',
  name: 'fanSpeed',
  description: 'Speed of the fan',
  schema: { type: 'integer', minimum: 0, maximum: 5, unit: '1/s', default: 2 },
  mqtt: 'fanSpeed',
  early: true,
  ...more,
});

const defining = (...rows: Setting[]): LoadedPlugin => ({
  name: 'fan',
  apply(evcc) {
    for (const row of rows) evcc.settings.define(row);
  },
});

const command = (value: unknown) => ({ scope: 'loadpoint', id: 1, name: 'fanSpeed', value, source: 'test' }) as const;

describe('a row of a plugin', () => {
  test('appears at every loadpoint, with its default, and is checked, published and stored like the others', async (t) => {
    const store = createMemoryStore();
    const house = await startHouse(t, { store, loadpoints: [{}, {}], plugins: [defining(fan())] });
    expect([house.loadpoint('fanSpeed', 1), house.loadpoint('fanSpeed', 2)]).toEqual([2, 2]);
    expect(house.runtime.evcc.state.describe('loadpoint', 'fanSpeed')).toEqual({
      name: 'fanSpeed',
      kind: 'integer',
      description: 'Speed of the fan',
    });
    await house.command('fanSpeed', '5', 2);
    expect([house.loadpoint('fanSpeed', 1), house.loadpoint('fanSpeed', 2)]).toEqual([2, 5]);
    await expect(house.command('fanSpeed', 6)).rejects.toThrow(
      'invalid value for fanSpeed: "6"; allowed is a whole number from 0 to 5 (1/s)',
    );
    expect(await stored(store)).toEqual({ 'loadpoint.charger2.fanSpeed': 5 });
    await house.stop();
    const again = await startHouse(t, { store, loadpoints: [{}, {}], plugins: [defining(fan())] });
    expect(again.loadpoint('fanSpeed', 2)).toBe(5);
  });

  test('may be defined while the house runs, and goes with the plugin', async (t) => {
    const late: LoadedPlugin = {
      name: 'late',
      apply(evcc) {
        evcc.hooks.setup.tapPromise('late', async () => {
          await evcc.clock.sleep(1_000);
          evcc.settings.define(fan());
        });
      },
    };
    const house = await startHouse(t, { unprepared: true, plugins: [late] });
    await house.clock.until(house.runtime.prepare());
    await house.command('fanSpeed', 1);
    await house.runtime.reconfigure({ ...house.config, plugins: house.config.plugins?.slice(0, 1) } as never);
    await expect(house.command('fanSpeed', 1)).rejects.toMatchObject({ code: 'EVCC_NOT_FOUND' });
    expect(house.loadpoint('fanSpeed')).toBeNull();
  });

  test('is shown under the key that it names, or under none', async (t) => {
    const hidden = fan({ name: 'hidden', state: null });
    const renamed = fan({ name: 'renamed', state: 'fan', show: (value) => `${String(value)} turns` });
    const house = await startHouse(t, { plugins: [defining(hidden, renamed)] });
    expect(house.loadpoint('fan')).toBe('2 turns');
    expect(house.loadpoint('hidden')).toBeUndefined();
    expect(house.loadpoint('renamed')).toBeUndefined();
  });

  test('may do something else than remember its value', async (t) => {
    const applied: unknown[] = [];
    const row = fan({
      stored: false,
      apply: (value) => void applied.push(value),
      answer: (value) => ({ turns: value }),
    });
    const house = await startHouse(t, { plugins: [defining(row)] });
    expect(await house.runtime.evcc.settings.execute(command('4'))).toEqual({ turns: 4 });
    expect(applied).toEqual([4]);
    expect(await stored(house.store)).toEqual({});
  });

  test('sees the values of its own loadpoint when it is checked', async (t) => {
    const row = fan({
      check: (value, { values }) => (Number(value) > Number(values.priority) ? 'faster than its priority' : undefined),
    });
    const house = await startHouse(t, { plugins: [defining(row)] });
    await expect(house.command('fanSpeed', 1)).rejects.toMatchObject({
      code: 'EVCC_COMMAND_INVALID',
      message: 'faster than its priority',
    });
    await house.command('priority', 1);
    expect(await house.command('fanSpeed', 1)).toBe(1);
  });

  test.for(['parse', 'check', 'apply', 'answer'] as const)(
    'whose %s throws fails its own command only',
    async (method, t) => {
      const broken = fan({
        [method]: () => {
          throw new Error('broken row');
        },
      });
      const house = await startHouse(t, { plugins: [defining(broken)] });
      await expect(house.command('fanSpeed', 3)).rejects.toThrow('broken row');
      await house.command('mode', 'now');
      await house.cycle();
      expect(house.charger().charging).toBe(true);
    },
  );

  test('that cannot be shown is unknown, and keeps no other row from being shown', async (t) => {
    const broken = fan({
      show: () => {
        throw new Error('broken row');
      },
    });
    const house = await startHouse(t, { plugins: [defining(broken, fan({ name: 'other' }))] });
    expect(house.loadpoint('fanSpeed')).toBeUndefined();
    expect(house.loadpoint('other')).toBe(2);
    expect(house.loadpoint('mode')).toBe('off');
    expect(logged(house, 'fanSpeed')).toContain('error: setting fanSpeed cannot be shown: broken row');
  });
});

describe('what a command brings about', () => {
  test('is published at once, and asks for an early cycle where the row says so', async (t) => {
    const changes: string[] = [];
    const house = await startHouse(t, {
      unprepared: true,
      plugins: [
        defining(fan(), fan({ name: 'patient', early: false })),
        {
          name: 'watcher',
          apply: (evcc) =>
            evcc.hooks.publish.tap('watcher', (batch) => void changes.push(...batch().map(({ key }) => key))),
        },
      ],
    });
    await house.runtime.start();
    await house.clock.advance(5_000);
    const { reads } = house.charger();
    changes.length = 0;
    await house.command('patient', 3);
    await house.clock.advance(1_000);
    expect(changes).toEqual(['patient']);
    expect(house.charger().reads).toBe(reads);
    await house.command('fanSpeed', 3);
    expect(changes).toEqual(['patient', 'fanSpeed']);
    await settle();
    expect(house.charger().reads).toBe(reads + 1);
  });
});
