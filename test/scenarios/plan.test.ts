import { describe, expect, test } from 'vitest';
import type { LoadpointOptions, PlanSlot, Rate, Store, VehicleReading } from '../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE } from './situations.ts';

/** A charging plan from the goal to the last kWh: 11,040 W on offer, 10 s between cycles. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Sunday */
const START = Date.parse('2025-06-15T12:00:00Z');
const at = (time: string): number => Date.parse(`2025-06-15T${time}:00Z`);
const kwh = (hours: number): number => hours * 11.04;

type Context = Parameters<typeof startHouse>[0];

/** Prices from 12:00 on, one for each hour. */
const hourly =
  (...prices: readonly number[]) =>
  (): readonly Rate[] =>
    prices.map((price, hour) => ({ start: START + hour * HOUR, end: START + (hour + 1) * HOUR, price }));

interface Given {
  readonly loadpoint?: Partial<LoadpointOptions>;
  /** The car tells its soc; absent: there is no car that does */
  readonly car?: VehicleReading & { readonly capacity?: number };
  readonly options?: HouseOptions;
}

/** A car is connected in mode pv; nothing shines. */
async function house(t: Context, { loadpoint = {}, car, options = {} }: Given = {}): Promise<FakeHouse> {
  const { capacity = 51, ...reading } = car ?? {};
  const made = await startHouse(t, {
    now: START,
    ...options,
    loadpoints: [{ mode: 'pv', ...(car && { vehicle: 'car' }), ...loadpoint }],
    ...(car && { config: { vehicles: { car: { type: 'fake', capacity } } } as never }),
  });
  if (made.vehicles.car) made.vehicles.car.reading = reading;
  await made.run(30);
  made.commands();
  return made;
}

/** Sets an energy goal, in hours at full power, and lets the plan be made. */
async function wish(made: FakeHouse, hours: number, until: string): Promise<void> {
  await made.command('targetEnergy', kwh(hours));
  await made.command('targetTime', `2025-06-15T${until}:00Z`);
  await made.run(20);
}

/** `12:30-13:00` for each slot that is published. */
function plan(made: FakeHouse, id = 1): string {
  const time = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
  const slots = (made.loadpoint('plan', id) ?? []) as readonly PlanSlot[];
  return slots.map(({ start, end, surplus }) => `${time(start)}-${time(end)}${surplus ? ' sun' : ''}`).join(', ');
}

/** Runs cycles up to a time of the day. */
async function until(made: FakeHouse, time: string): Promise<void> {
  await made.run((at(time) - made.clock.now()) / 1_000);
}

