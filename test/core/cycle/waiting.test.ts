import { expect, test } from 'vitest';
import { waitsFor } from '../../../core/cycle/waiting.ts';
import type { LoadpointSettings, Rate, TariffKind } from '../../../core/index.ts';
import { LOADPOINT_SETTINGS, NOW, SITE_SETTINGS, siteOf, stateOf } from './builders.ts';

const HOUR = 3_600_000;
const local = (hour: number): string =>
  new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(NOW + hour * HOUR);
const rate = (hour: number, price: number): Rate => ({ start: NOW + hour * HOUR, end: NOW + (hour + 1) * HOUR, price });

interface Given {
  readonly settings?: Partial<LoadpointSettings>;
  /** Of the site */
  readonly limit?: number;
  readonly rates?: readonly Rate[];
  readonly kind?: TariffKind;
  /** Hours at which slots of the plan begin */
  readonly plan?: readonly number[];
  readonly connected?: boolean;
}

function waits({ settings = {}, limit = 0, rates, kind = 'priceforecast', plan, connected = true }: Given) {
  return waitsFor(
    stateOf({ connected, settings: { ...LOADPOINT_SETTINGS, ...settings } }),
    siteOf({
      settings: { ...SITE_SETTINGS, smartCostLimit: limit },
      rates: rates ? { planner: { kind, rates } } : {},
      plans: new Map(plan ? [[1, { target: NOW + 9 * HOUR, slots: plan.map((hour) => rate(hour, 0.2)) }]] : []),
    }),
  );
}

const RATES = [rate(0, 0.3), rate(1, 0.25), rate(2, 0.08), rate(3, 0.05)];

test.for<[string, Given, string | undefined]>([
  ['nothing without limit and plan', { rates: RATES }, undefined],
  ['the next rate within the limit of the site', { rates: RATES, limit: 0.1 }, `waits for ${local(2)}, 0.080 per kWh`],
  [
    'the limit of the loadpoint goes before that of the site',
    { rates: RATES, limit: 0.1, settings: { smartCostLimit: 0.06 } },
    `waits for ${local(3)}, 0.050 per kWh`,
  ],
  ['grams for CO2', { rates: [rate(1, 120)], kind: 'co2', limit: 150 }, `waits for ${local(1)}, 120 g per kWh`],
  ['nothing while a rate is within the limit', { rates: RATES, limit: 0.3 }, undefined],
  ['nothing if no rate is', { rates: RATES, limit: 0.01 }, undefined],
  ['nothing with a price that never changes', { rates: RATES, kind: 'pricestatic', limit: 0.1 }, undefined],
  ['the next slot of the plan', { plan: [4, 6] }, `waits for ${local(4)}`],
  ['its price where there are prices', { rates: RATES, plan: [4] }, `waits for ${local(4)}, 0.200 per kWh`],
  ['nothing while a slot runs', { plan: [0, 6] }, undefined],
  ['the earlier one: plan', { rates: RATES, limit: 0.1, plan: [1] }, `waits for ${local(1)}, 0.200 per kWh`],
  ['the earlier one: price', { rates: RATES, limit: 0.1, plan: [3] }, `waits for ${local(2)}, 0.080 per kWh`],
  ['nothing in mode off', { plan: [4], settings: { mode: 'off' } }, undefined],
  ['nothing in mode now', { plan: [4], settings: { mode: 'now' } }, undefined],
  ['nothing without a car', { plan: [4], connected: false }, undefined],
])('%s', ([, given, expected]) => {
  expect(waits(given)).toBe(expected);
});
