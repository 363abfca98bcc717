/** One measured figure against what it should be. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  readonly met: boolean;
}

export function figure(what: string, value: number, unit: string, target: number, better: 'lower' | 'higher'): Figure {
  const met = better === 'lower' ? value < target : value > target;
  const digits = value < 10 ? 3 : value < 1_000 ? 1 : 0;
  return {
    what,
    measured: `${value.toFixed(digits)} ${unit}`,
    target: `${better === 'lower' ? 'under' : 'over'} ${target} ${unit}`,
    met,
  };
}

export function print(figures: readonly Figure[]): void {
  console.table(
    figures.map(({ what, measured, target, met }) => ({ what, measured, target, met: met ? 'yes' : 'NO' })),
  );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
