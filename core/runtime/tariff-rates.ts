import type { Rate, TariffKind } from '../devices.ts';
import { fail } from '../errors.ts';
import type { TariffRole } from '../site.ts';

/** What tariffs of a role may give, and how rates are put together. Lists are sorted and without overlap. Pure. */

const PRICES: readonly TariffKind[] = ['pricestatic', 'pricedynamic', 'priceforecast'];

const KINDS: Readonly<Record<TariffRole, readonly TariffKind[]>> = {
  grid: PRICES,
  feedin: PRICES,
  planner: [...PRICES, 'co2'],
  co2: ['co2'],
  solar: ['solar'],
  temperature: ['temperature'],
};

/** Grams are no prices, and neither are sunshine and warmth. Errors: `EVCC_CONFIG_INVALID`. */
export function assertKind(role: TariffRole, kind: TariffKind): void {
  const allowed = KINDS[role];
  if (allowed.includes(kind)) return;
  fail('EVCC_CONFIG_INVALID', `it is of kind ${String(kind)}; a tariff for ${role} must be ${allowed.join(', ')}`);
}

/** What the planner and the cost limits go by: a tariff of its own, else prices known ahead, else CO2, else the price. */
export function plannerRole(kinds: Readonly<Partial<Record<TariffRole, TariffKind>>>): TariffRole | undefined {
  if (kinds.planner) return 'planner';
  if (kinds.grid && kinds.grid !== 'pricestatic') return 'grid';
  return kinds.co2 ? 'co2' : kinds.grid && 'grid';
}

/**
 * What was fetched, after those of the rates before it that end after `since` and that it says nothing of, because they
 * are earlier.
 */
export function mergeRates(before: readonly Rate[], fetched: readonly Rate[], since: number): readonly Rate[] {
  const first = fetched[0]?.start ?? Number.POSITIVE_INFINITY;
  const kept = before
    .filter((rate) => rate.end > since && rate.start < first)
    .map((rate) => (rate.end > first ? { ...rate, end: first } : rate));
  return kept.length > 0 ? [...kept, ...fetched] : fetched;
}

/** Rates added up; at times of which only some lists know something, those count. */
export function sumRates(lists: readonly (readonly Rate[])[]): readonly Rate[] {
  const [only, ...others] = lists;
  if (!only || others.length === 0) return only ?? [];
  const edges = [...new Set(lists.flat().flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const next = lists.map(() => 0);
  return edges.slice(0, -1).flatMap((start, index): Rate[] => {
    const end = edges[index + 1] ?? start;
    let sum: number | undefined;
    for (const [list, rates] of lists.entries()) {
      while ((rates[next[list] ?? 0]?.end ?? Number.POSITIVE_INFINITY) <= start) next[list] = (next[list] ?? 0) + 1;
      const rate = rates[next[list] ?? 0];
      if (rate && rate.start <= start) sum = (sum ?? 0) + rate.price;
    }
    return sum === undefined ? [] : [{ start, end, price: sum }];
  });
}
