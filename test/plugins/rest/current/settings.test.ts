import { describe, expect, test } from 'vitest';
import { startBoth, type Values } from './both.ts';

/** Every setter of the current dialect with good, bad and boundary values, and whether both dialects agree. */

interface Setter {
  /** What is written, and what is answered */
  readonly good: readonly (readonly [string, unknown])[];
  readonly bad: readonly string[];
}

const same = (...values: readonly (number | string)[]): Setter['good'] => values.map((value) => [String(value), value]);
const percent: Setter = {
  good: [...same(0, 1, 99, 100), ['50.0', 50]],
  bad: ['-1', '101', '100.5', '1e1', 'NaN', 'abc', '+5', '%20'],
};
const batterySoc: Setter = { good: same(0, 0.5, 100), bad: ['-0.1', '100.1', 'x', 'Infinity'] };
const flag: Setter = {
  good: [
    ['0', false],
    ['1', true],
    ['true', true],
    ['false', false],
    ['t', true],
    ['f', false],
  ],
  bad: ['2', 'yes', 'TRUE', 'on', '-1', 'null '],
};
const limit: Setter = { good: same(0, -10_000, 10_000, 0.2501), bad: ['10000.1', '-10001', 'x', '1e3', '0,25'] };
const watts: Setter = { good: same(0, -100_000, 100_000, -0.5), bad: ['100001', '-100000.1', '0x10', '--5'] };
const delay: Setter = {
  good: [
    ['0', 0],
    ['60', 60_000_000_000],
    ['86400', 86_400_000_000_000],
  ],
  bad: ['-1', '86401', '1m', 'x'],
};
const energy: Setter = { good: same(0, 0.25, 1_000), bad: ['-1', '1000.1', 'x'] };
const mode: Setter = { good: same('off', 'pv', 'minpv', 'now'), bad: ['PV', 'smart', '1', 'toString'] };
const soc: Setter = { ...percent, good: percent.good.map(([text, value]) => [text, { soc: value }]) };
const json = (good: readonly unknown[], bad: readonly unknown[]): Setter => ({
  good: good.map((value) => [encodeURIComponent(JSON.stringify(value)), value]),
  bad: ['x', '7', ...bad.map((value) => encodeURIComponent(JSON.stringify(value)))],
});
const REPEATING = { weekdays: [0, 6], time: '23:59', tz: 'Europe/Berlin', soc: 100, active: false };
const repeating = json(
  [[], [REPEATING]],
  [{}, [{}], [{ ...REPEATING, time: '24:00' }], [{ ...REPEATING, soc: 0 }], [{ ...REPEATING, tz: 'Mars/Phobos' }]],
);
const strategy = json(
  [
    { continuous: true, precondition: 0 },
    { continuous: false, precondition: 604_800 },
  ],
  [[], { precondition: -1 }, { precondition: 604_801 }, { continuous: 'yes' }, { other: 1 }],
);
const until = '2025-06-16T05:00:00Z';
const goal = (name: string, largest: number, bad: readonly string[]): Setter => ({
  good: [1, largest].map((value) => [`${value}/${until}`, { [name]: value, time: until }]),
  bad: [
    ...bad,
    `${largest + 1}/${until}`,
    `0/${until}`,
    '50',
    '50/tomorrow',
    '50/2025-06-15T12:00:00Z',
    '50/2025-06-16T05:00:00',
    `x/${until}`,
  ],
});

