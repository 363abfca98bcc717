import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { main } from '../../../../core/cli/main.ts';
import { systemClock } from '../../../../core/clock.ts';
import { createMemoryStore } from '../../../../core/store.ts';
import type { Comparison } from '../../../../plugins/commands/replay/other/result.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../../helpers/house.ts';

/** `evcc replay house.rec --config other.json …` in a folder. */
async function compare(directory: string, config: object, ...args: readonly string[]) {
  const said = { out: '', err: '' };
  writeFileSync(join(directory, 'other.json'), JSON.stringify(config));
  const code = await main(['replay', 'house.rec', '--config', 'other.json', ...args], {
    directory,
    env: {},
    clock: systemClock,
    signal: new AbortController().signal,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    onCrash: () => () => {},
  });
  return { code, ...said };
}

async function compared(directory: string, config: object): Promise<Comparison> {
  const { code, out, err } = await compare(directory, config, '--json');
  expect([code, err.replaceAll(/note: .*\n/g, '')]).toEqual([0, '']);
  return JSON.parse(out) as Comparison;
}

/** The other configuration: whatever its devices are, none is used. */
function other(loadpoint: object, more: object = {}): object {
  return {
    meters: { grid: { type: 'shelly-3em', host: '192.168.1.20' }, roof: { type: 'fronius', host: 'roof.lan' } },
    chargers: { charger1: { type: 'go-e', host: { env: 'NOT_SET' } } },
    site: { title: 'Other', meters: { grid: 'grid', pv: 'roof' } },
    loadpoints: [{ charger: 'charger1', ...loadpoint }],
    mqtt: { broker: 'broker.lan' },
    ...more,
  };
}

const PRICES = { grid: { type: 'fixed', price: 0.3 }, feedin: { type: 'fixed', price: 0.1 } };

async function recorded(
  t: Pick<TestContext, 'onTestFinished'>,
  play: (house: FakeHouse) => Promise<void>,
  options: HouseOptions = {},
): Promise<string> {
  const folder = temporaryFolder();
  const house = await startHouse(t, {
    loadpoints: [{ mode: 'off' }],
    interval: 30,
    ...options,
    config: { ...options.config, tariffs: PRICES, record: join(folder, 'house.rec') } as never,
  });
  await play(house);
  await house.runtime.stop();
  return folder;
}

/** An hour without sun, an hour with 8 kW of it, a car that charges from the beginning until it has 11 kWh. */
async function darkThenSunny(house: FakeHouse): Promise<void> {
  house.set({ base: 500 });
  await house.command('mode', 'now');
  await house.run(3_600);
  house.charger().full = true;
  house.set({ pv: 8_000 });
  await house.run(3_600);
}

