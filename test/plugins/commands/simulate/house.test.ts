import assert from 'node:assert/strict';
import { test } from 'vitest';
import { time } from '../../../../core/clock.ts';
import { fail } from '../../../../core/errors.ts';
import type { CommandContext, EvccConfig } from '../../../../core/index.ts';
import type { Request } from '../../../../plugins/commands/simulate/arguments.ts';
import { DEFAULT_HOUSE } from '../../../../plugins/commands/simulate/default-house.ts';
import { buildHouse } from '../../../../plugins/commands/simulate/house.ts';
import type { Inputs } from '../../../../plugins/commands/simulate/inputs.ts';

const HOUR = 3_600_000;
const session = (car: string) => ({ car, plugIn: HOUR, plugOut: 2 * HOUR, energy: 7_500 });
const inputs = (...cars: readonly string[]): Inputs => ({
  profileFile: '/data/home.csv',
  profile: { start: 0, slot: HOUR / 2, load: [1], pv: [1], price: [1] },
  from: 0,
  to: HOUR / 2,
  cars,
  leftOut: 0,
  ...(cars.length > 0 && { sessions: cars.map(session) }),
});

async function built(request: Partial<Request> = {}, from: Inputs = inputs(), config?: object) {
  const context = {
    options: config ? { config: 'x' } : {},
    directory: '/here',
    time,
    fail,
    loadConfig: async () => ({ file: '/there/my.config.ts', directory: '/there', config }),
  } as unknown as CommandContext;
  const house = await buildHouse(
    { profile: 'home.csv', json: false, ready: false, plan: false, ...request },
    from,
    context,
  );
  return { ...house, config: house.config as EvccConfig };
}

test('the profile and the sessions stand in for weather, household and trips', async () => {
  const { config, vehicles } = await built({}, inputs('ev1'));
  assert.deepEqual(config.simulator, {
    timezone: 'UTC',
    profile: '/data/home.csv',
    sessions: [{ car: 'car', plugIn: '1970-01-01T01:00:00Z', plugOut: '1970-01-01T02:00:00Z', energy: 7.5 }],
  });
  assert.deepEqual([...vehicles], [['ev1', 'car']]);
});

test('a car whose sessions lie outside has left before; one without a vehicle is not missed', async () => {
  const outside = { ...inputs('ev2'), cars: ['ev1', 'ev2', 'ev3'] };
  const vehicles = { ...DEFAULT_HOUSE.vehicles, ev1: { type: 'simulator', charger: 'garage' } };
  const house = await built({}, outside, { ...DEFAULT_HOUSE, vehicles });
  assert.deepEqual(house.config.simulator, {
    timezone: 'UTC',
    profile: '/data/home.csv',
    sessions: [
      { car: 'ev1', plugIn: '1969-12-31T23:59:59.998Z', plugOut: '1969-12-31T23:59:59.999Z', energy: 0 },
      { car: 'car', plugIn: '1970-01-01T01:00:00Z', plugOut: '1970-01-01T02:00:00Z', energy: 7.5 },
    ],
  });
  assert.deepEqual([...house.vehicles.keys()], ['ev2', 'ev1']);
});

test('no server is started, not even the one that every house has', async () => {
  const { config, omitted } = await built({}, inputs(), { ...DEFAULT_HOUSE, mqtt: { broker: 'x' }, log: 'debug' });
  assert.equal((config as { rest?: unknown }).rest, false);
  assert.equal('mqtt' in config, false);
  assert.deepEqual(omitted, ['mqtt', 'log']);
});

test('a mode is for all loadpoints, and nothing of the given configuration is changed', async () => {
  const before = JSON.stringify(DEFAULT_HOUSE);
  const { config } = await built({ mode: 'minpv', interval: 60, battery: 12, seed: 9, variation: 0.2 });
  assert.deepEqual(
    config.loadpoints?.map(({ mode }) => mode),
    ['minpv'],
  );
  assert.equal(config.interval, 60);
  assert.deepEqual(config.meters?.['simulated-battery'], {
    type: 'simulator',
    usage: 'battery',
    title: 'Battery',
    capacity: 12,
  });
  assert.deepEqual(config.site?.meters, { grid: 'grid', pv: 'pv', battery: ['simulated-battery'] });
  assert.deepEqual(config.simulator, { timezone: 'UTC', profile: '/data/home.csv', seed: 9, variation: 0.2 });
  assert.equal(JSON.stringify(DEFAULT_HOUSE), before);
});

