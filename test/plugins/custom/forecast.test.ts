import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { toRates } from '../../../plugins/custom/forecast.ts';
import custom from '../../../plugins/custom/index.ts';
import { applyPlugin, deviceContext } from '../../contract/index.ts';

const context = deviceContext();
const NOON = Date.parse('2025-06-15T12:00:00Z');
const HOUR = 3_600_000;

test('times may be RFC 3339, seconds or milliseconds; prices numbers or texts, called price or value', () => {
  assert.deepEqual(
    toRates(
      [
        { start: '2025-06-15T15:00:00+02:00', end: NOON + 2 * HOUR, price: '0.25' },
        { start: NOON / 1_000, end: '2025-06-15T13:00:00Z', value: -5, extra: true },
      ],
      { scale: 0.01, offset: 1 },
      context,
    ),
    [
      { start: NOON, end: NOON + HOUR, price: 0.95 },
      { start: NOON + HOUR, end: NOON + 2 * HOUR, price: 1.0025 },
    ],
  );
});

test('the text of a list is a list', () => {
  assert.equal(toRates(`[{"start":${NOON},"end":${NOON + 1},"value":1}]`, {}, context).length, 1);
});

test('whatever the order of a list, its rates are sorted', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), (hours) => {
      const list = hours.map((hour) => ({ start: NOON + hour * HOUR, end: NOON + (hour + 1) * HOUR, price: hour }));
      // Said twice is said once.
      const rates = toRates([...list, ...list.slice(0, 1)], {}, context);
      assert.deepEqual(
        rates.map(({ price }) => price),
        [...hours].sort(),
      );
    }),
  );
});

const entry = { start: NOON, end: NOON + HOUR, price: 1 };
test.each<[unknown, string]>([
  [{}, 'forecast: an object is not a list'],
  [5, 'forecast: 5 is not a list'],
  ['<html>', 'forecast: a web page is not a list'],
  [[], 'forecast: the list is empty'],
  [[entry, null], 'forecast[1]: null is not an object'],
  [[{ ...entry, start: '15.6.2025' }], 'forecast[0].start: "15.6.2025" is not a time'],
  [[{ ...entry, end: undefined }], 'forecast[0].end: undefined is not a time'],
  [[{ ...entry, start: -1 }], 'forecast[0].start: -1 is not a time'],
  [[{ ...entry, price: '0,25' }], 'forecast[0]: "0,25" is not a price'],
  [[{ ...entry, price: null }], 'forecast[0]: undefined is not a price'],
  [[{ ...entry, end: NOON }], 'forecast[0]: it ends before it begins'],
  [[entry, { ...entry, price: 2 }], 'forecast: two entries at 2025-06-15T12:00:00Z overlap'],
  [[entry, { ...entry, start: NOON + 1 }], 'forecast: two entries at 2025-06-15T12:00:00.001Z overlap'],
])('%j is refused', (data, message) => {
  assert.throws(() => toRates(data, {}, context), { code: 'EVCC_DEVICE_PROTOCOL', message });
});

test('a tariff has a price or a forecast, not both and not none; grams of CO2 are a kind of their own', async () => {
  const { tariffs } = await applyPlugin(custom);
  const price = { source: 'constant', value: 0.3 } as const;
  const forecast = { source: 'http', url: 'http://127.0.0.1/' } as const;
  await assert.rejects(tariffs.create('custom', {}), { code: 'EVCC_CONFIG_INVALID' });
  await assert.rejects(tariffs.create('custom', { price, forecast }), { code: 'EVCC_CONFIG_INVALID' });
  assert.equal((await tariffs.create('custom', { price })).kind, 'pricedynamic');
  assert.equal((await tariffs.create('custom', { price, kind: 'co2' })).kind, 'co2');
  // What is only known for the present is outdated soon, grams too.
  assert.equal((await tariffs.create('custom', { price, kind: 'co2' })).assumed, true);
  assert.equal((await tariffs.create('custom', { forecast, kind: 'co2' })).assumed, undefined);
  assert.equal((await tariffs.create('custom', { forecast })).kind, 'priceforecast');
  assert.equal((await tariffs.create('custom', { forecast, kind: 'co2' })).kind, 'co2');
  assert.equal((await tariffs.create('custom', { forecast, kind: 'solar' })).kind, 'solar');
  assert.equal((await tariffs.create('custom', { forecast, kind: 'temperature' })).kind, 'temperature');
  assert.equal((await tariffs.create('custom', { price, kind: 'temperature' })).assumed, true);
});

test.each([
  [{ kind: 'solar', price: true }, 'kind: the expected generation comes from a forecast'],
  [{ kind: 'co2', forecast: true, tax: 0.19, charges: 1 }, 'charges, tax: there is none on what is no price'],
  [{ kind: 'temperature', price: true, tax: 0.19 }, 'tax: there is none on what is no price'],
  [{ kind: 'solar', forecast: true, formula: 'price' }, 'formula: there is none on what is no price'],
  [{ price: true, formula: 'price +' }, 'formula: it ends where'],
] as const)('%j is refused', async ({ price, forecast, ...options }: Record<string, unknown>, message) => {
  const { tariffs } = await applyPlugin(custom);
  const sources = {
    ...(price === true && { price: { source: 'constant', value: 0.3 } as const }),
    ...(forecast === true && { forecast: { source: 'http', url: 'http://127.0.0.1/' } as const }),
  };
  await assert.rejects(tariffs.create('custom', { ...sources, ...options }), (error: Error) =>
    error.message.includes(message),
  );
});
