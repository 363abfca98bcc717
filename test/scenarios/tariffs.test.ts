import { describe, expect, type TestContext, test } from 'vitest';
import { EvccError } from '../../core/errors.ts';
import type { LoadedPlugin, Rate, Rates, Store, TariffKind } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { logged } from '../helpers/probe.ts';

const HOUR = 3_600_000;
const QUARTER = 900_000;
/** Noon where the test runs */
const NOW = new Date(2025, 5, 15, 12).getTime();

/** A provider that answers what the test says, or nothing. */
interface Provider {
  kind: TariffKind;
  asked: number;
  down: boolean | 'refuses';
  answer: (now: number) => readonly Rate[];
  /** When it wants to be asked again */
  pause?: (at: number, rates: readonly Rate[]) => number;
}

const provider = (answer: Provider['answer'], kind: TariffKind = 'priceforecast'): Provider => ({
  kind,
  asked: 0,
  down: false,
  answer,
});

/** Dear until 14:00, cheap until 16:00, known until midnight. */
const ahead = (): Rate[] =>
  [0.3, 0.3, 0.05, 0.05, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3].map((price, hour) => ({
    start: NOW + hour * HOUR,
    end: NOW + (hour + 1) * HOUR,
    price,
  }));
/** The present price, taken for two days. */
const present =
  (price: number) =>
  (now: number): Rate[] => [{ start: now - (now % QUARTER), end: now + 48 * HOUR, price }];

interface Watched {
  readonly house: FakeHouse;
  /** What the last cycle knew */
  readonly rates: () => Rates;
}

/** A house that charges below 0.1, with tariffs by role; several solar ones. */
async function begin(
  t: TestContext,
  providers: Readonly<Record<string, Provider | readonly Provider[]>>,
  more: HouseOptions = {},
  entry: Readonly<Record<string, unknown>> = {},
): Promise<Watched> {
  const all: Provider[] = [];
  const entryOf = (each: Provider) => ({ type: 'provider', n: all.push(each) - 1, ...entry });
  const tariffs = Object.fromEntries(
    Object.entries(providers).map(([role, each]) => [role, 'kind' in each ? entryOf(each) : each.map(entryOf)]),
  );
  let seen: Rates = {};
  const plugin: LoadedPlugin = {
    name: 'providers',
    apply({ tariffs: types, hooks, clock, fail }) {
      types.define('provider', {
        schema: { type: 'object', properties: { n: { type: 'integer' }, token: { type: 'string', secret: true } } },
        create: ({ n = 0 }: { n?: number }) => {
          const source = all[n] ?? fail('EVCC_CONFIG_INVALID', 'no such provider');
          return {
            kind: source.kind,
            ...(source.pause && { pause: source.pause }),
            rates: async () => {
              source.asked += 1;
              if (source.down === 'refuses') throw new EvccError('EVCC_DEVICE_AUTH', 'token expired');
              if (source.down) throw Object.assign(new Error('503'), { code: 'ECONNRESET' });
              return source.answer(clock.now());
            },
          };
        },
      } as never);
      hooks.measured.tap('watch', ({ rates }) => {
        seen = rates;
      });
    },
  };
  const house = await startHouse(t, {
    now: NOW,
    interval: 60,
    loadpoints: [{ mode: 'pv' }],
    site: { smartCostLimit: 0.1 },
    ...more,
    plugins: [plugin],
    config: { ...more.config, tariffs } as never,
  });
  return { house, rates: () => seen };
}

const keeping = (): Store => ({ ...createMemoryStore(), location: 'kept by the test' });

