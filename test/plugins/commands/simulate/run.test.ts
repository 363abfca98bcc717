import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { main } from '../../../../core/cli/main.ts';
import { systemClock } from '../../../../core/clock.ts';
import house from '../../../../examples/simulate/evcc.config.ts';
import { DEFAULT_HOUSE } from '../../../../plugins/commands/simulate/default-house.ts';
import type { Result } from '../../../../plugins/commands/simulate/result.ts';

const example = (name: string) => fileURLToPath(new URL(`../../../../examples/simulate/${name}`, import.meta.url));
const HOME = example('synthetic-home.csv');
const CARS = example('synthetic-cars.csv');

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evcc-simulate-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Runs the command line in a folder of its own. */
async function evcc(line: string, signal = new AbortController().signal) {
  let out = '';
  let err = '';
  const code = await main(['simulate', ...line.split(' ')], {
    directory,
    env: {},
    clock: systemClock,
    signal,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    onCrash: () => () => {},
  });
  return { code, out, err };
}

async function simulated(line: string): Promise<Result> {
  const { code, out, err } = await evcc(`${line} --json`);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

const near = (actual: number | null, expected: number, by: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) <= by, `${actual} instead of ${expected}`);

/** Four hours of 500 W household; PV of 6,000 W in the second hour; prices 0.10, 0.20, −0.05, 0.10. */
async function smallHouse() {
  const rows = [
    '2023-06-01T00:00:00Z,500,0,0.10',
    '2023-06-01T01:00:00Z,500,6000,0.20',
    '2023-06-01T02:00:00Z,500,0,-0.05',
    '2023-06-01T03:00:00Z,500,0,0.10',
  ];
  await writeFile(join(directory, 'small.csv'), ['start,load_w,pv_w,price_eur_per_kwh', ...rows].join('\n'));
  const stay = 'ev1,2023-06-01T01:00:00Z,2023-06-01T03:30:00Z,16.56';
  await writeFile(join(directory, 'ev.csv'), `car,plug_in,plug_out,energy_kwh\n${stay}\n`);
  // A charger and a car without any delay: 11,040 W from the first cycle on.
  const { chargers: _, vehicles: __, ...rest } = DEFAULT_HOUSE;
  const ideal = {
    ...rest,
    chargers: { garage: { type: 'simulator', phaseSwitching: true, reaction: 0, ramp: 0, switchPause: 0 } },
    vehicles: { car: { type: 'simulator', charger: 'garage', taperFrom: 100, startDelay: 0, followDelay: 0 } },
  };
  await writeFile(join(directory, 'ideal.json'), JSON.stringify(ideal));
  return '--profile small.csv --sessions ev.csv --config ideal.json';
}

