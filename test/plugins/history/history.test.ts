import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Evcc, HistoryRow, LoadedPlugin, Store } from '../../../core/index.ts';
import { createMemoryStore } from '../../../core/store.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';

const NOON = Date.parse('2025-06-15T12:00:00Z');
const QUARTER = 900_000;

afterEach(() => {
  vi.unstubAllEnvs();
});

interface Answer {
  readonly resolution: string;
  readonly from: string;
  readonly to: string;
  readonly slots: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly title: string;
    readonly unit: string;
    readonly mean: readonly (number | null)[];
    readonly energy?: readonly (number | null)[];
  }[];
}

interface Energies {
  readonly title?: string;
  readonly group: string;
  readonly data: readonly { start: string; end: string; energy: number; returnEnergy: number }[];
}

/** A house, and what its queries answer. */
async function recorded(options: HouseOptions = {}): Promise<{
  readonly house: FakeHouse;
  ask(parameters?: Record<string, string>): Promise<Answer>;
  energies(parameters?: Record<string, string>): Promise<readonly Energies[]>;
}> {
  let evcc: Evcc | undefined;
  const look: LoadedPlugin = {
    name: 'look',
    apply(own) {
      evcc = own;
    },
  };
  const house = await startHouse(
    { onTestFinished },
    { now: NOON, ...options, plugins: [look, ...(options.plugins ?? [])] },
  );
  const ask = async (name: string, parameters: Record<string, string>): Promise<unknown> =>
    evcc?.queries
      .all()
      .find((query) => query.name === name)
      ?.answer(0, parameters);
  return {
    house,
    ask: async (parameters = {}) => (await ask('getHistory', parameters)) as Answer,
    energies: async (parameters = {}) => (await ask('getEnergyHistory', parameters)) as readonly Energies[],
  };
}

/** What is stored, by series: mean and known minutes of each quarter hour after noon. */
async function rows(store: Store): Promise<Record<string, [quarter: number, mean: number, minutes: number][]>> {
  const all = await store.history.list();
  const found: Record<string, [number, number, number][]> = {};
  for (const { series, start, mean, known } of all) {
    const list = found[series] ?? [];
    found[series] = list;
    list.push([(start - NOON) / QUARTER, Math.round(mean * 1e6) / 1e6, known / 60_000]);
  }
  return found;
}