describe('a provider that is gone', () => {
  test('after its prices ahead were known: they serve until they end', async (t) => {
    const grid = provider(ahead);
    const { house, rates } = await begin(t, { grid });
    await play(house, [
      { for: 600 },
      { when: () => Object.assign(grid, { down: true }), for: 2 * 3_600 - 600 },
      { writes: '16 A, on', why: ['smart-cost'] },
      { for: 2 * 3_600 - 60 },
      { writes: 'off' },
      { for: 9 * 3_600 },
    ]);
    expect(rates()).toEqual({});
    expect(house.site('tariffGrid')).toBeNull();
    expect(house.site('smartCostType')).toBeNull();
    // Asked at the start; tried again with growing pauses afterwards.
    expect(grid.asked).toBeGreaterThan(20);
    expect(grid.asked).toBeLessThan(200);
    expect(logged(house, 'tariff grid')).toHaveLength(1);
  });

  test('that only knows the present: its price is outdated after two hours, and charging ends', async (t) => {
    const grid = provider(present(0.05), 'pricedynamic');
    const { house, rates } = await begin(t, { grid });
    await play(house, [
      { for: 60, writes: '16 A, on', why: ['smart-cost'] },
      { when: () => Object.assign(grid, { down: true }), for: 7_080 },
      { why: ['smart-cost'], shows: { smartCostActive: true } },
      { for: 120, writes: 'off', shows: { smartCostActive: false, smartCostNextStart: null } },
    ]);
    expect(rates().planner).toBeUndefined();
    await play(house, [
      { when: () => Object.assign(grid, { down: false }), for: 360, why: ['smart-cost'], writes: '16 A, on' },
    ]);
    expect(logged(house, 'tariff grid')).toEqual([
      'warn: tariff grid is not available: 503',
      'info: tariff grid is back',
    ]);
  });

  test('changes nothing by failing: plans need not be made anew', async (t) => {
    const grid = provider(ahead);
    const { house, rates } = await begin(t, { grid });
    await house.run(3_000);
    const before = rates();
    grid.down = true;
    await house.run(3_000);
    expect(grid.asked).toBeGreaterThan(5);
    expect(rates()).toBe(before);
  });

  test('and never asked again, because it refuses us: its price is outdated all the same', async (t) => {
    const grid = provider(present(0.05), 'pricedynamic');
    const { house, rates } = await begin(t, { grid });
    await house.run(60);
    grid.down = 'refuses';
    await house.run(7_200);
    expect(grid.asked).toBe(2);
    expect(rates().grid).toBeDefined();
    await house.run(120);
    expect(rates()).toEqual({});
    expect(house.reasons()).toEqual(['surplus-low']);
  });

  test('the present price is asked for every 15 minutes', async (t) => {
    const grid = provider(present(0.2), 'pricedynamic');
    const { house } = await begin(t, { grid });
    await house.run(3 * 3_600);
    expect(grid.asked).toBe(12);
  });

  test('what is planned by does not become CO2 for want of prices', async (t) => {
    const grid = provider(present(0.3), 'pricedynamic');
    const co2 = provider(present(0), 'co2');
    const { house, rates } = await begin(t, { grid, co2 });
    await house.run(60);
    grid.down = true;
    await play(house, [{ for: 3 * 3_600, why: ['surplus-low'], shows: { smartCostActive: false } }]);
    expect(rates()).toMatchObject({ co2: { kind: 'co2' } });
    expect(rates().planner).toBeUndefined();
  });
});

