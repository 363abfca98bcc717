import { describe, expect, test } from 'vitest';
import type { HouseEvent, LoadedPlugin, VehicleOptions } from '../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { logged } from '../helpers/probe.ts';

/** Two loadpoints without usual vehicle, two cars; nobody is there at the beginning. */
async function houseOfTwo(
  t: Parameters<typeof startHouse>[0],
  options: HouseOptions & { readonly ev6?: Partial<VehicleOptions>; readonly zoe?: Partial<VehicleOptions> } = {},
): Promise<FakeHouse & { readonly events: HouseEvent[] }> {
  const { ev6, zoe, ...others } = options;
  const events: HouseEvent[] = [];
  const observer: LoadedPlugin = {
    name: 'observer',
    apply: ({ hooks }) => hooks.event.tap('observer', (event) => void events.push(event)),
  };
  const house = await startHouse(t, {
    loadpoints: [{ mode: 'pv' }, { mode: 'pv' }],
    plugins: [observer],
    config: { vehicles: { ev6: { type: 'fake', title: 'EV6', ...ev6 }, zoe: { type: 'fake', ...zoe } } as never },
    charger: (charger) => Object.assign(charger, { status: 'A' }),
    ...others,
  });
  says(house, { ev6: 'A', zoe: 'A' });
  await house.cycle();
  return Object.assign(house, { events });
}

type Status = 'A' | 'B' | 'C' | undefined;

/** What the cars say of their connection from now on. */
function says(house: FakeHouse, statuses: Readonly<Record<string, Status>>): void {
  for (const [name, status] of Object.entries(statuses)) {
    const source = house.vehicles[name];
    if (source) source.reading = status === undefined ? {} : { ...source.reading, status };
  }
}

const plug = (house: FakeHouse, id = 1): void => void Object.assign(house.charger(id), { status: 'B' });
const unplug = (house: FakeHouse, id = 1): void => void Object.assign(house.charger(id), { status: 'A', override: {} });
const shown = (house: FakeHouse, id = 1) => [
  house.loadpoint('vehicleName', id),
  house.loadpoint('vehicleDetectionActive', id),
];
const tag = (house: FakeHouse, identifier: string | undefined, id = 1): void =>
  void Object.assign(house.charger(id), { override: { identifier } });

