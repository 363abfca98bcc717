import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balanceOf, headlineOf, type Powers } from '../../../plugins/web/page/views/now/balance.ts';
import { drawingOf, outlineOf, WIDTH } from '../../../plugins/web/page/views/now/ribbons.ts';

const house = (powers: Partial<Powers>): Powers => ({ loadpoints: [], ...powers });
const car = (power: number | null) => ({ title: 'Garage', power, heating: false });

describe('the balance', () => {
  test('sun feeds house, car and battery in this order, and the grid gets the rest', () => {
    const { sources, uses, flows } = balanceOf(
      house({ pv: 9_000, battery: -2_000, grid: -1_500, house: 500, loadpoints: [car(5_000)] }),
    );
    expect(sources.map(({ id }) => id)).toEqual(['sun']);
    expect(uses.map(({ id }) => id)).toEqual(['house', 'car-1', 'battery', 'grid']);
    expect(flows).toEqual([
      { from: 'sun', to: 'house', power: 500 },
      { from: 'sun', to: 'car-1', power: 5_000 },
      { from: 'sun', to: 'battery', power: 2_000 },
      { from: 'sun', to: 'grid', power: 1_500 },
    ]);
  });

  test('at night battery and grid give', () => {
    const { sources, flows } = balanceOf(
      house({ pv: 0, battery: 2_000, grid: 3_000, house: 600, loadpoints: [car(4_400)] }),
    );
    expect(sources.map(({ id }) => id)).toEqual(['sun', 'battery', 'grid']);
    expect(flows).toEqual([
      { from: 'battery', to: 'house', power: 600 },
      { from: 'battery', to: 'car-1', power: 1_400 },
      { from: 'grid', to: 'car-1', power: 3_000 },
    ]);
  });

  test('what is not there is not listed, what is unknown is listed as such', () => {
    const { sources, uses } = balanceOf(house({ grid: null, house: null, loadpoints: [car(null)] }));
    expect(sources).toEqual([{ id: 'grid', part: 'grid', power: undefined }]);
    expect(uses.map(({ power }) => power)).toEqual([undefined, undefined]);
  });
});

test.each([
  [{ grid: 400, pv: 5_000 }, 'grid'],
  [{ grid: -400, pv: 5_000 }, 'feed'],
  [{ grid: 10, pv: 5_000 }, 'sun'],
  [{ grid: 10, pv: 0, battery: 500 }, 'battery'],
  [{ grid: 10, pv: 900, battery: 500 }, 'own'],
  [{ grid: null }, 'unknown'],
  [{}, 'unknown'],
] as const)('the headline of %j is %s', (powers, headline) => expect(headlineOf(house(powers))).toBe(headline));

describe('the drawing', () => {
  const watts = fc.integer({ min: -30_000, max: 30_000 });
  const powers = fc.record({
    pv: fc.integer({ min: 0, max: 40_000 }),
    battery: watts,
    grid: watts,
    house: fc.integer({ min: 0, max: 20_000 }),
    loadpoints: fc.array(fc.integer({ min: 0, max: 22_000 }).map(car), { maxLength: 8 }),
  });

  test('never leaves its space, and ribbons stay within their parts', () => {
    fc.assert(
      fc.property(powers, (given) => {
        const balance = balanceOf(given);
        const { sources, uses, ribbons } = drawingOf(balance);
        for (const side of [sources, uses]) {
          let end = -1e-6;
          for (const { x, width } of side) {
            expect(x).toBeGreaterThanOrEqual(end - 1e-6);
            expect(width).toBeGreaterThan(0);
            end = x + width;
          }
          expect(end).toBeLessThanOrEqual(WIDTH + 1e-6);
        }
        for (const ribbon of ribbons) {
          const [from, to] = ribbon.id.split(' ');
          const source = sources.find(({ id }) => id === from);
          const use = uses.find(({ id }) => id === to);
          expect(ribbon.top.x + ribbon.top.width).toBeLessThanOrEqual((source?.x ?? 0) + (source?.width ?? 0) + 1e-6);
          expect(ribbon.bottom.x + ribbon.bottom.width).toBeLessThanOrEqual((use?.x ?? 0) + (use?.width ?? 0) + 1e-6);
          expect(outlineOf(ribbon, 100)).not.toMatch(/NaN|Infinity/);
        }
      }),
    );
  });
});
