import { expect, test } from 'vitest';
import { waitsFor } from '../../../core/cycle/waiting.ts';
import { DECIDE_STAGES } from '../../../core/hooks.ts';
import type { LoadpointSettings, Rate, Setpoint, TariffKind } from '../../../core/index.ts';
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
  /** At which it was decided */
  readonly stage?: keyof typeof DECIDE_STAGES;
  readonly wanted?: Partial<Setpoint>;
}

function waits(given: Given) {
  const { settings = {}, limit = 0, rates, kind = 'priceforecast', plan, connected = true, stage, wanted } = given;
  return waitsFor(
    {
      loadpoint: stateOf({ connected, settings: { ...LOADPOINT_SETTINGS, ...settings } }),
      wanted: { current: 0, reasons: [], ...wanted },
      ...(stage && { stage: DECIDE_STAGES[stage] }),
    },
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
  ['nothing while it is switched off, in whatever way', { plan: [4], stage: 'off' }, undefined],
  ['nothing where more energy is needed in any case', { plan: [4], stage: 'demand' }, undefined],
  ['nothing at full power', { plan: [4], stage: 'now', wanted: { current: 16, fast: true } }, undefined],
  ['nothing while the sun gives full power', { plan: [4], stage: 'surplus', wanted: { current: 16 } }, undefined],
  ['a plan, though the goal is reached', { plan: [4], stage: 'reached' }, `waits for ${local(4)}`],
  ['no cheap energy once the goal is reached', { rates: RATES, limit: 0.1, stage: 'reached' }, undefined],
  ['nothing without a car', { plan: [4], connected: false }, undefined],
])('%s', ([, given, expected]) => {
  expect(waits(given)).toBe(expected);
});
