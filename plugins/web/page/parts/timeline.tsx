import './timeline.css';
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren, JSX, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { useId } from 'preact/hooks';
import { useText } from '../text/text.tsx';
import {
  type Frame,
  heightOf,
  pathsOf,
  placeOf,
  rangeOf,
  type Shape,
  SIZE,
  type Slot,
  type Span,
  slotAt,
  ticksOf,
  within,
} from './timeline-shape.ts';

export type { Slot, Span } from './timeline-shape.ts';

export interface Curve {
  readonly name: string;
  /** Class that gives the colour, such as `of-sun` */
  readonly colour: string;
  readonly shape: Shape;
  /** Whether the area below it has its colour, too */
  readonly filled?: boolean;
  /** In order, without overlap; what is unknown is left out */
  readonly slots: readonly Slot[];
}

export interface TimelineProps {
  readonly label: string;
  /** ms since the epoch */
  readonly span: Span;
  readonly curves: readonly Curve[];
  /** Writes a value with its unit */
  readonly write: (value: number) => string;
  /** Times that are marked in the colour of their class */
  readonly marks?: readonly (Span & { readonly colour: string })[];
  /** ms since the epoch: where the present is drawn */
  readonly now?: number;
  /** Moment that is looked at, shared by timelines of the same span; absent: one of its own */
  readonly at?: Signal<number | undefined>;
  /** Whether the times are written below; absent: they are */
  readonly times?: boolean;
  /** A value that is to be seen, whatever the curves are */
  readonly seen?: number;
  /** Drawn above the curves; `height` places a value, in % from the bottom, `valueAt` reads it from there */
  readonly children?: (scale: Scale) => ComponentChildren;
}

/** Where values are on a timeline. */
export interface Scale {
  readonly height: (value: number) => number;
  /** `share`: from 0 at the bottom to 1 at the top */
  readonly valueAt: (share: number) => number;
}

/** Ticks that fit on a phone */
const MOST_TICKS = 8;

/**
 * Curves over time. A finger, the mouse or the arrow keys choose a moment, whose values are written above; without that these
 * are the present ones.
 */
export function Timeline(props: TimelineProps): JSX.Element {
  const { label, span, curves, write, marks = [], now, times = true } = props;
  const { format } = useText();
  const own = useSignal<number | undefined>(undefined);
  const at = props.at ?? own;
  const clip = useId();
  const colours = [...new Set(marks.map(({ colour }) => colour))];
  const shown = curves.map((curve) => ({ ...curve, slots: within(curve.slots, span) }));
  const values = shown.flatMap(({ slots }) => slots.map(({ value }) => value));
  const frame: Frame = { ...span, ...rangeOf(props.seen === undefined ? values : [...values, props.seen]) };
  const moment = at.value ?? now;
  const tell = (time: number | undefined): string =>
    time === undefined
      ? ''
      : [
          format.clock(time, now ?? time),
          ...shown.map(({ name, slots }) => `${name} ${writeAt(slots, time, write)}`),
        ].join(', ');
  const choose = (event: TargetedPointerEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    at.value = Math.min(span.end - 1, span.start + share * (span.end - span.start));
  };
  const leave = (): void => {
    at.value = undefined;
  };
  const step = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    if (event.key === 'Escape') leave();
    const next = nextMoment(event.key, shown, moment ?? span.start);
    if (next === undefined) return;
    event.preventDefault();
    at.value = next;
  };
  const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;
  const scale: Scale = {
    height: (value) => 100 * heightOf(value, frame),
    valueAt: (share) => frame.least + share * (frame.most - frame.least),
  };

  return (
    <figure class="timeline">
      <figcaption class="timeline-head" aria-hidden="true">
        {shown.map(({ name, colour, slots }) => (
          <span key={name} class={`timeline-name ${colour}`}>
            {name}
            {moment !== undefined && <strong>{writeAt(slots, moment, write)}</strong>}
          </span>
        ))}
        {at.value !== undefined && <span class="timeline-moment">{format.clock(at.value, now ?? at.value)}</span>}
      </figcaption>
      <div class="timeline-plot">
        <div class="timeline-scale" aria-hidden="true">
          {labelled(frame).map((value) => (
            <span key={value} style={{ insetBlockEnd: percent(heightOf(value, frame)) }}>
              {write(value)}
            </span>
          ))}
        </div>
        <div class="timeline-area">
          <div
            class="timeline-touch"
            role="slider"
            tabIndex={0}
            aria-label={label}
            aria-valuemin={span.start}
            aria-valuemax={span.end}
            aria-valuenow={Math.round(moment ?? span.start)}
            aria-valuetext={tell(moment ?? span.start)}
            onPointerMove={choose}
            onPointerDown={choose}
            onPointerLeave={leave}
            onKeyDown={step}
            onBlur={leave}
          >
            <svg viewBox={`0 0 ${SIZE} ${SIZE}`} preserveAspectRatio="none" aria-hidden="true">
              {colours.map((colour) => (
                <clipPath key={colour} id={`${clip}${colour}`}>
                  {marks
                    .filter((mark) => mark.colour === colour)
                    .map((mark) => (
                      <Band key={mark.start} span={mark} frame={frame} />
                    ))}
                </clipPath>
              ))}
              {marks.map((mark) => (
                <Band key={mark.start} span={mark} frame={frame} colour={mark.colour} />
              ))}
              {shown.map((curve, index) => (
                <Line key={curve.name} curve={curve} frame={frame} clip={clip} marked={index === 0 ? colours : []} />
              ))}
            </svg>
            {now !== undefined && now > span.start && now < span.end && (
              <i class="timeline-now" style={{ left: percent(placeOf(now, span)) }} />
            )}
            {at.value !== undefined && <i class="timeline-cursor" style={{ left: percent(placeOf(at.value, span)) }} />}
          </div>
          {props.children?.(scale)}
        </div>
        {times && (
          <div class="timeline-times" aria-hidden="true">
            {ticksOf(span, MOST_TICKS).map(({ time, kind }) => (
              <span key={time} data-kind={kind} style={{ left: percent(placeOf(time, span)) }}>
                {format.date(time, kind === 'day' ? 'weekday' : 'hour')}
              </span>
            ))}
          </div>
        )}
      </div>
    </figure>
  );
}

