import { scaleOf } from './scale.ts';

/** Where the curves of a timeline run. Pure; times are ms since the epoch, by the calendar of this device. */

/** A value that holds for a time; where nothing is known there is none. */
export interface Slot {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is seen: a time, and the values from the least to the most. */
export interface Frame extends Span {
  readonly least: number;
  readonly most: number;
}

/** steps: each value holds for all of its slot; line: it is passed in the middle. */
export type Shape = 'steps' | 'line';

/** Units of the drawing, in both directions */
export const SIZE = 1_000;

export function placeOf(time: number, { start, end }: Span): number {
  return (time - start) / (end - start);
}

/** From 0 at the bottom to 1 at the top. */
export function heightOf(value: number, { least, most }: Pick<Frame, 'least' | 'most'>): number {
  return (value - least) / (most - least);
}

/** Round ends of a scale with all values, and 0. */
export function rangeOf(values: readonly number[]): Pick<Frame, 'least' | 'most'> {
  const highest = Math.max(0, ...values);
  const lowest = Math.min(0, ...values);
  return {
    least: lowest < 0 ? -scaleOf(-lowest) : 0,
    most: highest > 0 || lowest === 0 ? scaleOf(highest) : 0,
  };
}

/** What is seen of the slots, in their order. */
export function within<T extends Span>(slots: readonly T[], { start, end }: Span): readonly T[] {
  return slots
    .filter((slot) => slot.end > start && slot.start < end)
    .map((slot) => ({ ...slot, start: Math.max(start, slot.start), end: Math.min(end, slot.end) }));
}

/** The slot that has a moment. */
export function slotAt(slots: readonly Slot[], time: number): Slot | undefined {
  return slots.find(({ start, end }) => start <= time && time < end);
}

/** Paths of a curve and of the area between it and 0, broken where something is unknown. */
export function pathsOf(slots: readonly Slot[], shape: Shape, frame: Frame): { line: string; area: string } {
  const x = (time: number): string => (SIZE * placeOf(time, frame)).toFixed(1);
  const y = (value: number): string => (SIZE * (1 - heightOf(value, frame))).toFixed(1);
  const lines: string[] = [];
  const areas: string[] = [];
  for (const run of runsOf(within(slots, frame))) {
    const points = run.flatMap(({ start, end, value }, index) => {
      if (shape === 'steps') return [`${x(start)} ${y(value)}`, `${x(end)} ${y(value)}`];
      // The curve begins and ends with what it knows.
      return [
        ...(index === 0 ? [`${x(start)} ${y(value)}`] : []),
        `${x((start + end) / 2)} ${y(value)}`,
        ...(index === run.length - 1 ? [`${x(end)} ${y(value)}`] : []),
      ];
    });
    const line = `M${points.join('L')}`;
    lines.push(line);
    areas.push(`${line}L${x(run.at(-1)?.end ?? 0)} ${y(0)}L${x(run[0]?.start ?? 0)} ${y(0)}Z`);
  }
  return { line: lines.join(''), area: areas.join('') };
}

function runsOf(slots: readonly Slot[]): readonly (readonly Slot[])[] {
  const runs: Slot[][] = [];
  for (const slot of slots) {
    const run = runs.at(-1);
    if (run?.at(-1)?.end === slot.start) run.push(slot);
    else runs.push([slot]);
  }
  return runs;
}

export interface Tick {
  readonly time: number;
  readonly kind: 'hour' | 'day';
}

/** Hours between two ticks */
const STEPS = [1, 2, 3, 6, 12, 24, 48, 24 * 7];

/** Round times within a span, at most `most` of them. */
export function ticksOf({ start, end }: Span, most: number): readonly Tick[] {
  const hours = (end - start) / 3_600_000;
  const step = STEPS.find((each) => hours / each <= most) ?? Math.ceil(hours / most / 24) * 24;
  const first = new Date(start);
  const day = new Date(first.getFullYear(), first.getMonth(), first.getDate());
  const ticks: Tick[] = [];
  for (let count = 0; ; count += step) {
    // By the calendar: a day may have 23 or 25 hours.
    const time = new Date(day.getFullYear(), day.getMonth(), day.getDate(), count).getTime();
    if (time > end) return ticks;
    if (time >= start) ticks.push({ time, kind: new Date(time).getHours() === 0 ? 'day' : 'hour' });
  }
}