describe('later answers', () => {
  test('that begin later leave the hours before them as they were', async (t) => {
    const grid = provider(ahead);
    const { house, rates } = await begin(t, { grid });
    await house.run(60);
    grid.answer = (now) =>
      ahead()
        .filter(({ start }) => start > now)
        .map((rate) => ({ ...rate, price: 0.5 }));
    await house.run(3_600);
    expect(rates().grid?.rates.slice(0, 2)).toEqual([
      { start: NOW + HOUR, end: NOW + 2 * HOUR, price: 0.3 },
      { start: NOW + 2 * HOUR, end: NOW + 3 * HOUR, price: 0.5 },
    ]);
  });

  test('are there at once when what was known is over', async (t) => {
    const grid = provider((now) => {
      const start = NOW + Math.floor((now - NOW) / (1.5 * HOUR)) * 1.5 * HOUR;
      return [{ start, end: start + 1.5 * HOUR, price: 0.2 }];
    });
    const { house } = await begin(t, { grid });
    await house.run(1.5 * 3_600 + 120);
    expect(house.site('tariffGrid')).toBe(0.2);
    grid.answer = () => [];
    const { asked } = grid;
    await house.run(3 * 3_600);
    expect(house.site('tariffGrid')).toBeNull();
    expect(grid.asked - asked).toBeGreaterThan(15);
    expect(grid.asked - asked).toBeLessThan(25);
  });

  test.for([
    ['overlaps', [0, 2, 1, 3], 'start'],
    ['is not sorted', [2, 3, 0, 1], 'start'],
    ['has no price', [0, Number.NaN], 'end'],
  ] as const)('that %s: the tariff fails by name, and what was known serves', async ([, [a, b, c, d], field], t) => {
    const grid = provider(ahead);
    const { house, rates } = await begin(t, { grid });
    await house.run(60);
    const before = rates().grid;
    grid.answer = () =>
      [
        [a, b],
        [c, d],
      ].map(([start = 0, end = 0]) => ({ start: NOW + start * HOUR, end: NOW + end * HOUR, price: 0 }));
    await house.run(3_600);
    expect(rates().grid).toBe(before);
    expect(logged(house, 'tariff grid')).toEqual([
      expect.stringMatching(`warn: tariff grid is not available: rates\\[\\d\\].${field} of the reading is`),
    ]);
  });

  test('of another kind than the role needs are refused', async (t) => {
    const { house, rates } = await begin(t, { grid: provider(present(300), 'co2'), feedin: provider(present(0.08)) });
    await house.run(60);
    expect(Object.keys(rates())).toEqual(['feedin']);
    expect(house.site('devices')).toContainEqual(
      expect.objectContaining({
        kind: 'tariff',
        name: 'grid',
        state: 'unavailable',
        reason: expect.stringContaining('it is of kind co2; a tariff for grid must be pricestatic') as string,
      }),
    );
  });
});

describe('a tariff that says when to ask again', () => {
  const waits = (pause: NonNullable<Provider['pause']>): Provider => ({ ...provider(ahead), pause });

  test('is asked then, as often as once a minute and as seldom as once a day', async (t) => {
    const grid = waits(() => 180_000);
    const feedin = waits(() => 5);
    const co2: Provider = { ...waits(() => Number.POSITIVE_INFINITY), kind: 'co2' };
    const { house } = await begin(t, { grid, feedin, co2 });
    await house.run(1_800);
    expect([grid.asked, feedin.asked, co2.asked]).toEqual([10, 30, 1]);
    await house.run(86_400);
    expect(co2.asked).toBe(2);
  });

  test('goes by what is known, together with what was known before', async (t) => {
    const grid = waits((at, rates) => (rates.some(({ start }) => start <= NOW) && at === NOW ? 120_000 : 600_000));
    const { house } = await begin(t, { grid });
    await house.run(120);
    expect(grid.asked).toBe(1);
    await house.run(120);
    expect(grid.asked).toBe(2);
    await house.run(600);
    expect(grid.asked).toBe(3);
  });

  test.for([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['answers nonsense', () => 'soon' as never],
  ] as const)('and %s is asked once an hour', async ([, pause], t) => {
    const grid = waits(pause);
    const { house } = await begin(t, { grid });
    await house.run(7_200);
    expect(grid.asked).toBe(2);
  });

  test('is not asked before that because nothing holds any more, nor because of a restart', async (t) => {
    const pause = 3 * HOUR;
    const sun: Provider = {
      ...provider(() => [{ start: NOW, end: NOW + HOUR, price: 1 }], 'solar'),
      pause: () => pause,
    };
    const store = keeping();
    const first = await begin(t, { solar: sun }, { store });
    await first.house.run(2 * 3_600);
    expect(sun.asked).toBe(1);
    await first.house.stop();
    const { house } = await begin(t, { solar: sun }, { store, now: NOW + 2 * HOUR });
    await house.run(3_500);
    expect(sun.asked).toBe(1);
    await house.run(200);
    expect(sun.asked).toBe(2);
  });
});

