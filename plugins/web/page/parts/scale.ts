/** A round number that is not below a value; half of it is round, too. */
export function scaleOf(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const round = [1, 2, 4, 6, 8, 10].find((step) => step * power >= value * (1 - 1e-9)) ?? 10;
  return round * power;
}
