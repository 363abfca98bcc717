import { describe, expect, test } from 'vitest';
import { createFormat, UNKNOWN } from '../../../plugins/web/page/text/format.ts';

const en = createFormat('en-GB', 'Europe/Berlin');
const de = createFormat('de-DE', 'Europe/Berlin');
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('power', () => {
  test.each([
    [0, '0 W'],
    [-0.2, '0 W'],
    [4, '0 W'],
    [647, '650 W'],
    [996, '1.0 kW'],
    [3_680, '3.7 kW'],
    [-2_224, '-2.2 kW'],
    [11_040, '11 kW'],
    [null, UNKNOWN],
    [undefined, UNKNOWN],
    [Number.NaN, UNKNOWN],
  ])('%s W is %s', (watts, text) => expect(plain(en.power(watts))).toBe(text));
});

test.each([
  [de.energy(12_345), '12,3 kWh'],
  [de.price(0.2422, 'EUR'), '24,2 ct/kWh'],
  [en.price(1.5, 'SEK'), '1.50 SEK/kWh'],
  [en.money(3.2, 'EUR'), '€3.20'],
  [de.money(3.2, 'EUR'), '3,20 €'],
  [en.duration(0), '0 s'],
  [en.duration(40), '40 s'],
  [en.duration(150), '3 min'],
  [en.duration(18_253), '5 h 4 min'],
  [en.duration(7_200), '2 h'],
  [en.duration(200_000), '2 d 7 h'],
  [en.percent(55.0008), '55 %'],
  [en.temperature(54.4), '54 °C'],
  [en.current(6.25), '6.3 A'],
])('%s', (text, expected) => expect(plain(text)).toBe(expected));

describe('a moment', () => {
  const now = Date.parse('2025-06-18T12:00:00Z');
  test.each([
    ['2025-06-18T18:05:00Z', '20:05'],
    ['2025-06-19T05:00:00Z', 'Thu 07:00'],
    ['2025-07-01T05:00:00Z', '1 Jul, 07:00'],
    [null, UNKNOWN],
    ['no time', UNKNOWN],
  ])('%s is %s', (moment, text) => expect(en.clock(moment, now)).toBe(text));
});

test('units stay behind their numbers where texts are written from the right', () => {
  expect(createFormat('he').power(490)).toBe('\u2066490\u00a0W\u2069');
  expect(createFormat('he').power(undefined)).toBe(UNKNOWN);
});
