import { describe, expect, test } from 'vitest';
import { connectLive } from '../live-client.ts';
import { startBoth, type Values } from './both.ts';

/** What the clients of the current dialect check, read and write. */

const PLAN_TIME = '2025-06-16T05:00:00.000Z';

describe('the Home Assistant integration', () => {
  test('finds all that it checks before it begins', async () => {
    const house = await startBoth();
    const { status, headers, json } = await house.current('GET', '/state');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('application/json');
    const state = json as Values & { readonly vehicles: Record<string, Values> };
    expect(Object.keys(state)).not.toEqual(['result']);
    // From 0.200 on it asks for tariffs, and from 0.314.1 on modes are called otherwise.
    expect(state.version).toBe('0.313.2');
    expect(state.vehicles).not.toBeInstanceOf(Array);
    for (const vehicle of Object.values(state.vehicles)) expect(typeof vehicle.title).toBe('string');
    expect(state.loadpoints).toHaveLength(2);
    // What it cannot read must have a length.
    const refused = await house.current('POST', '/loadpoints/1/mode/fast');
    expect(refused).toMatchObject({ status: 400, json: { error: expect.stringContaining('allowed is off') } });
    expect(Number(refused.headers.get('content-length'))).toBe(Buffer.byteLength(refused.text));
  });

  test('reads what it shows', async () => {
    const house = await startBoth();
    await house.command('mode', 'now');
    await house.run(30);
    const { loadpoints, vehicles, grid, battery, ...site } = await house.state();
    for (const key of [
      ...['title', 'mode', 'connected', 'charging', 'enabled', 'chargePower', 'offeredCurrent', 'chargeCurrents'],
      ...['chargeDuration', 'chargeRemainingDuration', 'chargeRemainingEnergy', 'chargeTotalImport', 'chargedEnergy'],
      ...['connectedDuration', 'effectiveLimitSoc', 'effectivePlanSoc', 'effectivePlanTime', 'effectivePlanStrategy'],
      ...['planActive', 'planEnergy', 'planTime', 'planProjectedStart', 'planProjectedEnd', 'planOverrun'],
      ...['phaseAction', 'phaseRemaining', 'phasesActive', 'phasesConfigured', 'pvAction', 'pvRemaining'],
      ...['enableDelay', 'disableDelay', 'enableThreshold', 'disableThreshold', 'minCurrent', 'maxCurrent'],
      ...['limitSoc', 'limitEnergy', 'priority', 'batteryBoost', 'batteryBoostLimit', 'sessionEnergy', 'sessionPrice'],
      ...['sessionPricePerKWh', 'sessionCo2PerKWh', 'sessionSolarPercentage', 'smartCostActive', 'smartCostLimit'],
      ...['smartFeedInPriorityActive', 'smartFeedInPriorityLimit', 'vehicleName', 'vehicleSoc', 'vehicleRange'],
      ...['vehicleOdometer', 'vehicleLimitSoc', 'vehicleDetectionActive', 'vehicleWelcomeActive', 'chargerPhases1p3p'],
      ...['vehicleClimaterActive', 'minSocNotReached', 'effectiveMinSoc', 'effectiveMinCurrent', 'effectiveMaxCurrent'],
      ...[
        'chargerSinglePhase',
        'chargerFeatureHeating',
        'chargerFeatureIntegratedDevice',
        'chargerFeatureSwitchDevice',
      ],
    ]) {
      expect(loadpoints[0], key).toHaveProperty(key);
    }
    expect(loadpoints[0]).toMatchObject({
      mode: 'now',
      charging: true,
      chargePower: 11_040,
      offeredCurrent: 16,
      enableDelay: 60,
      chargerPhases1p3p: true,
      vehicleName: 'ev6',
      vehicleSoc: expect.closeTo(40, 0),
      vehicleLimitSoc: 90,
      connectedDuration: 40,
      planTime: null,
    });
    expect(loadpoints.map(({ phasesConfigured }) => phasesConfigured)).toEqual([0, 3]);
    expect(loadpoints.map(({ name }) => name)).toEqual(['charger1', 'charger2']);
    // A key by which it would take the modes for those of a later evcc
    expect(loadpoints[0]).not.toHaveProperty('alwaysCharge');
    expect(grid).toMatchObject({ power: 3_340 });
    expect(battery).toMatchObject({ power: -1_000, soc: 60, capacity: 10, devices: [{ power: -1_000, soc: 60 }] });
    expect(vehicles.ev6).toMatchObject({ title: 'EV6', icon: 'car', capacity: 77, minSoc: 10, limitSoc: 100 });
    expect(site).toMatchObject({
      currency: 'EUR',
      homePower: 300,
      pvPower: 9_000,
      residualPower: 0,
      prioritySoc: 0,
      batteryDischargeControl: false,
      batteryGridChargeLimit: null,
      tariffGrid: 0.3,
      smartCostType: 'priceforecast',
      smartCostAvailable: true,
      startupCompleted: true,
      apiReady: true,
      aux: [],
      ext: [],
      consumers: [],
      statistics: { total: {}, thisYear: {}, '365d': {}, '30d': {} },
    });
    for (const gone of ['stats', 'gridPower', 'batteryPower', 'auth', 'pvConfigured', 'smartCostLimit']) {
      expect(site).not.toHaveProperty(gone);
    }
    for (const gone of [
      'targetSoc',
      'targetTime',
      'chargeCurrent',
      'guardAction',
      'vehicleTargetSoc',
      'phasesEnabled',
    ]) {
      expect(loadpoints[0]).not.toHaveProperty(gone);
    }
  });

  test.for([
    ['/batterymode/hold', 2],
    ['/batterydischargecontrol/1', true],
    ['/batterydischargecontrol/0', false],
    ['/batterygridchargelimit/0.05', 0.05],
    ['/residualpower/100', 100],
    ['/prioritysoc/16.0', 16],
    ['/loadpoints/1/mode/minpv', 'minpv'],
    ['/loadpoints/1/phases/1', 1],
    ['/loadpoints/1/mincurrent/8.0', 8],
    ['/loadpoints/1/maxcurrent/20', 20],
    ['/loadpoints/1/limitsoc/75', 75],
    ['/loadpoints/1/limitenergy/16.0', 16],
    ['/loadpoints/1/priority/3', 3],
    ['/loadpoints/1/enable/threshold/-500', -500],
    ['/loadpoints/1/enable/delay/90', 90_000_000_000],
    ['/loadpoints/1/disable/delay/240', 240_000_000_000],
    ['/loadpoints/1/smartcostlimit/0.25', 0.25],
    ['/loadpoints/1/smartfeedinprioritylimit/-0.01', -0.01],
    ['/loadpoints/1/batteryboost/1', true],
    ['/loadpoints/1/batteryboostlimit/40', 40],
    ['/loadpoints/2/vehicle/zoe', { vehicle: 'Zoe' }],
    [`/loadpoints/2/plan/energy/12.5/${PLAN_TIME}`, { energy: 12.5, time: '2025-06-16T05:00:00Z' }],
    ['/vehicles/zoe/minsoc/20', { soc: 20 }],
    ['/vehicles/zoe/limitsoc/80', { soc: 80 }],
    [`/vehicles/zoe/plan/soc/80/${PLAN_TIME}`, { soc: 80, time: '2025-06-16T05:00:00Z' }],
    [
      `/vehicles/ev6/plan/soc/80/2025-06-16T07:00:00%2B02:00?precondition=1800`,
      { soc: 80, time: '2025-06-16T05:00:00Z' },
    ],
    ['/vehicles/zoe/mode/pv', 'pv'],
  ] as const)('sets %s', async ([path, answer]) => {
    const house = await startBoth();
    expect(await house.current('POST', path)).toMatchObject({ status: 200, json: answer });
  });

  test.for([
    ['/batterymode', '/batterymode/hold', 0, 'batteryModeExternal'],
    ['/batterygridchargelimit', '/batterygridchargelimit/0.05', null, 'batteryGridChargeLimit'],
    ['/loadpoints/1/smartcostlimit', '/loadpoints/1/smartcostlimit/0.2', null, 'smartCostLimit'],
    [
      '/loadpoints/1/smartfeedinprioritylimit',
      '/loadpoints/1/smartfeedinprioritylimit/0.2',
      null,
      'smartFeedInPriorityLimit',
    ],
    ['/loadpoints/1/vehicle', '/loadpoints/1/vehicle/zoe', {}, 'vehicleName'],
    ['/loadpoints/1/plan/energy', `/loadpoints/1/plan/energy/5/${PLAN_TIME}`, {}, 'planTime'],
    ['/vehicles/ev6/plan/soc', `/vehicles/ev6/plan/soc/80/${PLAN_TIME}`, {}, 'effectivePlanTime'],
  ] as const)('clears %s', async ([path, set, answer, key]) => {
    const house = await startBoth();
    const value = async (): Promise<unknown> => {
      await house.cycle();
      const { loadpoints, ...site } = await house.state();
      return key in site ? site[key as keyof typeof site] : loadpoints[0]?.[key];
    };
    for (const method of ['DELETE', 'POST']) {
      await house.current('POST', set);
      expect(await value()).not.toBeOneOf([null, '']);
      expect(await house.current(method, path)).toMatchObject({ status: 200, json: answer });
      expect(await value()).toBeOneOf([null, '']);
    }
  });

  test('sends plans as JSON, and asks for previews', async () => {
    const house = await startBoth();
    const plans = [{ weekdays: [1, 2], time: '07:00', tz: 'Europe/Berlin', soc: 80, active: true }];
    const strategy = { continuous: true, precondition: 900 };
    expect(await house.current('POST', '/vehicles/zoe/plan/repeating', JSON.stringify(plans))).toMatchObject({
      json: plans,
    });
    for (const path of ['/vehicles/zoe/plan/strategy', '/loadpoints/2/plan/strategy']) {
      expect(await house.current('POST', path, JSON.stringify(strategy))).toMatchObject({
        status: 200,
        json: strategy,
      });
    }
    expect((await house.state()).vehicles.zoe).toMatchObject({ repeatingPlans: plans, planStrategy: strategy });
    const preview = await house.current('GET', `/loadpoints/1/plan/static/preview/soc/80/${PLAN_TIME}`);
    expect(preview).toMatchObject({
      json: { planTime: '2025-06-16T05:00:00Z', duration: expect.any(Number), power: 11_040 },
    });
    expect((preview.json as { plan: Values[] }).plan[0]).toMatchObject({ value: expect.any(Number) });
    expect(await house.current('GET', `/loadpoints/1/plan/static/preview/energy/8/${PLAN_TIME}`)).toMatchObject({
      status: 400,
    });
    await house.current('POST', `/vehicles/ev6/plan/soc/80/${PLAN_TIME}`);
    expect(await house.current('GET', '/loadpoints/1/plan')).toMatchObject({
      json: { planId: 1, planTime: '2025-06-16T05:00:00Z' },
    });
  });

  test('follows the WebSocket', async () => {
    const house = await startBoth();
    const live = await connectLive(house.port);
    const [first = {}] = live.frames;
    expect(first).toMatchObject({
      'loadpoints.0.offeredCurrent': expect.any(Number),
      grid: { power: expect.any(Number) },
      vehicles: { ev6: { title: 'EV6' }, zoe: { title: 'Zoe' } },
      'forecast.grid': expect.any(Array),
    });
    expect(first).not.toHaveProperty('forecast');
    expect(first).not.toHaveProperty('gridPower');
    live.frames.length = 0;
    await house.current('POST', '/vehicles/ev6/limitsoc/70');
    await house.current('POST', '/loadpoints/1/enable/delay/30');
    await house.current('POST', '/loadpoints/2/phases/1');
    house.set({ base: 1_234.5678 });
    await house.cycle();
    await house.cycle();
    await live.caughtUp();
    for (const frame of live.frames) expect(Object.keys(frame)).toHaveLength(1);
    const seen = Object.assign({}, ...live.frames) as Values;
    expect(seen).toMatchObject({
      vehicles: { ev6: { limitSoc: 70 } },
      'loadpoints.0.enableDelay': 30,
      'loadpoints.1.phasesConfigured': 1,
      homePower: 1_234.568,
      grid: { power: expect.any(Number) },
    });
    expect(seen).not.toHaveProperty('loadpoints.0.targetSoc');
    expect(seen).not.toHaveProperty('gridPower');
  });

  test('hears of a vehicle that leaves the configuration', async () => {
    const house = await startBoth();
    const live = await connectLive(house.port);
    const { zoe: _, ...vehicles } = house.config.vehicles ?? {};
    live.frames.length = 0;
    expect(await house.runtime.reconfigure({ ...house.config, vehicles })).toEqual([]);
    const told = (): Values => Object.assign({}, ...live.frames);
    await expect.poll(() => told().vehicles).toEqual({ ev6: expect.objectContaining({ title: 'EV6' }) });
  });

  test('ends the house', async () => {
    const house = await startBoth();
    expect(await house.current('POST', '/system/shutdown')).toMatchObject({ status: 204, text: '' });
    await house.runtime.done;
  });
});

