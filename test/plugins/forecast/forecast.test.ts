import { describe, expect, onTestFinished, test } from 'vitest';
import type { LoadedPlugin, Rate, TariffKind } from '../../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';

const HOUR = 3_600_000;
/** Noon where the test runs */
const NOW = new Date(2025, 5, 15, 12).getTime();
const text = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');
const S = NOW / 1_000;

type Source = readonly [kind: TariffKind, rates: () => readonly Rate[]];

const hourly = (...values: readonly number[]): Rate[] =>
  values.map((price, hour) => ({ start: NOW + hour * HOUR, end: NOW + (hour + 1) * HOUR, price }));

/** A house with these tariffs by name, and an address to ask. */
async function begin(
  sources: Readonly<Record<string, Source>>,
  tariffs: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.keys(sources).map((role) => [role, { type: 'test' }]),
  ),
  more: HouseOptions = {},
): Promise<FakeHouse & { readonly ask: (path: string) => Promise<unknown> }> {
  const plugin: LoadedPlugin = {
    name: 'test-tariffs',
    apply: (evcc) =>
      evcc.tariffs.define('test', {
        schema: { type: 'object', properties: {} } as const,
        create: (_, { name }) => {
          const [kind, rates] = sources[name] ?? evcc.fail('EVCC_CONFIG_INVALID', 'no such source');
          return { kind, rates: async () => rates() };
        },
      }),
  };
  const rest = { port: 0, host: '127.0.0.1' };
  const house = await startHouse(
    { onTestFinished },
    { now: NOW, interval: 60, ...more, plugins: [plugin], config: { tariffs, rest } as never },
  );
  const line = house.runtime.announcements.findLast((each) => each.startsWith('REST: ')) ?? '';
  const url = /http:\/\/[^/]+/.exec(line)?.[0] ?? '';
  return {
    ...house,
    ask: async (path) => {
      const response = await fetch(url + path);
      return { status: response.status, ...((await response.json()) as object) };
    },
  };
}

describe('the published forecast', () => {
  test('has the slots of tariffs that change, as far as they are not over, and what the planner goes by', async () => {
    const house = await begin({
      grid: ['priceforecast', () => hourly(0.3, 0.1)],
      feedin: ['pricestatic', () => hourly(0.08)],
      co2: ['co2', () => hourly(400, 300)],
    });
    await house.run(120);
    const grid = [
      [S, S + 3_600, 0.3],
      [S + 3_600, S + 7_200, 0.1],
    ];
    const co2 = [
      [S, S + 3_600, 400],
      [S + 3_600, S + 7_200, 300],
    ];
    expect(house.site('forecast')).toEqual({ grid, co2, planner: grid });
    await house.run(3_600);
    expect(house.site('forecast')).toEqual({ grid: grid.slice(1), co2: co2.slice(1), planner: grid.slice(1) });
  });

  test('says what is left of today and expected of the next days', async () => {
    const house = await begin({ solar: ['solar', () => hourly(4_000, 2_000, 0)] });
    await house.run(120);
    await house.run(1_680);
    expect(house.site('forecast')).toEqual({
      solar: {
        scale: 1,
        today: { energy: 4_333, complete: false },
        tomorrow: { energy: 0, complete: false },
        dayAfterTomorrow: { energy: 0, complete: false },
        timeseries: [
          [S, 4_000],
          [S + 3_600, 2_000],
          [S + 7_200, 0],
        ],
      },
    });
    expect(house.site('tariffSolar')).toBe(4_000);
  });

  test('compares what was generated with what was expected, as soon as both are something', async () => {
    const house = await begin({
      solar: ['solar', () => hourly(4_000, 4_000, 4_000, ...Array.from({ length: 30 }, () => 0))],
    });
    const scale = () => (house.site('forecast') as { solar: { scale: number } }).solar.scale;
    house.set({ pv: 3_000 });
    await house.run(540);
    expect(scale()).toBe(1);
    await house.run(1_200);
    expect(scale()).toBe(0.75);
    // A meter that is silent says nothing of the sun.
    house.pv.failure = new Error('silent');
    await house.run(3_000);
    expect(scale()).toBeGreaterThan(0.7);
    house.pv.failure = undefined;
    house.set({ pv: 5_000 });
    await house.run(3_600);
    expect(scale()).toBeGreaterThan(0.9);
    // Tomorrow is another day.
    house.set({ pv: 0 });
    house.clock.jump(house.clock.now() + 22 * HOUR);
    await house.run(3_600);
    expect(scale()).toBe(1);
  });

  test('leaves out what was generated while nothing was expected', async () => {
    const house = await begin({ solar: ['solar', () => hourly(0, 4_000, 4_000, 4_000).slice(1)] });
    house.set({ pv: 4_000 });
    await house.run(2.5 * 3_600);
    expect(house.site('forecast')).toMatchObject({ solar: { scale: 1 } });
  });

  test('has the temperatures ahead, in °C', async () => {
    const house = await begin({ temperature: ['temperature', () => hourly(-3.5, 0, 4)] });
    await house.run(120);
    expect(house.site('tariffTemperature')).toBe(-3.5);
    expect(house.site('forecast')).toEqual({
      temperature: [
        [S, S + 3_600, -3.5],
        [S + 3_600, S + 7_200, 0],
        [S + 7_200, S + 10_800, 4],
      ],
    });
    await house.run(3_600);
    expect(house.site('tariffTemperature')).toBe(0);
    expect((house.site('forecast') as { temperature: object[] }).temperature).toHaveLength(2);
    // Neither plans nor cost limits go by it.
    expect(house.site('smartCostType')).toBeNull();
  });

  test('is empty without tariffs', async () => {
    const house = await begin({});
    await house.cycle();
    expect(house.site('forecast')).toEqual({});
  });
});

