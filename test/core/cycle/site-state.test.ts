import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { greenShares, type SiteInputs, siteState } from '../../../core/cycle/site-state.ts';
import { createHooks } from '../../../core/hooks.ts';
import type { BatteryState, DeviceState, MeterReading, SiteState } from '../../../core/index.ts';
import { greenShare } from '../../../core/runtime/energy.ts';
import { NOW, SITE_SETTINGS, siteOf, stateOf } from './builders.ts';

const meter = (reading?: Partial<MeterReading>, stale = false): DeviceState<MeterReading> => ({
  name: 'meter',
  title: 'Meter',
  ...(reading && { sample: { value: { power: 0, ...reading }, at: NOW, stale } }),
});
const battery = (reading?: Partial<MeterReading>, capacity?: number, stale = false): BatteryState => ({
  ...meter(reading, stale),
  ...(capacity !== undefined && { capacity }),
});

function form(inputs: Partial<SiteInputs['readings']>, changes: Partial<SiteInputs> = {}, charging = 0): SiteState {
  return siteState(createHooks(), {
    now: NOW,
    interval: 10_000,
    voltage: 230,
    settings: SITE_SETTINGS,
    readings: { grid: null, pv: [], battery: [], aux: [], ext: [], consumers: [], ...inputs },
    rates: {},
    plans: new Map(),
    circuits: [],
    loadpoints: [stateOf({ chargePower: charging })],
    ...changes,
  });
}

describe('power of the house', () => {
  test('grid, PV and battery feed the house and what charges', () => {
    const site = form(
      { grid: meter({ power: 500 }), pv: [meter({ power: 2_000 })], battery: [battery({ power: 300 })] },
      {},
      1_500,
    );
    expect(site).toMatchObject({
      gridPower: 500,
      pvPower: 2_000,
      batteryPower: 300,
      homePower: 1_300,
      chargePower: 1_500,
    });
    expect(site.sitePower).toEqual({ power: 500, batteryBuffered: false, batteryStart: false });
  });

  test('it is never below 0, also when the meters do not fit together', () => {
    expect(form({ grid: meter({ power: -5_000 }), pv: [meter({ power: 2_000 })] }).homePower).toBe(0);
  });

  test('residual power and what gives way to charging shift the site power', () => {
    const settings = { ...SITE_SETTINGS, residualPower: 100 };
    const site = form(
      { grid: meter({ power: -1_000 }), aux: [meter({ power: 400 }), meter({ power: 50 })] },
      { settings },
    );
    expect([site.auxPower, site.sitePower.power]).toEqual([450, -1_350]);
  });

  test('negative PV and aux power count nothing', () => {
    const site = form({ grid: meter({ power: 0 }), pv: [meter({ power: -8 })], aux: [meter({ power: -30 })] });
    expect([site.pvPower, site.auxPower, site.sitePower.power]).toEqual([0, 0, 0]);
  });

  test.for([
    { title: 'never read', grid: meter() },
    { title: 'stale', grid: meter({ power: 300 }, true) },
  ])('a grid meter that is $title makes grid and site power unknown', ({ grid }) => {
    const site = form({ grid, pv: [meter({ power: 2_000 })] });
    expect(site.gridPower).toBeUndefined();
    expect(site.sitePower).toEqual({ batteryBuffered: false, batteryStart: false });
  });

  test('without a grid meter, PV is all that is known', () => {
    expect(form({ pv: [meter({ power: 5_000 })] }, {}, 2_000).sitePower.power).toBe(-3_000);
    expect(form({ pv: [meter(), meter({ power: 5_000 })] }, {}, 2_000).sitePower.power).toBe(-3_000);
    expect(form({ pv: [meter({ power: 5_000 }, true)] }, {}, 2_000).sitePower.power).toBeUndefined();
  });

  test('without a PV meter, it is what grid and charging show', () => {
    const settings = { ...SITE_SETTINGS, residualPower: 100 };
    expect(form({ grid: meter({ power: -2_000 }) }, { settings }, 3_000).pvPower).toBe(5_100);
    expect(form({ grid: meter({ power: 9_000 }) }, {}, 3_000).pvPower).toBe(0);
  });
});

