import './bars.css';
import type { JSX } from 'preact';
import { UNKNOWN } from '../text/format.ts';
import { scaleOf } from './scale.ts';

/** A part of a bar, or of the space above it. */
export interface Stack {
  readonly name: string;
  /** Class that gives the colour, such as `of-sun` */
  readonly colour: string;
  /** Shade among those of one colour, from 0 */
  readonly shade?: number;
  /** Colour that a person chose for it, such as `#2f8fdb`, in place of these */
  readonly own?: string | undefined;
}

export interface Bar {
  /** Below the bar */
  readonly label: string;
  /** What it stands for, in words */
  readonly title: string;
  /** Values by stack, from the bottom up; ≥ 0 unless there is one stack only; none: unknown */
  readonly values: readonly number[];
}

/**
 * Stacked bars with their scale. `write` says a value with its unit. Readers that do not see get the bars as a list.
 */
export function Bars(props: {
  label: string;
  stacks: readonly Stack[];
  bars: readonly Bar[];
  write: (value: number) => string;
}): JSX.Element {
  const { stacks, bars, write } = props;
  const sums = bars.map(({ values }) => sum(values));
  const top = Math.max(0, ...sums);
  const bottom = Math.min(0, ...sums);
  const highest = top > 0 || bottom === 0 ? scaleOf(top) : 0;
  const lowest = bottom < 0 ? -scaleOf(-bottom) : 0;
  const range = highest - lowest;
  const middle = write((highest + lowest) / 2);
  const share = (value: number): string => `${((100 * value) / range).toFixed(2)}%`;
  return (
    <figure class="bars">
      {stacks.length > 1 && (
        <figcaption class="bars-names" aria-hidden="true">
          {stacks.map(({ name, colour, shade = 0, own }) => (
            <span key={name} class={`bars-name ${colour}`} data-shade={shade % SHADES} style={chosen(own)}>
              {name}
            </span>
          ))}
        </figcaption>
      )}
      <div class="bars-plot">
        <div class="bars-scale" aria-hidden="true">
          <span>{write(highest)}</span>
          <span>{middle === write(highest) || middle === write(lowest) ? '' : middle}</span>
          <span>{write(lowest)}</span>
        </div>
        <ul class="bars-list" aria-label={props.label}>
          {bars.map((bar, index) => (
            <li key={String(index)} class="bars-place" title={tellOf(bar, stacks, write)}>
              <span class="unseen">{tellOf(bar, stacks, write)}</span>
              <span class="bars-column" aria-hidden="true">
                {bar.values.map((value, part) => {
                  const stack = stacks[part];
                  if (!stack || value === 0) return null;
                  const size = share(Math.abs(value));
                  const base = part > 0 ? 0 : -lowest + Math.min(0, value);
                  return (
                    <i
                      key={stack.name}
                      class={`bars-part ${stack.colour}`}
                      data-shade={(stack.shade ?? 0) % SHADES}
                      style={{ ...chosen(stack.own), blockSize: size, marginBlockEnd: share(base) }}
                    />
                  );
                })}
              </span>
              <span class="bars-label" aria-hidden="true">
                {bar.label}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </figure>
  );
}

const chosen = (colour: string | undefined): Record<string, string> =>
  colour === undefined ? {} : { '--bar': colour };

/** Shades of one colour that can be told apart */
const SHADES = 4;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function tellOf({ title, values }: Bar, stacks: readonly Stack[], write: (value: number) => string): string {
  if (values.length === 0) return `${title}: ${UNKNOWN}`;
  const parts = values.flatMap((value, index) => (value !== 0 ? [`${stacks[index]?.name ?? ''} ${write(value)}`] : []));
  if (parts.length === 0) return `${title}: ${write(0)}`;
  return parts.length === 1 && stacks.length === 1
    ? `${title}: ${write(sum(values))}`
    : `${title}: ${write(sum(values))} (${parts.join(', ')})`;
}