describe('a car that is connected where none is usual', () => {
  test.for([
    { title: 'the only one that says so', cars: { ev6: 'B', zoe: 'A' }, is: 'ev6' },
    { title: 'the only one that says anything', cars: { ev6: undefined, zoe: 'B' }, is: 'zoe' },
    { title: 'the only one that says so, if it charges', cars: { ev6: 'C', zoe: 'A' }, is: 'ev6' },
    { title: 'the one that does just what the charger says', cars: { ev6: 'B', zoe: 'C' }, is: 'ev6' },
  ] as const)('is $title', async ({ cars, is }, t) => {
    const house = await houseOfTwo(t);
    plug(house);
    says(house, cars);
    await house.cycle();
    expect(shown(house)).toEqual(['', true]);
    await house.cycle();
    expect(shown(house)).toEqual([is, false]);
  });

  test.for([
    { title: 'nobody says so', cars: { ev6: 'A', zoe: undefined } },
    { title: 'two say so', cars: { ev6: 'B', zoe: 'B' } },
    { title: 'two say so, neither as the charger', cars: { ev6: 'C', zoe: 'C' } },
  ] as const)('is looked for during 10 min while $title, and is a guest then', async ({ cars }, t) => {
    const house = await houseOfTwo(t);
    plug(house);
    says(house, cars);
    await house.run(600);
    expect(shown(house)).toEqual(['', true]);
    expect(house.vehicles.ev6?.reads).toBeLessThanOrEqual(11);
    await house.cycle();
    expect(shown(house)).toEqual(['', false]);
    expect(house.events.map(({ kind }) => kind)).toEqual(['connect', 'guest']);
    says(house, { ev6: 'B', zoe: 'A' });
    await house.run(120);
    expect(shown(house)).toEqual(['', false]);
    const warnings = logged(house, 'several vehicles');
    expect(warnings).toEqual(
      cars.zoe && cars.zoe !== ('A' as Status)
        ? ['warn: Loadpoint 1: several vehicles say that they are connected: ev6, zoe']
        : [],
    );
  });

  test('is found when it says so after a while', async (t) => {
    const house = await houseOfTwo(t);
    plug(house);
    await house.run(150);
    says(house, { zoe: 'B' });
    await house.run(60);
    expect(shown(house)).toEqual(['zoe', false]);
    expect(house.vehicles.zoe?.forgets).toBeGreaterThanOrEqual(3);
  });

  test('is not one that charges elsewhere, is offline, or does not want to be looked for', async (t) => {
    const house = await houseOfTwo(t, { zoe: { features: ['autodetectDisabled'] } });
    says(house, { ev6: 'B', zoe: 'B' });
    plug(house);
    await house.run(20);
    expect(shown(house)).toEqual(['ev6', false]);
    plug(house, 2);
    await house.run(60);
    expect(shown(house, 2)).toEqual(['', true]);
    expect(house.vehicles.zoe?.reads).toBe(0);
    const offline = await houseOfTwo(t, { ev6: { features: ['offline'] } });
    says(offline, { ev6: 'B' });
    plug(offline);
    await offline.run(60);
    expect(shown(offline)).toEqual(['', true]);
  });

  test('is found although the others cannot be reached', async (t) => {
    const house = await houseOfTwo(t);
    Object.assign(house.vehicles.ev6 ?? {}, { failure: new Error('service is down') });
    says(house, { zoe: 'B' });
    plug(house);
    await house.run(20);
    expect(shown(house)).toEqual(['zoe', false]);
  });

  test('is not one that only said so before', async (t) => {
    const house = await houseOfTwo(t);
    plug(house);
    says(house, { ev6: 'B' });
    await house.run(20);
    expect(shown(house)).toEqual(['ev6', false]);
    unplug(house);
    await house.cycle();
    Object.assign(house.vehicles.ev6 ?? {}, { failure: new Error('service is down') });
    plug(house);
    await house.run(60);
    expect(shown(house)).toEqual(['', true]);
  });

  test('is nobody any more when it leaves while it is looked for', async (t) => {
    const house = await houseOfTwo(t);
    plug(house);
    await house.run(30);
    unplug(house);
    await house.cycle();
    expect(shown(house)).toEqual(['', false]);
    says(house, { ev6: 'B' });
    await house.run(700);
    expect(shown(house)).toEqual(['', false]);
    expect(house.events.map(({ kind }) => kind)).not.toContain('guest');
  });

  test('is looked for anew by PATCH, until somebody says who it is', async (t) => {
    const house = await houseOfTwo(t);
    plug(house);
    await house.run(620);
    await house.command('vehicle', '?');
    await house.cycle();
    expect(shown(house)).toEqual(['', true]);
    await house.command('vehicle', 'zoe');
    await house.cycle();
    expect(shown(house)).toEqual(['zoe', false]);
    await house.command('vehicle', '?');
    says(house, { ev6: 'B' });
    await house.run(20);
    expect(shown(house)).toEqual(['ev6', false]);
    await house.command('vehicle', '?');
    await house.command('vehicle', null);
    await house.run(20);
    expect(shown(house)).toEqual(['', false]);
  });

  test('is not looked for where nobody is connected, or the charger is part of the consumer', async (t) => {
    const house = await houseOfTwo(t);
    await house.command('vehicle', '?');
    await house.cycle();
    expect(shown(house)).toEqual(['', false]);
    const heater = await houseOfTwo(t, {
      charger: (charger) => Object.assign(charger, { status: 'A', traits: { integrated: true } }),
    });
    plug(heater);
    tag(heater, 'AB');
    says(heater, { ev6: 'B' });
    await heater.run(30);
    expect(shown(heater)).toEqual(['', false]);
  });
});

describe('a car that the charger identifies', () => {
  const cars = { ev6: { identifiers: ['04A2B3', 'AA*'] }, zoe: { identifiers: ['04*'] } };

  test.for([
    { title: 'by its tag', identifier: '04a2b3', is: 'ev6' },
    { title: 'by a pattern', identifier: '04FFFF', is: 'zoe' },
  ])('is known at once $title', async ({ identifier, is }, t) => {
    const house = await houseOfTwo(t, cars);
    plug(house);
    tag(house, identifier);
    await house.cycle();
    expect(shown(house)).toEqual([is, false]);
    expect(house.loadpoint('vehicleIdentity')).toBe(identifier);
  });

  test.for(['', '11', undefined])('is looked for on by its status with %j', async (identifier, t) => {
    const house = await houseOfTwo(t, cars);
    plug(house);
    tag(house, identifier);
    await house.run(30);
    expect(shown(house)).toEqual(['', true]);
  });

  test('goes before the usual one', async (t) => {
    const house = await houseOfTwo(t, { ...cars, loadpoints: [{ vehicle: 'zoe' }, {}] });
    plug(house);
    await house.run(20);
    expect(shown(house)).toEqual(['zoe', false]);
    tag(house, 'AABB');
    await house.cycle();
    expect(shown(house)).toEqual(['ev6', false]);
    unplug(house);
    await house.cycle();
    expect(shown(house)).toEqual(['zoe', false]);
  });

  test('only acts when it changes: the user may know better', async (t) => {
    const house = await houseOfTwo(t, cars);
    plug(house);
    tag(house, '04A2B3');
    await house.cycle();
    await house.command('vehicle', 'zoe');
    await house.run(30);
    expect(shown(house)).toEqual(['zoe', false]);
    tag(house, undefined);
    await house.cycle();
    tag(house, '04A2B3');
    await house.cycle();
    expect(shown(house)).toEqual(['zoe', false]);
    tag(house, 'AA');
    await house.cycle();
    expect(shown(house)).toEqual(['ev6', false]);
  });

  test('is known again at its next visit', async (t) => {
    const house = await houseOfTwo(t, cars);
    for (const _ of [1, 2]) {
      plug(house);
      tag(house, '04A2B3');
      await house.cycle();
      expect(shown(house)).toEqual(['ev6', false]);
      unplug(house);
      await house.cycle();
      expect(shown(house)).toEqual(['', false]);
    }
  });
});