function Band(props: { span: Span; frame: Frame; colour?: string }): JSX.Element {
  const { span, frame, colour } = props;
  const start = SIZE * placeOf(Math.max(span.start, frame.start), frame);
  const end = SIZE * placeOf(Math.min(span.end, frame.end), frame);
  return (
    <rect
      class={colour === undefined ? undefined : `timeline-band ${colour}`}
      x={start}
      y={0}
      width={Math.max(0, end - start)}
      height={SIZE}
    />
  );
}

/** `marked`: colours in which the area below is at some times, which `clip` and the colour name. */
function Line(props: { curve: Curve; frame: Frame; clip: string; marked: readonly string[] }): JSX.Element {
  const { curve, frame, clip, marked } = props;
  const { line, area } = pathsOf(curve.slots, curve.shape, frame);
  return (
    <g class={curve.colour}>
      {curve.filled && <path class="timeline-fill" d={area} />}
      {marked.map((colour) => (
        <path key={colour} class={`timeline-fill chosen ${colour}`} d={area} clip-path={`url(#${clip}${colour})`} />
      ))}
      <path class="timeline-line" d={line} />
    </g>
  );
}

function writeAt(slots: readonly Slot[], time: number, write: (value: number) => string): string {
  const slot = slotAt(slots, time);
  return slot ? write(slot.value) : '–';
}

/** Values that are written at the side */
function labelled({ least, most }: Frame): readonly number[] {
  if (least === 0) return [most, most / 2, 0];
  return most === 0 ? [0, least] : [most, 0, least];
}

/** The moment that a key leads to; `undefined`: none does. */
function nextMoment(key: string, curves: readonly Curve[], from: number): number | undefined {
  const starts = [...new Set(curves.flatMap(({ slots }) => slots.map(({ start }) => start)))].sort((a, b) => a - b);
  if (key === 'ArrowRight' || key === 'ArrowUp') return starts.find((start) => start > from);
  if (key === 'ArrowLeft' || key === 'ArrowDown') return starts.findLast((start) => start < from);
  if (key === 'Home') return starts[0];
  return key === 'End' ? starts.at(-1) : undefined;
}
