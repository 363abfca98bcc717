import { describe, expect, test } from 'vitest';
import type { LoadpointOptions, Rate, VehicleReading } from '../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, MINIMUM } from './situations.ts';

/** A house with one car that reports what it is given. */
async function houseWithCar(
  t: Parameters<typeof startHouse>[0],
  loadpoint: Partial<LoadpointOptions>,
  reading: VehicleReading,
  options: HouseOptions & { readonly capacity?: number } = {},
): Promise<FakeHouse> {
  const { capacity = 50, ...others } = options;
  const house = await startHouse(t, {
    ...others,
    loadpoints: [{ vehicle: 'car', ...loadpoint }],
    config: { vehicles: { car: { type: 'fake', capacity } } } as never,
  });
  tell(house, reading);
  return house;
}

function tell(house: FakeHouse, reading: VehicleReading): void {
  const { car } = house.vehicles;
  if (car) car.reading = reading;
}

/** The car reports something else from now on; it is asked while it charges, and now and then. */
const car = (reading: VehicleReading) => (house: FakeHouse) => tell(house, reading);

describe('minimum soc', () => {
  test.for(['pv', 'minpv', 'now'] as const)('charges at full power below it in mode %s', async (mode, t) => {
    const house = await houseWithCar(t, { mode, minSoc: 30 }, { soc: 29 });
    await house.run(20);
    house.commands();
    await play(house, [{ for: 60, why: ['min-soc'], shows: { chargePower: 16 * AMPERE, minSocNotReached: true } }]);
  });

  test('charges nothing in mode off', async (t) => {
    const house = await houseWithCar(t, { mode: 'off', minSoc: 30 }, { soc: 10 });
    await play(house, [{ for: 60, why: ['mode-off'], shows: { minSocNotReached: true } }]);
  });

  test('once it is reached, mode pv stops or goes on at once', async (t) => {
    const house = await houseWithCar(t, { mode: 'pv', minSoc: 30 }, { soc: 29 });
    await play(house, [
      { for: 60, writes: '16 A, on' },
      { when: car({ soc: 30 }), writes: 'off', why: ['surplus-low'], shows: { minSocNotReached: false } },
      { for: 60 },
    ]);
    const sunny = await houseWithCar(t, { mode: 'pv', minSoc: 30 }, { soc: 29 });
    await play(sunny, [
      { set: { pv: 10 * AMPERE }, for: 60, writes: '16 A, on' },
      { when: car({ soc: 30 }), writes: '10 A', why: ['surplus'] },
    ]);
  });

  test('nothing is missing to a car that is not there', async (t) => {
    const house = await houseWithCar(t, { mode: 'pv', minSoc: 30 }, {});
    Object.assign(house.vehicles.car ?? {}, { failure: new Error('asleep') });
    await play(house, [
      { for: 60, shows: { minSocNotReached: false } },
      { writes: '16 A, on', shows: { minSocNotReached: true } },
      { charger: { status: 'A' }, writes: 'off', shows: { minSocNotReached: false } },
    ]);
  });

  test('goes before the targets', async (t) => {
    const house = await houseWithCar(t, { mode: 'pv', minSoc: 80, targetSoc: 60 }, { soc: 70 });
    await play(house, [{ for: 20, writes: '16 A, on', why: ['min-soc'] }]);
  });

  test('waits for the soc of a car that was just connected, but not for ever', async (t) => {
    const house = await houseWithCar(t, { mode: 'pv', minSoc: 30 }, { soc: 50 });
    await play(house, [{ for: 60, why: ['surplus-low'] }]);
    const silent = await houseWithCar(t, { mode: 'pv', minSoc: 30 }, {});
    Object.assign(silent.vehicles.car ?? {}, { failure: new Error('asleep') });
    await play(silent, [
      { for: 60, why: ['surplus-low'] },
      { writes: '16 A, on', why: ['min-soc'] },
    ]);
  });

  test('while the soc is unknown, charges the energy that it stands for', async (t) => {
    const house = await houseWithCar(t, { mode: 'pv', minSoc: 10 }, {}, { capacity: 8.5 });
    // 10 % of 8.5 kWh with 85 % efficiency: 1 kWh, at 11.04 kW 326 s
    await play(house, [
      { why: ['surplus-low'] },
      { writes: '16 A, on', why: ['min-soc'] },
      { for: 320, shows: { charging: true } },
      { for: 20, writes: 'off' },
    ]);
    expect(house.log.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('soc is unknown; 1.0 kWh are charged for the minimum of 10 %'),
    );
    expect(Number(house.loadpoint('chargedEnergy'))).toBeGreaterThanOrEqual(1_000);
    expect(Number(house.loadpoint('chargedEnergy'))).toBeLessThan(1_050);
  });

  test('while soc and capacity are unknown, asks for nothing', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv', minSoc: 30, vehicle: 'car' }],
      config: { vehicles: { car: { type: 'fake' } } } as never,
    });
    await play(house, [{ for: 60, why: ['surplus-low'] }]);
  });

  test('knows the soc from the charger too, without any vehicle', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv', minSoc: 30 }],
      charger: (charger) => Object.assign(charger, { override: { soc: 12 } }),
    });
    await play(house, [{ writes: '16 A, on', why: ['min-soc'], shows: { vehicleSoc: 12 } }]);
  });

  test('a change takes effect in the next cycle', async (t) => {
    const house = await houseWithCar(t, { mode: 'pv' }, { soc: 50 });
    await play(house, [
      { for: 20 },
      { when: () => house.command('minSoc', 60), writes: '16 A, on' },
      { when: () => house.command('minSoc', 0), writes: 'off' },
    ]);
  });

  test('switches to all phases', async (t) => {
    const house = await houseWithCar(
      t,
      { mode: 'pv', minSoc: 30 },
      { soc: 50 },
      {
        charger: (charger) => Object.assign(charger, { canSwitchPhases: true }),
      },
    );
    await play(house, [
      { for: 80, writes: '1p' },
      { when: () => house.command('minSoc', 60), writes: '3p, 16 A, on', shows: { phasesEnabled: 3 } },
    ]);
  });
});