describe('a vehicle has one loadpoint', () => {
  test('the new one takes it away, and its settings with it', async (t) => {
    const house = await houseOfTwo(t, { loadpoints: [{ vehicle: 'ev6', targetSoc: 70 }, {}] });
    plug(house);
    plug(house, 2);
    await house.cycle();
    await house.command('targetSoc', 60);
    await house.command('vehicle', 'ev6', 2);
    await house.cycle();
    expect([shown(house, 1), shown(house, 2)]).toEqual([
      ['', false],
      ['ev6', false],
    ]);
    expect([house.loadpoint('targetSoc', 1), house.loadpoint('targetSoc', 2)]).toEqual([70, 60]);
  });

  test('the usual one is not looked for, and comes back when it leaves the other', async (t) => {
    const house = await houseOfTwo(t, { loadpoints: [{ vehicle: 'ev6' }, { vehicle: 'ev6' }] });
    plug(house);
    await house.cycle();
    expect([shown(house, 1)[0], shown(house, 2)[0]]).toEqual(['ev6', '']);
    unplug(house);
    await house.cycle();
    expect([shown(house, 1)[0], shown(house, 2)[0]]).toEqual(['ev6', 'ev6']);
    plug(house, 2);
    await house.cycle();
    plug(house);
    await house.cycle();
    expect([shown(house, 1), shown(house, 2)]).toEqual([
      ['', true],
      ['ev6', false],
    ]);
  });

  test('a change at one loadpoint holds at the other when the vehicle comes there', async (t) => {
    const house = await houseOfTwo(t, { loadpoints: [{ vehicle: 'ev6' }, { vehicle: 'ev6' }] });
    await house.command('targetSoc', 55);
    plug(house, 2);
    await house.cycle();
    expect(house.loadpoint('targetSoc', 2)).toBe(55);
  });

  test('what the user chose before the car comes is kept', async (t) => {
    const house = await houseOfTwo(t, { loadpoints: [{ vehicle: 'ev6' }, {}] });
    await house.command('vehicle', 'zoe');
    plug(house);
    await house.cycle();
    expect(shown(house)).toEqual(['zoe', false]);
  });
});

