import { escaped } from './markup.ts';
import { STYLES } from './styles.ts';

/** The parts that every page of charts has; one HTML file that needs nothing else: no script, no font, no network. */

export function page(title: string, subtitle: string, content: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLES}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(subtitle)}</p>
${content.join('\n')}
</body>
</html>
`;
}

export type Tile = readonly [name: string, value: string, unit: string, note: string];

/** The most important numbers, large. */
export function tilesOf(tiles: readonly Tile[]): string {
  const cells = tiles.map(
    ([name, value, unit, note]) =>
      `<div><dt>${escaped(name)}</dt><dd>${escaped(value)} <small>${escaped(unit)}</small></dd><dd>${escaped(note)}</dd></div>`,
  );
  return `<dl class="tiles">${cells.join('')}</dl>`;
}

/** A chart with its heading; the legend has a name and a CSS class for each colour. */
export function section(
  heading: string,
  explanation: string,
  legend: readonly (readonly [name: string, color: string, ...rest: unknown[]])[],
  chart: string,
): string {
  const entries = legend.map(([name, color]) => `<li><i class="${color}"></i>${escaped(name)}</li>`);
  return `<h2>${escaped(heading)}</h2><p>${escaped(explanation)}</p><ul class="legend">${entries.join('')}</ul><div class="scroll">${chart}</div>`;
}
