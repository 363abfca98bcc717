import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { silentLogger } from '../../../core/log.ts';
import type { SimulatorOptions } from '../../../plugins/simulator/index.ts';
import simulator from '../../../plugins/simulator/index.ts';
import { applyPlugin } from '../../contract/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const signal = () => AbortSignal.timeout(1_000);
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evcc-simulator-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function apply(options?: SimulatorOptions, now?: string) {
  const clock = new FakeClock(now === undefined ? undefined : Date.parse(now));
  const plugin = await applyPlugin(simulator, options, { clock, directory });
  const meter = (usage: string, rest: object = {}) =>
    plugin.meters.create('simulator', { usage, ...rest }, { clock, name: usage });
  return { clock, plugin, meter };
}

test('it works without any options', async () => {
  const { meter, clock } = await apply();
  const grid = await meter('grid');
  clock.jump(clock.now() + 3_600_000);
  assert.ok(((await grid.read(signal())).energy ?? 0) > 100);
});

test('its house may begin its life at another time of the day and year', async () => {
  const night = '2025-12-24T23:00:00Z';
  const power = async (startAt?: string) => {
    const options = { timezone: 'Europe/Berlin', clouds: 0, ...(startAt !== undefined && { startAt }) };
    const { meter } = await apply(options, night);
    return (await (await meter('pv')).read(signal())).power;
  };
  assert.equal(await power(), 0);
  const winter = await power('12:00');
  const summer = await power('06-21T12:00');
  assert.ok(winter > 1_000 && summer > 1.5 * winter, `${winter} W, ${summer} W`);
});

test('the sun is highest at noon of the time zone, when no longitude is given', async () => {
  const noon = async (timezone: string, now: string) => {
    const { meter } = await apply({ timezone, clouds: 0 }, now);
    return (await (await meter('pv')).read(signal())).power;
  };
  const expected = await noon('UTC', '2025-03-01T12:00:00Z');
  assert.ok(Math.abs((await noon('America/Los_Angeles', '2025-03-01T20:00:00Z')) - expected) < 0.02 * expected);
  assert.ok(Math.abs((await noon('Asia/Tokyo', '2025-03-01T03:00:00Z')) - expected) < 0.02 * expected);
});

test('daylight saving does not move the sun', async () => {
  const power = async (options: SimulatorOptions) => {
    const { meter } = await apply({ clouds: 0, timezone: 'Europe/Berlin', ...options }, '2025-07-01T05:00:00Z');
    return (await (await meter('pv')).read(signal())).power;
  };
  assert.equal(await power({}), await power({ longitude: 15 }));
});

test('one seed gives one house', async () => {
  const imported = async (seed: number) => {
    const { meter, clock } = await apply({ seed, timezone: 'UTC' });
    const grid = await meter('grid');
    clock.jump(clock.now() + 86_400_000);
    return (await grid.read(signal())).energy;
  };
  assert.equal(await imported(5), await imported(5));
  assert.notEqual(await imported(5), await imported(6));
});

const rows = [
  'start,load_w,pv_w,price_eur_per_kwh',
  '2025-06-15T12:00:00Z,500,3000,0.05',
  '2025-06-15T12:30:00Z,700,100,-0.02',
];

test('a profile from a file replaces weather, household and prices', async () => {
  await writeFile(join(directory, 'home.csv'), rows.join('\n'));
  const { meter, clock, plugin } = await apply({ profile: 'home.csv' });
  const grid = await meter('grid');
  const pv = await meter('pv', { peak: 123 });
  assert.equal((await pv.read(signal())).power, 3_000);
  assert.equal((await grid.read(signal())).power, -2_500);
  clock.jump(clock.now() + 30 * 60_000);
  assert.equal((await grid.read(signal())).power, 600);
  const tariff = await plugin.tariffs.create('simulator', { charges: 0.2, tax: 0.1 }, { clock });
  const [rate] = await tariff.rates(signal());
  assert.equal(rate?.start, Date.parse('2025-06-15T12:30:00Z'));
  assert.equal(rate?.end, Date.parse('2025-06-15T13:00:00Z'));
  assert.ok(Math.abs((rate?.price ?? 0) - 0.198) < 1e-9);
});

