/** Text that becomes part of a page. */

/** A text as it may stand in HTML and SVG, also inside of attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** With thousands separated and as many decimals as asked for; nothing has no sign. */
export function number(value: number, digits = 0): string {
  const text = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return /[1-9]/.test(text) ? text.replace('-', '−') : text.replace('-', '');
}

/** A coordinate: one decimal is a tenth of a pixel. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A picture with a text for those who do not see it; it scales with the page. */
export function picture(width: number, height: number, label: string, content: string, name = 'chart'): string {
  return `<svg class="${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">${content}</svg>`;
}

/** Round numbers at even distances, about `count` of them, the first not above `from` and the last not below `to`. */
export function ticks(from: number, to: number, count: number): number[] {
  const span = Math.max(to - from, 1e-3);
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step = [1, 2, 5].map((factor) => factor * power).find((each) => span / each <= count) ?? 10 * power;
  const first = Math.floor(from / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(to / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
