import type { PlanSlot, PlanStrategy } from '../../core/index.ts';
import type { Span } from './spans.ts';

/** Chooses when to charge: the cheapest way to reach a goal in time. Pure. */

/** ms that do not count */
const NOTHING = 0.5;

export interface Task {
  /** ms since the epoch */
  readonly now: number;
  readonly target: number;
  /** ms at full power */
  readonly required: number;
  /** W */
  readonly fullPower: number;
  readonly strategy: PlanStrategy;
  /** From now on; empty: nothing to choose by */
  readonly spans: readonly Span[];
  /** Energy from the grid always costs the same, so that it is taken as late as possible */
  readonly flat?: boolean;
}

/**
 * Slots in the order of time. Surplus is used where it is cheapest, the rest is charged at full power in the cheapest
 * slots, later ones first where prices are equal. Too late: all of the time from now on, beyond the target if need be.
 */
export function schedule(task: Task): PlanSlot[] {
  return tidy(chosen(task));
}

/** In whole ms; what is left of a slot after that is dropped if it is nothing. */
export function tidy(slots: readonly PlanSlot[]): PlanSlot[] {
  return slots
    .map((slot) => ({ ...slot, start: Math.round(slot.start), end: Math.round(slot.end) }))
    .filter(({ start, end }) => end > start);
}

function chosen(task: Task): PlanSlot[] {
  const { required, fullPower } = task;
  if (required <= 0) return [];
  const now = Math.floor(task.now / 1_000) * 1_000;
  const latest = task.target - required;
  if (task.target - now <= required) return filled(task.spans, now, Math.max(task.target, now + required), fullPower);
  const lastMinute: PlanSlot[] = [{ start: latest, end: task.target, price: 0 }];
  if (task.spans.length === 0) return lastMinute;

  // Beyond the known prices there is time to charge, too: what fits in there waits until they are known.
  const known = Math.min(task.target, task.spans.at(-1)?.end ?? task.target);
  const gap = task.target - known;
  if (gap >= required) return [];
  let left = required - gap;
  const spans = clipped(task.spans, now, known);
  if (spans.reduce((sum, { start, end }) => sum + end - start, 0) < left) return lastMinute;

  const precondition = Math.min(Math.max(0, task.strategy.precondition - gap), left);
  const cut = known - precondition;
  const last = clipped(spans, cut, known);
  const block =
    precondition > 0 ? filled(spans, cut, known, fullPower).filter(({ start }) => hasRoom(last, start)) : [];
  left -= precondition - withheld(last, fullPower);
  const before = clipped(spans, now, cut);
  if (left < NOTHING) return block;
  const window = task.strategy.continuous ? cheapestWindow(before, left, fullPower) : undefined;
  // In pieces is better than late, where others leave no room for one piece.
  const inPieces = !task.strategy.continuous || before.some(({ power }) => power < fullPower);
  const picked = window ?? (inPieces ? cheapest(before, left, task) : undefined);
  return picked ? [...picked, ...block] : lastMinute;
}

/** The parts of spans between two times. */
function clipped(spans: readonly Span[], from: number, until: number): Span[] {
  return spans
    .filter(({ start, end }) => end > from && start < until)
    .map((span) => ({ ...span, start: Math.max(span.start, from), end: Math.min(span.end, until) }));
}

/** ms at full power that shared limits keep back. */
function withheld(spans: readonly Span[], fullPower: number): number {
  return spans.reduce((sum, { start, end, power }) => sum + (end - start) * (1 - power / fullPower), 0);
}

/** What nothing is known of counts as free. */
function hasRoom(spans: readonly Span[], at: number): boolean {
  return !spans.some(({ start, end, power }) => power === 0 && start <= at && at < end);
}

/** Charges from one time to the other without a break; where prices are unknown, they are 0. */
export function filled(spans: readonly Span[], from: number, until: number, fullPower: number): PlanSlot[] {
  const slots: PlanSlot[] = [];
  let at = from;
  for (const span of clipped(spans, from, until)) {
    if (span.start > at) slots.push({ start: at, end: span.start, price: 0 });
    slots.push(fast(span, span.start, span.end, fullPower));
    at = span.end;
  }
  if (at < until) slots.push({ start: at, end: until, price: 0 });
  return slots;
}