describe('an energy goal', () => {
  test('is charged as late as possible without prices, in full and in time', async (t) => {
    const made = await house(t);
    await wish(made, 1, '15:00');
    expect(plan(made)).toBe('14:00-15:00');
    expect(made.loadpoint('planProjectedStart')).toBe(at('14:00'));
    expect(made.loadpoint('planProjectedEnd')).toBe(at('15:00'));
    expect(made.loadpoint('planTime')).toBe(at('15:00'));
    expect(made.loadpoint('planEnergy')).toBeCloseTo(11.04);
    await until(made, '13:59');
    await play(made, [
      { shows: { planActive: false }, why: ['surplus-low'] },
      { for: 70, writes: '16 A, on', shows: { planActive: true }, why: ['plan'] },
    ]);
    await until(made, '15:07');
    expect(made.charger().energy / 1_000).toBeCloseTo(11.04, 0);
    expect(made.charger().enabled).toBe(false);
    expect(made.loadpoint('targetTime')).toBeNull();
  });

  test('takes the cheapest slots, and stops between them', async (t) => {
    const made = await house(t, { options: { rates: hourly(0.3, 0.1, 0.4, 0.2, 0.5, 0.6) } });
    await wish(made, 1.5, '18:00');
    expect(plan(made)).toBe('13:00-14:00, 15:00-15:30');
    await until(made, '12:59');
    made.commands();
    await play(made, [{ for: 70, writes: '16 A, on' }]);
    await until(made, '14:01');
    await play(made, [{ writes: 'off', shows: { planActive: false } }]);
    await until(made, '15:01');
    await play(made, [{ writes: '16 A, on', shows: { planActive: true } }]);
    await until(made, '16:00');
    expect(made.charger().energy).toBeGreaterThan(kwh(1.49) * 1_000);
    expect(made.charger().energy).toBeLessThan(kwh(1.52) * 1_000);
    expect(made.loadpoint('planActive')).toBe(false);
  });

  test('counts what was charged since the car was connected', async (t) => {
    const made = await house(t, { loadpoint: { mode: 'now' } });
    await made.run(1_800);
    await made.command('mode', 'pv');
    await wish(made, 2, '18:00');
    const [slot] = made.loadpoint('plan') as readonly PlanSlot[];
    expect(((slot?.end ?? 0) - (slot?.start ?? 0)) / MINUTE).toBeCloseTo(89, -1);
  });

  test('begins at once and says by how much it will be late', async (t) => {
    const made = await house(t, { options: { rates: hourly(0.5, 0.1, 0.1) } });
    await wish(made, 2, '13:00');
    expect(made.loadpoint('planActive')).toBe(true);
    expect(Number(made.loadpoint('planOverrun')) / MINUTE).toBeCloseTo(60.5, 0);
    await until(made, '13:30');
    expect(made.loadpoint('planActive')).toBe(true);
    expect(made.charger().enabled).toBe(true);
    await until(made, '14:05');
    expect(made.charger().enabled).toBe(false);
    expect(made.charger().energy / 1_000).toBeCloseTo(kwh(2), 0);
    expect(made.loadpoint('targetTime')).toBeNull();
  });

  test('without energy or soc is no goal, but waits for one', async (t) => {
    const made = await house(t);
    await made.command('targetTime', '2025-06-15T15:00:00Z');
    await made.run(20);
    expect(plan(made)).toBe('');
    expect(made.loadpoint('targetTime')).toBe(at('15:00'));
    await made.command('targetEnergy', kwh(1));
    await made.run(20);
    expect(plan(made)).toBe('14:00-15:00');
  });

  test('is dropped when it is over and nothing was charged for it', async (t) => {
    const made = await house(t);
    await made.command('targetTime', '2025-06-15T12:10:00Z');
    await until(made, '12:20');
    expect(made.loadpoint('targetTime')).toBeNull();
  });

  test('is dropped when the car leaves', async (t) => {
    const made = await house(t);
    await wish(made, 1, '15:00');
    made.charger().status = 'A';
    await made.run(30);
    expect(made.loadpoint('targetTime')).toBeNull();
    expect(plan(made)).toBe('');
    expect(made.loadpoint('effectivePlanTime')).toBeNull();
  });
});

describe('a soc goal', () => {
  const car = { soc: 40, capacity: 51 };

  test('needs the energy with its losses', async (t) => {
    const made = await house(t, { car, loadpoint: { targetSoc: 60 } });
    await made.command('targetTime', '2025-06-15T18:00:00Z');
    await made.run(20);
    // 20 % of 51 kWh with an efficiency of 85 %: 12 kWh
    expect(Number(made.loadpoint('planProjectedStart'))).toBeCloseTo(at('18:00') - (12 / 11.04) * HOUR, -4);
    expect(made.loadpoint('effectivePlanSoc')).toBe(60);
    expect(made.loadpoint('effectivePlanId')).toBe(1);
    expect(made.loadpoint('planEnergy')).toBe(0);
  });

  test('up to 100 % leaves the end to the car', async (t) => {
    const made = await house(t, { car: { ...car, soc: 99 } });
    await made.command('targetTime', '2025-06-15T12:20:00Z');
    await until(made, '12:18');
    expect(made.loadpoint('planActive')).toBe(true);
    if (made.vehicles.car) made.vehicles.car.reading = { soc: 100 };
    await until(made, '13:30');
    expect(made.loadpoint('planActive')).toBe(true);
    expect(made.charger().enabled).toBe(true);
    made.charger().status = 'A';
    await made.run(20);
    expect(made.loadpoint('planActive')).toBe(false);
  });

  test('ends at the limit that is set in the car', async (t) => {
    const made = await house(t, { car: { ...car, limitSoc: 50 } });
    await made.command('targetTime', '2025-06-15T18:00:00Z');
    await made.run(20);
    expect(Number(made.loadpoint('planProjectedStart'))).toBeCloseTo(at('18:00') - (6 / 11.04) * HOUR, -4);
  });
});