describe('the ioBroker adapter', () => {
  test('walks through vehicles and loadpoints, and clears limits with a POST that has no value', async () => {
    const house = await startBoth();
    const { vehicles, loadpoints } = await house.state();
    for (const { title, minSoc, limitSoc } of Object.values(vehicles)) {
      expect([typeof title, typeof minSoc, typeof limitSoc]).toEqual(['string', 'number', 'number']);
    }
    for (const { chargeDuration, connectedDuration } of loadpoints) {
      expect(Number.isInteger(chargeDuration) && Number.isInteger(connectedDuration)).toBe(true);
    }
    const body = JSON.stringify({ timeout: 5_000 });
    expect(await house.current('POST', '/loadpoints/1/limitsoc/60', body)).toMatchObject({ json: 60 });
    expect(await house.current('POST', '/smartcostlimit/0.2', body)).toMatchObject({ json: 0.2 });
    expect((await house.state()).loadpoints.map(({ smartCostLimit }) => smartCostLimit)).toEqual([0.2, 0.2]);
    expect(await house.current('POST', '/smartcostlimit', body)).toMatchObject({ json: null });
    expect((await house.state()).loadpoints.map(({ smartCostLimit }) => smartCostLimit)).toEqual([null, null]);
  });
});

test('the openHAB binding finds version, grid and JSON in every refusal', async () => {
  const house = await startBoth();
  const { version, gridConfigured, grid } = await house.state();
  expect(String(version).split('.').slice(0, 2).map(Number).every(Number.isFinite)).toBe(true);
  expect([gridConfigured, typeof grid.power]).toEqual([true, 'number']);
  for (const [method, path] of [
    ['POST', '/loadpoints/9/limitsoc/80'],
    ['POST', '/loadpoints/1/limitsoc/101'],
    ['POST', '/vehicles/nobody/limitsoc/80'],
    ['GET', '/nothing'],
    ['PUT', '/state'],
  ] as const) {
    const { status, json } = await house.current(method, path);
    expect(status, path).toBeGreaterThanOrEqual(400);
    expect(json, path).toEqual({ error: expect.any(String) });
  }
  expect(await house.current('POST', '/loadpoints/1/batteryboost/true')).toMatchObject({ json: true });
});