test('a battery comes on top of those that are there', async () => {
  const meters = { ...DEFAULT_HOUSE.meters, cellar: { type: 'simulator', usage: 'battery' } };
  const site = { meters: { grid: 'grid', battery: 'cellar' } };
  const { config } = await built({ battery: 5 }, inputs(), { ...DEFAULT_HOUSE, meters, site });
  assert.deepEqual(config.site?.meters.battery, ['cellar', 'simulated-battery']);
});

test('cars drive the vehicles of their names, others those that are left', async () => {
  const vehicles = {
    red: { type: 'simulator', charger: 'garage' },
    ev2: { type: 'simulator', charger: 'garage' },
    bike: { type: 'offline' },
  };
  const house = await built({}, inputs('ev1', 'ev2'), { ...DEFAULT_HOUSE, vehicles });
  assert.deepEqual(
    [...house.vehicles],
    [
      ['ev1', 'red'],
      ['ev2', 'ev2'],
    ],
  );
  await assert.rejects(built({}, inputs('ev1', 'ev2', 'ev3'), { ...DEFAULT_HOUSE, vehicles }), {
    code: 'EVCC_CONFIG_INVALID',
    message: /sessions of ev1, ev2, ev3, but the house has 2 simulated vehicles: choose one with --car/,
  });
});

test('a car that charges at no loadpoint is refused', async () => {
  const vehicles = { ev1: { type: 'simulator', charger: 'garag' }, ev2: { type: 'simulator', charger: 'garage' } };
  await assert.rejects(built({}, inputs('ev1', 'ev2'), { ...DEFAULT_HOUSE, vehicles }), {
    code: 'EVCC_CONFIG_INVALID',
    message:
      /^cars with sessions need a loadpoint:\n {2}vehicles\.ev1\.charger: there is no loadpoint with charger "garag"$/,
  });
});

test('the folder of a configuration is that of its relative paths', async () => {
  assert.equal((await built()).directory, '/here');
  assert.equal((await built()).name, 'built in');
  const given = await built({}, inputs(), DEFAULT_HOUSE);
  assert.equal(given.directory, '/there');
  assert.equal(given.name, 'my.config.ts');
});

test('every device that is not simulated is named', async () => {
  const config = {
    ...DEFAULT_HOUSE,
    meters: { grid: { type: 'shelly' }, pv: { type: 'simulator', usage: 'pv' } },
    tariffs: { currency: 'EUR', grid: { type: 'tibber' }, feedin: { type: 'fixed', price: 1 } },
  };
  await assert.rejects(built({}, inputs(), config), (error: Error) => {
    assert.match(error.message, /meters\.grid\.type: is "shelly", must be "simulator"\n/);
    assert.match(error.message, /tariffs\.grid\.type: is "tibber", must be "simulator" or "fixed"$/);
    return true;
  });
});

test('cars that are planned for do not tell their soc, and keep what else is special about them', async () => {
  const { plan, config } = await built({ plan: true }, inputs('ev1'));
  assert.equal(plan, true);
  assert.deepEqual(config.vehicles?.car?.features, ['offline']);
  assert.equal((await built({}, inputs('ev1'))).config.vehicles?.car?.features, undefined);
  const car = { type: 'simulator', charger: 'garage', features: ['coarseCurrent'] };
  const given = await built({ plan: true }, inputs('ev1'), { ...DEFAULT_HOUSE, vehicles: { car, other: car } });
  assert.deepEqual(given.config.vehicles?.car?.features, ['coarseCurrent', 'offline']);
  assert.deepEqual(given.config.vehicles?.other?.features, ['coarseCurrent']);
});
