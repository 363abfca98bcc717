import { describe, expect, test } from 'vitest';
import type { LoadedPlugin, Rate, Rates } from '../../../core/index.ts';
import { type HouseOptions, startHouse } from '../../helpers/house.ts';
import { logged } from '../../helpers/probe.ts';

const HOUR = 3_600_000;

/** One price per hour of the day that begins at `now`: 0.00, 0.01, 0.02 … */
const hourly = (now: number): Rate[] =>
  Array.from({ length: 24 }, (_, hour) => ({
    start: now + hour * HOUR,
    end: now + (hour + 1) * HOUR,
    price: hour / 100,
  }));

interface Source {
  asked: number;
  answer: () => Promise<readonly Rate[]>;
}

/** A tariff type whose answers are the test's. */
function house(sources: Readonly<Record<string, Source>>, more: HouseOptions = {}): HouseOptions {
  const plugin: LoadedPlugin = {
    name: 'prices',
    apply(evcc) {
      evcc.tariffs.define('prices', {
        schema: { type: 'object', properties: { source: { type: 'string' }, kind: { type: 'string' } } } as const,
        create: ({ source = '', kind = 'priceforecast' }) => ({
          kind: kind as 'co2',
          rates: async () => {
            const from = sources[source];
            if (!from) return [];
            from.asked += 1;
            return await from.answer();
          },
        }),
      });
    },
  };
  const tariffs = more.config?.tariffs ?? { grid: { type: 'prices', source: 'grid' } };
  return { ...more, plugins: [plugin, ...(more.plugins ?? [])], config: { ...more.config, tariffs } as never };
}

