import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Session } from '../../../core/index.ts';
import { createMemoryStore } from '../../../core/store.ts';
import { savingsOf } from '../../../plugins/statistics/savings.ts';
import { settle } from '../../helpers/fake-clock.ts';
import { startHouse } from '../../helpers/house.ts';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const YEAR = Date.parse('2025-01-01T00:00:00Z');
const DAY = 86_400_000;

const session = (changes: Partial<Session>): Session => ({
  created: NOW - DAY,
  loadpoint: 'Garage',
  vehicle: '',
  identifier: '',
  energy: 10_000,
  duration: 3_600_000,
  ...changes,
});
const NOTHING = { solarPercentage: 0, chargedKWh: 0, avgPrice: 0, avgCo2: 0 };

describe('savings', () => {
  test('without sessions are zeros', () => {
    expect(savingsOf([session({ energy: 0 })], NOW, YEAR)).toEqual({
      '30d': NOTHING,
      '365d': NOTHING,
      thisYear: NOTHING,
      total: NOTHING,
    });
  });

  test('are weighted by energy, each by the sessions that know it', () => {
    const sessions = [
      session({ energy: 30_000, solarPercentage: 100, pricePerKwh: 0.08 }),
      session({ energy: 10_000, solarPercentage: 0, pricePerKwh: 0.32, co2PerKwh: 400 }),
      session({ energy: 60_000 }),
    ];
    expect(savingsOf(sessions, NOW, YEAR).total).toEqual({
      solarPercentage: 75,
      chargedKWh: 100,
      avgPrice: expect.closeTo(0.14, 9),
      avgCo2: 400,
    });
  });

  test('count a session to the periods in which it ended', () => {
    const ended = (finished: number): Session => session({ created: finished - 3_600_000, finished });
    const sessions = [ended(NOW - DAY), ended(NOW - 31 * DAY), ended(YEAR - DAY), ended(NOW - 400 * DAY)];
    const savings = savingsOf(sessions, NOW, YEAR);
    const charged = Object.fromEntries(Object.entries(savings).map(([period, { chargedKWh }]) => [period, chargedKWh]));
    expect(charged).toEqual({ '30d': 10, '365d': 30, thisYear: 20, total: 40 });
  });

  test('averages lie between the smallest and the largest', () => {
    const price = fc.double({ min: -1, max: 1, noNaN: true });
    const one = fc.record({ energy: fc.integer({ min: 1, max: 100_000 }), pricePerKwh: price });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1 }), (sessions) => {
        const { avgPrice } = savingsOf(sessions.map(session), NOW, YEAR).total;
        const prices = sessions.map(({ pricePerKwh }) => pricePerKwh);
        expect(avgPrice).toBeGreaterThanOrEqual(Math.min(...prices) - 1e-9);
        expect(avgPrice).toBeLessThanOrEqual(Math.max(...prices) + 1e-9);
      }),
    );
  });
});

test('are published from the start on, and every quarter of an hour', async (t) => {
  const store = createMemoryStore();
  await store.sessions.save(session({ solarPercentage: 50 }));
  const house = await startHouse(t, { store, now: NOW, loadpoints: [] });
  await house.run(20);
  await settle();
  expect(house.site('statistics')).toMatchObject({ thisYear: { chargedKWh: 10, solarPercentage: 50 } });
  expect(Object.keys(house.site('stats') as object)).toEqual(['30d', '365d', 'total']);
  await store.sessions.save(session({}));
  await house.run(800);
  expect(house.site('stats')).toMatchObject({ total: { chargedKWh: 10 } });
  await house.run(120);
  expect(house.site('stats')).toMatchObject({ total: { chargedKWh: 20 } });
});

test('stay as they were while the store fails, which is logged once', async (t) => {
  const store = createMemoryStore();
  const broken = { ...store, sessions: { ...store.sessions, list: () => Promise.reject(new Error('disk gone')) } };
  const house = await startHouse(t, { store: broken, now: NOW, loadpoints: [] });
  await house.run(2_000);
  const said = house.log.filter(({ message }) => message.includes('disk gone'));
  expect(said.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'error: measured of plugin statistics failed: disk gone',
  ]);
});
