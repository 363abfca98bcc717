import { describe, expect, test } from 'vitest';
import type { HouseEvent, LoadedPlugin, LoadpointOptions, VehicleOptions, VehicleReading } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';
import { type FakeHouse, type FakeSource, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE } from './situations.ts';

interface Car extends HouseOptions {
  readonly loadpoint?: Partial<LoadpointOptions>;
  readonly vehicle?: Partial<VehicleOptions>;
  readonly reading?: VehicleReading;
}

/** 16 A on three phases for ten seconds, Wh */
const PER_CYCLE = (16 * AMPERE) / 360;
/** 600 Wh at the charger per percent */
const CAPACITY = 51;

/** A house with one car, which is not there yet, and a charger that charges when the mode is `now`. */
async function houseWithCar(
  t: Parameters<typeof startHouse>[0],
  { loadpoint, vehicle, reading = { soc: 50 }, ...others }: Car = {},
): Promise<FakeHouse & { readonly car: FakeSource<VehicleReading>; readonly events: HouseEvent[] }> {
  const events: HouseEvent[] = [];
  const observer: LoadedPlugin = {
    name: 'observer',
    apply: ({ hooks }) => hooks.event.tap('observer', (event) => void events.push(event)),
  };
  const house = await startHouse(t, {
    loadpoints: [{ vehicle: 'car', mode: 'off', ...loadpoint }],
    config: { vehicles: { car: { type: 'fake', capacity: CAPACITY, ...vehicle } } } as never,
    plugins: [observer],
    charger: (charger) => Object.assign(charger, { status: 'A' }),
    ...others,
  });
  const { car } = house.vehicles;
  if (!car) throw new Error('there is no car');
  car.reading = reading;
  await house.cycle();
  return Object.assign(house, { car, events });
}

const plug = (house: FakeHouse): void => void Object.assign(house.charger(), { status: 'B' });
const unplug = (house: FakeHouse): void => void Object.assign(house.charger(), { status: 'A' });

/** Readings of the car while something goes on. */
async function reads(
  house: { readonly car: FakeSource<VehicleReading> },
  what: () => Promise<unknown>,
): Promise<number> {
  const before = house.car.reads;
  await what();
  return house.car.reads - before;
}