test('profile and sessions may be written in place', async () => {
  const { clock, plugin } = await apply({
    profile: { start: '2025-06-15T12:00:00Z', slot: 900, load: [100, 200], pv: [0, 0], price: [0.1, 0.1] },
    sessions: [{ car: 'ev', plugIn: '2025-06-15T12:10:00Z', plugOut: '2025-06-15T14:00:00Z', energy: 2 }],
  });
  const garage = await plugin.chargers.create('simulator', {}, { clock, name: 'garage' });
  const ev = await plugin.vehicles.create('simulator', { charger: 'garage' }, { clock, name: 'ev' });
  assert.equal((await ev.read(signal())).status, 'A');
  await garage.setMaxCurrent(16, signal());
  await garage.enable(true, signal());
  clock.jump(Date.parse('2025-06-15T13:59:00Z'));
  assert.equal((await garage.read(signal())).status, 'B');
  assert.ok(Math.abs(((await garage.read(signal())).energy ?? 0) - 2_000) < 0.01);
  clock.jump(Date.parse('2025-06-15T14:00:00Z'));
  assert.equal((await ev.read(signal())).status, 'A');
});

test('sessions from a file are those of the car of the same name', async () => {
  await writeFile(
    join(directory, 'ev.csv'),
    'car,plug_in,plug_out,energy_kwh\nev1,2025-06-15T12:00:00Z,2025-06-15T13:00:00Z,5\n',
  );
  const { clock, plugin } = await apply({ sessions: 'ev.csv' });
  await plugin.chargers.create('simulator', {}, { clock, name: 'garage' });
  const read = async (name: string) =>
    (await (await plugin.vehicles.create('simulator', { charger: 'garage' }, { clock, name })).read(signal())).status;
  assert.equal(await read('ev1'), 'B');
  assert.equal(await read('ev2'), 'A');
});

test.each<[string, SimulatorOptions, RegExp]>([
  ['an unknown time zone', { timezone: 'Europe/Atlantis' }, /simulator.timezone: "Europe\/Atlantis" is no time zone/],
  ['a day that does not exist', { startAt: '02-30T12:00' }, /simulator.startAt: there is no day 02-30T12:00/],
  ['a file that is not there', { profile: 'nowhere.csv' }, /nowhere\.csv cannot be read/],
  ['a file with a broken line', { profile: 'broken.csv' }, /broken\.csv, line 2, column load_w: "x" is no number/],
  [
    'series of different length',
    { profile: { start: '2025-06-15T12:00:00Z', slot: 900, load: [1, 2], pv: [1], price: [1, 2] } },
    /load, pv and price have 2, 1 and 2 values/,
  ],
  [
    'a start that is no time',
    { profile: { start: 'noon', slot: 900, load: [1], pv: [1], price: [1] } },
    /simulator.profile.start: "noon" is no RFC 3339 time/,
  ],
  [
    'sessions that overlap',
    {
      sessions: [
        { car: 'ev', plugIn: '2025-06-15T12:00:00Z', plugOut: '2025-06-15T14:00:00Z', energy: 2 },
        { car: 'ev', plugIn: '2025-06-15T13:00:00Z', plugOut: '2025-06-15T15:00:00Z', energy: 2 },
      ],
    },
    /simulator.sessions: those of ev end before they begin, or overlap/,
  ],
])('%s is an error of the configuration', async (_what, options, message) => {
  await writeFile(join(directory, 'broken.csv'), `${rows[0]}\n2025-06-15T12:00:00Z,x,0,0\n`);
  await assert.rejects(apply(options), { code: 'EVCC_CONFIG_INVALID', message });
});

test('a car at a charger that does not exist is named when the house has started', async () => {
  const said: string[] = [];
  const log = { ...silentLogger, warn: (message: string) => void said.push(message) };
  const plugin = await applyPlugin(simulator, {}, { clock: new FakeClock(), directory, log });
  await plugin.chargers.create('simulator', {}, { name: 'garage' });
  await plugin.vehicles.create('simulator', { charger: 'garage' }, { name: 'family' });
  await plugin.vehicles.create('simulator', { charger: 'garag' }, { name: 'small' });
  await plugin.evcc.hooks.started.promise();
  assert.deepEqual(said, ['vehicle small is never connected: there is no simulated charger "garag"']);
});

test('made-up prices are known until midnight, and after one o’clock until the next', async () => {
  const known = async (now: string) => {
    const { clock, plugin } = await apply({ timezone: 'Europe/Berlin' }, now);
    const tariff = await plugin.tariffs.create('simulator', {}, { clock });
    return await tariff.rates(signal());
  };
  const morning = await known('2025-06-16T08:10:00Z');
  assert.equal(morning[0]?.start, Date.parse('2025-06-16T08:00:00Z'));
  assert.equal(morning.at(-1)?.end, Date.parse('2025-06-16T22:00:00Z'));
  const afternoon = await known('2025-06-16T11:00:00Z');
  assert.equal(afternoon.at(-1)?.end, Date.parse('2025-06-17T22:00:00Z'));
  const prices = afternoon.map((rate) => rate.price);
  assert.ok(Math.max(...prices) - Math.min(...prices) > 0.08);
  assert.deepEqual(await known('2025-06-16T11:00:00Z'), afternoon);
});
