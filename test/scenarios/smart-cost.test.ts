import { describe, expect, type TestContext, test } from 'vitest';
import type { Rate } from '../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, MINIMUM } from './situations.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2025-06-15T12:00:00Z');

/** Prices of the hour that begins at the start, and of those after it. */
const hourly =
  (...prices: readonly number[]) =>
  (): Rate[] =>
    prices.map((price, hour) => ({ start: NOW + hour * HOUR, end: NOW + (hour + 1) * HOUR, price }));

const tariffHouse = (t: TestContext, options: HouseOptions = {}): Promise<FakeHouse> =>
  startHouse(t, { rates: hourly(0.3, 0.1, 0.05), now: NOW, interval: 60, loadpoints: [{ mode: 'pv' }], ...options });

describe('the cost limit of a loadpoint', () => {
  test('goes before that of the site, and 0 is a limit', async (t) => {
    const house = await tariffHouse(t, {
      site: { smartCostLimit: 0.3 },
      rates: hourly(0.3, -0.01),
      loadpoints: [{ mode: 'pv' }, { mode: 'pv' }],
    });
    await house.command('smartCostLimit', 0, 2);
    await play(house, [{ writes: '16 A, on' }]);
    expect([house.loadpoint('smartCostActive', 1), house.loadpoint('smartCostActive', 2)]).toEqual([true, false]);
    expect([house.loadpoint('smartCostNextStart', 1), house.loadpoint('smartCostNextStart', 2)]).toEqual([
      null,
      NOW + HOUR,
    ]);
    await play(house, [{ for: 3_600, writes: { 2: '16 A, on' } }]);
  });

  test('gives way to that of the site when it is taken back', async (t) => {
    const house = await tariffHouse(t, { site: { smartCostLimit: 0.3 } });
    await house.command('smartCostLimit', 0.1);
    await play(house, [{ for: 120, why: ['surplus-low'] }]);
    await play(house, [{ when: () => house.command('smartCostLimit', null), writes: '16 A, on', why: ['smart-cost'] }]);
  });

  test('does not know a next start where nothing is cheap enough, or no limit is set', async (t) => {
    const house = await tariffHouse(t);
    await house.cycle();
    expect(house.loadpoint('smartCostNextStart')).toBeNull();
    await house.command('smartCostLimit', 0.01);
    await house.cycle();
    expect(house.loadpoint('smartCostNextStart')).toBeNull();
    await house.command('smartCostLimit', 0.05);
    await house.cycle();
    expect(house.loadpoint('smartCostNextStart')).toBe(NOW + 2 * HOUR);
  });
});

describe('priority of feeding in', () => {
  const paid = (t: TestContext, options: HouseOptions = {}): Promise<FakeHouse> =>
    tariffHouse(t, { rates: hourly(0.3, 0.3, 0.3), feedInRates: hourly(0.05, 0.2, 0.05), ...options });

  test('pauses mode pv while feeding in earns at least the limit, and goes on at once afterwards', async (t) => {
    const house = await paid(t);
    await house.command('smartFeedInPriorityLimit', 0.2);
    await play(house, [
      { set: { pv: 9 * AMPERE }, for: 180, writes: '6 A, on, 9 A' },
      { for: 3_420, shows: { smartFeedInPriorityActive: false, smartFeedInPriorityNextStart: NOW + HOUR } },
      { writes: 'off', why: ['feed-in-priority'], shows: { smartFeedInPriorityActive: true } },
      { for: 3_540 },
      { writes: '6 A, on' },
    ]);
  });

  test('leaves mode minpv the minimum, on one phase where that can be chosen', async (t) => {
    const house = await paid(t, {
      loadpoints: [{ mode: 'minpv' }],
      feedInRates: hourly(0.2, 0.2),
      charger: (charger) => Object.assign(charger, { canSwitchPhases: true, traits: { phaseSwitching: 'live' } }),
    });
    await house.command('smartFeedInPriorityLimit', 0.1);
    await play(house, [
      { set: { pv: 12 * AMPERE }, writes: '1p, 6 A, on', why: ['feed-in-priority'] },
      { for: 600, why: ['feed-in-priority'] },
    ]);
  });

  test.for([
    { title: 'earns less', options: { feedInRates: hourly(0.19) } },
    { title: 'always earns the same', options: { tariffKind: 'pricestatic' as const } },
    { title: 'earns nobody knows what', options: { feedInRates: () => [] } },
  ])('nothing changes while it $title', async ({ options }, t) => {
    const house = await paid(t, options);
    await house.command('smartFeedInPriorityLimit', 0.2);
    await play(house, [{ set: { pv: MINIMUM }, for: 180, writes: '6 A, on', why: ['surplus'] }]);
  });

  test.for(['now', 'off'] as const)('does not concern mode %s', async (mode, t) => {
    const house = await paid(t, { loadpoints: [{ mode }], feedInRates: hourly(0.5) });
    await house.command('smartFeedInPriorityLimit', 0.2);
    await play(house, [{ writes: mode === 'now' ? '16 A, on' : '' }]);
  });

  test('cheap energy is charged all the same', async (t) => {
    const house = await paid(t, { rates: hourly(-0.1), feedInRates: hourly(0.5) });
    await house.command('smartFeedInPriorityLimit', 0.2);
    await house.command('smartCostLimit', 0);
    await play(house, [{ writes: '16 A, on', why: ['smart-cost'] }]);
  });
});