describe('the home battery', () => {
  test.for([
    { title: 'none', batteries: [], soc: undefined, capacity: undefined },
    { title: 'one', batteries: [battery({ soc: 40 })], soc: 40, capacity: undefined },
    {
      title: 'by capacity',
      batteries: [battery({ soc: 10 }, 15_000), battery({ soc: 90 }, 5_000)],
      soc: 30,
      capacity: 20_000,
    },
    { title: 'equally', batteries: [battery({ soc: 10 }, 15_000), battery({ soc: 90 })], soc: 50, capacity: 15_000 },
    {
      title: 'those that are known',
      batteries: [battery({ soc: 10 }), battery(), battery({})],
      soc: 10,
      capacity: undefined,
    },
    { title: 'above 100', batteries: [battery({ soc: 104 })], soc: 100, capacity: undefined },
    { title: 'stale: the last one', batteries: [battery({ soc: 70 }, 1, true)], soc: 70, capacity: 1 },
  ])('soc and capacity: $title', ({ batteries, soc, capacity }) => {
    const site = form({ grid: meter({ power: 0 }), battery: batteries });
    expect([site.batterySoc, site.batteryCapacity]).toEqual([soc, capacity]);
  });

  test('a stale one is taken to go on discharging, but not charging', () => {
    expect(
      form({ grid: meter({}), battery: [battery({ power: 900 }, 1, true), battery({ power: -200 })] }).batteryPower,
    ).toBe(700);
    expect(form({ grid: meter({}), battery: [battery({ power: -900 }, 1, true)] }).batteryPower).toBe(0);
  });
});

test('plugins refine the site power, and see what it is made of', () => {
  const hooks = createHooks();
  hooks.sitePower.tap('first', (power, site) => ({ ...power, power: (power.power ?? 0) + site.pvPower }));
  hooks.sitePower.tap('second', (power) => ({ ...power, batteryStart: true }));
  const inputs = { ...form({ grid: meter({ power: 10 }), pv: [meter({ power: 5 })] }) };
  expect(siteState(hooks, inputs).sitePower).toEqual({ power: 15, batteryBuffered: false, batteryStart: true });
});

test('the picture is frozen', () => {
  const site = form({ grid: meter({ power: 0 }) });
  expect(Object.isFrozen(site) && Object.isFrozen(site.sitePower)).toBe(true);
});

describe('green shares', () => {
  const power = fc.integer({ min: -30_000, max: 30_000 });
  const positive = fc.integer({ min: 0, max: 30_000 });

  test('the house comes first, then the charging battery, then the loadpoints', () => {
    const share = (changes: Partial<SiteState>): number[] => {
      const { green, home, loadpoints } = greenShares(siteOf(changes));
      return [greenShare(green, ...home), greenShare(green, ...loadpoints)];
    };
    expect(share({ pvPower: 500, homePower: 1_000, chargePower: 4_000 })).toEqual([0.5, 0]);
    expect(share({ pvPower: 3_000, homePower: 1_000, chargePower: 4_000 })).toEqual([1, 0.5]);
    expect(share({ pvPower: 3_000, homePower: 1_000, batteryPower: -1_000, chargePower: 4_000 })).toEqual([1, 0.25]);
    expect(share({ pvPower: 2_000, homePower: 1_000, batteryPower: 1_000, chargePower: 4_000 })).toEqual([1, 0.5]);
    expect(share({ pvPower: 9_000, homePower: 1_000, chargePower: 4_000 })).toEqual([1, 1]);
  });

  test('they are shares, and together give out no more than there is', () => {
    fc.assert(
      fc.property(positive, power, positive, positive, (pvPower, batteryPower, homePower, chargePower) => {
        const { green, home, loadpoints } = greenShares(siteOf({ pvPower, batteryPower, homePower, chargePower }));
        const [ofHome, ofCharging] = [greenShare(green, ...home), greenShare(green, ...loadpoints)];
        for (const share of [ofHome, ofCharging]) expect(share).toSatisfy((value: number) => value >= 0 && value <= 1);
        expect(ofHome * homePower + ofCharging * chargePower).toBeLessThanOrEqual(green + 1e-6);
        // Nobody behind the house gets anything before the house has all.
        if (ofCharging > 0) expect(ofHome).toBe(1);
      }),
    );
  });
});
