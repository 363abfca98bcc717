import { describe, expect, test } from 'vitest';
import type { HouseEvent } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { probe } from '../helpers/probe.ts';

/** What plugins are told of what happens in a house. */

type Context = Parameters<typeof startHouse>[0];

interface Watched {
  readonly house: FakeHouse;
  /** What happened since the last call, without its time */
  told(): object[];
}

async function watched(t: Context, options: HouseOptions = {}): Promise<Watched> {
  const events: HouseEvent[] = [];
  const plugins = [probe((evcc) => evcc.hooks.event.tap('probe', (event) => void events.push(event)))];
  const house = await startHouse(t, { ...options, plugins });
  return { house, told: () => events.splice(0).map(({ at: _, ...event }) => event) };
}

const GONE = new Error('connection refused');
const CHARGER = { observed: true, device: 'charger1', deviceKind: 'charger', loadpoint: 1 } as const;

describe('a device that gives no readings', () => {
  test('is lost after a minute, and told to be back once it is', async (t) => {
    const { house, told } = await watched(t);
    await house.run(30);
    told();
    house.charger().failure = GONE;
    await house.run(60);
    expect(told()).toEqual([]);
    await house.run(20);
    expect(told()).toEqual([{ ...CHARGER, kind: 'devicelost', reason: expect.stringContaining('connection refused') }]);
    await house.run(1_200);
    expect(told()).toEqual([]);
    Object.assign(house.charger(), { failure: undefined });
    await house.run(320);
    expect(told()).toEqual([{ ...CHARGER, kind: 'deviceback' }]);
    await house.run(600);
    expect(told()).toEqual([]);
  });

  test('is not lost when it misses a few readings', async (t) => {
    const { house, told } = await watched(t);
    await house.run(30);
    told();
    for (let round = 0; round < 10; round += 1) {
      house.grid.failure = GONE;
      await house.run(30);
      Object.assign(house.grid, { failure: undefined });
      await house.run(30);
    }
    expect(told()).toEqual([]);
  });

  test('is lost at once where it refuses the credentials, since it is not asked again', async (t) => {
    const { house, told } = await watched(t);
    await house.run(30);
    told();
    house.pv.failure = Object.assign(new Error('wrong password'), { code: 'EVCC_DEVICE_AUTH' });
    await house.run(10);
    expect(told()).toEqual([
      {
        kind: 'devicelost',
        observed: true,
        device: 'pv',
        deviceKind: 'meter',
        reason: expect.stringContaining('wrong password'),
      },
    ]);
  });

  test('from the start on is told after a minute too, but not while the house starts', async (t) => {
    const { house, told } = await watched(t, { charger: (charger) => Object.assign(charger, { failure: GONE }) });
    await house.run(60);
    expect(told()).toEqual([]);
    await house.run(20);
    expect(told()).toMatchObject([{ ...CHARGER, kind: 'devicelost' }]);
  });

  test('is told each by each', async (t) => {
    const { house, told } = await watched(t, { loadpoints: [{}, {}] });
    await house.run(30);
    told();
    house.grid.failure = GONE;
    await house.run(30);
    house.charger(2).failure = GONE;
    await house.run(100);
    expect(told()).toMatchObject([
      { kind: 'devicelost', device: 'grid', deviceKind: 'meter' },
      { kind: 'devicelost', device: 'charger2', loadpoint: 2 },
    ]);
  });

  test('is forgotten when it is taken out of the configuration, and not told to be back', async (t) => {
    const { house, told } = await watched(t, { site: { meters: { grid: 'grid', pv: ['pv'] } } });
    await house.run(30);
    house.pv.failure = GONE;
    await house.run(80);
    expect(told()).toMatchObject([{ kind: 'connect' }, { kind: 'devicelost', device: 'pv' }]);
    const { config } = house;
    const without = { ...config, meters: { grid: config.meters?.grid }, site: { meters: { grid: 'grid' } } };
    expect(await house.runtime.reconfigure(without)).toEqual([]);
    await house.run(30);
    Object.assign(house.pv, { failure: undefined });
    expect(await house.runtime.reconfigure(config)).toEqual([]);
    await house.run(30);
    expect(told()).toEqual([]);
  });

  test('is back when its entry was put right', async (t) => {
    const { house, told } = await watched(t);
    await house.run(30);
    house.pv.failure = GONE;
    await house.run(80);
    told();
    Object.assign(house.pv, { failure: undefined });
    const { config } = house;
    const changed = { ...config, meters: { ...config.meters, pv: { type: 'fake', n: 2 } } };
    expect(await house.runtime.reconfigure(changed)).toEqual([]);
    await house.run(30);
    expect(told()).toMatchObject([{ kind: 'deviceback', device: 'pv' }]);
  });
});