describe('repeating plans', () => {
  const weekdays = { weekdays: [1, 2, 3, 4, 5], time: '07:00', tz: 'Europe/Berlin', soc: 80, active: true };
  const set = (made: FakeHouse, ...plans: readonly object[]): Promise<unknown> =>
    made.command('repeatingPlans', JSON.stringify(plans));
  const target = (made: FakeHouse): string => new Date(made.loadpoint('effectivePlanTime') as number).toISOString();

  test('are due on their next day, in their time zone', async (t) => {
    const made = await house(t, { car: { soc: 40 } });
    await set(made, weekdays);
    await made.run(20);
    expect(target(made)).toBe('2025-06-16T05:00:00.000Z');
    expect(made.loadpoint('effectivePlanId')).toBe(2);
    expect(made.loadpoint('effectivePlanSoc')).toBe(80);
  });

  test('the one that has to be started first is planned for', async (t) => {
    const made = await house(t, { car: { soc: 40 } });
    const small = { ...weekdays, time: '06:45', soc: 41 };
    await set(made, weekdays, small);
    await made.run(20);
    expect(made.loadpoint('effectivePlanId')).toBe(2);
    await set(made, { ...weekdays, active: false }, small);
    await made.run(20);
    expect(made.loadpoint('effectivePlanId')).toBe(3);
    expect(target(made)).toBe('2025-06-16T04:45:00.000Z');
  });

  test('that are reached leave the next one its turn', async (t) => {
    const made = await house(t, { car: { soc: 50 } });
    await set(made, { ...weekdays, soc: 45 }, { ...weekdays, time: '09:00', soc: 90 });
    await made.run(20);
    expect(made.loadpoint('effectivePlanId')).toBe(3);
  });

  test('are charged and stay for the next week', async (t) => {
    const made = await house(t, { car: { soc: 99, limitSoc: 100 }, loadpoint: { mode: 'pv' } });
    await set(made, { ...weekdays, weekdays: [0], time: '14:20', soc: 100 });
    await until(made, '12:19');
    expect(made.loadpoint('planActive')).toBe(true);
    made.charger().status = 'A';
    await until(made, '12:30');
    expect(target(made)).toBe('2025-06-22T12:20:00.000Z');
  });

  test.for([
    ['no JSON', '{'],
    ['a weekday that does not exist', JSON.stringify([{ ...weekdays, weekdays: [7] }])],
    ['a time that does not exist', JSON.stringify([{ ...weekdays, time: '24:00' }])],
    ['a soc of nothing', JSON.stringify([{ ...weekdays, soc: 0 }])],
    ['a time zone that does not exist', JSON.stringify([{ ...weekdays, tz: 'Europe/Atlantis' }])],
    ['no list', JSON.stringify(weekdays)],
  ] as const)('%s is refused', async ([, value], t) => {
    const made = await house(t, { car: { soc: 40 } });
    await expect(made.command('repeatingPlans', value)).rejects.toMatchObject({ code: 'EVCC_COMMAND_INVALID' });
    expect(made.loadpoint('repeatingPlans')).toEqual([]);
  });
});