describe('a car is read', () => {
  test('not while it is away, and once after it was connected, began and ended charging', async (t) => {
    const house = await houseWithCar(t);
    expect(await reads(house, () => house.run(7_200))).toBe(0);
    plug(house);
    await house.cycle();
    expect(await reads(house, () => house.run(7_200))).toBe(1);
    await house.command('mode', 'now');
    await house.run(20);
    expect(await reads(house, () => house.run(100))).toBe(10);
    await house.command('mode', 'off');
    await house.run(20);
    expect(await reads(house, () => house.run(7_200))).toBe(1);
    expect(house.car.forgets).toBe(3);
    unplug(house);
    await house.cycle();
    expect(await reads(house, () => house.run(7_200))).toBe(0);
  });

  test('every interval while it is connected, if so configured', async (t) => {
    const house = await houseWithCar(t, { loadpoint: { soc: { poll: { mode: 'connected', interval: 30 } } } });
    expect(await reads(house, () => house.run(7_200))).toBe(0);
    plug(house);
    await house.cycle();
    expect(await reads(house, () => house.run(7_200))).toBe(4);
  });

  test('every interval, also while it is away, if so configured', async (t) => {
    const house = await houseWithCar(t, { loadpoint: { soc: { poll: { mode: 'always', interval: 60 } } } });
    await house.run(60);
    expect(await reads(house, () => house.run(7_200))).toBe(2);
    expect(house.loadpoint('vehicleSoc')).toBe(50);
  });

  test('in every cycle when it sends by itself, and never when it is offline', async (t) => {
    const streaming = await houseWithCar(t, { vehicle: { features: ['streaming'] } });
    expect(await reads(streaming, () => streaming.run(100))).toBe(10);
    const offline = await houseWithCar(t, { vehicle: { features: ['offline'] } });
    plug(offline);
    await offline.command('mode', 'now');
    expect(await reads(offline, () => offline.run(100))).toBe(0);
    expect(offline.loadpoint('vehicleFeatureOffline')).toBe(true);
  });

  test('again when it does not answer, but not for ever', async (t) => {
    const house = await houseWithCar(t);
    plug(house);
    house.car.failure = new Error('asleep');
    expect(await reads(house, () => house.run(3_600))).toBe(3);
    house.car.failure = undefined;
    expect(await reads(house, () => house.run(3_600))).toBe(0);
    expect(house.loadpoint('vehicleSoc')).toBe(0);
  });

  test('again until it answers', async (t) => {
    const house = await houseWithCar(t);
    plug(house);
    house.car.failure = new Error('busy');
    await house.run(20);
    house.car.failure = undefined;
    expect(await reads(house, () => house.run(3_600))).toBe(1);
    expect(house.loadpoint('vehicleSoc')).toBe(50);
  });

  test('when the user says that it is this one', async (t) => {
    const house = await houseWithCar(t, { loadpoints: [{}] });
    plug(house);
    await house.run(700);
    house.car.reads = 0;
    await house.command('vehicle', 'car');
    await house.run(60);
    expect(house.car.reads).toBe(1);
    expect(house.loadpoint('vehicleSoc')).toBe(50);
  });

  test('for range, limit and odometer too, which are shown as long as it is connected', async (t) => {
    const reading = { soc: 50, range: 250.4, limitSoc: 80, odometer: 12_345.6 };
    const house = await houseWithCar(t, { reading });
    plug(house);
    const values = { vehicleSoc: 50, vehicleRange: 250, vehicleTargetSoc: 80, vehicleOdometer: 12_345.6 };
    await play(house, [{}, { shows: values }, { for: 7_200, shows: values }]);
  });

  test.for([
    { title: 'while it charges', mode: 'now', shows: true },
    { title: 'not while it stands there, since it is not asked then', mode: 'off', shows: undefined },
    { title: 'while it stands there too, if it sends by itself', mode: 'off', features: ['streaming'], shows: true },
    { title: 'not where that is switched off', mode: 'now', features: ['climaterDisabled'], shows: undefined },
  ] as const)('for its climate control, which counts $title', async ({ mode, shows, ...vehicle }, t) => {
    const house = await houseWithCar(t, { loadpoint: { mode }, vehicle, reading: { soc: 50, climater: true } });
    plug(house);
    await house.run(60);
    expect(house.loadpoint('climaterActive') ?? undefined).toBe(shows);
    expect(house.loadpoint('vehicleSoc')).toBeGreaterThanOrEqual(50);
  });
});