describe('the accounts', () => {
  test('charging at once costs what one works out by hand', async () => {
    const result = await simulated(`${await smallHouse()} --mode now`);
    near(result.charging.energyKwh, 16.56, 0.001);
    near(result.charging.fromPvKwh, 5.5, 0.03);
    near(result.charging.fromGridKwh, 11.06, 0.03);
    // Import 0.5 kWh at 0.30, 5.54 at 0.40, 6.02 at 0.15, 0.5 at 0.30; nothing is sold but for a moment at the start.
    near(result.site.cost, 0.15 + 5.54 * 0.4 + 6.02 * 0.15 + 0.15, 0.02);
    near(result.charging.cost, 5.54 * 0.4 + 5.52 * 0.15 + 5.5 * 0.08, 0.02);
    near(result.site.householdKwh, 2, 0.001);
    assert.deepEqual(result.sessions, { count: 1, wantedKwh: 16.56, unmetKwh: 0, unmetCount: 0 });
    assert.equal(result.charging.starts, 1);
  });

  test('a battery takes and gives with its losses', async () => {
    const result = await simulated(`${await smallHouse()} --mode off --battery 10`);
    // 0.5 kWh at night, 5 kWh at most in the sun (5.5 are left), 0.5 kWh in each of the last two hours.
    near(result.battery?.chargedKwh ?? 0, 5, 0.02);
    near(result.battery?.dischargedKwh ?? 0, 1.5, 0.02);
    near(result.battery?.socAtEnd ?? 0, 50 + (5 * 0.95 - 1.5 / 0.95) * 10, 0.2);
    near(result.site.cost, -0.5 * 0.08, 0.01);
    assert.equal(result.charging.energyKwh, 0);
    assert.deepEqual(result.sessions, { count: 1, wantedKwh: 16.56, unmetKwh: 16.56, unmetCount: 1 });
  });

  test('surplus charging follows the sun, and a car that shall be ready gets the rest at the last moment', async () => {
    const line = await smallHouse();
    const surplus = await simulated(`${line} --mode pv`);
    near(surplus.charging.fromPvKwh, 5.2, 0.4);
    near(surplus.charging.fromGridKwh, 0.2, 0.2);
    near(surplus.sessions?.unmetKwh ?? 0, 11.1, 0.5);
    const ready = await simulated(`${line} --mode pv --ready`);
    near(ready.charging.energyKwh, 16.56, 0.001);
    near(ready.charging.fromPvKwh, surplus.charging.fromPvKwh, 0.2);
    assert.equal(ready.sessions?.unmetCount, 0);
    // 11 kWh need an hour: half of it at a negative price, half of it after three.
    near(ready.charging.cost, 5.2 * 0.08 + 6.1 * 0.15 + 5.2 * 0.3, 0.25);
  });

  test('a plan takes what the sun does not give in the cheapest hour', async () => {
    const planned = await simulated(`${await smallHouse()} --mode pv --plan`);
    assert.equal(planned.house.plan, true);
    assert.equal(planned.sessions?.unmetCount, 0);
    near(planned.charging.fromPvKwh, 5.2, 0.4);
    // The whole hour at a negative price, and what is still missing after it.
    near(planned.charging.cost, 5.2 * 0.08 + 11.04 * 0.15 + 0.3 * 0.3, 0.15);
  });

  test('import and export of one slot cancel out on its mean, but not on the bill', async () => {
    const line = await smallHouse();
    const stay = 'ev1,2023-06-01T01:00:00Z,2023-06-01T02:00:00Z,2.76';
    await writeFile(join(directory, 'short.csv'), `car,plug_in,plug_out,energy_kwh\n${stay}\n`);
    const result = await simulated(`${line.replace('ev.csv', 'short.csv')} --mode now --to 2023-06-01T02:00:00Z`);
    const night = 0.15;
    near(result.site.cost, night + 1.385 * 0.4 - 4.125 * 0.08, 0.01);
    near(result.site.costOnMeans, night - 2.74 * 0.08, 0.01);
  });

  test('each beginning of charging and each phase switch counts', async () => {
    const line = await smallHouse();
    const hours = [2_500, 0, 8_000].map((pv, hour) => `2023-06-01T0${hour}:00:00Z,300,${pv},0.1`);
    await writeFile(join(directory, 'clouds.csv'), ['start,load_w,pv_w,price_eur_per_kwh', ...hours].join('\n'));
    const stay = 'ev1,2023-06-01T00:00:00Z,2023-06-01T03:00:00Z,30';
    await writeFile(join(directory, 'long.csv'), `car,plug_in,plug_out,energy_kwh\n${stay}\n`);
    const clouds = line.replace('small.csv', 'clouds.csv').replace('ev.csv', 'long.csv');
    const { charging } = await simulated(`${clouds} --mode pv`);
    // One phase, nothing, three phases; the charger was on three before.
    assert.equal(charging.starts, 2);
    assert.equal(charging.phaseSwitches, 2);
    near(charging.energyKwh, 1.9 + 7, 0.8);
  });

  test('what flows in flows out, in every slot of the series', async () => {
    const result = await simulated(
      `--profile ${HOME} --sessions ${CARS} --car commuter --battery 8 --mode minpv --interval 300 --csv week.csv`,
    );
    const [header = '', ...lines] = (await readFile(join(directory, 'week.csv'), 'utf8')).trim().split('\n');
    const names = header.split(',');
    assert.equal(lines.length, 7 * 48);
    let cost = 0;
    let charged = 0;
    for (const line of lines) {
      const row = Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', Number(cell)]));
      const { load_w = 0, pv_w = 0, import_w = 0, export_w = 0, charge_w = 0 } = row;
      const { battery_charge_w = 0, battery_discharge_w = 0, battery_soc = -1 } = row;
      near(import_w + pv_w + battery_discharge_w, load_w + charge_w + export_w + battery_charge_w, 1);
      near((row.charge_pv_w ?? 0) + (row.charge_battery_w ?? 0) + (row.charge_grid_w ?? 0), charge_w, 0.3);
      assert.ok(battery_soc >= 0 && battery_soc <= 100);
      cost += row.cost ?? 0;
      charged += charge_w / 2_000;
    }
    near(result.site.cost, cost, 0.02);
    near(result.charging.energyKwh, charged, 0.05);
    const profile = (await readFile(HOME, 'utf8')).trim().split('\n');
    assert.equal(profile[30]?.split(',')[1], String(Math.round(Number(lines[29]?.split(',')[1]))));
  });

  test('a variation changes the course but no mean', async () => {
    const line = `--profile ${HOME} --from 2025-05-05 --to 2025-05-06 --interval 60`;
    const steady = await simulated(line);
    const varied = await simulated(`${line} --variation 1 --seed 5`);
    near(varied.site.householdKwh, steady.site.householdKwh, 0.01);
    near(varied.site.pvKwh, steady.site.pvKwh, 0.01);
    assert.ok(varied.site.importKwh > steady.site.importKwh, 'clouds make no difference');
    const again = await simulated(`${line} --variation 1 --seed 5`);
    assert.deepEqual({ ...again, run: 0 }, { ...varied, run: 0 });
  });
});

