import type { Forecast, LoadpointValues, RepeatingPlan } from '../../data/values.ts';
import type { Slot, Span } from '../../parts/timeline-shape.ts';

/** What the view of plans works out by itself. Pure; times are ms since the epoch, by the calendar of this device. */

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** By what a goal counts: soc where it is known, else energy. */
export type GoalKind = 'soc' | 'energy';

/** Reads a value of a loadpoint. */
export type Read = <K extends keyof LoadpointValues>(key: K) => LoadpointValues[K] | undefined;

export function goalKindOf(read: Read): GoalKind {
  const known = (read('vehicleSoc') ?? 0) > 0 && (read('vehicleCapacity') ?? 0) > 0 && read('vehicleName');
  return known && read('chargerFeatureHeating') !== true ? 'soc' : 'energy';
}

/** What is asked for, as the form has it. */
export interface Draft {
  /** `2026-11-23` */
  readonly day: string;
  /** `07:00` */
  readonly time: string;
  /** % or kWh */
  readonly value: number;
}

/** kWh that are proposed */
const SOME_ENERGY = 10;
/** % that is proposed where the car decides */
const SOME_SOC = 80;

/** The goal that was set once; without one, a proposal: the next morning. */
export function draftOf(read: Read, kind: GoalKind, now: number): Draft {
  const target = timeOf(read('targetTime'));
  const at = target ?? nextMorning(now);
  return { day: dayText(at), time: clockText(at), value: goalOf(read, kind, target !== undefined) };
}

function goalOf(read: Read, kind: GoalKind, planned: boolean): number {
  if (kind === 'energy') return (planned && (read('planEnergy') || read('targetEnergy'))) || SOME_ENERGY;
  const limit = read('effectiveLimitSoc') || 100;
  if (planned) return read('planSoc') || limit;
  return limit < 100 ? limit : SOME_SOC;
}

/** 07:00, with two hours left to charge */
function nextMorning(now: number): number {
  const date = new Date(now);
  const today = new Date(date.getFullYear(), date.getMonth(), date.getDate(), 7).getTime();
  if (today - now >= 2 * HOUR) return today;
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1, 7).getTime();
}

/** NaN: one of both is missing. */
export function momentOf({ day, time }: Draft): number {
  return new Date(`${day}T${time}`).getTime();
}