describe('the soc', () => {
  test('rises with the charged energy, and follows the car when it tells another value', async (t) => {
    const house = await houseWithCar(t, { loadpoint: { mode: 'now' } });
    plug(house);
    // The charge begins in the second cycle; the third one shows what was charged in the one before.
    await play(house, [{ writes: '16 A, on' }, { for: 30 }]);
    const before = Number(house.loadpoint('vehicleSoc'));
    await house.run(600);
    expect(Number(house.loadpoint('vehicleSoc')) - before).toBeCloseTo((60 * PER_CYCLE) / 600, 6);
    house.car.reading = { soc: 54 };
    await house.cycle();
    expect(house.loadpoint('vehicleSoc')).toBe(54);
  });

  test('is as the car says where it must not be estimated', async (t) => {
    const house = await houseWithCar(t, { loadpoint: { mode: 'now', soc: { estimate: false } } });
    plug(house);
    await house.run(600);
    expect(house.loadpoint('vehicleSoc')).toBe(50);
  });

  test('is that of the charger where it knows one, also without any vehicle', async (t) => {
    const house = await houseWithCar(t);
    plug(house);
    Object.assign(house.charger(), { override: { soc: 33 } });
    await house.run(30);
    expect(house.loadpoint('vehicleSoc')).toBe(33);
    // While the charger says nothing for once, the older word of the car does not count.
    Object.assign(house.charger(), { override: {} });
    await house.run(30);
    expect(house.loadpoint('vehicleSoc')).toBe(33);
    await house.command('vehicle', null);
    Object.assign(house.charger(), { override: { soc: 34 } });
    await house.run(30);
    expect(house.loadpoint('vehicleSoc')).toBe(34);
  });

  test('ends charging at the target between two readings', async (t) => {
    const house = await houseWithCar(t, { loadpoint: { mode: 'now', targetSoc: 60 }, reading: { soc: 59 } });
    plug(house);
    await house.run(20);
    house.commands();
    // One percent are 600 Wh.
    await play(house, [
      { for: Math.floor(600 / PER_CYCLE) * 10 },
      { for: 20, writes: 'off', why: ['target-soc'] },
      { for: 300, why: ['target-soc'] },
    ]);
    expect(Number(house.loadpoint('chargedEnergy'))).toBeGreaterThanOrEqual(600);
    expect(Number(house.loadpoint('chargedEnergy'))).toBeLessThan(600 + 2 * PER_CYCLE);
  });

  test('learns what a percent takes, for the rest of the charge', async (t) => {
    const house = await houseWithCar(t, { loadpoint: { mode: 'now' }, reading: { soc: 20 } });
    plug(house);
    const percent = 700;
    for (let cycle = 0; cycle < 300; cycle += 1) {
      await house.cycle();
      house.car.reading = { soc: Math.floor(20 + house.charger().energy / percent) };
    }
    const at = Number(house.loadpoint('vehicleSoc'));
    house.car.failure = new Error('service is down');
    await house.run(1_200);
    expect((Number(house.loadpoint('vehicleSoc')) - at) / ((120 * PER_CYCLE) / percent)).toBeCloseTo(1, 1);
  });

  test('is announced at each full ten that it passes, once; not where it was at first', async (t) => {
    const house = await houseWithCar(t, { loadpoint: { mode: 'now' }, reading: { soc: 58 } });
    plug(house);
    await house.run(1_200);
    house.car.reading = { soc: 59 };
    await house.run(30);
    house.car.reading = { soc: 71 };
    await house.run(30);
    const announced = house.events.flatMap((event) => (event.kind === 'soc' ? [event.soc] : []));
    expect(announced).toEqual([60, 70]);
  });

  test('is announced anew for another vehicle, which it says nothing of', async (t) => {
    const house = await houseWithCar(t, {
      config: { vehicles: { car: { type: 'fake', capacity: 50 }, other: { type: 'fake', capacity: 50 } } } as never,
      reading: { soc: 88 },
    });
    plug(house);
    await house.run(30);
    expect(house.loadpoint('vehicleSoc')).toBe(88);
    Object.assign(house.vehicles.other ?? {}, { failure: new Error('no network') });
    await house.command('vehicle', 'other');
    await house.run(10);
    expect(house.loadpoint('vehicleSoc')).toBe(0);
    Object.assign(house.vehicles.other ?? {}, { failure: undefined, reading: { soc: 28 } });
    await house.run(30);
    house.vehicles.other?.forget();
    Object.assign(house.vehicles.other ?? {}, { reading: { soc: 31 } });
    await house.command('mode', 'now');
    await house.run(600);
    const announced = house.events.flatMap((event) => (event.kind === 'soc' ? [event.soc] : []));
    expect(announced).toEqual([30]);
  });

  test('of the car before says nothing of the next one', async (t) => {
    const house = await houseWithCar(t);
    plug(house);
    await house.run(20);
    expect(house.loadpoint('vehicleSoc')).toBe(50);
    unplug(house);
    await house.cycle();
    house.car.failure = new Error('no network');
    plug(house);
    await house.run(60);
    expect(house.loadpoint('vehicleSoc')).toBe(0);
  });

  test('is kept by a restart; the car is asked once', async (t) => {
    const store = { ...createMemoryStore(), location: 'kept by the test' };
    const house = await houseWithCar(t, { store });
    plug(house);
    await house.command('mode', 'now');
    await house.run(300);
    await house.command('mode', 'off');
    await house.run(60);
    const soc = Number(house.loadpoint('vehicleSoc'));
    expect(soc).toBeGreaterThan(51);
    await house.stop();
    const again = await houseWithCar(t, {
      store,
      now: house.clock.now(),
      charger: (charger) => Object.assign(charger, { status: 'B', energy: house.charger().energy }),
    });
    expect(Number(again.loadpoint('vehicleSoc'))).toBeCloseTo(soc, 6);
    await again.run(60);
    expect(again.car.reads).toBe(1);
  });
});