describe('what is recorded', () => {
  test('means of powers by quarter hour, import and export apart', async () => {
    const { house } = await recorded();
    house.set({ pv: 3_000, base: 500, battery: 0 });
    await house.run(610);
    house.set({ pv: 0 });
    await house.run(1_210);
    expect(await rows(house.store)).toEqual({
      gridImport: [
        [0, 166.666_667, 15],
        [1, 500, 15],
      ],
      gridExport: [
        [0, 1_666.666_667, 15],
        [1, 0, 15],
      ],
      pvPower: [
        [0, 2_000, 15],
        [1, 0, 15],
      ],
      homePower: [
        [0, 500, 15],
        [1, 500, 15],
      ],
      'chargePower.charger1': [
        [0, 0, 15],
        [1, 0, 15],
      ],
    });
  });

  test('battery, prices, soc, consumers and each loadpoint', async () => {
    const { house } = await recorded({
      battery: { soc: 40 },
      meters: ['pump'],
      site: { meters: { grid: 'grid', pv: ['pv'], battery: ['battery'], consumers: ['pump'] } },
      loadpoints: [{ name: 'garage', title: 'Garage', vehicle: 'ev6', mode: 'now' }, { name: 'carport' }],
      config: { vehicles: { ev6: { type: 'fake', title: 'EV6' } } } as never,
      rates: (now) => [{ start: now - 1, end: now + 86_400_000, price: 0.3 }],
      feedInRates: (now) => [{ start: now - 1, end: now + 86_400_000, price: -0.05 }],
      plugins: [
        {
          name: 'weather',
          apply: ({ hooks }) =>
            hooks.rates.tapPromise('weather', async (rates) => ({
              ...rates,
              temperature: { kind: 'temperature', rates: [{ start: 0, end: 9e15, price: -7.5 }] },
            })),
        },
      ],
    });
    house.set({ pv: 0, base: 300, battery: 1_000 });
    house.meter('pump').reading = { power: 250 };
    Object.assign(house.vehicles.ev6 ?? {}, { reading: { soc: 55 } });
    house.charger(2).status = 'A';
    await house.run(910);
    const found = await rows(house.store);
    const means = Object.fromEntries(Object.entries(found).map(([name, list]) => [name, list[0]?.[1]]));
    expect(means).toMatchObject({
      batteryCharge: 0,
      batteryDischarge: 1_000,
      batterySoc: 40,
      'consumerPower.pump': 250,
      tariffGrid: 0.3,
      tariffFeedIn: -0.05,
      tariffTemperature: -7.5,
      'chargePower.carport': 0,
    });
    expect(means['chargePower.garage']).toBeGreaterThan(10_000);
    expect(means['vehicleSoc.ev6']).toBeGreaterThanOrEqual(55);
  });

  test('what is not known is not recorded, and nothing depends on it', async () => {
    const { house } = await recorded();
    house.set({ pv: 1_000, base: 500 });
    await house.run(300);
    house.grid.failure = new Error('gone');
    await house.run(610);
    const { gridImport, homePower, pvPower } = await rows(house.store);
    // The last reading counts for a minute.
    expect(gridImport?.[0]?.[2]).toBeLessThanOrEqual(6.5);
    expect(homePower?.[0]?.[2]).toBeLessThanOrEqual(6.5);
    expect(pvPower).toEqual([[0, 1_000, 15]]);
  });

  test('a gap between cycles is not known, and a clock that is set back does no harm', async () => {
    const { house } = await recorded();
    house.set({ pv: 1_000 });
    await house.run(310);
    house.clock.jump(NOON + 1_200_000);
    await house.run(310);
    house.clock.jump(NOON + 600_000);
    await house.run(1_210);
    const { pvPower } = await rows(house.store);
    // 5 min before the gap; after the clock was set back 5 min of the first quarter, and 15 min of the second once more.
    expect(pvPower?.map(([quarter, mean]) => [quarter, mean])).toEqual([
      [0, 1_000],
      [1, 1_000],
    ]);
    expect(pvPower?.[0]?.[2]).toBeCloseTo(10, 0);
    expect(pvPower?.[1]?.[2]).toBeCloseTo(20, 0);
  });

  test('a restart goes on with the same quarter hour', async () => {
    const store = createMemoryStore();
    const first = await recorded({ store });
    first.house.set({ pv: 1_000 });
    await first.house.run(310);
    await first.house.stop();
    const second = await recorded({ store, now: NOON + 320_000 });
    second.house.set({ pv: 3_000 });
    await second.house.run(310);
    await second.house.stop();
    const { pvPower } = await rows(store);
    expect(pvPower?.[0]?.[1]).toBeCloseTo(2_000, -2);
    expect(pvPower?.[0]?.[2]).toBeCloseTo(10, 0);
  });

  test('a kill loses the last minutes and nothing else', async () => {
    const store = createMemoryStore();
    const { house } = await recorded({ store });
    house.set({ pv: 1_000 });
    await house.run(1_500);
    const { pvPower } = await rows(store);
    expect(pvPower?.[0]).toEqual([0, 1_000, 15]);
    expect(pvPower?.[1]?.[2]).toBeGreaterThanOrEqual(5);
  });

  test('while the database fails nothing is lost', async () => {
    const store = createMemoryStore();
    let broken = true;
    const save: Store['history']['save'] = async (list) => {
      if (broken) throw new Error('disk full');
      await store.history.save(list);
    };
    const { house } = await recorded({ store: { ...store, history: { ...store.history, save } } });
    house.set({ pv: 1_000 });
    await house.run(2_700);
    expect(await rows(store)).toEqual({});
    broken = false;
    await house.run(310);
    const { pvPower } = await rows(store);
    expect(pvPower?.slice(0, 3)).toEqual([
      [0, 1_000, 15],
      [1, 1_000, 15],
      [2, 1_000, 15],
    ]);
    const told = house.log.filter(({ message }) => message.includes('disk full'));
    expect(told.length).toBe(1);
  });

  test('it can be switched off', async () => {
    const { house, ask } = await recorded({ config: { history: false } as never });
    await house.run(1_000);
    expect(await store(house)).toEqual([]);
    expect(await ask()).toBeUndefined();
  });

  const store = (house: FakeHouse): Promise<readonly HistoryRow[]> => house.store.history.list();
});

