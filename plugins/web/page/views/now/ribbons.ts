import type { Balance, Flow, Node, Part } from './balance.ts';

/** Where the ribbons between givers and takers run, in a drawing as wide as `WIDTH`. Pure. */

export const WIDTH = 1_000;
/** Between two parts of a side */
const GAP = 8;
/** A part that gives or takes something is never drawn narrower */
const LEAST = 8;

export interface Segment {
  readonly id: string;
  readonly part: Part;
  readonly x: number;
  readonly width: number;
  /** W */
  readonly power: number;
}

export interface Edge {
  readonly x: number;
  readonly width: number;
}

export interface Ribbon {
  readonly id: string;
  readonly from: Part;
  readonly to: Part;
  /** Left edge and width above and below */
  readonly top: Edge;
  readonly bottom: Edge;
}

export interface Drawing {
  readonly sources: readonly Segment[];
  readonly uses: readonly Segment[];
  readonly ribbons: readonly Ribbon[];
}

export function drawingOf({ sources, uses, flows }: Balance): Drawing {
  const total = (nodes: readonly Node[]): number => nodes.reduce((sum, { power = 0 }) => sum + power, 0);
  const most = Math.max(total(sources), total(uses));
  const parts = Math.max(active(sources).length, active(uses).length);
  const scale = most > 0 ? (WIDTH - GAP * Math.max(0, parts - 1) - LEAST * parts) / most : 0;
  const above = sideOf(active(sources), scale);
  const below = sideOf(active(uses), scale);
  return { sources: above, uses: below, ribbons: ribbonsOf(flows, above, below) };
}

const active = (nodes: readonly Node[]): Node[] => nodes.filter(({ power = 0 }) => power > 0);

/** Side by side, in the middle. */
function sideOf(nodes: readonly Node[], scale: number): Segment[] {
  const widths = nodes.map(({ power = 0 }) => LEAST + power * scale);
  const all = widths.reduce((sum, width) => sum + width, 0) + GAP * Math.max(0, nodes.length - 1);
  let x = (WIDTH - all) / 2;
  return nodes.map(({ id, part, power = 0 }, index) => {
    const width = widths[index] ?? 0;
    const segment = { id, part, x, width, power };
    x += width + GAP;
    return segment;
  });
}

/** Each begins where the one before it ended, on both sides, and is as wide there as its share of the part. */
function ribbonsOf(flows: readonly Flow[], above: readonly Segment[], below: readonly Segment[]): Ribbon[] {
  const used = new Map<Segment, number>();
  const take = (segment: Segment, power: number): Edge => {
    const before = used.get(segment) ?? 0;
    const width = (segment.width * power) / segment.power;
    used.set(segment, before + width);
    return { x: segment.x + before, width };
  };
  return flows.flatMap(({ from, to, power }) => {
    const [source, use] = [above.find(({ id }) => id === from), below.find(({ id }) => id === to)];
    if (!source || !use) return [];
    return {
      id: `${from} ${to}`,
      from: source.part,
      to: use.part,
      top: take(source, power),
      bottom: take(use, power),
    };
  });
}

/** Outline of a ribbon in a drawing of this height. */
export function outlineOf({ top, bottom }: Ribbon, height: number): string {
  const [left, right] = [round(top.x), round(top.x + top.width)];
  const [leftBelow, rightBelow] = [round(bottom.x), round(bottom.x + bottom.width)];
  const middle = height / 2;
  return (
    `M${left} 0C${left} ${middle} ${leftBelow} ${middle} ${leftBelow} ${height}` +
    `L${rightBelow} ${height}C${rightBelow} ${middle} ${right} ${middle} ${right} 0Z`
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;
