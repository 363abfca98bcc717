import { describe, expect, test } from 'vitest';
import { energiesOf, meansOf, ownShare, sourcesOf, usesOf } from '../../../plugins/web/page/views/history/energies.ts';
import { hourlyOf, ratesOf } from '../../../plugins/web/page/views/history/rates.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-06-01T00:00:00Z');
const slots = [0, 1, 2, 3].map((hour) => new Date(START + hour * HOUR).toISOString());
const power = (name: string, energy: readonly (number | null)[], title = '') => ({ name, title, mean: energy, energy });
const history = {
  slots,
  series: [
    power('pvPower', [1, 2, null, 4]),
    power('gridImport', [0, 0, 1, 0]),
    power('homePower', [1, 1, 1, 1]),
    power('chargePower.garage', [0, 1, 0, 0], 'Garage'),
    { name: 'tariffGrid', title: '', mean: [0.2, null, 0.4, null] },
  ],
};
const halves = [0, 2].map((hour) => ({ start: START + hour * HOUR, end: START + (hour + 2) * HOUR }));

describe('the history of a house', () => {
  test('goes to the parts of a period; what is unknown counts as nothing', () => {
    expect(energiesOf(history, 'pvPower', halves)).toEqual([3, 4]);
    expect(energiesOf(history, 'batteryCharge', halves)).toEqual([0, 0]);
    expect(meansOf(history, 'tariffGrid', [...halves, { start: START + HOUR, end: START + 2 * HOUR }])).toEqual([
      0.2,
      0.4,
      undefined,
    ]);
  });

  test('shows what it has, each car by its title', () => {
    expect(sourcesOf(history, halves).map(({ text }) => text)).toEqual(['part.sun', 'part.grid']);
    expect(usesOf(history, halves).map(({ text, title }) => text || title)).toEqual(['part.house', 'Garage']);
  });

  test('was its own to the part that did not come from the grid', () => {
    expect(ownShare(history, halves)).toBeCloseTo(0.8);
    expect(ownShare({ slots, series: [] }, halves)).toBeUndefined();
  });
});

describe('rates', () => {
  const rate = (hour: number, hours: number, price: number) => ({
    start: new Date(START + hour * HOUR).toISOString(),
    end: new Date(START + (hour + hours) * HOUR).toISOString(),
    price,
  });

  test('are means of the hours that are known', () => {
    const rates = ratesOf({ rates: [rate(0, 0.5, 1), rate(0.5, 0.5, 3), rate(3, 1, -1)] });
    expect(hourlyOf(rates, START + HOUR / 2, 24)).toEqual([
      { start: START, value: 2 },
      { start: START + 3 * HOUR, value: -1 },
    ]);
  });

  test.for([[undefined], [{}], [{ rates: [{ start: 'never', end: 'ever', price: 1 }] }], [{ rates: [rate(0, 0, 1)] }]])(
    '%j has none',
    ([answer]) => {
      expect(ratesOf(answer)).toEqual([]);
    },
  );
});