describe('a plan charges', () => {
  test.for([
    ['pv', ['plan']],
    ['minpv', ['plan']],
    ['now', ['plan']],
    ['off', ['mode-off']],
  ] as const)('in mode %s or not, but is active in any', async ([mode, why], t) => {
    const made = await house(t, { loadpoint: { mode } });
    await wish(made, 3, '15:00');
    await until(made, '12:05');
    expect(made.loadpoint('planActive')).toBe(true);
    expect(made.reasons()).toEqual(why);
  });

  test('only while a car is connected', async (t) => {
    const made = await house(t, { options: { charger: (charger) => Object.assign(charger, { status: 'A' }) } });
    await made.command('targetEnergy', 30);
    await made.command('targetTime', '2025-06-15T13:00:00Z');
    await made.run(60);
    expect(made.loadpoint('planActive')).toBe(false);
    expect(plan(made)).toBe('');
  });

  test('at full power, whatever the sun does', async (t) => {
    const made = await house(t);
    made.set({ pv: 8 * AMPERE });
    await wish(made, 3, '15:00');
    await made.run(60);
    expect(made.charger().current).toBe(16);
  });

  test('later, and until then it says when and for what price', async (t) => {
    const made = await house(t, { options: { rates: hourly(0.3, 0.1, 0.4, 0.2, 0.5, 0.6) } });
    await wish(made, 1, '18:00');
    expect(made.runtime.evcc.decisions.current(1)?.change).toMatch(
      /more surplus for 60 s, or waits for \w+ \d\d:\d\d, 0\.100 per kWh$/,
    );
  });

  test('with the sun in between', async (t) => {
    const made = await house(t);
    await wish(made, 1, '15:00');
    await play(made, [{ set: { pv: 8 * AMPERE }, for: 90, writes: '6 A, on, 8 A', why: ['surplus'] }]);
  });
});

describe('charging is not switched for a few minutes', () => {
  test('the end of a slot is not begun any more', async (t) => {
    const made = await house(t, { options: { rates: hourly(0.1, 0.2, 0.2, 0.2, 0.2, 0.2) } });
    await until(made, '12:50');
    await wish(made, 1, '18:00');
    expect(plan(made)).toBe('17:00-18:00');
    const early = await house(t, { options: { rates: hourly(0.1, 0.2, 0.2, 0.2, 0.2, 0.2) } });
    await until(early, '12:40');
    await wish(early, 1, '18:00');
    expect(early.loadpoint('planActive')).toBe(true);
  });

  test('a slot that runs is finished when prices change', async (t) => {
    let prices = hourly(0.9, 0.1, 0.5, 0.5, 0.5, 0.5);
    const made = await house(t, { options: { rates: () => prices() } });
    await wish(made, 1, '18:00');
    await until(made, '12:50');
    expect(plan(made)).toBe('13:00-14:00');
    // Fetched a minute after the slot began.
    prices = hourly(0.9, 0.9, 0.5, 0.5, 0.1, 0.5);
    await until(made, '13:30');
    expect(made.loadpoint('planActive')).toBe(true);
    await until(made, '13:59');
    expect(made.loadpoint('planActive')).toBe(true);
  });

  test('a short rest is charged at once', async (t) => {
    const made = await house(t, { options: { rates: hourly(0.1, 0.9, 0.2, 0.9, 0.9, 0.9) } });
    await wish(made, 1.1, '18:00');
    await until(made, '12:10');
    expect(plan(made).split(', ')).toHaveLength(2);
    await until(made, '13:04');
    expect(made.loadpoint('planActive')).toBe(true);
    await until(made, '13:20');
    expect(made.loadpoint('planActive')).toBe(false);
    expect(made.charger().energy / 1_000).toBeCloseTo(kwh(1.1), 0);
  });

  test('a car that takes less than expected is charged until it has what it shall have', async (t) => {
    const made = await house(t, { options: { rates: hourly(0.1, 0.2, 0.2, 0.2) } });
    made.charger().carCurrent = 10;
    await wish(made, 1, '16:00');
    await until(made, '16:20');
    expect(made.charger().energy / 1_000).toBeCloseTo(kwh(1), 0);
  });
});

describe('a plan in one piece', () => {
  test('takes the cheapest window', async (t) => {
    const made = await house(t, { options: { rates: hourly(0.1, 0.9, 0.2, 0.2, 0.9, 0.9) } });
    await made.command('planStrategy', '{"continuous":true}');
    await wish(made, 2, '18:00');
    expect(plan(made)).toBe('14:00-15:00, 15:00-16:00');
    expect(made.loadpoint('effectivePlanStrategy')).toEqual({ continuous: true, precondition: 0 });
  });

  test('goes on once it has begun', async (t) => {
    let prices = hourly(0.1, 0.1, 0.9, 0.9, 0.9, 0.9);
    const made = await house(t, { options: { rates: () => prices() } });
    await made.command('planStrategy', '{"continuous":true}');
    await wish(made, 2, '18:00');
    await until(made, '12:30');
    prices = hourly(0.9, 0.9, 0.9, 0.1, 0.1, 0.1);
    await until(made, '13:45');
    expect(made.loadpoint('planActive')).toBe(true);
    await until(made, '14:10');
    expect(made.loadpoint('planActive')).toBe(false);
    made.commands();
  });
});