const SETTERS: Readonly<Record<string, Setter>> = {
  '/prioritysoc': batterySoc,
  '/buffersoc': batterySoc,
  '/bufferstartsoc': batterySoc,
  '/residualpower': watts,
  '/settings/telemetry': flag,
  '/batterydischargecontrol': flag,
  '/batterygriddischarge': flag,
  '/gridexportlimit': { good: same(0, 100_000, 7_000.5), bad: ['-1', '100000.1', '7kW', 'null'] },
  '/solaradjusted': flag,
  '/batterygridchargelimit': limit,
  '/batterymode': {
    good: [
      ['normal', 1],
      ['hold', 2],
      ['charge', 3],
      ['holdcharge', 4],
    ],
    bad: ['HOLD', '2', 'unknown', 'toString'],
  },
  '/smartcostlimit': limit,
  '/smartfeedinprioritylimit': limit,
  '/loadpoints/1/mode': mode,
  '/loadpoints/1/priority': { good: same(0, 10), bad: ['-1', '11', '1.5'] },
  '/loadpoints/1/phases': { good: same(0, 1, 3), bad: ['2', '4', '-1', '1p'] },
  '/loadpoints/1/mincurrent': { good: same(1, 6.5, 16), bad: ['0', '0.9', '16.1', '81', 'x'] },
  '/loadpoints/1/maxcurrent': { good: same(6, 31.9, 32), bad: ['5.9', '32.1', '81', '6A'] },
  '/loadpoints/1/enable/threshold': watts,
  '/loadpoints/1/disable/threshold': watts,
  '/loadpoints/1/enable/delay': delay,
  '/loadpoints/1/disable/delay': delay,
  '/loadpoints/1/limitsoc': percent,
  '/loadpoints/1/limitenergy': energy,
  '/loadpoints/1/plan/energy': goal('energy', 1_000, []),
  '/loadpoints/1/plan/strategy': strategy,
  '/loadpoints/1/smartcostlimit': limit,
  '/loadpoints/1/smartfeedinprioritylimit': limit,
  '/loadpoints/1/batteryboost': flag,
  '/loadpoints/1/batteryboostlimit': percent,
  '/loadpoints/1/vehicle': {
    good: [
      ['zoe', { vehicle: 'Zoe' }],
      ['ev6', { vehicle: 'EV6' }],
    ],
    bad: ['nobody', 'EV6', '__proto__', '3'],
  },
  '/loadpoints/1/vehiclesoc': { good: same(0, 33.5, 100), bad: ['-1', '100.1', 'full'] },
  '/vehicles/zoe/minsoc': soc,
  '/vehicles/zoe/limitsoc': soc,
  '/vehicles/zoe/mode': mode,
  '/vehicles/zoe/plan/soc': goal('soc', 100, ['50.5/2025-06-16T05:00:00Z', `50/${until}?precondition=-1`]),
  '/vehicles/zoe/plan/repeating': repeating,
  '/vehicles/zoe/plan/strategy': strategy,
};

test('the table here names every setter', async () => {
  const house = await startBoth();
  const prefix = { site: '', loadpoint: '/loadpoints/1', vehicle: '/vehicles/zoe' };
  const paths = house.runtime.evcc.settings
    .rows()
    // Those with a body have tests of their own.
    .filter(({ whole, name }) => !whole && name !== 'minTemp')
    .flatMap(({ scope, rest }) => (rest?.current ?? rest?.document ?? []).map((path) => `${prefix[scope]}${path}`));
  expect(Object.keys(SETTERS).sort()).toEqual(paths.sort());
});

describe.each(Object.entries(SETTERS))('%s', (path, { good, bad }) => {
  test('takes what is in range, and answers with what is in force', async () => {
    const house = await startBoth();
    for (const [text, answer] of good) {
      expect(await house.current('POST', `${path}/${text}`), text).toMatchObject({ status: 200, json: answer });
    }
  });

  test('refuses the rest, and nothing changes', async () => {
    const house = await startBoth();
    const before = [await house.state(), (await house.document('GET', '/state')).json];
    for (const text of bad) {
      const { status, json } = await house.current('POST', `${path}/${text}`);
      expect([status, json], text).toEqual([text === '50' ? 404 : 400, { error: expect.any(String) }]);
    }
    expect([await house.state(), (await house.document('GET', '/state')).json]).toEqual(before);
  });
});

