import { expect, test } from 'vitest';
import type { LoadedPlugin, PlanSlot, Rate, Rates } from '../../core/index.ts';
import { type FakeHouse, startHouse } from '../helpers/house.ts';

/** What plans expect of the sun: how much of it, and what it is worth. A car that charges with up to 11,040 W. */

const HOUR = 3_600_000;
const START = Date.parse('2025-06-15T12:00:00Z');

const from = (hour: number, ...prices: readonly number[]): readonly Rate[] =>
  prices.map((price, index) => {
    const start = START + (hour - 12 + index) * HOUR;
    return { start, end: start + HOUR, price };
  });

/** A connected car, with these rates of the roles. */
async function house(t: Parameters<typeof startHouse>[0], rates: Rates, pv = 0): Promise<FakeHouse> {
  const plugin: LoadedPlugin = {
    name: 'rates-of-test',
    apply: ({ hooks }) => hooks.rates.tapPromise('rates-of-test', async (known) => ({ ...known, ...rates })),
  };
  const made = await startHouse(t, { now: START, interval: 60, plugins: [plugin], loadpoints: [{ mode: 'pv' }] });
  made.set({ pv });
  await made.run(120);
  return made;
}

/** Wants an hour at full power until 18:00. */
async function wish(made: FakeHouse): Promise<void> {
  await made.command('targetEnergy', 11.04);
  await made.command('targetTime', '2025-06-15T18:00:00Z');
  await made.run(120);
}

function plan(made: FakeHouse): string {
  const time = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
  const slots = (made.loadpoint('plan') ?? []) as readonly PlanSlot[];
  return slots.map(({ start, end, surplus }) => `${time(start)}-${time(end)}${surplus ? ' sun' : ''}`).join(', ');
}

test('surplus that cannot be fed in is charged before cheap energy from the grid', async (t) => {
  const made = await house(t, {
    planner: { kind: 'priceforecast', rates: from(12, 0.3, 0.12, 0.3, 0.3, 0.3, 0.3) },
    feedin: { kind: 'pricestatic', rates: from(12, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2) },
    solar: { kind: 'solar', rates: from(15, 12_000) },
  });
  await wish(made);
  expect(plan(made)).toBe('13:00-14:00');
  // Of 11,040 W that the car takes, 6,000 W would be lost.
  await made.commandSite('gridExportLimit', 6_000);
  await made.run(120);
  expect(plan(made)).toBe('15:00-16:00 sun');
  await made.commandSite('gridExportLimit', 0);
  await made.run(120);
  expect(plan(made)).toBe('13:00-14:00');
});

test('the sun is expected to go on as it was today, if the user wants it', async (t) => {
  const rates: Rates = {
    planner: { kind: 'priceforecast', rates: from(12, 0.4, 0.3, 0.2, 0.4, 0.4, 0.4) },
    solar: { kind: 'solar', rates: from(12, 2_000, 2_000, 2_000, 11_040) },
  };
  const made = await house(t, rates, 1_000);
  await made.run(3_600 * 1.6);
  expect(made.site('forecast')).toMatchObject({ solar: { scale: 0.5, timeseries: expect.anything() } });
  await wish(made);
  expect(plan(made)).toBe('15:00-16:00 sun');
  await made.commandSite('solarAdjusted', true);
  await made.run(120);
  // Half of it is left, the rest comes from the grid when it is cheapest.
  expect(plan(made)).toBe('14:00-14:30, 15:00-16:00 sun');
  // What is published stays as it was forecast: whoever reads it knows setting and scale.
  const { timeseries } = (made.site('forecast') as { solar: { timeseries: readonly number[][] } }).solar;
  expect(timeseries.at(-1)).toEqual([START / 1_000 + 3 * 3_600, 11_040]);
  expect(made.site('tariffSolar')).toBe(2_000);
  await made.commandSite('solarAdjusted', false);
  await made.run(120);
  expect(plan(made)).toBe('15:00-16:00 sun');
});
