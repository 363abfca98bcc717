import { DAY } from './local-time.ts';
import { chance, subseed } from './random.ts';
import type { Source } from './sources.ts';

/** Measured series as sources: means of slots of equal length, held exactly or with a variation that keeps each mean. */

export interface Series {
  /** ms since the epoch of the first slot */
  readonly start: number;
  /** ms, length of every slot */
  readonly slot: number;
  /** One value for each slot */
  readonly values: readonly number[];
}

/** ms for which a varied power counts as constant, unless the slot cannot be divided so */
const PIECE = 60_000;

/** Slot of a time; outside of the series it repeats itself, by whole weeks or days if it is that long. */
export function slotAt({ start, slot, values }: Series, at: number): number {
  const index = Math.floor((at - start) / slot);
  if (index >= 0 && index < values.length) return index;
  const day = Math.max(1, Math.round(DAY / slot));
  const period = values.length >= 7 * day ? 7 * day : values.length >= day ? day : 1;
  const length = values.length - (values.length % period);
  return ((index % length) + length) % length;
}

/** `variation` from 0 (the means as they are) to 1 (the largest that keeps powers above 0). */
export function profile(series: Series, variation: number, seed: number): Source {
  const { start, slot, values } = series;
  if (variation === 0) {
    return {
      power: (at) => values[slotAt(series, at)] ?? 0,
      until: (at) => start + (Math.floor((at - start) / slot) + 1) * slot,
    };
  }
  const pieces = Math.max(1, Math.round(slot / PIECE));
  const length = slot / pieces;
  const noise = subseed(seed, 'variation');
  const factors = new Float64Array(pieces);
  let filled = Number.NaN;
  return {
    power: (at) => {
      const index = Math.floor((at - start) / slot);
      if (index !== filled) {
        fill(factors, noise, index, variation);
        filled = index;
      }
      const piece = Math.min(pieces - 1, Math.floor((at - start - index * slot) / length));
      return (values[slotAt(series, at)] ?? 0) * (factors[piece] ?? 1);
    },
    until: (at) => start + (Math.floor((at - start) / length) + 1) * length,
  };
}

/** Factors whose mean is exactly 1: a wandering curve, moved to a mean of 0 and scaled so that none falls below 1 − variation. */
function fill(factors: Float64Array, seed: number, slot: number, variation: number): void {
  const { length } = factors;
  let value = 0;
  let sum = 0;
  for (let at = 0; at < length; at += 1) {
    value = 0.7 * value + chance(seed, slot * length + at) - 0.5;
    factors[at] = value;
    sum += value;
  }
  const mean = sum / length;
  let lowest = 0;
  for (let at = 0; at < length; at += 1) {
    factors[at] = (factors[at] ?? 0) - mean;
    lowest = Math.min(lowest, factors[at] ?? 0);
  }
  const scale = lowest === 0 ? 0 : variation / -lowest;
  for (let at = 0; at < length; at += 1) factors[at] = 1 + scale * (factors[at] ?? 0);
}