describe('vehicles and tariffs', () => {
  test('are lost after an hour, since they are asked now and then only', async (t) => {
    let down = false;
    const { house, told } = await watched(t, {
      loadpoints: [{ mode: 'now', vehicle: 'car' }],
      config: { vehicles: { car: { type: 'fake' } } } as never,
      rates: (now) => {
        if (down) throw GONE;
        return [{ start: now, end: now + 1_800_000, price: 0.3 }];
      },
    });
    await house.run(60);
    told();
    down = true;
    Object.assign(house.vehicles.car ?? {}, { failure: GONE });
    await house.run(3_500);
    expect(told()).toEqual([]);
    await house.run(4_000);
    expect(told()).toMatchObject([
      { kind: 'devicelost', device: 'car', deviceKind: 'vehicle' },
      { kind: 'devicelost', device: 'grid', deviceKind: 'tariff' },
    ]);
    down = false;
    Object.assign(house.vehicles.car ?? {}, { failure: undefined });
    await house.run(900);
    expect(told()).toMatchObject([
      { kind: 'deviceback', device: 'car' },
      { kind: 'deviceback', device: 'grid' },
    ]);
  });
});

describe('a charging plan that will be late', () => {
  const START = Date.parse('2025-06-15T12:00:00Z');
  const LATE = { kind: 'planoverrun', loadpoint: 1 };
  /** Energy for some hours at full power, 11,040 W, until a time of that day. */
  const wish = async ({ house }: Watched, hours: number, until: string) => {
    await house.command('targetEnergy', hours * 11.04);
    await house.command('targetTime', `2025-06-15T${until}:00Z`);
    await house.run(30);
  };

  test('is told once, when it is noticed, and again for another goal', async (t) => {
    const plan = await watched(t, { now: START, loadpoints: [{ mode: 'pv' }] });
    const { house, told } = plan;
    await house.run(60);
    told();
    await wish(plan, 1, '18:00');
    expect(told()).toEqual([]);
    await wish(plan, 3, '14:30');
    expect(told()).toEqual([
      { ...LATE, observed: true },
      { kind: 'start', loadpoint: 1, observed: true },
    ]);
    await house.run(1_800);
    expect(told()).toEqual([]);
    await wish(plan, 4, '15:00');
    expect(told()).toMatchObject([LATE]);
    const lines = house.log.filter(({ message }) => message.includes('too late')).map(({ message }) => message);
    expect(lines).toEqual(Array(2).fill('Loadpoint 1: the charging plan will reach its goal too late'));
  });

  test('is told when the car takes less than was expected', async (t) => {
    const plan = await watched(t, { now: START, loadpoints: [{ mode: 'pv' }] });
    const { house, told } = plan;
    await house.run(30);
    await wish(plan, 2, '14:02');
    await house.run(180);
    expect(told()).toMatchObject([{ kind: 'connect' }, { kind: 'start' }]);
    house.charger().carPhases = 1;
    await house.run(300);
    expect(told()).toMatchObject([LATE]);
    expect(house.loadpoint('planOverrun')).toBeGreaterThan(3_600_000);
  });

  test('by less than five minutes is nothing to tell', async (t) => {
    const plan = await watched(t, { now: START, loadpoints: [{ mode: 'pv' }] });
    await plan.house.run(60);
    await wish(plan, 1, '13:00');
    expect(plan.house.loadpoint('planOverrun')).toBeGreaterThan(0);
    expect(plan.told()).toMatchObject([{ kind: 'connect' }, { kind: 'start' }]);
  });

  test('is told as found at the start where the process before had told it', async (t) => {
    const store = createMemoryStore();
    const first = await watched(t, { now: START, loadpoints: [{ mode: 'pv' }], store });
    await first.house.run(30);
    await wish(first, 3, '14:30');
    await first.house.stop();
    const second = await watched(t, { now: first.house.clock.now(), loadpoints: [{ mode: 'pv' }], store });
    await second.house.run(60);
    const late = second.told().filter((event) => 'kind' in event && event.kind === 'planoverrun');
    expect(late).toEqual([{ ...LATE, observed: false }]);
  });
});