describe('targets', () => {
  test.for(['pv', 'minpv', 'now'] as const)('the target soc ends charging in mode %s', async (mode, t) => {
    const house = await houseWithCar(t, { mode, targetSoc: 80 }, { soc: 79 });
    house.set({ pv: 16 * AMPERE });
    await house.run(90);
    expect(house.loadpoint('charging')).toBe(true);
    house.commands();
    await play(house, [
      { when: car({ soc: 80 }), writes: 'off', why: ['target-soc'] },
      { for: 300 },
      { when: () => house.command('targetSoc', 90), for: 70, writes: mode === 'pv' ? '6 A, on' : '16 A, on' },
    ]);
  });

  test.for([0, 100])('a target soc of %s leaves it to the car', async (targetSoc, t) => {
    const house = await houseWithCar(t, { mode: 'now', targetSoc }, { soc: 100 });
    await play(house, [{ writes: '16 A, on' }, { for: 60 }]);
  });

  test('the target energy ends charging while the soc is unknown', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await house.command('targetEnergy', 1);
    await play(house, [
      { writes: '16 A, on' },
      { for: 320 },
      { for: 20, writes: 'off', why: ['target-energy'] },
      { for: 60 },
    ]);
    expect(Number(house.loadpoint('chargedEnergy'))).toBeLessThan(1_050);
  });

  test('the target energy does not matter while the soc is known', async (t) => {
    const house = await houseWithCar(t, { mode: 'now' }, { soc: 20 });
    await house.command('targetEnergy', 0.1);
    await play(house, [{ for: 300, writes: '16 A, on' }]);
  });

  test('the target energy counts anew for the next car', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await house.command('targetEnergy', 0.1);
    await play(house, [
      { for: 100, writes: '16 A, on, off' },
      { charger: { status: 'A' }, shows: { connected: false } },
      { charger: { status: 'B' }, writes: '16 A, on', shows: { chargedEnergy: 0 } },
    ]);
  });
});

describe('climate control of the car', () => {
  test('gets the minimum when the target is reached', async (t) => {
    const house = await houseWithCar(t, { mode: 'now', targetSoc: 80 }, { soc: 79 });
    await play(house, [
      { for: 30, writes: '16 A, on' },
      { when: car({ soc: 80, climater: true }), writes: '6 A', why: ['climater'], shows: { climaterActive: true } },
      { when: car({ soc: 80, climater: false }), writes: 'off', why: ['target-soc'] },
    ]);
  });

  test('gets the minimum when the surplus is gone', async (t) => {
    const house = await houseWithCar(t, { mode: 'pv', disable: { delay: 0 } }, { soc: 50 });
    await play(house, [
      { set: { pv: MINIMUM }, for: 80, writes: '6 A, on' },
      { when: car({ soc: 50, climater: true }), set: { pv: 0 }, why: ['climater'] },
      { for: 60, shows: { charging: true } },
      { when: car({ soc: 50 }), writes: 'off', why: ['surplus-low'] },
    ]);
  });

  test('gets nothing in mode off', async (t) => {
    const house = await houseWithCar(t, { mode: 'off' }, { soc: 50, climater: true });
    await play(house, [{ for: 60 }]);
  });
});

