import { describe, expect, test } from 'vitest';
import type { LoadpointSettings, LoadpointState, Plan, Rate, SiteState, VehicleState } from '../../../core/index.ts';
import { type Expected, type Inputs, inputsOf } from '../../../plugins/optimizer/inputs.ts';
import { slotsAhead } from '../../../plugins/optimizer/slots.ts';
import { LOADPOINT_SETTINGS, NOW, SITE_SETTINGS, siteOf, stateOf } from '../../core/cycle/builders.ts';

const HOUR = 3_600_000;
const hourly = (...values: readonly number[]): Rate[] =>
  values.map((price, hour) => ({ start: NOW + hour * HOUR, end: NOW + (hour + 1) * HOUR, price }));
const forecast = (...values: readonly number[]) => ({ kind: 'priceforecast', rates: hourly(...values) }) as const;
const sun = (rates: readonly Rate[]) => ({ kind: 'solar', rates }) as const;
const PRICES = forecast(0.3, 0.2, 0.4, 0.3);

const CALM: Expected = { home: () => 400, measured: {} };
const ASSUMED = { batteryPower: 6_000, batteryReserve: 0.1 };
const CAR: VehicleState = { name: 'ev', title: 'EV', icon: 'car', capacity: 60_000, features: [] };

const withCar = (settings: Partial<LoadpointSettings> = {}, changes: Partial<LoadpointState> = {}): SiteState =>
  siteOf({
    rates: { grid: PRICES, planner: PRICES },
    loadpoints: [
      stateOf(
        {
          connected: true,
          soc: 50,
          phasesMax: 3,
          settings: { ...LOADPOINT_SETTINGS, ...settings },
          vehicle: CAR,
          ...changes,
        },
        {},
      ),
    ],
  });

function inputs(site: SiteState, expected: Expected = CALM): Inputs {
  const found = inputsOf(site, 'none', expected, ASSUMED);
  if (typeof found === 'string') throw new Error(found);
  return found;
}
const only = (site: SiteState) => inputs(site).request.batteries[0];

describe('slots', () => {
  test('are quarter hours, of which the first may be a part; one that is nearly over belongs to the next', () => {
    const at = (now: number) => slotsAhead({ grid: PRICES }, now).map(({ start, end }) => (end - start) / 60_000);
    expect(at(NOW)).toEqual(Array.from({ length: 16 }, () => 15));
    expect(at(NOW + 10 * 60_000).slice(0, 2)).toEqual([5, 15]);
    expect(at(NOW + 14.5 * 60_000).slice(0, 2)).toEqual([15.5, 15]);
  });

  test('reach as far as all series, but not further than two days', () => {
    const length = (rates: SiteState['rates']) => slotsAhead(rates, NOW).length;
    const long = forecast(...Array.from({ length: 60 }, () => 0.3));
    expect(length({ grid: long })).toBe(192);
    // None is a splinter of a quarter hour, which could not be reckoned with.
    expect(slotsAhead({ grid: long }, NOW + 300).at(-1)?.end).toBe(NOW + 48 * HOUR);
    expect(length({ grid: PRICES, feedin: forecast(0.1, 0.1) })).toBe(8);
    expect(length({ grid: PRICES, solar: sun(hourly(500, 500, 500)) })).toBe(12);
    // A forecast that is over says nothing, and nights may be left out of it.
    expect(length({ grid: PRICES, solar: sun([{ start: NOW - HOUR, end: NOW, price: 1 }]) })).toBe(16);
    const [night, , , , dawn] = slotsAhead(
      { grid: PRICES, solar: sun([{ start: NOW + HOUR, end: NOW + 4 * HOUR, price: 800 }]) },
      NOW,
    );
    expect([night?.sun, dawn?.sun]).toEqual([0, 800]);
    expect(length({ grid: { ...PRICES, rates: PRICES.rates.filter((_, at) => at !== 1) } })).toBe(4);
    expect(length({})).toBe(0);
  });
});

describe('a request', () => {
  test.each([
    ['prices', siteOf({}), /no prices/],
    ['enough of them', siteOf({ rates: { grid: forecast(0.3) } }), /8 quarter hours/],
    ['anything to decide', siteOf({ rates: { grid: PRICES } }), /no battery/],
  ])('is not made without %s', (_, site, why) => {
    expect(inputsOf(site, 'none', CALM, ASSUMED)).toMatch(why);
  });

  test('has energies per slot and prices per Wh; what was measured fades into what is expected', () => {
    const site = { ...withCar(), rates: { grid: PRICES, feedin: forecast(0.08, 0.08, 0.08, 0.08) } };
    const { time_series } = inputs(site, { home: () => 400, measured: { home: 800, sun: 1_200 } }).request;
    expect(time_series.gt.slice(0, 5)).toEqual([200, 175, 150, 125, 100]);
    expect(time_series.ft.slice(0, 5)).toEqual([300, 225, 150, 75, 0]);
    expect([time_series.p_N[0], time_series.p_E[0], time_series.dt[0]]).toEqual([0.0003, 0.00008, 900]);
  });

  test('has the limits of a measured root circuit, of the grid operator and of export', () => {
    const base = withCar();
    const meter = { name: 'main', title: 'Main' };
    const site: SiteState = {
      ...base,
      settings: { ...SITE_SETTINGS, gridExportLimit: 4_000 },
      circuits: [
        { name: 'root', title: 'Root', maxCurrent: 20, maxPower: 15_000, meter },
        { name: 'part', title: 'Part', parent: 'root', maxPower: 100, meter },
      ],
    };
    expect(inputs(site).request.grid).toEqual({ p_max_imp: 13_800, p_max_exp: 4_000 });
    const dimmed = { ...site, readings: { ...site.readings, operator: { consumption: 4_200 } } };
    expect(inputs(dimmed).request.grid.p_max_imp).toBe(4_200);
    expect(inputs(base).request.grid).toEqual({});
  });

  test('has home batteries whose soc and capacity are known', () => {
    const sample = { value: { power: 0, soc: 40 }, at: NOW, stale: false };
    const cellar = { name: 'cellar', title: 'Cellar', capacity: 10_000, sample };
    const of = (battery: SiteState['readings']['battery'], settings: Partial<SiteState['settings']> = {}) =>
      inputs({
        ...withCar(),
        settings: { ...SITE_SETTINGS, ...settings },
        readings: { ...withCar().readings, battery },
      }).request.batteries.slice(0, -1);
    expect(of([cellar])).toMatchObject([
      { s_initial: 4_000, s_min: 1_000, s_max: 10_000, c_max: 6_000, d_max: 6_000, charge_from_grid: false },
    ]);
    const controllable = { ...cellar, controllable: true, dischargePower: 3_000 } as const;
    expect(of([controllable])).toMatchObject([{ charge_from_grid: true, discharge_to_grid: false, d_max: 3_000 }]);
    expect(of([controllable], { batteryGridDischarge: true })).toMatchObject([{ discharge_to_grid: true }]);
    expect(
      of([
        { ...cellar, sample: { ...sample, stale: true } },
        { name: 'new', title: 'New', sample },
      ]),
    ).toEqual([]);
    // 0.99 × 0.9 × the lowest price
    expect(of([cellar])[0]?.p_a).toBeCloseTo(0.0001782, 9);
  });
});