/** A slot at full power: surplus first, the rest from the grid. */
function fast({ price, solarPrice, surplus, power }: Span, start: number, end: number, fullPower: number): PlanSlot {
  const solar = surplus / (power || fullPower);
  return { start, end, price: solar * solarPrice + (1 - solar) * price };
}

/** One piece of what a span offers. */
interface Offer {
  readonly span: Span;
  readonly solar: boolean;
  readonly price: number;
  /** W */
  readonly power: number;
}

/** ms that were taken of a span */
interface Taken {
  /** Surplus is followed, from the start on, unless there is full power */
  solar: number;
  fast: number;
}

/** Surplus, and what the grid adds to it up to full power; where the grid is cheaper than the feed-in, only both together. */
function offersOf(span: Span, fullPower: number): Offer[] {
  const { surplus, power, price, solarPrice } = span;
  const apart = surplus > 0 && solarPrice <= price;
  const offers: Offer[] = apart ? [{ span, solar: true, price: solarPrice, power: surplus }] : [];
  if (!apart && power > 0) {
    offers.push({ span, solar: false, price: fast(span, span.start, span.end, fullPower).price, power });
  } else if (power > surplus) {
    offers.push({ span, solar: false, price, power: power - surplus });
  }
  return offers;
}

/** Later ones first, but surplus first and in the order in which it comes: it is charged as it comes. */
function byPrice(a: Offer, b: Offer): number {
  if (a.price !== b.price) return a.price - b.price;
  if (a.solar !== b.solar) return a.solar ? -1 : 1;
  return a.solar ? a.span.start - b.span.start : b.span.start - a.span.start;
}

/** `left` ms at full power in the cheapest slots; all there is, if that is less. */
function cheapest(spans: readonly Span[], left: number, { fullPower, flat = false }: Task): PlanSlot[] {
  const offers = spans.flatMap((span) => offersOf(span, fullPower)).sort(byPrice);
  const taken = new Map<Span, Taken>();
  let missing = left;
  for (const { span, solar, power } of offers) {
    if (missing < NOTHING) break;
    const time = Math.min(span.end - span.start, (missing * fullPower) / power);
    missing -= (time * power) / fullPower;
    const of = taken.get(span) ?? { solar: 0, fast: 0 };
    taken.set(span, of);
    if (solar) of.solar = time;
    else of.fast = time;
  }
  const charging = spans.filter((span) => (taken.get(span)?.fast ?? 0) > 0);
  return spans.flatMap((span) => {
    const of = taken.get(span);
    return of ? slotsOf(span, of, fullPower, span === charging[0] && (flat || charging.length > 1)) : [];
  });
}

/** What was taken of a span as slots; `late`: full power at its end, so that charging begins as late as possible. */
function slotsOf(span: Span, { solar, fast: time }: Taken, fullPower: number, late: boolean): PlanSlot[] {
  const { start, end, solarPrice: price, surplus } = span;
  const length = end - start;
  const border = late ? end - time : start + time;
  const full = time > 0 ? [late ? fast(span, border, end, fullPower) : fast(span, start, border, fullPower)] : [];
  // What is left of the span, if its surplus is wanted.
  const rest = Math.min(solar, length - time);
  if (rest <= 0) return full;
  return late && time > 0
    ? [{ start, end: start + rest, price, surplus }, ...full]
    : [...full, { start: border, end: border + rest, price, surplus }];
}

/** The cheapest time without a break that is long enough; among equal ones the latest. `undefined`: there is none. */
function cheapestWindow(spans: readonly Span[], left: number, fullPower: number): PlanSlot[] | undefined {
  let best: { readonly slots: PlanSlot[]; readonly cost: number } | undefined;
  for (let first = 0; first < spans.length; first += 1) {
    const slots: PlanSlot[] = [];
    let missing = left;
    let cost = 0;
    for (let index = first; index < spans.length && missing >= NOTHING; index += 1) {
      const span = spans[index];
      if (!span || span.power === 0 || (index > first && spans[index - 1]?.end !== span.start)) break;
      const share = span.power / fullPower;
      const time = Math.min(span.end - span.start, missing / share);
      const slot = fast(span, span.start, span.start + time, fullPower);
      slots.push(slot);
      missing -= time * share;
      cost += slot.price * time * share;
    }
    if (missing < NOTHING && (!best || cost <= best.cost * (1 + Math.sign(best.cost) * 1e-9))) best = { slots, cost };
  }
  return best?.slots;
}