test('what warms the battery is charged right before the target', async (t) => {
  const made = await house(t, { options: { rates: hourly(0.1, 0.2, 0.3, 0.4, 0.5, 0.6) } });
  await made.command('planStrategy', '{"precondition":1800}');
  await wish(made, 1, '18:00');
  expect(plan(made)).toBe('12:00-12:30, 17:30-18:00');
});

describe('beyond the known prices', () => {
  test('nothing is charged while there is time enough after them', async (t) => {
    const made = await house(t, { options: { rates: hourly(0.1, 0.1) } });
    await wish(made, 2, '18:00');
    expect(plan(made)).toBe('');
    expect(made.loadpoint('planProjectedStart')).toBeNull();
    expect(made.loadpoint('planActive')).toBe(false);
  });

  test('it is charged at the last moment when no prices come', async (t) => {
    const made = await house(t, { options: { rates: hourly(0.1, 0.1) } });
    await wish(made, 2, '18:00');
    await until(made, '16:02');
    expect(made.loadpoint('planActive')).toBe(true);
    await until(made, '18:05');
    expect(made.charger().energy / 1_000).toBeCloseTo(kwh(2), 0);
  });
});

describe('with a solar forecast', () => {
  /** The other half of the day shines with this power from 14:00 to 16:00. */
  const sunny = (power: number): HouseOptions => ({
    rates: hourly(0.3, 0.2, 0.3, 0.3, 0.3, 0.3),
    plugins: [
      {
        name: 'sky',
        apply: ({ hooks }) =>
          hooks.rates.tapPromise('sky', async (rates) => ({
            ...rates,
            solar: { kind: 'solar', rates: [{ start: at('14:00'), end: at('16:00'), price: power }] },
          })),
      },
    ],
  });

  test('the surplus comes first, and only the rest from the grid', async (t) => {
    const made = await house(t, { options: sunny(11_040 / 2) });
    await wish(made, 1.5, '18:00');
    expect(plan(made)).toBe('13:00-13:30, 14:00-15:00 sun, 15:00-16:00 sun');
    await until(made, '14:10');
    expect(made.loadpoint('planActive')).toBe(false);
    made.commands();
    await play(made, [{ set: { pv: 8 * AMPERE }, for: 90, writes: '6 A, on, 8 A', why: ['surplus'] }]);
  });

  test('a sun that does not come is made up for in time', async (t) => {
    const made = await house(t, { options: sunny(11_040) });
    await wish(made, 1, '18:00');
    expect(plan(made)).toBe('14:00-15:00 sun');
    await until(made, '18:05');
    expect(made.charger().energy / 1_000).toBeCloseTo(kwh(1), 0);
  });

  test('too little to charge with is no surplus', async (t) => {
    const made = await house(t, { options: sunny(3_000) });
    await wish(made, 1, '18:00');
    expect(plan(made)).toBe('13:00-14:00');
  });
});