test('old history becomes coarser, and keeps its energy', async () => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  const store = createMemoryStore();
  const midnight = (day: string): number => Date.parse(`${day}T00:00:00+01:00`);
  const first = midnight('2025-01-01');
  const old = Array.from({ length: 4 * 96 }, (_, index) => ({
    series: 'pvPower',
    start: first + index * QUARTER,
    length: QUARTER,
    mean: index,
    known: index % 3 === 0 ? QUARTER / 3 : QUARTER,
  }));
  await store.history.save(old);
  const energy = async (): Promise<number> =>
    (await store.history.list({ until: first + 96 * 4 * QUARTER })).reduce((sum, row) => sum + row.mean * row.known, 0);
  const before = await energy();
  const config = { history: { quarterHours: 8, hours: 10 } } as never;
  const { house } = await recorded({ store, now: midnight('2025-01-12') + 3_600_000, config });
  await house.run(3_700);
  const lengths = (await store.history.list({ until: first + 96 * 4 * QUARTER })).map(({ length }) => length / QUARTER);
  // The first day is older than 10 days, the second and third older than 8, the fourth is not.
  expect(lengths).toEqual([96, ...Array(48).fill(4), ...Array(96).fill(1)]);
  expect(await energy()).toBeCloseTo(before, -3);
});

test('loadpoints show what they charged today, in 24 h and in 7 days', async () => {
  vi.stubEnv('TZ', 'UTC');
  const store = createMemoryStore();
  const hours = (count: number): number => count * 3_600_000;
  const slot = (start: number): HistoryRow => ({
    series: 'chargePower.charger1',
    start,
    length: QUARTER,
    mean: 4_000,
    known: QUARTER,
  });
  await store.history.save([
    slot(NOON - hours(8 * 24)),
    slot(NOON - hours(48)),
    slot(NOON - hours(14)),
    slot(NOON - hours(2)),
  ]);
  const { house } = await recorded({ store });
  await house.run(20);
  expect(['todayEnergy', 'last24hEnergy', 'last7dEnergy'].map((key) => house.loadpoint(key))).toEqual([
    1_000, 2_000, 3_000,
  ]);
});

test('what loadpoints charged today grows within a quarter hour, however often the history is asked for', async () => {
  const { house, ask } = await recorded({ loadpoints: [{ mode: 'now' }] });
  for (let minute = 0; minute < 8; minute += 1) {
    await house.run(60);
    await ask({ series: 'chargePower' });
  }
  expect(house.loadpoint('todayEnergy')).toBeGreaterThan(100);
});

test('the house shows when the last quarter hour was stored, not what was stored in between', async () => {
  vi.stubEnv('TZ', 'UTC');
  const { house } = await recorded();
  await house.run(14 * 60);
  expect(house.site('historyUpdated')).toBeUndefined();
  await house.run(80);
  expect(house.site('historyUpdated')).toBe(NOON + QUARTER);
});