describe('what a vehicle brings along', () => {
  const onIdentify = { mode: 'now', priority: 5, minCurrent: 8, maxCurrent: 12, minSoc: 20, targetSoc: 80 } as const;

  test('holds while it is there, the mode from when it is identified', async (t) => {
    const house = await houseOfTwo(t, {
      ev6: { onIdentify, identifiers: ['AB'] },
      loadpoints: [{ targetSoc: 90 }, {}],
    });
    await play(house, [
      {
        shows: {
          mode: 'off',
          effectivePriority: 0,
          effectiveMinCurrent: 6,
          effectiveMaxCurrent: 16,
          effectiveMinSoc: 0,
          effectiveLimitSoc: 90,
        },
      },
      { charger: { status: 'B', override: { identifier: 'AB' } }, why: ['soc-awaited'] },
      {
        writes: '12 A, on',
        shows: {
          mode: 'now',
          priority: 0,
          minCurrent: 6,
          effectivePriority: 5,
          effectiveMinCurrent: 8,
          effectiveMaxCurrent: 12,
          effectiveMinSoc: 20,
          effectiveLimitSoc: 80,
        },
      },
      { when: () => house.command('mode', 'off'), writes: 'off' },
      { for: 60, shows: { mode: 'off' } },
      { charger: { status: 'A', override: {} } },
      { shows: { effectivePriority: 0, effectiveMaxCurrent: 16, effectiveLimitSoc: 90, mode: 'off' } },
    ]);
  });

  test('is applied when the usual one comes, not when it is found at the start', async (t) => {
    const options = { ev6: { onIdentify }, loadpoints: [{ vehicle: 'ev6' }, {}] };
    const house = await houseOfTwo(t, options);
    plug(house);
    await house.cycle();
    expect(house.loadpoint('mode')).toBe('now');
    const found = await houseOfTwo(t, { ...options, charger: () => {} });
    await found.run(20);
    expect([found.loadpoint('mode'), found.loadpoint('effectivePriority')]).toEqual(['off', 5]);
  });

  test('is a default for its targets, which users may change for good', async (t) => {
    const options = { ev6: { onIdentify }, loadpoints: [{ vehicle: 'ev6', targetSoc: 90 }, {}] };
    const house = await houseOfTwo(t, options);
    expect(house.loadpoint('targetSoc')).toBe(80);
    await house.command('targetSoc', 100);
    await house.command('minSoc', 0);
    await house.stop();
    const again = await houseOfTwo(t, { ...options, store: house.store });
    expect([again.loadpoint('targetSoc'), again.loadpoint('minSoc')]).toEqual([100, 0]);
    await again.stop();
    const edited = await houseOfTwo(t, {
      ...options,
      ev6: { onIdentify: { ...onIdentify, targetSoc: 75 } },
      store: house.store,
    });
    expect([edited.loadpoint('targetSoc'), edited.loadpoint('minSoc')]).toEqual([75, 0]);
  });

  test('its priority goes before that of the loadpoint', async (t) => {
    const house = await houseOfTwo(t, {
      loadpoints: [
        { mode: 'pv', vehicle: 'ev6', priority: 1 },
        { mode: 'pv', vehicle: 'zoe', priority: 2 },
      ],
      ev6: { onIdentify: { priority: 3 } },
    });
    house.set({ pv: 6 * 690 });
    plug(house);
    plug(house, 2);
    await play(house, [{ writes: '6 A, on' }, { for: 120, why: ['surplus'] }]);
  });

  test('no more than its power, on however many phases', async (t) => {
    const house = await houseOfTwo(t, {
      loadpoints: [{ mode: 'now', vehicle: 'ev6' }, {}],
      ev6: { onIdentify: { maxPower: 7 } },
    });
    // 7 kW on three phases are 10.1 A.
    await play(house, [
      { charger: { status: 'B' }, writes: '10 A, on', why: ['mode-now', 'vehicle-power'] },
      { when: () => house.command('maxCurrent', 10), why: ['mode-now'] },
    ]);
    const small = await houseOfTwo(t, {
      loadpoints: [{ mode: 'now', vehicle: 'ev6' }, {}],
      ev6: { onIdentify: { maxPower: 3 } },
      charger: (charger) => Object.assign(charger, { status: 'A', canSwitchPhases: true }),
    });
    await play(small, [
      { charger: { status: 'B' }, writes: '1p, 13 A, on', why: ['mode-now', 'vehicle-power'] },
      { for: 120, shows: { phasesEnabled: 1 } },
    ]);
    const fixed = await houseOfTwo(t, {
      loadpoints: [{ mode: 'now', vehicle: 'ev6' }, {}],
      ev6: { onIdentify: { maxPower: 3 } },
    });
    await play(fixed, [{ charger: { status: 'B' }, why: ['mode-now', 'vehicle-power', 'below-minimum'] }]);
  });

  test('whole amperes, where it takes no others', async (t) => {
    const options: HouseOptions = {
      loadpoints: [{ mode: 'minpv', vehicle: 'ev6' }, {}],
      charger: (charger) => Object.assign(charger, { status: 'A', traits: { currentStep: 0.1 } }),
    };
    const fine = await houseOfTwo(t, options);
    fine.set({ pv: 5_000 });
    await play(fine, [{ charger: { status: 'B' }, writes: '7.2 A, on' }]);
    const coarse = await houseOfTwo(t, { ...options, ev6: { features: ['coarseCurrent'] } });
    coarse.set({ pv: 5_000 });
    await play(coarse, [{ charger: { status: 'B' }, writes: '7 A, on' }]);
  });
});

describe('a vehicle that cannot be created', () => {
  test('is shown as unavailable and does not stop the house', async (t) => {
    const house = await houseOfTwo(t, {
      loadpoints: [{ mode: 'now', vehicle: 'ev6' }, {}],
      create: (name) => {
        if (name === 'ev6') throw new Error('no such account');
      },
    });
    await play(house, [
      { charger: { status: 'B' }, writes: '16 A, on', shows: { vehicleTitle: 'EV6', vehicleSoc: 0 } },
    ]);
    await house.run(60);
    expect(house.site('devices')).toContainEqual(
      expect.objectContaining({ name: 'ev6', state: 'unavailable', reason: 'no such account' }),
    );
    expect(shown(house)).toEqual(['ev6', false]);
  });
});