export function dayText(time: number, later = 0): string {
  const date = new Date(time);
  const day = new Date(date.getFullYear(), date.getMonth(), date.getDate() + later);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

function clockText(time: number): string {
  const date = new Date(time);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** A slot to charge in, with price or CO2. */
export interface PlanSlot extends Slot {
  /** W of sun that it follows; absent: it charges at full power */
  readonly surplus?: number;
}

/** What comes out of a goal. */
export interface Outcome {
  /** When it shall be reached; absent: nothing is planned */
  readonly target?: number;
  readonly slots: readonly PlanSlot[];
  /** ms at full power */
  readonly duration: number;
  /** W, full power */
  readonly power: number;
}

/** What the API says of a plan; `undefined`: nothing that makes sense. */
export function outcomeOf(answer: unknown): Outcome | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { plan, planTime, duration, power } = answer as Readonly<Record<string, unknown>>;
  const target = timeOf(planTime);
  const slots = (Array.isArray(plan) ? plan : []).flatMap((slot: Readonly<Record<string, unknown>>): PlanSlot[] => {
    const [start, end] = [timeOf(slot.start), timeOf(slot.end)];
    if (start === undefined || end === undefined) return [];
    const { surplus } = slot;
    return [{ start, end, value: Number(slot.value), ...(typeof surplus === 'number' && { surplus }) }];
  });
  return {
    ...(target !== undefined && { target }),
    slots,
    duration: (typeof duration === 'number' ? duration : 0) * 1_000,
    power: typeof power === 'number' ? power : 0,
  };
}

/** Slots without a break between them, as one. */
export function piecesOf(slots: readonly Slot[]): readonly Span[] {
  const pieces: { start: number; end: number }[] = [];
  for (const { start, end } of slots) {
    const last = pieces.at(-1);
    if (last && last.end >= start) last.end = end;
    else pieces.push({ start, end });
  }
  return pieces;
}

/** Sums of a plan: Wh that are needed, Wh of its slots, Wh of sun among these, and what they cost (or g of CO2). */
export function sumsOf({ slots, duration, power }: Outcome): Sums {
  const energy = ({ start, end, surplus = power }: PlanSlot): number => (surplus * (end - start)) / HOUR;
  const sum = (of: (slot: PlanSlot) => number): number => slots.reduce((total, slot) => total + of(slot), 0);
  return {
    needed: (power * duration) / HOUR,
    planned: sum(energy),
    sun: sum((slot) => (slot.surplus === undefined ? 0 : energy(slot))),
    cost: sum((slot) => (energy(slot) / 1_000) * slot.value),
  };
}

export interface Sums {
  readonly needed: number;
  readonly planned: number;
  readonly sun: number;
  readonly cost: number;
}

/** ms by which the goal is reached too late; what is less than a minute counts as in time. */
export function latenessOf({ slots, target }: Outcome): number {
  const end = slots.at(-1)?.end;
  if (end === undefined || target === undefined) return 0;
  return end - target < MINUTE ? 0 : end - target;
}

/** What is known of the future, as curves; each may be empty. */
export interface Curves {
  readonly price: readonly Slot[];
  readonly co2: readonly Slot[];
  readonly sun: readonly Slot[];
}

/** `kind`: of what plans go by, such as `co2`; `scale`: of the sun */
export function curvesOf(forecast: Forecast | undefined, kind: string | null | undefined, scale = 1): Curves {
  const { planner, grid, co2, solar } = forecast ?? {};
  const slots = (list: Forecast['grid'] = []): readonly Slot[] =>
    list.map(([start, end, value]) => ({ start: start * 1_000, end: end * 1_000, value }));
  const series = solar?.timeseries ?? [];
  // Each value holds until the next one; the last one as long as the one before.
  const sun = series.map(([start, value], index): Slot => {
    const step = start - (series[index - 1]?.[0] ?? start - 3_600);
    return { start: start * 1_000, end: (series[index + 1]?.[0] ?? start + step) * 1_000, value: value * scale };
  });
  return {
    price: slots((kind === 'co2' ? undefined : planner) ?? grid),
    co2: slots((kind === 'co2' ? planner : undefined) ?? co2),
    sun,
  };
}

/** The longest time that is drawn */
const FARTHEST = 72 * HOUR;

/** From the present hour until prices are not known any more and the goal is reached. */
export function spanOf({ price, co2 }: Curves, target: number | undefined, now: number): Span {
  const start = Math.floor(now / HOUR) * HOUR;
  const known = Math.max(price.at(-1)?.end ?? 0, price.length > 0 ? 0 : (co2.at(-1)?.end ?? 0));
  const end = Math.max(known, target === undefined ? 0 : target + HOUR, start + 12 * HOUR);
  return { start, end: Math.min(end, start + FARTHEST) };
}

/** ms of the future in which a rate is not above a limit, and of all that is known. */
export function below(rates: readonly Slot[], limit: number, now: number): { below: number; known: number } {
  let [sum, known] = [0, 0];
  for (const { start, end, value } of rates) {
    const length = Math.max(0, end - Math.max(start, now));
    known += length;
    if (value <= limit) sum += length;
  }
  return { below: sum, known };
}

/** A limit that lets a third of the rates pass at most, and the lowest in any case; 0: there are none. */
export function proposedLimit(rates: readonly Slot[]): number {
  const values = rates.map(({ value }) => value).sort((a, b) => a - b);
  const passes = (limit: number): number => values.filter((value) => value <= limit).length;
  return values.findLast((value) => passes(value) <= values.length / 3) ?? values[0] ?? 0;
}

/** Weekdays in their order, 0 is Sunday; a week begins on Monday. */
export const WEEKDAYS: readonly number[] = [1, 2, 3, 4, 5, 6, 0];

/** The list with one plan changed, or without it where `change` is null. */
export function changedPlans(
  plans: readonly RepeatingPlan[],
  index: number,
  change: Partial<RepeatingPlan> | null,
): readonly RepeatingPlan[] {
  return plans.flatMap((plan, place) => {
    if (place !== index) return [plan];
    return change ? [{ ...plan, ...change }] : [];
  });
}

/** What happens by plan. */
export type Status =
  | { readonly kind: 'none' | 'off' | 'away' | 'reached' | 'open' }
  | { readonly kind: 'active' | 'waits'; readonly start?: number; readonly end?: number };

export function statusOf(read: Read): Status {
  if (!read('effectivePlanId')) return { kind: 'none' };
  if (read('mode') === 'off') return { kind: 'off' };
  const start = timeOf(read('planProjectedStart'));
  const end = timeOf(read('planProjectedEnd'));
  const times = { ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
  if (read('planActive') === true) return { kind: 'active', ...times };
  if (start !== undefined) return { kind: 'waits', ...times };
  if (read('connected') !== true) return { kind: 'away' };
  const soc = read('effectivePlanSoc') ?? 0;
  const missing = soc > 0 ? soc - (read('vehicleSoc') ?? 0) : (read('planEnergy') ?? 0) - energyOf(read);
  return { kind: missing > 0 ? 'open' : 'reached' };
}

/** kWh */
const energyOf = (read: Read): number => (read('sessionEnergy') ?? 0) / 1_000;

/** `undefined`: not set, or no time. */
export function timeOf(text: unknown): number | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return time > 0 ? time : undefined;
}