describe('the soc that a driver tells', () => {
  const offline: Car = { loadpoint: { mode: 'now', targetSoc: 60 }, vehicle: { features: ['offline'] } };

  test('is followed from there on, until the car leaves', async (t) => {
    const house = await houseWithCar(t, offline);
    plug(house);
    await house.run(60);
    expect(house.loadpoint('vehicleSoc')).toBe(0);
    await house.command('vehicleSoc', 58);
    await house.cycle();
    expect(house.loadpoint('vehicleSoc')).toBeCloseTo(58, 0);
    await house.run(600);
    expect(house.reasons()).toEqual(['target-soc']);
    expect(house.loadpoint('vehicleSoc')).toBeGreaterThanOrEqual(60);
    unplug(house);
    await house.cycle();
    expect(house.loadpoint('vehicleSoc')).toBe(0);
    plug(house);
    await house.run(60);
    expect(house.loadpoint('vehicleSoc')).toBe(0);
    expect(house.reasons()).toEqual(['mode-now']);
  });

  test('may be told before the car is connected, and taken back', async (t) => {
    const house = await houseWithCar(t, offline);
    await house.command('vehicleSoc', 40);
    plug(house);
    await house.cycle();
    expect(house.loadpoint('vehicleSoc')).toBe(40);
    await house.command('vehicleSoc', null);
    await house.cycle();
    expect(house.loadpoint('vehicleSoc')).toBe(0);
  });

  test('counts less than what the car says later', async (t) => {
    const house = await houseWithCar(t, { vehicle: { features: ['streaming'] } });
    plug(house);
    await house.command('vehicleSoc', 10);
    await house.run(20);
    expect(house.loadpoint('vehicleSoc')).toBe(50);
  });
});

describe('what remains to charge', () => {
  test('is energy with losses, and time at the present power while it charges', async (t) => {
    const house = await houseWithCar(t, { loadpoint: { targetSoc: 80 } });
    plug(house);
    await play(house, [
      {},
      { shows: { chargeRemainingEnergy: 30 * 600, chargeRemainingDuration: 0 } },
      // What it takes while it stands there is no charging.
      { charger: { override: { power: 40 } }, shows: { chargeRemainingDuration: 0 } },
      { charger: { override: {} } },
    ]);
    await house.command('mode', 'now');
    await house.run(30);
    const energy = Number(house.loadpoint('chargeRemainingEnergy'));
    const hours = Number(house.loadpoint('chargeRemainingDuration')) / 3_600_000;
    expect(energy).toBeLessThan(30 * 600);
    expect(hours * 16 * AMPERE).toBeCloseTo(energy, -1);
    expect(Number(house.loadpoint('chargeRemainingDuration')) % 1_000).toBe(0);
  });

  test.for([
    { title: 'to the limit set in the car', reading: { soc: 50, limitSoc: 60 }, loadpoint: { targetSoc: 80 }, kwh: 6 },
    { title: 'to 100 % without any', reading: { soc: 50 }, loadpoint: {}, kwh: 30 },
    { title: 'nothing above the target', reading: { soc: 90 }, loadpoint: { targetSoc: 80 }, kwh: 0 },
    { title: 'nothing where the soc is unknown', reading: {}, loadpoint: { targetSoc: 80 }, kwh: 0 },
  ])('is counted $title', async ({ reading, loadpoint, kwh }, t) => {
    const house = await houseWithCar(t, { reading, loadpoint });
    plug(house);
    await play(house, [{}, { shows: { chargeRemainingEnergy: kwh * 1_000, chargeRemainingDuration: 0 } }]);
  });

  test('is what is left of the target energy where no soc is known', async (t) => {
    const house = await houseWithCar(t, { vehicle: { features: ['offline'] }, loadpoint: { mode: 'now' } });
    await house.command('targetEnergy', 2);
    expect(house.loadpoint('chargeRemainingEnergy')).toBe(0);
    plug(house);
    await house.run(120);
    const charged = Number(house.loadpoint('chargedEnergy'));
    expect(Number(house.loadpoint('chargeRemainingEnergy')) + charged).toBeCloseTo(2_000 + PER_CYCLE, -1);
    expect(house.loadpoint('chargeRemainingDuration')).toBeGreaterThan(0);
    await house.run(900);
    expect(house.reasons()).toEqual(['target-energy']);
    expect([house.loadpoint('chargeRemainingEnergy'), house.loadpoint('chargeRemainingDuration')]).toEqual([0, 0]);
  });

  test('is nothing when the car has left', async (t) => {
    const house = await houseWithCar(t);
    plug(house);
    await house.run(20);
    unplug(house);
    await house.cycle();
    expect(house.loadpoint('chargeRemainingEnergy')).toBe(0);
  });
});