describe('several cars', () => {
  test('leave each other room under a common limit', async (t) => {
    const made = await startHouse(t, {
      now: START,
      loadpoints: [{ mode: 'pv' }, { mode: 'pv' }],
      config: { circuits: { main: { maxPower: 12_000 } } } as never,
    });
    await made.run(30);
    for (const id of [1, 2]) {
      await made.command('targetEnergy', kwh(1), id);
      await made.command('targetTime', '2025-06-15T18:00:00Z', id);
    }
    await made.run(20);
    expect(plan(made, 1)).toBe('17:00-18:00');
    expect(plan(made, 2)).toBe('16:00-17:00');
  });

  test('leave each other room under the limit of the grid operator, and need longer under it', async (t) => {
    const operator: { consumption?: number } = { consumption: 8 * AMPERE };
    const made = await startHouse(t, {
      now: START,
      loadpoints: [{ mode: 'pv' }, { mode: 'pv' }],
      plugins: [
        {
          name: 'operator',
          apply: ({ hooks }) =>
            hooks.measure.tap('operator', async (draft) => {
              draft.operator = operator;
            }),
        },
      ],
    });
    await made.run(30);
    for (const id of [1, 2]) {
      await made.command('targetEnergy', kwh(1), id);
      await made.command('targetTime', '2025-06-15T18:00:00Z', id);
    }
    await made.run(20);
    expect(plan(made, 1)).toBe('16:00-18:00');
    expect(plan(made, 2)).toBe('14:00-16:00');
    delete operator.consumption;
    await made.run(20);
    expect(plan(made, 1)).toBe('17:00-18:00');
    expect(plan(made, 2)).toBe('17:00-18:00');
  });

  test('do so too when they charge right before the target', async (t) => {
    const made = await startHouse(t, {
      now: START,
      loadpoints: [{ mode: 'pv' }, { mode: 'pv' }],
      config: { circuits: { main: { maxPower: 12_000 } } } as never,
    });
    await made.run(30);
    for (const id of [1, 2]) {
      await made.command('targetEnergy', kwh(1), id);
      await made.command('planStrategy', { precondition: 3_600 }, id);
      await made.command('targetTime', '2025-06-15T15:00:00Z', id);
    }
    await made.run(20);
    expect(plan(made, 1)).toBe('14:00-15:00');
    expect(plan(made, 2)).toBe('13:00-14:00');
    await until(made, '15:05');
    for (const id of [1, 2]) expect(made.charger(id).energy / 1_000).toBeCloseTo(11.04, 0);
  });

  test('charge in pieces where the others leave no room for one piece', async (t) => {
    const made = await startHouse(t, {
      now: START,
      loadpoints: [{ mode: 'pv' }, { mode: 'pv' }],
      config: { circuits: { main: { maxPower: 12_000 } } } as never,
    });
    await made.run(30);
    await made.command('targetEnergy', kwh(1));
    await made.command('targetTime', '2025-06-15T15:00:00Z');
    await made.command('targetEnergy', kwh(2.5), 2);
    await made.command('planStrategy', { continuous: true }, 2);
    await made.command('targetTime', '2025-06-15T16:00:00Z', 2);
    await made.run(20);
    expect(plan(made, 1)).toBe('14:00-15:00');
    expect(plan(made, 2)).toBe('12:30-14:00, 15:00-16:00');
    await until(made, '16:05');
    expect(made.charger(1).energy / 1_000).toBeCloseTo(11.04, 0);
    expect(made.charger(2).energy / 1_000).toBeCloseTo(kwh(2.5), 0);
  });

  test('that are switched off leave their room to the others', async (t) => {
    const made = await startHouse(t, {
      now: START,
      loadpoints: [{ mode: 'off', priority: 1 }, { mode: 'pv' }],
      config: { circuits: { main: { maxPower: 12_000 } } } as never,
    });
    await made.run(30);
    for (const id of [1, 2]) {
      await made.command('targetEnergy', kwh(1), id);
      await made.command('targetTime', '2025-06-15T18:00:00Z', id);
    }
    await made.run(20);
    expect(plan(made, 1)).toBe('17:00-18:00');
    expect(plan(made, 2)).toBe('17:00-18:00');
  });
});

test('a restart keeps what is planned and what charges', async (t) => {
  const made = await house(t, { options: { rates: hourly(0.3, 0.1, 0.4, 0.2, 0.5, 0.6) } });
  await wish(made, 1.5, '18:00');
  await until(made, '13:10');
  expect(made.loadpoint('planActive')).toBe(true);
  const store: Store = made.store;
  await made.stop();
  const later = await startHouse(t, {
    now: at('13:11'),
    store,
    rates: hourly(0.3, 0.1, 0.4, 0.2, 0.5, 0.6),
    loadpoints: [{ mode: 'pv' }],
  });
  Object.assign(later.charger(), { enabled: true, maxCurrent: 16 });
  await later.run(60);
  expect(later.loadpoint('planActive')).toBe(true);
  expect(later.charger().enabled).toBe(true);
});