describe('questions', () => {
  /** A day of 1 kW of sun, in quarter hours, and an hour of export */
  async function sunny(): Promise<Awaited<ReturnType<typeof recorded>>> {
    vi.stubEnv('TZ', 'UTC');
    const store = createMemoryStore();
    const day = NOON - 12 * 3_600_000;
    const row = (series: string, start: number, length: number, mean: number): HistoryRow => ({
      series,
      start,
      length,
      mean,
      known: length,
    });
    await store.history.save([
      ...Array.from({ length: 40 }, (_, index) => row('pvPower', day + index * QUARTER, QUARTER, 1_000)),
      row('gridExport', day, 4 * QUARTER, 600),
      row('gridImport', day, 4 * QUARTER, 200),
      row('chargePower.garage', day, QUARTER, 400),
      row('chargePower.carport', day, QUARTER, 800),
      row('batterySoc', day, QUARTER, 55.5),
    ]);
    return await recorded({ store });
  }

  test('means and energies of slots, null where nothing is known', async () => {
    const { ask } = await sunny();
    const from = '2025-06-15T00:00:00Z';
    const answer = await ask({ series: 'pvPower,batterySoc', from, to: '2025-06-15T12:00:00Z', resolution: 'hour' });
    expect(answer).toMatchObject({ resolution: 'hour', from, to: '2025-06-15T12:00:00Z' });
    expect(answer.slots).toHaveLength(12);
    expect(answer.slots.slice(0, 2)).toEqual([from, '2025-06-15T01:00:00Z']);
    const unknown = [null, null];
    expect(answer.series).toEqual([
      { name: 'batterySoc', title: '', unit: '%', mean: [55.5, ...Array(11).fill(null)] },
      {
        name: 'pvPower',
        title: '',
        unit: 'W',
        mean: [...Array(10).fill(1_000), ...unknown],
        energy: [...Array(10).fill(1), ...unknown],
      },
    ]);
  });

  test('coarser history counts in all finer slots that it covers', async () => {
    const { ask } = await sunny();
    const answer = await ask({ series: 'gridExport', from: '2025-06-15T00:30:00Z', to: '2025-06-15T01:15:00Z' });
    expect(answer.resolution).toBe('quarter');
    expect(answer.series[0]).toMatchObject({ mean: [600, 600, null], energy: [0.15, 0.15, null] });
  });

  test('a kind of series stands for all of them, and none for all kinds', async () => {
    const { ask } = await sunny();
    const names = async (series?: string): Promise<string[]> =>
      (await ask({ ...(series && { series }), from: '2025-06-15T00:00:00Z' })).series.map(({ name }) => name).sort();
    expect(await names('chargePower')).toEqual(['chargePower.carport', 'chargePower.garage']);
    expect(await names('chargePower.garage, gridImport')).toEqual(['chargePower.garage', 'gridImport']);
    expect(await names()).toContain('pvPower');
  });

  test('the resolution suits the time that is asked for', async () => {
    const { ask } = await sunny();
    const of = async (from: string): Promise<string> => (await ask({ from, to: '2025-06-15T12:00:00Z' })).resolution;
    expect(await of('2025-06-15T00:00:00+02:00')).toBe('quarter');
    expect(await of('2025-06-08T00:00:00Z')).toBe('hour');
    expect(await of('2025-05-01T00:00:00Z')).toBe('day');
    expect(await of('2020-01-01T00:00:00Z')).toBe('month');
    const { slots } = await ask({ from: '2024-06-15T00:00:00Z', to: '2025-06-15T12:00:00Z', resolution: 'year' });
    expect(slots).toEqual(['2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z']);
  });

  test('what was measured a moment ago is in the answer', async () => {
    const { house, ask } = await sunny();
    house.set({ pv: 5_000 });
    await house.run(120);
    const { series } = await ask({ series: 'pvPower', from: '2025-06-15T12:00:00Z' });
    expect(series[0]?.mean[0]).toBeCloseTo(5_000, 0);
  });

  test('thousands of years are answered by few questions to the database', async () => {
    const { ask, energies, house } = await sunny();
    const list = vi.spyOn(house.store.history, 'list');
    const ages = { from: '1970-01-01T00:00:00Z', to: '4900-01-01T00:00:00Z' };
    const { slots, series } = await ask({ ...ages, resolution: 'year' });
    expect(slots).toHaveLength(2_930);
    const pv = series.find(({ name }) => name === 'pvPower')?.energy;
    expect(pv?.flatMap((energy, index) => (energy === null ? [] : [[slots[index], energy]]))).toEqual([
      ['2025-01-01T00:00:00Z', 10],
    ]);
    await energies({ from: '2000-01-01T00:00:00Z', to: '2400-01-01T00:00:00Z', aggregate: 'month' });
    expect(list.mock.calls.length).toBeLessThan(20);
  });

  for (const [what, parameters, message] of [
    ['an unknown series', { series: 'pvPower,moon' }, /there is no series "moon"; allowed is gridImport, /],
    ['an unknown resolution', { resolution: 'week' }, /invalid resolution: "week"; allowed is quarter, hour, day/],
    ['a time without offset', { from: '2025-06-15' }, /invalid from: "2025-06-15"; allowed is a time such as/],
    ['no time', { to: 'now' }, /invalid to: "now"/],
    ['an end before the start', { from: '2025-06-15T12:00:00Z', to: '2025-06-15T12:00:00Z' }, /from must be before to/],
    ['too much', { from: '2000-01-01T00:00:00Z', resolution: 'quarter' }, /more than 5000 slots: ask for a shorter/],
  ] as const) {
    test(`${what} is refused with what is allowed`, async () => {
      const { ask } = await sunny();
      await expect(ask({ ...parameters })).rejects.toMatchObject({
        code: 'EVCC_COMMAND_INVALID',
        message: expect.stringMatching(message) as string,
      });
    });
  }

  test('energies by title or by group, with what was given back', async () => {
    const { energies } = await sunny();
    const period = { from: '2025-06-15T00:00:00Z', to: '2025-06-16T00:00:00Z', aggregate: 'day' };
    const day = { start: '2025-06-15T00:00:00Z', end: '2025-06-16T00:00:00Z' };
    const single = await energies(period);
    expect(single).toContainEqual({ group: 'grid', data: [{ ...day, energy: 0.2, returnEnergy: 0.6 }] });
    expect(single).toContainEqual({ group: 'pv', data: [{ ...day, energy: 10, returnEnergy: 0 }] });
    expect(single).toContainEqual({
      title: 'garage',
      group: 'loadpoint',
      data: [{ ...day, energy: 0.1, returnEnergy: 0 }],
    });
    const grouped = await energies({ ...period, grouped: 'true' });
    expect(grouped).toContainEqual({ group: 'loadpoint', data: [{ ...day, energy: 0.3, returnEnergy: 0 }] });
    await expect(energies({ aggregate: 'week' })).rejects.toThrow(/allowed is 15m, hour, day, month/);
  });
});