describe('the smart cost limit', () => {
  const HOUR = 3_600_000;
  const NOW = Date.parse('2025-06-15T12:00:00Z');
  /** 0.10 in the hour of the start, 0.30 in the next, 0.05 in the one after */
  const rates = (): Rate[] =>
    [0.1, 0.3, 0.05].map((price, hour) => ({ start: NOW + hour * HOUR, end: NOW + (hour + 1) * HOUR, price }));
  const tariffHouse = (t: Parameters<typeof startHouse>[0], options: HouseOptions = {}): Promise<FakeHouse> =>
    startHouse(t, { rates, now: NOW, interval: 60, loadpoints: [{ mode: 'pv' }], ...options });

  test('charges at full power in the solar modes while the price is not above it', async (t) => {
    const house = await tariffHouse(t, { site: { smartCostLimit: 0.1 } });
    await play(house, [
      { writes: '16 A, on', why: ['smart-cost'] },
      { for: 3_540, shows: { charging: true } },
      { writes: 'off', why: ['surplus-low'] },
      { for: 3_540 },
      { writes: '16 A, on', why: ['smart-cost'] },
    ]);
    expect(house.site('smartCostActive')).toBe(true);
    expect(house.site('smartCostType')).toBe('priceforecast');
  });

  test('goes on with the surplus at once when it gets dear', async (t) => {
    const house = await tariffHouse(t, { site: { smartCostLimit: 0.1 } });
    await play(house, [
      { set: { pv: 9 * AMPERE }, for: 3_600, writes: '16 A, on' },
      { writes: '9 A', why: ['surplus'] },
    ]);
  });

  test.for([
    { mode: 'minpv', writes: '16 A, on' },
    { mode: 'now', writes: '16 A, on' },
    { mode: 'off', writes: '' },
  ] as const)('in mode $mode: "$writes"', async ({ mode, writes }, t) => {
    const house = await tariffHouse(t, { site: { smartCostLimit: 0.1 }, loadpoints: [{ mode }] });
    await play(house, [{ writes }]);
  });

  test('a price above it, a limit of 0 and a price that never changes start nothing', async (t) => {
    for (const options of [
      { site: { smartCostLimit: 0.09 } },
      { site: {} },
      { site: { smartCostLimit: 0.5 }, tariffKind: 'pricestatic' as const },
      { site: { smartCostLimit: 0.5 }, rates: () => [] },
      { site: {}, rates: () => rates().map((rate) => ({ ...rate, price: -0.2 })) },
    ]) {
      const house = await tariffHouse(t, options);
      await play(house, [{ for: 300, why: ['surplus-low'] }]);
      expect(house.site('smartCostActive')).toBe(false);
    }
  });

  test('a negative limit waits for a negative price', async (t) => {
    const house = await tariffHouse(t, {
      site: { smartCostLimit: -0.05 },
      rates: () => rates().map((rate) => ({ ...rate, price: rate.price - 0.2 })),
    });
    await play(house, [{ writes: '16 A, on' }, { for: 3_600, writes: 'off' }]);
  });

  test('a change takes effect in the next cycle', async (t) => {
    const house = await tariffHouse(t);
    await play(house, [
      { for: 120 },
      { when: () => house.commandSite('smartCostLimit', 0.1), writes: '16 A, on' },
      { when: () => house.commandSite('smartCostLimit', 0), writes: 'off' },
    ]);
  });

  test('the targets end it', async (t) => {
    const house = await startHouse(t, {
      rates,
      now: NOW,
      loadpoints: [{ mode: 'pv', targetSoc: 80 }],
      site: { smartCostLimit: 0.1 },
      charger: (charger) => Object.assign(charger, { override: { soc: 80 } }),
    });
    await play(house, [{ for: 60, why: ['target-soc'] }]);
  });
});

describe('a car that was just connected in mode now, with a target', () => {
  const arrival = async (t: Parameters<typeof startHouse>[0], reading: VehicleReading): Promise<FakeHouse> =>
    houseWithCar(t, { mode: 'now', targetSoc: 80 }, reading, {
      charger: (charger) => Object.assign(charger, { status: 'A' }),
    });

  test('is not started before it says that it has enough already', async (t) => {
    const house = await arrival(t, { soc: 85 });
    await play(house, [{}, { charger: { status: 'B' }, why: ['soc-awaited'] }, { why: ['target-soc'] }, { for: 120 }]);
  });

  test('is started as soon as it says that it needs more', async (t) => {
    const house = await arrival(t, { soc: 60 });
    await play(house, [{}, { charger: { status: 'B' }, why: ['soc-awaited'] }, { writes: '16 A, on' }]);
  });

  test('is started all the same when it says nothing for half a minute', async (t) => {
    const house = await arrival(t, {});
    const { car: silent } = house.vehicles;
    if (silent) silent.failure = new Error('no answer');
    await play(house, [{}, { charger: { status: 'B' }, for: 30, why: ['soc-awaited'] }, { writes: '16 A, on' }]);
  });

  test('is started at once where there is no target', async (t) => {
    const house = await houseWithCar(t, { mode: 'now' }, { soc: 60 });
    await play(house, [{ writes: '16 A, on' }]);
  });
});
