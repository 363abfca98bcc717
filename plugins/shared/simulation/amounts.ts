/** Amounts as they are shown: rounded, in kWh and currency. */

export function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** kWh of Wh */
export function kwh(energy: number): number {
  return rounded(energy / 1_000, 3);
}

/** null: a price is unknown */
export function money(value: number): number | null {
  return Number.isNaN(value) ? null : rounded(value, 2);
}

/** Without a sign at zero. */
export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits)) + 0;
}