describe('both dialects', () => {
  test('show the same, whoever sets it', async () => {
    const house = await startBoth();
    const set = async (...paths: readonly (readonly ['current' | 'document', string])[]) => {
      for (const [dialect, path] of paths) expect((await house[dialect]('POST', path)).status, path).toBe(200);
      await house.cycle();
      const { loadpoints, vehicles } = await house.state();
      const { result } = (await house.document('GET', '/state')).json as { result: Record<string, unknown> };
      return { now: loadpoints[0], of: vehicles.ev6, seed: (result.loadpoints as Record<string, unknown>[])[0] };
    };
    expect(await set(['current', '/vehicles/ev6/minsoc/30'], ['current', '/vehicles/ev6/limitsoc/70'])).toMatchObject({
      of: { minSoc: 30, limitSoc: 70 },
      now: { limitSoc: 0, effectiveLimitSoc: 70, effectiveMinSoc: 30 },
      seed: { minSoc: 30, targetSoc: 70 },
    });
    expect(await set(['current', '/loadpoints/1/limitsoc/60'])).toMatchObject({
      of: { limitSoc: 70 },
      now: { limitSoc: 60, effectiveLimitSoc: 60 },
      seed: { targetSoc: 60 },
    });
    expect(
      await set(['document', '/loadpoints/1/target/soc/85'], ['document', '/loadpoints/1/minsoc/5']),
    ).toMatchObject({
      of: { limitSoc: 85, minSoc: 5 },
      now: { limitSoc: 0, effectiveLimitSoc: 85 },
      seed: { targetSoc: 85, minSoc: 5 },
    });
    expect(await set(['document', `/loadpoints/1/target/time/${until}`])).toMatchObject({
      of: { plan: { soc: 85, time: until } },
      now: { effectivePlanTime: until, effectivePlanSoc: 85, planTime: null },
      seed: { targetTime: until },
    });
    expect(await set(['current', '/vehicles/ev6/plan/soc/65/2025-06-16T06:00:00Z'])).toMatchObject({
      of: { plan: { soc: 65, time: '2025-06-16T06:00:00Z' } },
      now: { effectivePlanSoc: 65 },
      seed: { targetTime: '2025-06-16T06:00:00Z', targetSoc: 85 },
    });
    expect(await set(['current', '/loadpoints/1/limitenergy/7.5'])).toMatchObject({
      now: { limitEnergy: 7.5 },
      seed: { targetEnergy: 7.5 },
    });
    expect(await set(['document', '/smartcostlimit/0.22'])).toMatchObject({
      now: { smartCostLimit: 0.22 },
      seed: { smartCostLimit: null },
    });
    expect(await set(['current', '/smartcostlimit/0'])).toMatchObject({
      now: { smartCostLimit: 0 },
      seed: { smartCostLimit: 0 },
    });
  });

  test('keep the forms of their answers to themselves', async () => {
    const house = await startBoth();
    expect(await house.document('POST', '/batterymode/hold')).toMatchObject({ json: { result: 'hold' } });
    expect(await house.document('DELETE', '/loadpoints/1/smartcostlimit')).toMatchObject({ json: { result: {} } });
    expect(await house.document('GET', '/tariff/grid')).not.toMatchObject({ text: expect.stringContaining('"value"') });
    expect((await house.document('GET', '/state')).json).toMatchObject({
      result: { vehicles: ['EV6', 'Zoe'], battery: [{ power: -1_000 }], gridPower: -7_700 },
    });
    expect((await house.document('POST', '/system/shutdown')).status).toBe(404);
    expect((await house.current('POST', '/loadpoints/1/minsoc/20')).status).toBe(404);
    expect((await house.current('POST', '/loadpoints/1/target/soc/20')).status).toBe(404);
  });
});

test('the list of settings names what shows them in this dialect', async () => {
  const house = await startBoth();
  const list = (await house.current('GET', '/settings')).json as readonly Values[];
  const keyOf = (path: string): unknown => list.find((each) => each.path === path)?.key;
  expect(keyOf('/api/loadpoints/:id/limitsoc')).toBe('limitSoc');
  expect(keyOf('/api/loadpoints/:id/phases')).toBe('phasesConfigured');
  // What is in the state of the other dialect only
  expect(keyOf('/api/loadpoints/:id/mintemp')).toBeNull();
});

test('a heater has a least temperature, and a car has none', async () => {
  const house = await startBoth({
    charger: (charger, index) => {
      charger.traits = index === 1 ? { integrated: true, heating: true } : {};
    },
  });
  const set = (path: string) => house.current('POST', `/loadpoints/${path}`);
  expect(await set('2/mintemp/45')).toMatchObject({ status: 200, json: 45 });
  expect(house.loadpoint('minSoc', 2)).toBe(45);
  for (const text of ['101', '-1', '45.5', 'warm']) expect((await set(`2/mintemp/${text}`)).status, text).toBe(400);
  expect(await set('1/mintemp/45')).toMatchObject({
    status: 400,
    json: { error: expect.stringContaining('mintemp is for heaters only') },
  });
  expect(house.loadpoint('minSoc', 1)).toBe(10);
});

test('the order of the soc settings of the battery holds', async () => {
  const house = await startBoth();
  await house.current('POST', '/prioritysoc/40');
  expect(await house.current('POST', '/buffersoc/30')).toMatchObject({
    status: 400,
    json: { error: expect.any(String) },
  });
  expect(await house.current('POST', '/buffersoc/60')).toMatchObject({ status: 200, json: 60 });
  expect(await house.current('POST', '/bufferstartsoc/50')).toMatchObject({ status: 400 });
});

test('a house without battery and grid meter has none', async () => {
  const house = await startBoth({
    site: { meters: { pv: 'pv' } },
    config: { rest: { port: 0, host: '127.0.0.1', dialect: 'current' } } as never,
  });
  const state = await house.state();
  expect(state).toMatchObject({ battery: null, gridConfigured: false });
  expect(state).not.toHaveProperty('grid');
  expect(await house.current('POST', '/prioritysoc/40')).toMatchObject({ status: 400 });
});
