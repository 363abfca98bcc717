import type { ConnectorOrder } from '../shared/ocpp/service.ts';
import type { Facts, Limits, LimitUnit, Manner } from './dialect.ts';

/**
 * Stations take limits in different manners and refuse the others; which one a station takes is found out by trying. Pure.
 */

export interface Situation {
  readonly facts: Facts;
  readonly order: ConnectorOrder;
  /** A transaction is under way */
  readonly transaction: boolean;
  /** The station has no other connector in use, so that a limit of the station is one of the connector */
  readonly alone: boolean;
}

/** The manners to try, the most usual ones first, after the one that worked before. */
export function mannersFor(situation: Situation, known: Manner | undefined): Manner[] {
  const { facts, order, transaction, alone } = situation;
  const units: readonly LimitUnit[] = facts.units?.length ? facts.units : ['A', 'W'];
  // A limit at a higher level that it took before would count more than a lower one.
  const levels = [...new Set([facts.maxStackLevel ?? known?.stackLevel ?? 0, 0])];
  // Without a number, stations take three phases: what shall be one phase must never be told without. Nothing is nothing.
  const onePhase = order.phases === 1 && order.enabled;
  const numbered = order.phases === undefined ? [false] : onePhase ? [true] : [true, false];
  const purposes: Manner['purpose'][] = [
    'default',
    ...(transaction ? (['transaction'] as const) : []),
    ...(alone ? (['station'] as const) : []),
  ];
  const all: Manner[] = [];
  for (const purpose of purposes)
    for (const unit of units)
      for (const stackLevel of levels)
        for (const kind of ['Absolute', 'Relative'] as const)
          for (const number of numbered) all.push({ purpose, unit, kind, stackLevel, numbered: number });
  const fits = known ? all.filter((manner) => isAlike(manner, known)) : [];
  return [...fits, ...all.filter((manner) => !fits.includes(manner))];
}

/** Levels above that are looked for other limits, at most */
const MOST_LEVELS = 10;

/** Limits that others may have left, and that would count more than one told in this manner. */
export function othersThan({ purpose, stackLevel }: Manner, { maxStackLevel = MOST_LEVELS }: Facts): Limits[] {
  const most = Math.min(maxStackLevel, stackLevel + MOST_LEVELS);
  const above = Array.from({ length: Math.max(0, most - stackLevel) }, (_, index) => stackLevel + 1 + index);
  return [
    ...above.map((level) => ({ purpose, stackLevel: level })),
    ...(purpose === 'transaction' ? [] : [{ purpose: 'transaction' } as const]),
  ];
}

function isAlike(one: Manner, other: Manner): boolean {
  const { purpose, unit, kind, stackLevel } = one;
  return purpose === other.purpose && unit === other.unit && kind === other.kind && stackLevel === other.stackLevel;
}

/**
 * An order in a unit: A with one decimal, or whole W of all phases; never more than ordered. `phases`: those that are in use
 * if the order does not say so.
 */
export function toLimit(order: ConnectorOrder, unit: LimitUnit, phases: number, voltage: number): number {
  if (!order.enabled) return 0;
  // Sums of decimals may be a hair below the decimal that they stand for.
  if (unit === 'A') return Math.floor(order.current * 10 + 1e-6) / 10;
  return Math.floor(order.current * voltage * (order.phases ?? phases) + 1e-6);
}
