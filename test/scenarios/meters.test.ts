import { describe, expect, test } from 'vitest';
import { type FakeHouse, type FakeSource, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, chargingHouse, MINIMUM, waitingHouse } from './situations.ts';

/** A device fails from now on, or works again. */
const fails = (source: FakeSource<unknown>) => () => void Object.assign(source, { failure: new Error('gone') });
const works = (source: FakeSource<unknown>) => () => void Object.assign(source, { failure: undefined });
/** s from the first failed reading until the last good one is stale, with an interval of 10 s */
const FRESH = 60;

describe('without a grid meter', () => {
  test('what the PV generates is the surplus, as if the house consumed nothing', async (t) => {
    const house = await waitingHouse(t, {}, { site: { meters: { pv: ['pv'] } } });
    await play(house, [
      { set: { pv: MINIMUM - 1, base: 5_000 }, for: 120 },
      { set: { pv: MINIMUM }, for: 60 },
      { writes: '6 A, on' },
      { set: { pv: 9 * AMPERE }, writes: '9 A' },
      { for: 120, shows: { chargePower: 9 * AMPERE } },
    ]);
    expect(house.site('gridConfigured')).toBe(false);
    expect(house.site('gridPower')).toBeUndefined();
    expect(house.site('homePower')).toBe(0);
  });

  test('nothing is known once the PV meter is gone', async (t) => {
    const house = await chargingHouse(t, {}, { site: { meters: { pv: ['pv'] } } });
    await play(house, [
      { when: fails(house.pv), for: FRESH },
      { writes: 'off', why: ['surplus-unknown'] },
    ]);
  });
});

describe('without a PV meter', () => {
  test('the grid alone tells the surplus, and what is generated is derived from it', async (t) => {
    const house = await waitingHouse(t, {}, { site: { meters: { grid: 'grid' } } });
    await play(house, [{ set: { pv: 5_000, base: 500 }, for: 60 }, { writes: '6 A, on' }, { for: 60 }]);
    expect(house.site('pvConfigured')).toBe(false);
    expect(house.site('pvPower')).toBe(5_000 - 500 + 0);
    expect(house.site('homePower')).toBe(0);
  });
});

describe('with several PV meters', () => {
  const severalPv = (t: Parameters<typeof startHouse>[0]): Promise<FakeHouse> =>
    startHouse(t, {
      loadpoints: [{ mode: 'pv' }],
      meters: ['roof', 'shed'],
      site: { meters: { grid: 'grid', pv: ['roof', 'shed'] } },
    });

  test('their power and energy add up, a night-time draw counts as nothing', async (t) => {
    const house = await severalPv(t);
    house.meter('roof').reading = { power: 3_000, energy: 1_000_000 };
    house.meter('shed').reading = { power: -15, energy: 500_000 };
    await house.run(10);
    expect(house.site('pvPower')).toBe(3_000);
    expect(house.site('pvEnergy')).toBe(1_500);
    expect(house.site('pv')).toEqual([
      { title: 'roof', power: 3_000, energy: 1_000 },
      { title: 'shed', power: -15, energy: 500 },
    ]);
  });

  test('one that fails counts nothing after a while, and does not disturb control', async (t) => {
    const house = await severalPv(t);
    house.meter('roof').reading = { power: 3_000 };
    house.meter('shed').reading = { power: 2_000 };
    await play(house, [{ when: fails(house.meter('shed')), set: { pv: 5_000 }, for: 60 }, { writes: '6 A, on' }]);
    house.meter('roof').hangs = true;
    await house.run(100);
    expect(house.site('pvPower')).toBe(0);
    expect(house.loadpoint('charging')).toBe(true);
    expect(house.runtime.evcc.healthy()).toBe(true);
  });
});

test('further meters and consumers are shown, and change nothing', async (t) => {
  const house = await startHouse(t, {
    loadpoints: [{ mode: 'pv' }],
    meters: ['tenant', 'pump'],
    site: { meters: { grid: 'grid', pv: ['pv'], ext: 'tenant', consumers: ['pump'] } },
  });
  house.meter('tenant').reading = { power: 9_000, energy: 12_000 };
  house.meter('pump').reading = { power: 800 };
  await play(house, [{ set: { pv: MINIMUM }, for: 60 }, { writes: '6 A, on' }]);
  expect(house.site('ext')).toEqual([{ title: 'tenant', power: 9_000, energy: 12 }]);
  expect(house.site('consumers')).toEqual([{ title: 'pump', power: 800 }]);
  house.meter('pump').failure = new Error('gone');
  await house.run(120);
  expect(house.site('consumers')).toEqual([{ title: 'pump', power: null }]);
});

