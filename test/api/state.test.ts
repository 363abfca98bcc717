import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';
import {
  between,
  duration,
  fields,
  flag,
  integer,
  listOf,
  number,
  offences,
  oneOf,
  orNull,
  phases,
  record,
  text,
  time,
} from './kinds.ts';

/** Every key of the state of a house that charges, with its unit and how it is written; and what jq makes of it. */

let house: Fixture;
beforeAll(async () => {
  house = await startFixture();
  await house.result('POST', '/api/loadpoints/1/mode/now');
}, 60_000);
afterAll(() => house.stop());

const STATISTICS = fields({ solarPercentage: number, chargedKWh: number, avgPrice: number, avgCo2: number });

const SITE = {
  siteTitle: oneOf('API fixture'),
  version: (value: unknown) => typeof value === 'string' && /^\d+\.\d+\.\d+/.test(value),
  currency: oneOf('EUR'),
  gridConfigured: oneOf(true),
  pvConfigured: oneOf(true),
  batteryConfigured: oneOf(true),
  prioritySoc: between(0, 100),
  bufferSoc: between(0, 100),
  bufferStartSoc: between(0, 100),
  residualPower: oneOf(100),
  smartCostLimit: oneOf(0),
  smartCostType: oneOf('pricestatic'),
  smartCostActive: flag,
  vehicles: (value: unknown) => JSON.stringify(value) === '["Vehicle 1","Vehicle 2"]',
  auth: fields({ vehicles: record }),
  gridPower: number,
  gridEnergy: number,
  gridPowers: phases,
  gridCurrents: phases,
  pvPower: between(1, 9_800),
  pvEnergy: number,
  pv: listOf(fields({ power: number, energy: number })),
  batteryPower: number,
  batterySoc: between(0, 100),
  batteryCapacity: oneOf(10),
  batteryEnergy: number,
  battery: listOf(fields({ power: number, energy: number, soc: between(0, 100), capacity: oneOf(10) })),
  homePower: between(0, 20_000),
  greenShareHome: between(0, 1),
  greenShareLoadpoints: between(0, 1),
  tariffGrid: oneOf(0.3),
  tariffFeedIn: oneOf(0.08),
  tariffPriceHome: between(0.08, 0.3),
  tariffPriceLoadpoints: between(0.08, 0.3),
  stats: fields({ '30d': STATISTICS, '365d': STATISTICS, total: STATISTICS }),
};

const LOADPOINT = {
  title: text,
  mode: oneOf('off', 'pv', 'minpv', 'now'),
  priority: integer,
  minCurrent: number,
  maxCurrent: number,
  enableThreshold: number,
  disableThreshold: number,
  minSoc: integer,
  targetSoc: integer,
  targetEnergy: number,
  targetTime: time,
  planActive: flag,
  planProjectedStart: time,
  phasesEnabled: oneOf(0, 1, 3),
  phasesActive: oneOf(1, 2, 3),
  phaseAction: oneOf('inactive', 'scale1p', 'scale3p'),
  phaseRemaining: duration,
  pvAction: oneOf('inactive', 'enable', 'disable'),
  pvRemaining: duration,
  guardAction: oneOf('inactive', 'enable'),
  guardRemaining: duration,
  enabled: flag,
  connected: flag,
  charging: flag,
  connectedDuration: duration,
  chargePower: between(0, 25_000),
  chargeCurrent: between(0, 16),
  chargeCurrents: phases,
  chargeDuration: duration,
  chargedEnergy: number,
  chargeTotalImport: number,
  chargeRemainingDuration: duration,
  chargeRemainingEnergy: number,
  sessionEnergy: number,
  sessionSolarPercentage: between(0, 100),
  sessionPrice: orNull(number),
  sessionPricePerKWh: orNull(number),
  sessionCo2PerKWh: orNull(number),
  chargerIcon: orNull(text),
  chargerFeatureIntegratedDevice: oneOf(false),
  chargerFeatureHeating: oneOf(false),
  vehiclePresent: oneOf(true),
  vehicleTitle: text,
  vehicleIcon: text,
  vehicleCapacity: oneOf(58, 38),
  vehicleSoc: between(0, 100),
  vehicleRange: integer,
  vehicleTargetSoc: number,
  vehicleOdometer: number,
  vehicleIdentity: text,
  vehicleFeatureOffline: flag,
  vehicleDetectionActive: flag,
};

