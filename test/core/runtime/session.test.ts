import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addCycle,
  co2PerKwh,
  NEW_ACCOUNT,
  price,
  pricePerKwh,
  type SessionAccount,
  type SessionInput,
  solarPercentage,
  toSession,
} from '../../../core/runtime/session.ts';

const START = Date.parse('2025-06-15T12:00:00Z');
const HOUR = 3_600_000;

const figures = (account: SessionAccount) => ({
  solarPercentage: solarPercentage(account),
  price: price(account),
  pricePerKwh: pricePerKwh(account),
  co2PerKwh: co2PerKwh(account),
});

const input = (changes: Partial<SessionInput>): SessionInput => ({
  now: START,
  charging: true,
  power: 0,
  meter: undefined,
  greenShare: 0,
  price: undefined,
  co2: undefined,
  ...changes,
});
const run = (inputs: readonly Partial<SessionInput>[], account: SessionAccount = NEW_ACCOUNT): SessionAccount =>
  inputs.reduce((sum, each) => addCycle(sum, input(each)), account);

describe('energy by the meter', () => {
  test('is what the counter grew by, from the first cycle on', () => {
    const account = run([
      { meter: 10_000 },
      { now: START + 10_000, meter: 10_020 },
      { now: START + 20_000, meter: 10_050, power: 99_999 },
    ]);
    expect(account).toMatchObject({ energy: 50, meterStart: 10_000, meter: 10_050 });
  });

  test.for([
    { title: 'falls', meter: 9_000 },
    { title: 'jumps', meter: 10_000 + 5_501 },
  ])('a counter that $title counts nothing, and goes on from there', ({ meter }) => {
    const account = run([
      { meter: 10_000 },
      { now: START + 10_000, meter },
      { now: START + 20_000, meter: meter + 30 },
    ]);
    expect(account.energy).toBe(30);
  });

  test('what was charged while it did not answer is there when it is back, once', () => {
    const account = run([
      { meter: 10_000 },
      { now: START + 10_000, power: 11_000 },
      { now: START + 20_000, power: 11_000 },
      { now: START + 30_000, meter: 10_092 },
    ]);
    expect(account.energy).toBe(92);
    const hours = run([{ meter: 10_000 }, { now: START + HOUR }, { now: START + 2 * HOUR, meter: 32_000 }]);
    expect(hours.energy).toBe(22_000);
  });

  test('adds up to the meter, whatever fails in between', () => {
    const cycle = fc.record({
      seconds: fc.integer({ min: 1, max: 60 }),
      energy: fc.nat(200),
      answers: fc.boolean(),
      charging: fc.boolean(),
      greenShare: fc.double({ min: 0, max: 1, noNaN: true }),
      price: fc.option(fc.double({ min: -1, max: 1, noNaN: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(cycle, { maxLength: 60 }), (cycles) => {
        let [now, meter] = [START, 1_000];
        let account = run([{ now, meter }]);
        let known = meter;
        for (const { seconds, energy, answers, ...rest } of cycles) {
          now += seconds * 1_000;
          meter += energy;
          if (answers) known = meter;
          const before = account;
          account = addCycle(account, input({ now, ...rest, ...(answers && { meter }) }));
          expect(account.energy).toBeGreaterThanOrEqual(before.energy);
          expect(account.duration).toBeGreaterThanOrEqual(before.duration);
        }
        expect(account.energy).toBeCloseTo(known - 1_000, 6);
        expect(account.greenEnergy).toBeGreaterThanOrEqual(0);
        expect(account.greenEnergy).toBeLessThanOrEqual(account.energy + 1e-6);
        expect(account.pricedEnergy).toBeLessThanOrEqual(account.energy + 1e-6);
        const { solarPercentage = 0, pricePerKwh = 0 } = figures(account);
        expect(solarPercentage).toBeGreaterThanOrEqual(0);
        expect(solarPercentage).toBeLessThanOrEqual(100 + 1e-6);
        expect(Math.abs(pricePerKwh)).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
  });
});

describe('energy without a meter', () => {
  test('is power by time, while charging', () => {
    const account = run([
      { power: 7_200 },
      { now: START + 10_000, power: 7_200 },
      { now: START + 20_000, power: 7_200, charging: false },
      { now: START + 30_000, power: 3_600 },
    ]);
    expect(account.energy).toBeCloseTo(20 + 10);
    expect(account.meterStart).toBeUndefined();
  });

  test('a long gap counts nothing, neither energy nor time', () => {
    const account = run([{ power: 7_200 }, { now: START + 600_001, power: 7_200 }]);
    expect(account).toMatchObject({ energy: 0, duration: 0 });
    const short = run([{ power: 7_200 }, { now: START + 600_000, power: 7_200 }]);
    expect(short).toMatchObject({ energy: 1_200, duration: 600_000 });
  });

  test('a clock that is set back takes nothing away', () => {
    const account = run([{ power: 7_200 }, { now: START + 10_000, power: 7_200 }, { now: START - HOUR, power: 7_200 }]);
    expect(account).toMatchObject({ energy: 20, duration: 10_000 });
  });
});

describe('what a session costs', () => {
  test('is booked with the share, the price and the CO2 of its time', () => {
    const account = run([
      { meter: 0 },
      { now: START + HOUR / 4, meter: 1_000, greenShare: 1, price: 0.08, co2: 0 },
      { now: START + HOUR / 2, meter: 4_000, greenShare: 0, price: 0.4, co2: 300 },
    ]);
    expect(figures(account)).toEqual({
      solarPercentage: 25,
      price: expect.closeTo(1.28),
      pricePerKwh: expect.closeTo(0.32),
      co2PerKwh: 225,
    });
  });

  test('the averages are those of the energy whose price and CO2 were known', () => {
    const account = run([
      { meter: 0 },
      { now: START + HOUR / 4, meter: 1_000 },
      { now: START + HOUR / 2, meter: 2_000, price: 0.4, co2: 300 },
    ]);
    expect(figures(account)).toEqual({ solarPercentage: 0, price: 0.4, pricePerKwh: 0.4, co2PerKwh: 300 });
  });

  test('nothing is known of a session without energy', () => {
    expect(figures(NEW_ACCOUNT)).toEqual({});
    expect(figures(run([{ meter: 5 }, { now: START + 10_000, meter: 5, price: 1, co2: 1 }]))).toEqual({});
  });
});

describe('the stored session', () => {
  const LABELS = { loadpoint: 'Garage', vehicle: 'Car', identifier: 'tag' };

  test('does not exist before the car charged', () => {
    expect(toSession(run([{ charging: false, meter: 100 }]), LABELS)).toBeUndefined();
  });

  test('says when, what, who and how much', () => {
    const account = run([
      { charging: false, meter: 100 },
      { now: START + 10_000, meter: 100 },
      { now: START + 20_000, meter: 130, greenShare: 0.5 },
      { now: START + 30_000, meter: 130, charging: false },
    ]);
    expect(toSession(account, { ...LABELS, id: 7, odometer: 12_345 })).toEqual({
      id: 7,
      ...LABELS,
      odometer: 12_345,
      created: START + 10_000,
      finished: START + 20_000,
      meterStart: 100,
      meterStop: 130,
      energy: 30,
      duration: 20_000,
      solarPercentage: 50,
    });
  });
});
