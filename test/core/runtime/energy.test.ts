import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rate, TariffState } from '../../../core/index.ts';
import { effectiveCo2, effectivePrice, greenPower, greenShare, rateAt } from '../../../core/runtime/energy.ts';

describe('the green share of a band of consumption', () => {
  test.for([
    { green: 0, from: 0, to: 1_000, share: 0 },
    { green: 500, from: 0, to: 1_000, share: 0.5 },
    { green: 5_000, from: 0, to: 1_000, share: 1 },
    { green: 1_500, from: 1_000, to: 2_000, share: 0.5 },
    { green: 900, from: 1_000, to: 2_000, share: 0 },
    { green: 1_000, from: 500, to: 500, share: 1 },
    { green: 500, from: 500, to: 500, share: 0 },
  ])('$green W for $from to $to W: $share', ({ green, from, to, share }) => {
    expect(greenShare(green, from, to)).toBe(share);
  });

  const power = fc.integer({ min: 0, max: 50_000 });

  test('is from 0 to 1, and grows with the green power', () => {
    fc.assert(
      fc.property(power, power, power, power, (green, more, from, width) => {
        const share = greenShare(green, from, from + width);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(greenShare(green + more, from, from + width)).toBeGreaterThanOrEqual(share);
      }),
    );
  });

  test('adds up: neighbouring bands get what one band of both gets', () => {
    fc.assert(
      fc.property(power, power, power, power, (green, from, first, second) => {
        const [middle, to] = [from + first, from + first + second];
        const parts = greenShare(green, from, middle) * first + greenShare(green, middle, to) * second;
        expect(parts).toBeCloseTo(greenShare(green, from, to) * (first + second), 6);
      }),
    );
  });

  test('green power is generation and discharge, never what is drawn or charged', () => {
    expect(greenPower(2_000, 500)).toBe(2_500);
    expect(greenPower(2_000, -500)).toBe(2_000);
    expect(greenPower(-10, 500)).toBe(500);
  });
});

describe('the effective price', () => {
  test('mixes what the grid costs and what feeding in would have earned', () => {
    expect(effectivePrice(0.25, 0.4, 0.08)).toBeCloseTo(0.32);
    expect(effectivePrice(1, 0.4, undefined)).toBe(0);
    expect(effectivePrice(0, 0.4, 0.08)).toBe(0.4);
  });

  test('is unknown without a price of the grid', () => {
    expect(effectivePrice(1, undefined, 0.08)).toBeUndefined();
  });

  test('CO2 comes from the grid only, and is unknown without its tariff', () => {
    expect(effectiveCo2(0.25, 400)).toBe(300);
    expect(effectiveCo2(0.25, undefined)).toBeUndefined();
  });
});

describe('the rate of a moment', () => {
  const rates: Rate[] = [
    { start: 100, end: 200, price: 1 },
    { start: 200, end: 300, price: 2 },
    { start: 400, end: 500, price: 4 },
  ];
  const tariff: TariffState = { kind: 'priceforecast', rates };

  test.for([
    [99, undefined],
    [100, 1],
    [199, 1],
    [200, 2],
    [299, 2],
    [300, undefined],
    [399, undefined],
    [400, 4],
    [499, 4],
    [500, undefined],
  ] as const)('at %d: %s', ([now, price]) => {
    expect(rateAt(tariff, now)?.price).toBe(price);
  });

  test('is unknown without a tariff or without rates', () => {
    expect(rateAt(undefined, 100)).toBeUndefined();
    expect(rateAt({ kind: 'pricestatic', rates: [] }, 100)).toBeUndefined();
  });

  test('is found among any number of rates', () => {
    const widths = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(20)), { maxLength: 60 });
    fc.assert(
      fc.property(widths, fc.nat(2_000), (steps, now) => {
        let at = 0;
        const list = steps.map(([width, gap], price) => {
          const rate = { start: at, end: at + width, price };
          at += width + gap;
          return rate;
        });
        const found = rateAt({ kind: 'priceforecast', rates: list }, now);
        expect(found).toBe(list.find(({ start, end }) => start <= now && now < end));
      }),
    );
  });
});
