import { escaped } from '../../../shared/report/markup.ts';
import type { Result } from '../result.ts';
import { rowsOf } from '../table.ts';

/** The rows of the table that is printed, for the page. */
export function totals(result: Result): string {
  const rows = rowsOf(result).map(([label, value, unit, note = '']) => {
    const part = label.startsWith(' ') ? ' class="part"' : '';
    return `<tr${part}><td>${escaped(label.trim())}</td><td>${escaped(`${value} ${unit}`.trim())}</td><td>${escaped(note)}</td></tr>`;
  });
  return `<table>${rows.join('')}</table>`;
}