describe('GET /api/tariff/<role>', () => {
  const none = (roles: string) => ({ status: 404, error: `tariff not available: none is configured for ${roles}` });

  test('answers with the rates of each role', async () => {
    const house = await begin({
      grid: ['pricestatic', () => hourly(0.3)],
      co2: ['co2', () => hourly(400)],
      solar: ['solar', () => hourly(3_000)],
    });
    expect(await house.ask('/api/tariff/grid')).toEqual({ status: 404, error: 'no tariff was asked yet' });
    await house.run(120);
    const rates = (price: number) => ({
      status: 200,
      result: { rates: [{ start: text(NOW), end: text(NOW + HOUR), price }] },
    });
    expect(await house.ask('/api/tariff/grid')).toEqual(rates(0.3));
    expect(await house.ask('/api/tariff/co2')).toEqual(rates(400));
    expect(await house.ask('/api/tariff/planner')).toEqual(rates(400));
    expect(await house.ask('/api/tariff/solar')).toEqual(rates(3_000));
    expect(await house.ask('/api/tariff/feedin')).toEqual(none('feedin'));
    for (const role of ['weather', 'constructor', '__proto__', 'GRID', '%20', 'grid%2F']) {
      const error = `tariff not available: there is no "${decodeURIComponent(role)}"; there are grid, feedin, planner, co2, solar, temperature`;
      expect(await house.ask(`/api/tariff/${role}`), role).toEqual({ status: 404, error });
    }
  });

  test('knows the temperatures of the last 7 days', async () => {
    const DAY = 24 * HOUR;
    let day = 0;
    const days = (...list: readonly number[]) =>
      list.map((each) => ({ start: NOW + each * DAY, end: NOW + (each + 1) * DAY, price: each }));
    const house = await begin({ temperature: ['temperature', () => days(day, day + 1)] });
    for (; day < 10; day += 1) {
      house.clock.jump(NOW + day * DAY + HOUR);
      await house.run(120);
    }
    const { result } = (await house.ask('/api/tariff/temperature')) as { result: { rates: { price: number }[] } };
    expect(result.rates.map(({ price }) => price)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect((house.site('forecast') as { temperature: number[][] }).temperature.map(([, , each]) => each)).toEqual([
      9, 10,
    ]);
  });

  test('says why a tariff gives nothing, also for the planner', async () => {
    const fail = (): never => {
      throw Object.assign(new Error('no route to host'), { code: 'EHOSTUNREACH' });
    };
    const house = await begin(
      { grid: ['priceforecast', fail], feedin: ['priceforecast', () => []], 'solar-1': ['solar', fail] },
      { grid: { type: 'test' }, feedin: { type: 'test' }, solar: [{ type: 'test' }] },
    );
    await house.run(120);
    expect(await house.ask('/api/tariff/grid')).toEqual({ status: 404, error: 'no route to host' });
    expect(await house.ask('/api/tariff/planner')).toEqual({ status: 404, error: 'no route to host' });
    expect(await house.ask('/api/tariff/solar')).toEqual({ status: 404, error: 'no route to host' });
    expect(await house.ask('/api/tariff/feedin')).toEqual({ status: 404, error: 'it gives no rates at present' });
    expect(await house.ask('/api/tariff/co2')).toEqual(none('co2'));
  });
});