const unreachable = (): Promise<never> => Promise.reject(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' }));

describe('rates', () => {
  test('are asked for once an hour, and the present one is published', async (t) => {
    const grid: Source = { asked: 0, answer: async () => hourly(start) };
    const site = await startHouse(t, house({ grid }));
    const start = site.clock.now();
    await site.cycle();
    expect(site.site('tariffGrid')).toBe(0);
    await site.run(3 * 3_600);
    expect(grid.asked).toBe(4);
    expect(site.site('tariffGrid')).toBeCloseTo(0.03, 9);
  });

  test('serve as long as they cover the present when the source is gone', async (t) => {
    const grid: Source = { asked: 0, answer: async () => hourly(start) };
    const site = await startHouse(t, house({ grid }));
    const start = site.clock.now();
    await site.cycle();
    grid.answer = unreachable;
    await site.run(23 * 3_600);
    expect(site.site('tariffGrid')).toBeCloseTo(0.23, 9);
    expect(site.site('devices')).toContainEqual(
      expect.objectContaining({ kind: 'tariff', name: 'grid', state: 'unavailable', reason: 'ENOTFOUND' }),
    );
    await site.run(2 * 3_600);
    expect(site.site('tariffGrid')).toBeNull();
    grid.answer = async () => hourly(start + 24 * HOUR);
    await site.run(600);
    expect(site.site('tariffGrid')).toBeCloseTo(0.01, 9);
  });

  test('of one role do not wait for those of another that hangs', async (t) => {
    const grid: Source = { asked: 0, answer: async () => hourly(start) };
    const co2: Source = { asked: 0, answer: () => new Promise(() => {}) };
    const tariffs = {
      grid: { type: 'prices', source: 'grid' },
      co2: { type: 'prices', source: 'co2', kind: 'co2', timeout: 300 },
    };
    const site = await startHouse(t, house({ grid, co2 }, { config: { tariffs } as never }));
    const start = site.clock.now();
    await site.run(20);
    expect(site.site('tariffGrid')).toBe(0);
  });

  test('that are nonsense make the tariff unavailable', async (t) => {
    const grid: Source = { asked: 0, answer: async () => [{ start: 5, end: 1, price: 1 }] };
    const site = await startHouse(t, house({ grid }));
    await site.run(30);
    expect(site.site('devices')).toContainEqual(
      expect.objectContaining({ name: 'grid', reason: expect.stringContaining('rates[0].end') as string }),
    );
    expect(site.site('tariffGrid')).toBeUndefined();
  });

  test('go to the session as its price', async (t) => {
    const grid: Source = { asked: 0, answer: async () => [{ start: 0, end: 9e15, price: 0.3 }] };
    const site = await startHouse(t, house({ grid }, { loadpoints: [{ mode: 'now' }] }));
    await site.run(600);
    expect(site.loadpoint('sessionPricePerKWh')).toBeCloseTo(0.3, 6);
  });
});

describe('the rates that plans go by', () => {
  const known = async (kinds: Readonly<Record<string, string>>, t: Parameters<typeof startHouse>[0]) => {
    const seen: Rates[] = [];
    const sources = Object.fromEntries(
      Object.keys(kinds).map((role) => [role, { asked: 0, answer: async () => [{ start: 0, end: 9e15, price: 1 }] }]),
    );
    const tariffs = Object.fromEntries(
      Object.entries(kinds).map(([role, kind]) => [role, { type: 'prices', source: role, kind }]),
    );
    const watcher: LoadedPlugin = {
      name: 'watcher',
      apply: (evcc) => evcc.hooks.measured.tap('watcher', ({ rates }) => void seen.push(rates)),
    };
    const site = await startHouse(t, house(sources, { config: { tariffs } as never, plugins: [watcher] }));
    await site.cycle();
    await site.cycle();
    return seen.at(-1);
  };

  test.for([
    [{ grid: 'pricestatic' }, 'grid'],
    [{ grid: 'priceforecast', co2: 'co2' }, 'grid'],
    [{ grid: 'pricestatic', co2: 'co2' }, 'co2'],
    [{ grid: 'priceforecast', co2: 'co2', planner: 'co2' }, 'planner'],
    [{ co2: 'co2' }, 'co2'],
    [{ feedin: 'pricestatic' }, undefined],
  ] as const)('of %j are those of %s', async ([kinds, role], t) => {
    const rates = await known(kinds, t);
    expect(rates?.planner).toBe(role && rates?.[role]);
    expect(Object.isFrozen(rates)).toBe(true);
  });
});

describe('plugins that refine the rates', () => {
  const adding = (price: number): LoadedPlugin => ({
    name: `plus-${price}`,
    apply: (evcc) =>
      evcc.hooks.rates.tapPromise(`plus-${price}`, async (rates) => ({
        ...rates,
        ...(rates.grid && {
          grid: { ...rates.grid, rates: rates.grid.rates.map((rate) => ({ ...rate, price: rate.price + price })) },
        }),
      })),
  });

  test('see what those before them made', async (t) => {
    const grid: Source = { asked: 0, answer: async () => [{ start: 0, end: 9e15, price: 0.1 }] };
    const site = await startHouse(t, house({ grid }, { plugins: [adding(0.2), adding(0.05)] }));
    await site.cycle();
    expect(site.site('tariffGrid')).toBeCloseTo(0.35, 9);
  });

  test('that join or leave change the rates with the next cycle', async (t) => {
    const grid: Source = { asked: 0, answer: async () => [{ start: 0, end: 9e15, price: 0.1 }] };
    const site = await startHouse(t, house({ grid }));
    await site.cycle();
    const plugins = site.config.plugins ?? [];
    await site.runtime.reconfigure({ ...site.config, plugins: [...plugins, adding(0.2)] });
    await site.cycle();
    expect(site.site('tariffGrid')).toBeCloseTo(0.3, 9);
    await site.runtime.reconfigure({ ...site.config, plugins });
    await site.cycle();
    expect(site.site('tariffGrid')).toBeCloseTo(0.1, 9);
    expect(grid.asked).toBe(1);
  });

  test('and fail leave the rates as they were', async (t) => {
    const grid: Source = { asked: 0, answer: async () => [{ start: 0, end: 9e15, price: 0.1 }] };
    const broken: LoadedPlugin = {
      name: 'broken',
      apply: (evcc) => evcc.hooks.rates.tapPromise('broken', () => Promise.reject(new Error('no'))),
    };
    const site = await startHouse(t, house({ grid }, { plugins: [adding(0.2), broken] }));
    await site.cycle();
    expect(site.site('tariffGrid')).toBeCloseTo(0.3, 9);
    expect(logged(site, 'rates of plugin')).toEqual(['error: rates of plugin broken failed: no']);
  });
});