describe('a car', () => {
  test('has what it holds, what it may hold, and the powers of charger and car', () => {
    expect(inputs(withCar({ limitSoc: 80 })).batteries).toEqual([
      { type: 'vehicle', name: 'lp-1', title: 'Garage (EV)', capacity: 60 },
    ]);
    expect(only(withCar({ limitSoc: 80 }))).toMatchObject({
      s_initial: 30_000,
      s_max: 48_000,
      c_min: 4_140,
      c_max: 11_040,
      d_max: 0,
    });
    expect(only(withCar({}, { vehicle: { ...CAR, maxPower: 7_400 } }))?.c_max).toBe(7_400);
  });

  test.each<[string, Partial<LoadpointSettings>, Partial<LoadpointState>]>([
    ['that is not there', {}, { connected: false }],
    ['in mode off', { mode: 'off' }, {}],
    ['of unknown soc', {}, { soc: undefined }],
    ['that is a heater', {}, { traits: { heating: true } }],
  ])('%s is left out, but what it takes now counts for an hour', (_, settings, changes) => {
    const battery = { value: { power: 0, soc: 40 }, at: NOW, stale: false };
    const site = withCar(settings, { ...changes, chargePower: 4_000 });
    const home = { name: 'cellar', title: 'Cellar', capacity: 10_000, sample: battery };
    const { request, batteries } = inputs({ ...site, readings: { ...site.readings, battery: [home] } });
    expect(batteries.map(({ type }) => type)).toEqual(['battery']);
    expect(request.time_series.gt.slice(0, 5)).toEqual([1_100, 850, 600, 350, 100]);
  });

  test('is charged by its mode until it is full', () => {
    const full = only(withCar({ mode: 'now', limitSoc: 60 }))?.p_demand;
    // 6 kWh are missing, 90 % of what is charged is kept.
    expect(full?.map(Math.round).slice(0, 4)).toEqual([2_760, 2_760, 1_147, 0]);
    expect(only(withCar({ mode: 'minpv' }))?.p_demand?.slice(0, 2)).toEqual([1_035, 1_035]);
    expect(only(withCar())?.p_demand).toBeUndefined();
  });

  test('is charged below its minimum soc, and at prices within the limit', () => {
    expect(
      only(withCar({ minSoc: 55 }))
        ?.p_demand?.map(Math.round)
        .slice(0, 3),
    ).toEqual([2_760, 573, 0]);
    const cheap = only(withCar({ smartCostLimit: 0.25 }))?.p_demand?.map((energy) => energy > 0);
    expect(cheap?.slice(2, 9)).toEqual([false, false, true, true, true, true, false]);
  });

  test('has the goal of its plan in the last slot before it is due', () => {
    const plan = (target: number, value = 70): Plan => ({
      slots: [],
      target,
      goal: {
        id: 1,
        kind: 'soc',
        value,
        strategy: { continuous: false, precondition: 0 },
        required: 0,
        power: 11_000,
        priced: true,
        solar: false,
      },
    });
    const of = (made: Plan) => only({ ...withCar(), plans: new Map([[1, made]]) });
    expect(of(plan(NOW + 100 * 60_000))?.s_goal?.indexOf(42_000)).toBe(5);
    expect(of(plan(NOW + 5 * 60_000))?.s_goal?.[0]).toBe(42_000);
    expect(of(plan(NOW + 5 * 60_000))?.p_demand?.[0]).toBe(2_760);
    expect(of(plan(NOW + 100 * HOUR))?.s_goal).toBeUndefined();
    expect(only({ ...withCar({ limitSoc: 60 }), plans: new Map([[1, plan(NOW + HOUR)]]) })?.s_max).toBe(42_000);
  });

  test('of unknown soc has what an energy limit leaves', () => {
    const site = withCar({ limitEnergy: 20 }, { soc: undefined, sessionEnergy: 5_000 });
    expect(only(site)).toMatchObject({ s_initial: 4_500, s_max: 18_000 });
    expect(only(site)).not.toHaveProperty('s_capacity');
  });
});