describe('the output', () => {
  test('is a table of every number, with what it was run on', async () => {
    const { code, out, err } = await evcc(
      `--profile ${HOME} --sessions ${CARS} --car second --battery 5 --mode minpv --interval 300`,
    );
    assert.equal(code, 0, err);
    for (const label of [
      'Energy charged',
      '  from PV',
      '  from battery',
      '  from grid',
      'Unmet energy',
      'Cost of charging',
      'Cost of the house',
      'Starts',
      'Phase switches',
      'Cycles',
      'Speed',
    ]) {
      assert.match(out, new RegExp(`^${label} {2,}\\S`, 'm'));
    }
    assert.match(
      out,
      /^2025-05-04T22:00:00Z to 2025-05-11T22:00:00Z, 7 days, car second\nhouse: built in, mode minpv\n/,
    );
    assert.match(out, /Cycles +2,017 +every 300 s/);
    assert.match(err, /^ [1-9]\d % {2}2025-05-\d\d {2}[\d,]+ cycles\/s/m);
  });

  test('JSON goes to standard output alone', async () => {
    const { out } = await evcc(`--profile ${HOME} --interval 300 --from 2025-05-05 --to 2025-05-06 --json`);
    const result: Result = JSON.parse(out);
    assert.equal(result.sessions, null);
    assert.equal(result.battery, null);
    assert.equal(result.run.cycles, 289);
    assert.equal(result.run.warnings, 0);
    assert.equal(result.site.currency, 'EUR');
    assert.equal(result.input.days, 1);
  });

  test('the report is one page that needs nothing else', async () => {
    const { code, err } = await evcc(
      `--profile ${HOME} --sessions ${CARS} --config ${example('two-cars.config.ts')} --interval 300 --report week.html`,
    );
    assert.equal(code, 0, err);
    const page = await readFile(join(directory, 'week.html'), 'utf8');
    assert.match(page, /^<!doctype html>/);
    assert.match(page, /prefers-color-scheme: dark/);
    assert.doesNotMatch(page, /https?:|<script|<link|<img|@import|url\(/);
    assert.doesNotMatch(page, /NaN|undefined|Infinity|\[object/);
    assert.equal(page.match(/<figure>/g)?.length, 7);
    assert.equal(page.match(/<svg class="chart"/g)?.length, 3);
    for (const text of [
      '5 May 2025 to 11 May 2025',
      'cars second, commuter',
      'Every day',
      'All totals',
      'from battery',
    ]) {
      assert.ok(page.includes(text), text);
    }
    for (const tag of ['svg', 'g', 'figure', 'div', 'table', 'tr', 'td', 'details', 'ul', 'li', 'dl']) {
      const opened = page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0;
      const closed = page.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0;
      assert.equal(opened, closed, tag);
    }
  });

  test('names from files are text in the report, not markup', async () => {
    await writeFile(
      join(directory, 'odd.csv'),
      'car,plug_in,plug_out,energy_kwh\n<b>"x"&,2025-05-05T10:00:00Z,2025-05-05T12:00:00Z,5\n',
    );
    await evcc(
      `--profile ${HOME} --sessions odd.csv --from 2025-05-05 --to 2025-05-06 --interval 300 --report odd.html`,
    );
    const page = await readFile(join(directory, 'odd.html'), 'utf8');
    assert.ok(page.includes('&#60;b&#62;&#34;x&#34;&#38;'));
    assert.ok(!page.includes('<b>"x"'));
  });

  test('an interrupt ends it', async () => {
    const controller = new AbortController();
    controller.abort();
    const { code, err } = await evcc(`--profile ${HOME} --interval 1`, controller.signal);
    assert.equal(code, 3);
    assert.match(err, /stopped before the end/);
  });
});

describe('the house', () => {
  test('that is built in is the one of the example', () => {
    assert.deepEqual(house, DEFAULT_HOUSE);
  });

  test('keeps its devices apart when there are two cars', async () => {
    const result = await simulated(
      `--profile ${HOME} --sessions ${CARS} --config ${example('two-cars.config.ts')} --interval 300 --mode now`,
    );
    assert.equal(result.sessions?.count, 12);
    assert.equal(result.sessions?.unmetCount, 0);
    near(result.charging.energyKwh, 126, 0.01);
    assert.deepEqual(
      result.loadpoints.map(({ title }) => title),
      ['Garage', 'Carport'],
    );
    assert.deepEqual(
      result.loadpoints.map(({ starts }) => starts),
      [6, 6],
    );
  });

  test('leaves out what a simulation does not need, and says so', async () => {
    const config = { ...DEFAULT_HOUSE, rest: { port: 1 }, mqtt: { broker: 'mqtt://127.0.0.1:1', topic: 'x' } };
    await writeFile(join(directory, 'surfaces.json'), JSON.stringify(config));
    const { code, err, out } = await evcc(
      `--profile ${HOME} --config surfaces.json --from 2025-05-05 --to 2025-05-06 --interval 300 --json`,
    );
    assert.equal(code, 0, err);
    assert.match(err, /not simulated: rest, mqtt/);
    assert.deepEqual(JSON.parse(out).house.omitted, ['rest', 'mqtt']);
  });

  test('says what troubled it', async () => {
    const plugin = `export default { name: 'moody', apply({ hooks }) { hooks.limit.tap('moody', () => { throw new Error('no mood'); }); } };`;
    await writeFile(join(directory, 'moody.mjs'), plugin);
    await writeFile(join(directory, 'moody.json'), JSON.stringify({ ...DEFAULT_HOUSE, plugins: ['./moody.mjs'] }));
    const { code, err, out } = await evcc(
      `--profile ${HOME} --sessions ${CARS} --car second --config moody.json --mode now --interval 300 --json`,
    );
    assert.equal(code, 0, err);
    assert.match(err, /warning: 2025-.*no mood/);
    assert.ok(JSON.parse(out).run.warnings >= 1);
    assert.equal(JSON.parse(out).charging.energyKwh, 0);
  });
});

describe('bad input', () => {
  const cases: readonly (readonly [line: string, code: number, message: RegExp])[] = [
    ['--profile', 2, /profile/],
    ['--profile nowhere.csv', 1, /nowhere\.csv cannot be read: there is no such file/],
    ['--profile .', 1, /cannot be read: it is a folder/],
    ['--profile gap.csv', 1, /gap\.csv, line 4, column start: 60 min after the row before instead of 30/],
    [`--profile ${HOME} --sessions overlap.csv`, 1, /overlap\.csv, line 3, column plug_in: ev is still plugged in/],
    [`--profile ${HOME} --sessions ${CARS}`, 1, /sessions of second, commuter, but the house has 1 simulated vehicles/],
    [
      `--profile ${HOME} --sessions ${CARS} --car ev9`,
      1,
      /--car "ev9" has no session in .*, which has those of second, commuter/,
    ],
    [
      `--profile ${HOME} --from 2024-01-01`,
      1,
      /--from 2024-01-01 is beyond the profile, which covers 2025-05-04T22:00:00Z to/,
    ],
    [`--profile ${HOME} --to 2026-01-01`, 1, /--to 2026-01-01 is beyond the profile/],
    [`--profile ${HOME} --from 2025-05-06 --to 2025-05-06`, 1, /--to must be later than --from/],
    [`--profile ${HOME} --from tomorrow`, 1, /--from "tomorrow" is no time: write 2023-04-01/],
    [`--profile ${HOME} --from 2025-05-06T00:10:00Z`, 1, /not the beginning of a slot; there is one every 30 min/],
    [
      `--profile ${HOME} --interval 7`,
      1,
      /an interval of 7 s does not divide the slots of 1800 s: use one that does, such as 6 s/,
    ],
    [`--profile ${HOME} --config nowhere.ts`, 1, /there is no configuration file .*nowhere\.ts/],
    [`--profile ${HOME} --config real.json`, 1, /chargers\.garage\.type: is "go-e", must be "simulator"/],
    [`--profile ${HOME} --config meterless.json`, 1, /site\.meters\.grid is missing/],
    [`--profile ${HOME} --config typo.json`, 1, /chargers\.garage/],
    [`--profile ${HOME} --csv no/such/folder.csv --interval 1800`, 3, /folder\.csv cannot be written: ENOENT/],
    [`--profile ${HOME} --speed 9`, 2, /--speed/],
  ];

  beforeAll(async () => {
    const save = (name: string, text: string) => writeFile(join(directory, name), text);
    const rows = ['2023-01-01T00:00:00Z,1,1,1', '2023-01-01T00:30:00Z,1,1,1', '2023-01-01T01:30:00Z,1,1,1'];
    await save('gap.csv', ['start,load_w,pv_w,price_eur_per_kwh', ...rows].join('\n'));
    const stays = ['ev,2025-05-05T10:00:00Z,2025-05-05T12:00:00Z,5', 'ev,2025-05-05T11:00:00Z,2025-05-05T13:00:00Z,5'];
    await save('overlap.csv', ['car,plug_in,plug_out,energy_kwh', ...stays].join('\n'));
    const change = (entry: object) => JSON.stringify({ ...DEFAULT_HOUSE, ...entry });
    await save('real.json', change({ chargers: { garage: { type: 'go-e', host: '10.0.0.1' } } }));
    await save('meterless.json', change({ site: { meters: { pv: 'pv' } } }));
    await save('typo.json', change({ chargers: { garage: { type: 'simulator', phaseSwitchin: true } } }));
  });

  test.each(cases)('"%s" ends with code %d and says why', async (line, expected, message) => {
    const { code, out, err } = await evcc(line);
    assert.match(err, message);
    assert.equal(code, expected);
    assert.equal(out, '');
  });

  test('a file that cannot be written is noticed before the simulation, not after it', async () => {
    const { code, out, err } = await evcc(`--profile ${HOME} --report . --json`);
    assert.equal(code, 3);
    assert.equal(err, `${directory} cannot be written: EISDIR\n`);
    assert.equal(out, '');
  });

  test('a car without a session within the time is away', async () => {
    const { out } = await evcc(
      `--profile ${HOME} --sessions ${CARS} --car commuter --from 2025-05-05T10:00:00Z --to 2025-05-05T12:00:00Z --interval 300 --mode now --json`,
    );
    assert.equal(JSON.parse(out).input.sessionsLeftOut, 6);
    assert.equal(JSON.parse(out).charging.energyKwh, 0);
  });

  test('sessions that are not wholly within the time are left out, and that is said', async () => {
    const { err, out } = await evcc(
      `--profile ${HOME} --sessions ${CARS} --car commuter --from 2025-05-06 --to 2025-05-09 --interval 300 --json`,
    );
    assert.match(err, /4 sessions are not wholly within the simulated time and were left out/);
    assert.equal(JSON.parse(out).sessions.count, 2);
    assert.equal(JSON.parse(out).input.sessionsLeftOut, 4);
  });
});
