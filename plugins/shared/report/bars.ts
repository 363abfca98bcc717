import { escaped, number, picture, px, ticks } from './markup.ts';

/** A bar chart of stacked parts, above and below zero. */

export interface Part {
  readonly name: string;
  /** CSS class that gives the colour */
  readonly color: string;
  /** One value for each bar; negative ones are drawn below zero */
  readonly values: readonly number[];
}

export interface BarChart {
  readonly label: string;
  readonly unit: string;
  /** Decimals of values in tooltips */
  readonly digits: number;
  /** One for each bar: below it, and in its tooltip */
  readonly labels: readonly string[];
  readonly titles: readonly string[];
  readonly parts: readonly Part[];
  /** A mark on each bar, e.g. a balance */
  readonly marks?: Part;
}

const WIDTH = 1_040;
const HEIGHT = 260;
const LEFT = 44;
const RIGHT = 8;
const TOP = 20;
const BOTTOM = 26;
/** px that a label below a bar needs */
const LABEL_WIDTH = 46;

export function barChart(chart: BarChart): string {
  const { labels, parts, marks } = chart;
  const sums = labels.map((_, index) => {
    let above = 0;
    let below = 0;
    for (const { values } of parts) {
      const value = values[index] ?? 0;
      if (value > 0) above += value;
      else below += value;
    }
    return { above, below };
  });
  const extremes = [0, ...sums.flatMap(({ above, below }) => [above, below]), ...(marks?.values ?? [])];
  const scaleTicks = ticks(Math.min(...extremes), Math.max(...extremes), 6);
  const low = scaleTicks[0] ?? 0;
  const high = scaleTicks.at(-1) ?? 1;
  const y = (value: number): number => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const pitch = (WIDTH - LEFT - RIGHT) / Math.max(1, labels.length);
  const width = Math.min(pitch * 0.72, 90);
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / pitch));

  const grid = scaleTicks.map((tick, index) => {
    const at = px(y(tick));
    const name = tick === 0 ? 'zero' : 'rule';
    return `<line class="${name}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text class="tick" x="${LEFT - 6}" y="${at}" dy="4" text-anchor="end">${number(tick, tick % 1 === 0 ? 0 : 1)}</text>${index === scaleTicks.length - 1 ? `<text class="tick" x="${LEFT}" y="${TOP - 6}">${escaped(chart.unit)}</text>` : ''}`;
  });
  const bars = labels.map((label, index) => {
    const left = LEFT + index * pitch + (pitch - width) / 2;
    const text =
      index % every === 0
        ? `<text class="tick" x="${px(left + width / 2)}" y="${HEIGHT - 8}" text-anchor="middle">${escaped(label)}</text>`
        : '';
    return `<g><title>${escaped(tooltip(chart, index))}</title><rect class="hit" x="${px(LEFT + index * pitch)}" y="${TOP}" width="${px(pitch)}" height="${HEIGHT - TOP - BOTTOM}"/>${stack(parts, index, left, width, y)}${mark(marks, index, left, width, y)}</g>${text}`;
  });
  return picture(WIDTH, HEIGHT, chart.label, `${grid.join('')}${bars.join('')}`);
}

function stack(
  parts: readonly Part[],
  index: number,
  left: number,
  width: number,
  y: (value: number) => number,
): string {
  let above = 0;
  let below = 0;
  return parts
    .map(({ color, values }) => {
      const value = values[index] ?? 0;
      if (value === 0 || Number.isNaN(value)) return '';
      const from = value > 0 ? above : below;
      if (value > 0) above += value;
      else below += value;
      const edges = [y(from), y(from + value)] as const;
      const top = Math.min(...edges);
      const height = Math.abs(edges[0] - edges[1]);
      return `<rect class="${color}" x="${px(left)}" y="${px(top)}" width="${px(width)}" height="${px(height)}"/>`;
    })
    .join('');
}

function mark(
  marks: Part | undefined,
  index: number,
  left: number,
  width: number,
  y: (value: number) => number,
): string {
  const value = marks?.values[index];
  if (marks === undefined || value === undefined || Number.isNaN(value)) return '';
  const at = px(y(value));
  return `<line class="${marks.color}" x1="${px(left - 3)}" x2="${px(left + width + 3)}" y1="${at}" y2="${at}"/>`;
}

function tooltip({ titles, parts, marks, unit, digits }: BarChart, index: number): string {
  const rows = [...parts, ...(marks ? [marks] : [])].map(
    ({ name, values }) =>
      `${name}: ${number(Math.abs(values[index] ?? 0) * sign(name, marks, values[index]), digits)} ${unit}`,
  );
  return [titles[index] ?? '', ...rows].join('\n');
}

/** Parts are named by what they are, a mark may be negative. */
function sign(name: string, marks: Part | undefined, value: number | undefined): number {
  return name === marks?.name && (value ?? 0) < 0 ? -1 : 1;
}