describe('a grid meter that gives no readings', () => {
  test('mode pv goes on with the last one until it is stale, then stops; and waits anew when it is back', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { when: fails(house.grid), for: FRESH, shows: { charging: true } },
      { writes: 'off', why: ['surplus-unknown'], shows: { pvAction: 'inactive' } },
      { for: 300, why: ['surplus-unknown'] },
    ]);
    expect(house.site('gridPower')).toBeNull();
    expect(house.runtime.evcc.healthy()).toBe(false);
    // It is asked again after a pause that grew with the failures.
    works(house.grid)();
    house.set({ pv: 6_000 });
    while (house.site('gridPower') === null) await house.cycle();
    expect(house.runtime.evcc.healthy()).toBe(true);
    await play(house, [{ for: 50, shows: { pvAction: 'enable', pvRemaining: 10_000 } }, { writes: '6 A, on' }]);
  });

  test('mode minpv goes down to the minimum and stays there', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'minpv' }] });
    await play(house, [
      { set: { pv: 10 * AMPERE }, for: 60, writes: '10 A, on' },
      { when: fails(house.grid), for: FRESH },
      { writes: '6 A', why: ['surplus-unknown'] },
      { for: 120, shows: { charging: true } },
    ]);
  });

  test('modes now and off do not care', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }, { mode: 'off' }] });
    await play(house, [
      { writes: '16 A, on' },
      { when: fails(house.grid), for: 300 },
      { when: () => house.command('mode', 'off'), writes: 'off' },
      { when: () => house.command('mode', 'now', 2), writes: { 2: '16 A, on' } },
    ]);
  });

  test('one that hangs holds the cycles up for a while only', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }, { mode: 'pv' }] });
    house.grid.hangs = true;
    const before = house.clock.now();
    await play(house, [{ writes: '16 A, on' }]);
    expect(house.clock.now() - before).toBeLessThanOrEqual(13_100);
    expect(house.loadpoint('enabled', 2)).toBe(false);
    await play(house, [{ for: 60 }]);
  });

  test('a battery full enough to start a charge does not, while the grid is unknown', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv' }],
      battery: { soc: 100 },
      site: { bufferSoc: 80, bufferStartSoc: 90 },
    });
    house.grid.failure = new Error('gone');
    await play(house, [{ for: 60, why: ['surplus-unknown'] }]);
  });

  test.for([
    { title: 'not a number', power: Number.NaN },
    { title: 'infinite', power: Number.POSITIVE_INFINITY },
    { title: 'a text', power: '5000' as unknown as number },
    { title: 'missing', power: undefined as unknown as number },
  ])('a power that is $title counts as no reading', async ({ power }, t) => {
    const house = await chargingHouse(t);
    const read = house.grid.read.bind(house.grid);
    house.grid.read = async () => ({ ...(await read()), power });
    await play(house, [{ for: FRESH }, { writes: 'off', why: ['surplus-unknown'] }]);
    expect(house.site('gridPower')).toBeNull();
    expect(house.site('homePower')).not.toBeNaN();
  });
});

test('other meters that give nonsense count nothing', async (t) => {
  const house = await startHouse(t, {
    loadpoints: [{ mode: 'pv' }],
    battery: { soc: 50 },
    meters: ['heater'],
    site: { meters: { grid: 'grid', pv: ['pv'], battery: ['battery'], aux: ['heater'] } },
  });
  house.meter('heater').reading = { power: Number.NaN };
  house.batteryMeter.read = async () => ({ power: Number.NEGATIVE_INFINITY, soc: Number.NaN });
  await play(house, [{ set: { pv: MINIMUM }, for: 60, shows: { pvAction: 'enable' } }, { writes: '6 A, on' }]);
  expect([house.site('batteryPower'), house.site('auxPower'), house.site('homePower')]).toEqual([0, 0, 0]);
});

test('published grid values follow the meter, with the sign of their phase', async (t) => {
  const house = await startHouse(t, {});
  house.grid.reading = { power: 0, powers: [100, -200, 50], currents: [1, 2, 3], energy: 1_234_567 };
  await house.cycle();
  expect(house.site('gridPowers')).toEqual([100, -200, 50]);
  expect(house.site('gridCurrents')).toEqual([1, -2, 3]);
  expect(house.site('gridEnergy')).toBe(1234.567);
});