test('the site has every key, of its kind and unit', async () => {
  await expect.poll(async () => offences(await house.state(), SITE), { timeout: 20_000 }).toEqual([]);
});

test('each loadpoint has every key, of its kind and unit', async () => {
  const found = async () => (await house.state()).loadpoints.map((each) => offences(each, LOADPOINT));
  await expect.poll(found, { timeout: 20_000 }).toEqual([[], []]);
  const [fixed, switching] = (await house.state()).loadpoints;
  expect([fixed?.phasesConfigured, switching?.phasesConfigured]).toEqual([null, 0]);
});

test('what is measured adds up, with grid import and battery discharge positive', async () => {
  await expect
    .poll(
      async () => {
        const state = await house.state();
        const charging = state.loadpoints.reduce((sum, { chargePower }) => sum + Number(chargePower), 0);
        const supplied = Number(state.gridPower) + Number(state.pvPower) + Number(state.batteryPower);
        return charging > 10_000 && Math.abs(supplied - charging - Number(state.homePower)) < 100;
      },
      { timeout: 30_000 },
    )
    .toBe(true);
});

test('energies of the session are Wh, those of counters kWh, durations ns', async () => {
  const first = async () => (await house.state()).loadpoints[0] ?? {};
  await expect.poll(async () => Number((await first()).chargedEnergy), { timeout: 30_000 }).toBeGreaterThan(20);
  const { chargedEnergy, sessionEnergy, chargeTotalImport, chargeDuration, chargePower } = await first();
  expect(sessionEnergy).toBe(chargedEnergy);
  expect(Number(chargeTotalImport)).toBeGreaterThan(Number(chargedEnergy) / 1_000 - 0.001);
  expect(Number(chargeTotalImport)).toBeLessThan(Number(chargedEnergy) / 1_000 + 0.1);
  const hours = Number(chargeDuration) / 3.6e12;
  expect(Number(chargedEnergy) / hours).toBeLessThan(Number(chargePower) * 2);
  expect(hours).toBeLessThan(0.1);
});

describe('jq', () => {
  const ask = (filter: string) => house.ask('GET', `/api/state?jq=${encodeURIComponent(filter)}`);

  test.each([
    ['.siteTitle', 'API fixture'],
    ['.result.siteTitle', 'API fixture'],
    ['.loadpoints[0].title', 'Garage'],
    ['[.loadpoints[].title]', ['Garage', 'Carport']],
    ['{currency:.currency,vehicles}', { currency: 'EUR', vehicles: ['Vehicle 1', 'Vehicle 2'] }],
    ['.vehicles|map(length)', [9, 9]],
    ['.nothing', null],
  ])('%s', async (filter, value) => {
    const { status, text } = await ask(filter);
    expect({ status, value: JSON.parse(text) }).toEqual({ status: 200, value });
  });

  test('. is the state without the envelope', async () => {
    expect(JSON.parse((await ask('.')).text)).toHaveProperty('loadpoints');
  });

  test.each(['.[', '.a.b.c,.a', 'empty', '1,2', 'error', '.siteTitle.x', 'nothing()', '-n', '\u0000'])(
    '%j is refused',
    async (filter) => {
      expect(await ask(filter)).toMatchObject({ status: 400, json: { error: expect.stringMatching(/^jq: /) } });
    },
  );

  test('that never ends disturbs nobody', { timeout: 60_000 }, async () => {
    const hostile = ['def f: f; f', '[range(1e12)]', 'last(repeat(1))'].map(ask);
    for (let round = 0; round < 20; round += 1) {
      expect((await house.ask('GET', '/api/health')).status).toBe(200);
      expect((await house.ask('GET', '/api/state')).status).toBe(200);
    }
    for (const answer of hostile) expect([400, 503]).toContain((await answer).status);
    expect((await ask('.siteTitle')).text).toBe('"API fixture"\n');
    expect((await house.ask('GET', '/api/health')).text).toBe('OK\n');
  });
});
