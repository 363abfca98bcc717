import type { Clock } from '../../core/index.ts';
import type { Stay } from './agenda.ts';
import { advance, type House } from './house.ts';
import type { Offset } from './local-time.ts';

/** The house that all devices of a configuration share, in its own time. */
export interface Model {
  readonly house: House;
  readonly seed: number;
  /** ms to add to the real time: a house may begin its life at another time of the day or year */
  readonly shift: number;
  /** Local time of the house */
  readonly offset: Offset;
  /** Stays of cars by name; a car that is not here follows its own schedule */
  readonly stays: ReadonlyMap<string, readonly Stay[]>;
  /** Measured prices; absent: made up */
  readonly prices?: { readonly start: number; readonly slot: number; readonly values: readonly number[] };
  /** Lets the house live until now; answers with the time in the house, ms since the epoch. */
  live(): number;
  /** Lets the house live until now and changes something; `change` gets the time in the house. */
  command(change: (now: number) => void): void;
}

/** A model that lives by a clock. */
export function createModel(facts: Omit<Model, 'live' | 'command'>, clock: Clock): Model {
  const { house, shift } = facts;
  const live = () => {
    const now = clock.now() + shift;
    advance(house, now);
    return now;
  };
  return {
    ...facts,
    live,
    command: (change) => {
      change(live());
      house.settled = false;
    },
  };
}

/**
 * Keeps a part of the house under its name until its device is closed or its signal aborted; the returned function closes
 * it. Only the newest of a name is part of the house: while a device is replaced, two of them exist for a moment.
 */
export function install<Part>(
  house: House,
  parts: Map<string, Part>,
  name: string,
  part: Part,
  signal: AbortSignal,
): () => void {
  const remove = () => {
    if (parts.get(name) === part) parts.delete(name);
    house.settled = false;
  };
  parts.set(name, part);
  house.settled = false;
  signal.addEventListener('abort', remove, { once: true });
  return remove;
}

/** Rounds to the resolution of a meter, which also hides the noise of arithmetic. */
export function rounded(value: number, resolution: number): number {
  return Math.round(value * resolution) / resolution;
}