describe('a heater', () => {
  const traits = { integrated: true, heating: true };
  test('is compared in °C, as it is now', async (t) => {
    const house = await houseWithCar(t, {
      loadpoint: { mode: 'now', targetSoc: 60, minSoc: 40 },
      charger: (charger) => Object.assign(charger, { status: 'B', traits, override: { soc: 59 } }),
    });
    house.commands();
    const told = (soc: number | undefined) => () => void Object.assign(house.charger(), { override: { soc } });
    await play(house, [
      { shows: { vehicleSoc: 59 }, why: ['mode-now'] },
      { when: told(60), writes: 'off', why: ['target-soc'], shows: { vehicleSoc: 60 } },
      { when: told(-5), for: 120, writes: '16 A, on', why: ['min-soc'], shows: { vehicleSoc: -5 } },
      { when: told(130), writes: 'off', why: ['target-soc'] },
      { when: told(undefined), for: 120, writes: '16 A, on', why: ['mode-now'], shows: { vehicleSoc: 0 } },
    ]);
    expect(house.loadpoint('reasons')).toMatchObject([{ by: 'mode' }]);
    expect(house.events.map(({ kind }) => kind)).not.toContain('soc');
  });

  test('says so', async (t) => {
    const house = await houseWithCar(t, {
      loadpoint: { mode: 'now', targetSoc: 60 },
      charger: (charger) => Object.assign(charger, { status: 'B', traits, override: { soc: 61 } }),
    });
    await house.cycle();
    expect(house.loadpoint('reasons')).toMatchObject([{ text: 'target temperature of 60 °C is reached' }]);
  });
});

describe('the service of the car fails', () => {
  const failing = (house: { car: FakeSource<VehicleReading> }, how: 'rejects' | 'hangs' | 'lies') => () => {
    if (how === 'hangs') house.car.hangs = true;
    if (how === 'rejects') house.car.failure = new Error('HTTP 500');
    if (how === 'lies') house.car.reading = { soc: 655.35 };
  };

  test.for(['rejects', 'hangs', 'lies'] as const)(
    'at the first reading: it %s; the car is charged as without one',
    async (how, t) => {
      const house = await houseWithCar(t, { loadpoint: { mode: 'now', targetSoc: 80 } });
      failing(house, how)();
      plug(house);
      await play(house, [{ why: ['soc-awaited'] }, { for: 60, writes: '16 A, on', shows: { vehicleSoc: 0 } }]);
      expect(house.site('devices')).toContainEqual(expect.objectContaining({ name: 'car', state: 'unavailable' }));
    },
  );

  test.for(['rejects', 'hangs', 'lies'] as const)(
    'while it charges: it %s; the estimate goes on and ends it',
    async (how, t) => {
      const house = await houseWithCar(t, { loadpoint: { mode: 'now', targetSoc: 52 } });
      plug(house);
      await house.run(30);
      house.commands();
      await play(house, [
        { when: failing(house, how), for: 240, shows: { charging: true } },
        { for: 240, writes: 'off', why: ['target-soc'] },
      ]);
      expect(Number(house.loadpoint('chargedEnergy'))).toBeLessThan(2 * 600 + 3 * PER_CYCLE);
    },
  );

  test('right after it ended: what was estimated is kept', async (t) => {
    const house = await houseWithCar(t, { loadpoint: { mode: 'now', targetSoc: 52 } });
    plug(house);
    await house.run(480);
    house.car.failure = new Error('HTTP 500');
    await house.run(7_200);
    expect(house.loadpoint('vehicleSoc')).toBeGreaterThanOrEqual(52);
    expect(house.reasons()).toEqual(['target-soc']);
  });
});
