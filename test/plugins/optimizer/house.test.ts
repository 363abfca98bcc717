import { describe, expect, onTestFinished, type TestContext, test, vi } from 'vitest';
import type { BatteryMode, HouseEvent, LoadedPlugin, Rate } from '../../../core/index.ts';
import { createMemoryStore } from '../../../core/store.ts';
import optimizer from '../../../plugins/optimizer/index.ts';
import type { OptimizerRequest, OptimizerResult } from '../../../plugins/optimizer/request.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';

/** The whole plugin, in a house whose clock the test turns. */

const NOW = Date.parse('2025-06-15T12:05:00Z');
const HOUR = 3_600_000;
/** The thread takes the time that it takes. */
const SOON = { timeout: 60_000, interval: 5 };

/** Prices of the next hours, from the hour of `now` on */
const hourly = (price: (hour: number) => number, hours = 30): ((now: number) => Rate[]) => {
  const first = Math.floor(NOW / HOUR) * HOUR;
  return () =>
    Array.from({ length: hours }, (_, hour) => ({
      start: first + hour * HOUR,
      end: first + (hour + 1) * HOUR,
      price: price(hour),
    }));
};

interface Evopt {
  readonly req: OptimizerRequest;
  readonly res: OptimizerResult;
  readonly details: { readonly timestamp: readonly string[]; readonly batteryDetails: readonly unknown[] };
}

interface Optimized extends FakeHouse {
  readonly events: HouseEvent[];
  /** Waits until the run that is under way is over, and its result published. */
  settled(): Promise<void>;
  updated(): unknown;
}

async function begin(options: HouseOptions & { readonly section?: object } = {}): Promise<Optimized> {
  const events: HouseEvent[] = [];
  const observer: LoadedPlugin = {
    name: 'observer',
    apply: (evcc) => evcc.hooks.event.tap('observer', (event) => void events.push(event)),
  };
  const { section = {}, config, plugins = [], ...more } = options;
  const house = await startHouse({ onTestFinished } as Pick<TestContext, 'onTestFinished'>, {
    now: NOW,
    battery: { soc: 50, capacity: 10_000 },
    batteryMode: async (_: BatteryMode) => {},
    rates: hourly((hour) => (hour < 6 ? 0.1 : 0.4)),
    ...more,
    plugins: [optimizer, observer, ...plugins],
    config: { optimizer: section, ...config } as never,
  });
  const state = (): Record<string, unknown> => (house.site('optimizer') ?? {}) as Record<string, unknown>;
  let seen: unknown;
  return Object.assign(house, {
    events,
    updated: () => state().updated,
    async settled() {
      await vi.waitFor(() => expect(state().updated).not.toEqual(seen ?? null), SOON);
      seen = state().updated;
      await house.cycle();
      await house.cycle();
    },
  });
}

const battery = (house: FakeHouse): unknown => (house.site('battery') as { suggestion?: unknown }[])[0]?.suggestion;
const car = { vehicle: 'ev', mode: 'pv' } as const;
const ev = { vehicles: { ev: { type: 'fake', title: 'EV', capacity: 60 } } } as const;

