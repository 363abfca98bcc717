import type { Span } from '../../data/period.ts';

/** What `/api/history` answers: series by name, with a value for each slot; null: unknown. */
export interface History {
  readonly slots: readonly string[];
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  /** Of the loadpoint or meter; empty: it belongs to the house */
  readonly title: string;
  readonly mean: readonly (number | null)[];
  /** kWh, only of powers */
  readonly energy?: readonly (number | null)[];
}

/** A part of what came in, or went out. */
export interface Flow {
  /** Name of a text, or empty where it has a title of its own */
  readonly text: 'part.sun' | 'part.grid' | 'part.battery' | 'part.house' | 'history.feed' | '';
  readonly title: string;
  readonly colour: string;
  /** Shade among those of one colour */
  readonly shade: number;
  /** kWh in each part of the period */
  readonly energies: readonly number[];
}

/** kWh of a series in each part of a period; what is unknown counts as nothing. */
export function energiesOf({ slots, series }: History, name: string, parts: readonly Span[]): readonly number[] {
  const energies = series.find((each) => each.name === name)?.energy ?? [];
  const starts = slots.map((slot) => Date.parse(slot));
  return parts.map(({ start, end }) =>
    energies.reduce<number>((sum, energy, index) => {
      const at = starts[index] ?? Number.NaN;
      return at >= start && at < end ? sum + (energy ?? 0) : sum;
    }, 0),
  );
}

/** Where the energy of a house came from. */
export function sourcesOf(history: History, parts: readonly Span[]): readonly Flow[] {
  return [
    flow(history, parts, 'pvPower', 'part.sun', 'of-sun'),
    flow(history, parts, 'batteryDischarge', 'part.battery', 'of-battery'),
    flow(history, parts, 'gridImport', 'part.grid', 'of-grid'),
  ].filter(isThere);
}

/** Where it went: house, cars, battery and grid. */
export function usesOf(history: History, parts: readonly Span[]): readonly Flow[] {
  const cars = history.series.filter(({ name }) => name.startsWith('chargePower.'));
  return [
    flow(history, parts, 'homePower', 'part.house', 'of-house'),
    ...cars.map(({ name, title }, shade) => ({ ...flow(history, parts, name, '', 'of-car'), title, shade })),
    flow(history, parts, 'batteryCharge', 'part.battery', 'of-battery'),
    flow(history, parts, 'gridExport', 'history.feed', 'of-grid'),
  ].filter(isThere);
}

/** 0..1, share of what was used that did not come from the grid; absent: nothing was used */
export function ownShare(history: History, parts: readonly Span[]): number | undefined {
  const sum = (name: string): number => total(energiesOf(history, name, parts));
  const used = usesOf(history, parts)
    .filter(({ text }) => text === 'part.house' || text === '')
    .reduce((all, { energies }) => all + total(energies), 0);
  return used > 0 ? Math.max(0, Math.min(1, 1 - sum('gridImport') / used)) : undefined;
}

/** Mean of a series in each part of a period; `undefined`: unknown. */
export function meansOf(
  { slots, series }: History,
  name: string,
  parts: readonly Span[],
): readonly (number | undefined)[] {
  const means = series.find((each) => each.name === name)?.mean ?? [];
  const starts = slots.map((slot) => Date.parse(slot));
  return parts.map(({ start, end }) => {
    const known = means.filter((mean, index) => {
      const at = starts[index] ?? Number.NaN;
      return mean !== null && at >= start && at < end;
    }) as number[];
    return known.length > 0 ? total(known) / known.length : undefined;
  });
}

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function flow(
  history: History,
  parts: readonly Span[],
  name: string,
  text: Flow['text'],
  colour: string,
): Flow & { readonly known: boolean } {
  const known = history.series.some((each) => each.name === name);
  return { text, title: '', colour, shade: 0, energies: energiesOf(history, name, parts), known };
}

const isThere = ({ known }: { readonly known: boolean }): boolean => known;