test('the app, its widget and watches ask with jq', async () => {
  const house = await startBoth();
  const jq = async (filter: string): Promise<unknown> =>
    (await house.current('GET', `/state?jq=${encodeURIComponent(filter)}`)).json;
  expect(await jq('.siteTitle')).toBe('Test house');
  expect(await jq('.loadpoints[0].title')).toBe('Garage');
  expect(await jq('{adjusted:.solarAdjusted,solar:.forecast.solar}')).toEqual({ adjusted: false, solar: null });
  expect(await jq('{currency:.currency,slots:.forecast.grid}')).toMatchObject({
    currency: 'EUR',
    slots: expect.any(Array),
  });
  const watch = `{result:{loadpoints:[.loadpoints[]|{chargePower,charging,connected,title,vehicleName,mode}],
    gridPower:(.grid.power//.gridPower),batterySoc:.battery.soc,vehicles:(.vehicles|map_values({title})),statistics}
    |with_entries(select(.value != null))}`;
  expect(await jq(watch)).toMatchObject({
    result: {
      gridPower: -7_700,
      batterySoc: 60,
      vehicles: { ev6: { title: 'EV6' }, zoe: { title: 'Zoe' } },
      loadpoints: [{ title: 'Garage', vehicleName: 'ev6' }, { title: 'Carport' }],
    },
  });
});

test('batcontrol reads rates by their newer name, the Victron driver reads the bare state', async () => {
  const house = await startBoth();
  const { json } = await house.current('GET', '/tariff/grid');
  expect(json).toEqual({
    rates: [
      expect.objectContaining({ start: '2025-06-15T11:00:00Z', value: 0.30009, price: 0.30009 }),
      expect.objectContaining({ value: 0.1 }),
    ],
  });
  expect(await house.current('GET', '/tariff/temperature')).toMatchObject({
    status: 404,
    json: { error: expect.any(String) },
  });
  const { loadpoints } = await house.state();
  for (const key of [
    'title',
    'mode',
    'connected',
    'charging',
    'chargePower',
    'chargeCurrents',
    'effectiveMaxCurrent',
  ]) {
    expect(loadpoints[0], key).toHaveProperty(key);
  }
});