describe('another configuration', () => {
  test('that is the same one comes to the same', async (t) => {
    const folder = await recorded(t, darkThenSunny);
    const result = await compared(folder, other({ mode: 'now' }, { tariffs: PRICES }));
    expect(result.recorded).toMatchObject({ energyKwh: expect.closeTo(11, 0), unmetKwh: 0, starts: 1 });
    expect(result.other.energyKwh).toBeCloseTo(result.recorded.energyKwh, 1);
    expect(result.other.houseCost).toBeCloseTo(result.recorded.houseCost ?? 0, 1);
    expect(result.notes).toEqual(['plays no part: mqtt']);
  });

  test('does what people asked for while it was recorded', async (t) => {
    const folder = await recorded(t, async (house) => {
      await house.run(600);
      await house.command('mode', 'now');
      await house.run(1_800);
      await house.command('mode', 'off');
      await house.run(600);
    });
    const result = await compared(folder, other({ mode: 'pv' }, { tariffs: PRICES }));
    expect(result.recorded.energyKwh).toBeGreaterThan(5);
    expect(result.other.energyKwh).toBeCloseTo(result.recorded.energyKwh, 1);
    expect(result.other.pricePerKwh).toBeCloseTo(0.3, 2);
  });

  test('begins with what users had set before, where it says nothing else', async (t) => {
    const store = createMemoryStore();
    const kept = (row: string, value: unknown, base: unknown): Promise<void> =>
      store.settings.set(`loadpoint.charger1.${row}`, JSON.stringify({ value, base, at: 'loadpoint.charger1' }));
    await kept('mode', 'now', 'off');
    await kept('maxCurrent', 10, 16);
    await kept('targetEnergy', 4, 0);
    const folder = await recorded(t, (house) => house.run(3_600), { store });
    const same = await compared(folder, other({ mode: 'off' }, { tariffs: PRICES }));
    expect(same.recorded.energyKwh).toBeCloseTo(4, 0);
    expect(same.other.energyKwh).toBeCloseTo(same.recorded.energyKwh, 1);
    const { other: faster } = await compared(folder, other({ mode: 'off', maxCurrent: 32 }, { tariffs: PRICES }));
    expect(faster.energyKwh).toBeCloseTo(same.recorded.energyKwh, 0);
    await compare(folder, other({ mode: 'off', maxCurrent: 32 }, { tariffs: PRICES }), '--csv', 'slots.csv');
    const [names = '', ...rows] = readFileSync(join(folder, 'slots.csv'), 'utf8').trim().split('\n');
    const column = names.split(',').indexOf('charge_w');
    expect(Math.max(...rows.map((row) => Number(row.split(',')[column])))).toBeGreaterThan(10_000);
    const { other: solar } = await compared(folder, other({ mode: 'pv' }, { tariffs: PRICES }));
    expect(solar.energyKwh).toBe(0);
  });

  test('begins with what users had set for a car that comes later', async (t) => {
    const store = createMemoryStore();
    await store.settings.set(
      'vehicle.car.targetSoc',
      JSON.stringify({ value: 50, base: 80, at: 'loadpoint.charger1' }),
    );
    const vehicles = { car: { type: 'fake', capacity: 10, onIdentify: { targetSoc: 80 } } };
    const folder = await recorded(
      t,
      async (house) => {
        const charger = house.charger();
        const car = house.vehicles.car;
        if (!car) return;
        charger.status = 'A';
        await house.run(60);
        charger.status = 'B';
        car.reading = { soc: 40 };
        await house.run(300);
        car.reading = { soc: 50 };
        await house.run(600);
      },
      { store, loadpoints: [{ mode: 'now', vehicle: 'car' }], config: { vehicles } as never },
    );
    const same = await compared(folder, other({ mode: 'now', vehicle: 'car' }, { tariffs: PRICES, vehicles }));
    expect(same.recorded.energyKwh).toBeGreaterThan(0.5);
    expect(same.other.energyKwh).toBeCloseTo(same.recorded.energyKwh, 0);
    const more = { car: { ...vehicles.car, onIdentify: { targetSoc: 90 } } };
    const later = await compared(folder, other({ mode: 'now', vehicle: 'car' }, { tariffs: PRICES, vehicles: more }));
    expect(later.other.energyKwh).toBeGreaterThan(same.other.energyKwh + 0.3);
  });

  test('of a recording that does not hold what was configured begins as it is, and says so', async (t) => {
    const folder = await recorded(t, (house) => house.run(600), { loadpoints: [{ mode: 'now' }] });
    const file = join(folder, 'house.rec');
    const [header = '', ...frames] = readFileSync(file, 'utf8').split('\n');
    const { house, ...version } = JSON.parse(header);
    writeFileSync(
      file,
      [JSON.stringify({ ...version, house: { ...house, settings: undefined } }), ...frames].join('\n'),
    );
    const { other: side, notes } = await compared(folder, other({ mode: 'off' }, { tariffs: PRICES }));
    expect(side.energyKwh).toBe(0);
    expect(notes).toContain(
      'the recording does not hold what was configured: settings begin as the other configuration has them',
    );
  });

  test('that charges only from surplus leaves undone what there was no sun for', async (t) => {
    const folder = await recorded(
      t,
      async (house) => {
        house.set({ base: 500 });
        await house.run(3_600);
        house.charger().full = true;
        house.set({ pv: 8_000 });
        await house.run(1_800);
      },
      { loadpoints: [{ mode: 'now' }] },
    );
    const result = await compared(folder, other({ mode: 'pv' }, { tariffs: PRICES }));
    // Half an hour of sun, less the delay: 10 A on three phases are what 7.5 kW allow.
    expect(result.other).toMatchObject({ fromGridKwh: expect.closeTo(0, 1), starts: 1 });
    expect(result.other.fromPvKwh).toBeGreaterThan(3);
    expect(result.other.fromPvKwh).toBeLessThan(3.5);
    expect(result.other.unmetKwh).toBeCloseTo(result.recorded.energyKwh - result.other.energyKwh, 2);
    expect(result.other.pricePerKwh).toBeCloseTo(0.1, 2);
  });

  test('with a home battery covers a part from it', async (t) => {
    const folder = await recorded(t, darkThenSunny);
    const result = await compared(
      folder,
      other(
        { mode: 'now' },
        {
          tariffs: PRICES,
          meters: { grid: { type: 'a' }, roof: { type: 'b' }, cellar: { type: 'c', capacity: 20 } },
          site: { meters: { grid: 'grid', pv: 'roof', battery: 'cellar' } },
        },
      ),
    );
    expect(result.recorded).toMatchObject({ fromBatteryKwh: 0, dischargedKwh: 0 });
    expect(result.other.fromBatteryKwh).toBeGreaterThan(3);
    expect(result.other.dischargedKwh).toBeLessThanOrEqual(10);
    expect(result.notes).toContain('there was no home battery in the recording: a usual one is assumed');
  });

  test('cannot give a car more current or phases than it showed that it takes', async (t) => {
    const folder = await recorded(
      t,
      async (house) => {
        house.charger().carCurrent = 10;
        house.charger().carPhases = 1;
        await house.run(3_600);
      },
      { loadpoints: [{ mode: 'now', maxCurrent: 16 }] },
    );
    await compare(folder, other({ mode: 'now', maxCurrent: 32 }, { tariffs: PRICES }), '--csv', 'slots.csv');
    const [names = '', ...rows] = readFileSync(join(folder, 'slots.csv'), 'utf8').trim().split('\n');
    const column = names.split(',').indexOf('charge_w');
    expect(Math.max(...rows.map((row) => Number(row.split(',')[column])))).toBe(2_300);
  });

  test('meets cars with what they got before', async (t) => {
    const folder = await recorded(
      t,
      async (house) => {
        const charger = house.charger();
        const car = house.vehicles.car;
        if (!car) return;
        for (const soc of [40, 60]) {
          charger.status = 'A';
          await house.run(60);
          charger.status = 'B';
          car.reading = { soc };
          house.set({ base: 300, pv: 3_000 });
          await house.run(1_800);
        }
      },
      {
        loadpoints: [{ mode: 'off', vehicle: 'car' }],
        config: { vehicles: { car: { type: 'fake', capacity: 10 } } } as never,
      },
    );
    const result = await compared(
      folder,
      other(
        { mode: 'now', vehicle: 'car' },
        { tariffs: PRICES, vehicles: { car: { type: 'tesla', capacity: 10, password: 'x' } } },
      ),
    );
    // From 40 to 100 % in the first half hour; it comes back full.
    expect(result.other.energyKwh).toBeGreaterThan(5);
    expect(result.other.energyKwh).toBeLessThan(6.2);
  });

  test('without the recorded loadpoint, or with others, says so', async (t) => {
    const folder = await recorded(t, darkThenSunny);
    const result = await compared(folder, {
      ...other({ mode: 'now' }),
      chargers: { another: { type: 'x' } },
      loadpoints: [{ charger: 'another', mode: 'now' }],
    });
    expect(result.notes).toContain('loadpoint another was not recorded: no car comes there');
    expect(result.notes).toContain('loadpoint charger1 is not in the other configuration');
    expect(result.other).toMatchObject({ energyKwh: 0, unmetKwh: result.recorded.energyKwh, chargingCost: 0 });
  });

  test('is shown as a table, as CSV and as one page that needs nothing else', async (t) => {
    const folder = await recorded(t, darkThenSunny);
    const title = '<b>"other"</b>';
    const { code, out } = await compare(
      folder,
      other({ mode: 'pv' }, { tariffs: PRICES, site: { title, meters: { grid: 'grid', pv: 'roof' } } }),
      '--report',
      'page.html',
      '--csv',
      'slots.csv',
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d to \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, \d+ cycles\n/);
    expect(out).toMatch(/recorded +other\nEnergy charged +\d+\.\d\d +\d+\.\d\d +kWh\n {2}from PV/);
    expect(out).toMatch(/Cost of the house +-?\d+\.\d\d +-?\d+\.\d\d +EUR/);
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    expect(page).toContain('Every day, with the other configuration');
    expect(page).not.toMatch(/<script|src=|https?:\/\//);
    expect(page).not.toContain('NaN');
    const csv = readFileSync(join(folder, 'slots.csv'), 'utf8').trim().split('\n');
    expect(csv[0]).toMatch(/^start,load_w,pv_w/);
    // Two hours: a slot each minute.
    expect(csv).toHaveLength(121);
  });

  test('that is invalid is refused with its problems', async (t) => {
    const folder = await recorded(t, darkThenSunny);
    const { code, err } = await compare(folder, other({ mode: 'fast' }));
    expect(code).toBe(1);
    expect(err).toMatch(/loadpoints\[0\]\.mode/);
  });
});