describe('solar forecasts of several roofs', () => {
  const roof = (power: number) => provider(() => [{ start: NOW, end: NOW + 4 * HOUR, price: power }], 'solar');

  test('are added up, and each stands for itself when it fails', async (t) => {
    const [east, west] = [roof(3_000), roof(2_000)];
    const { house, rates } = await begin(t, { solar: [east, west] });
    await house.cycle();
    await house.cycle();
    expect(rates().solar).toEqual({ kind: 'solar', rates: [{ start: NOW, end: NOW + 4 * HOUR, price: 5_000 }] });
    expect(house.site('tariffSolar')).toBe(5_000);
    west.down = true;
    east.answer = () => [{ start: NOW, end: NOW + 4 * HOUR, price: 4_000 }];
    await house.run(3_600);
    expect(rates().solar?.rates[0]?.price).toBe(6_000);
    expect(house.site('devices')).toContainEqual(expect.objectContaining({ name: 'solar-2', state: 'unavailable' }));
    expect(rates().planner).toBeUndefined();
  });

  test('what was expected of the day so far is kept', async (t) => {
    const sun = provider((now) => [{ start: now, end: NOW + 4 * HOUR, price: 1_000 }], 'solar');
    const { house, rates } = await begin(t, { solar: sun });
    await house.run(2 * 3_600 + 120);
    expect(rates().solar?.rates[0]?.start).toBe(NOW);
  });
});

describe('a restart', () => {
  const restart = async (
    t: TestContext,
    grid: Provider,
    seconds: number,
    entry: Readonly<Record<string, unknown>> = {},
    stop: 'stopped' | 'killed' = 'stopped',
  ): Promise<Watched> => {
    const store = keeping();
    const { house } = await begin(t, { grid }, { store });
    await house.run(60);
    if (stop === 'stopped') await house.stop();
    Object.assign(grid, { asked: 0, down: true });
    return begin(t, { grid }, { store, now: NOW + seconds * 1_000 }, entry);
  };

  test.for(['stopped', 'killed'] as const)('without provider goes on with what was known (%s)', async (stop, t) => {
    const grid = provider(ahead);
    const { house, rates } = await restart(t, grid, 2 * 3_600, {}, stop);
    await play(house, [{ writes: '16 A, on', why: ['smart-cost'], shows: { smartCostActive: true } }]);
    expect(rates().planner).toMatchObject({ kind: 'priceforecast' });
    expect(rates().grid?.rates).toEqual(ahead());
    expect(house.site('devices')).toContainEqual(expect.objectContaining({ name: 'grid', state: 'unavailable' }));
    grid.down = false;
    grid.answer = (now) => present(0.4)(now);
    await house.run(360);
    expect(house.site('tariffGrid')).toBe(0.4);
  });

  test('within the hour does not ask again before its time', async (t) => {
    const grid = provider(ahead);
    const { house } = await restart(t, grid, 1_800);
    await house.run(1_740);
    expect(grid.asked).toBe(0);
    expect(house.site('tariffGrid')).toBe(0.3);
    expect(house.site('devices')).toContainEqual(
      expect.objectContaining({ name: 'grid', state: 'available', reason: '' }),
    );
    await house.run(120);
    expect(grid.asked).toBeGreaterThan(0);
  });

  test.for([
    ['with a changed entry', 60, { timeout: 5 }],
    ['after what was known ended', 24 * 3_600, {}],
  ] as const)('%s knows nothing', async ([, seconds, entry], t) => {
    const grid = provider(ahead);
    const { house, rates } = await restart(t, grid, seconds, entry);
    await play(house, [{ for: 120, why: ['surplus-low'] }]);
    expect(rates()).toEqual({});
  });

  test('after an assumption was outdated knows nothing', async (t) => {
    const { house, rates } = await restart(t, provider(present(0.05), 'pricedynamic'), 7_300);
    await play(house, [{ for: 120, why: ['surplus-low'] }]);
    expect(rates()).toEqual({});
  });

  test('writes down no secret', async (t) => {
    const store = keeping();
    const { house } = await begin(t, { grid: provider(ahead) }, { store }, { token: 'hush-hush' });
    await house.run(60);
    await house.stop();
    const texts = [...(await store.memory.all())];
    expect(texts.map(([key]) => key)).toContain('tariff.grid');
    expect(JSON.stringify(texts)).not.toContain('hush');
  });
});

test('an edit of the entry forgets what was known for it', async (t) => {
  const grid = provider(ahead);
  const { house, rates } = await begin(t, { grid });
  await house.run(60);
  grid.down = true;
  const { tariffs } = house.config as { tariffs: { grid: object } };
  await house.runtime.reconfigure({ ...house.config, tariffs: { grid: { ...tariffs.grid, timeout: 5 } } });
  await house.run(120);
  expect(rates()).toEqual({});
});