describe('a run', { timeout: 60_000 }, () => {
  test('publishes what was asked, what is best, and what that means for battery and car', async () => {
    const house = await begin({
      loadpoints: [{ title: 'Garage', ...car }],
      config: ev as never,
      rates: hourly((hour) => (hour < 1 ? 0.1 : 0.4)),
      battery: { soc: 60, capacity: 10_000 },
    });
    const vehicle = house.vehicles.ev;
    if (vehicle) vehicle.reading = { soc: 40 };
    house.set({ base: 800 });
    await house.cycle();
    expect(house.site('optimizer')).toMatchObject({ status: 'waiting', updated: null, reason: '' });
    expect(house.site('optimizerChargingStrategies')).toContain('attenuate_grid_peaks');
    expect(house.loadpoint('suggestion')).toBeNull();
    await house.settled();
    // The soc of the car may not have been known in the first cycle: then another run is under way, or just over.
    const known = (): number => (house.site('evopt') as Evopt).details.batteryDetails.length;
    await vi.waitFor(() => expect(known()).toBe(2), SOON);
    await house.cycle();
    expect(house.site('optimizer')).toMatchObject({ status: 'optimal', reason: '' });
    const { req, res, details } = house.site('evopt') as Evopt;
    expect(details).toMatchObject({
      batteryDetails: [
        { type: 'battery', name: 'battery', capacity: 10 },
        { type: 'vehicle', title: 'Garage (EV)', capacity: 60 },
      ],
    });
    const slots = details.timestamp.length;
    expect(slots).toBe(120);
    expect(req).toMatchObject({
      strategy: { charging_strategy: 'charge_before_export' },
      batteries: [
        { s_initial: 6_000, s_max: 10_000, c_max: 6_000, charge_from_grid: true, discharge_to_grid: false },
        { s_initial: 24_000, c_min: 4_140, c_max: 11_040, d_max: 0 },
      ],
      eta_c: 0.9,
    });
    expect(res).toMatchObject({ status: 'Optimal' });
    for (const list of [req.time_series.gt, res.grid_import, res.batteries[0]?.state_of_charge]) {
      expect(list).toHaveLength(slots);
    }
    // Cheap now, dear later: the battery is filled, the car without a goal waits.
    expect(battery(house)).toMatchObject({ action: 'charge', actionable: true });
    expect(house.loadpoint('suggestion')).toMatchObject({ action: 'stop', actionable: false, charge: 0 });
    const [home] = house.site('evoptBatteries') as { full: number; empty: unknown }[];
    expect(home?.full).toBeGreaterThan(NOW);
    expect(house.site('batteryForecast')).toMatchObject({ highest: { limit: true } });
    // What it was told of first is nothing new.
    expect(house.events.filter(({ kind }) => kind === 'suggestion')).toMatchObject([
      { action: 'charge', title: 'battery', observed: false },
    ]);
    expect(house.commands()).toEqual([]);
  });

  test('is made anew with what was set, on demand not within two minutes, and every quarter of an hour', async () => {
    const house = await begin({ config: { rest: { port: 0, host: '127.0.0.1' } } });
    await house.cycle();
    await house.settled();
    await expect(house.commandSite('optimize', null)).rejects.toMatchObject({ code: 'EVCC_TOO_SOON' });
    const line = house.runtime.announcements.findLast((each) => each.startsWith('REST: ')) ?? '';
    const post = (path: string): Promise<Response> =>
      fetch(`${/http:\/\/[^/]+/.exec(line)?.[0]}/api/${path}`, { method: 'POST' });
    const tooSoon = await post('optimize');
    expect(tooSoon.status).toBe(429);
    expect(Number(tooSoon.headers.get('retry-after'))).toBeGreaterThan(60);
    expect(await tooSoon.json()).toMatchObject({ error: expect.stringContaining('asked for again') });
    expect((await post('optimizerchargingstrategy/fast')).status).toBe(400);
    await expect(house.commandSite('optimizerChargingStrategy', 'fast')).rejects.toThrow(/allowed is .*none/);
    await house.commandSite('optimizerChargingStrategy', 'attenuate_grid_peaks');
    await house.cycle();
    await house.settled();
    const { req } = house.site('evopt') as Evopt;
    expect(req.strategy).toMatchObject({ charging_strategy: 'attenuate_grid_peaks' });

    const before = house.updated();
    await house.run(110);
    expect(house.updated()).toBe(before);
    await house.run(20);
    expect(await (await post('optimize')).json()).toEqual({ result: true });
    await house.cycle();
    await house.settled();
    const asked = house.updated();
    await house.run(14 * 60);
    expect(house.updated()).toBe(asked);
    await house.run(60);
    await house.settled();
  });

  test('that fails takes all suggestions away, says why, and tries again', async () => {
    let prices: (now: number) => readonly Rate[] = hourly(() => 0.3);
    const house = await begin({ rates: (now) => prices(now), feedInRates: hourly(() => 0.08) });
    await house.cycle();
    await house.settled();
    expect(battery(house)).toBeDefined();
    prices = () => [{ start: NOW - HOUR, end: NOW + 2 * HOUR, price: 0.3 }];
    const reason = 'prices and solar forecast are not known for 8 quarter hours ahead';
    await vi.waitFor(async () => {
      await house.run(60);
      expect(house.site('optimizer')).toMatchObject({ status: 'failed', reason });
    }, SOON);
    await house.run(120);
    expect(battery(house)).toBeUndefined();
    expect(house.site('evopt')).toBeNull();
    expect(house.log.filter(({ message }) => message === `nothing can be suggested: ${reason}`)).toHaveLength(1);
  });

  test('goes by the consumption of the last weeks at the same time of the day', async () => {
    const store = createMemoryStore();
    const quarter = 900_000;
    const today = new Date(NOW).setHours(0, 0, 0, 0);
    // Not until now: what was consumed of late counts for the next hour.
    const rows = [2, 3, 4].flatMap((ago) =>
      Array.from({ length: 96 }, (_, at) => ({
        series: 'homePower',
        start: today - ago * 24 * HOUR + at * quarter,
        length: quarter,
        mean: at < 48 ? 200 : 1_000,
        known: quarter,
      })),
    );
    await store.history.save(rows);
    const house = await begin({ store });
    await house.cycle();
    await house.settled();
    const { req, details } = house.site('evopt') as Evopt;
    const expected = details.timestamp.slice(1).map((text) => (new Date(text).getHours() < 12 ? 50 : 250));
    expect(req.time_series.gt.slice(1)).toEqual(expected);
  });
});

test('without the section there is nothing of it', async () => {
  const house = await startHouse({ onTestFinished }, { now: NOW, rates: hourly(() => 0.3) });
  await house.run(30);
  for (const key of ['optimizer', 'evopt', 'optimizerChargingStrategy']) expect(house.site(key)).toBeUndefined();
  expect(house.loadpoint('suggestion')).toBeUndefined();
  await expect(house.commandSite('optimize', null)).rejects.toThrow('no setting');
});
