import type { Session } from '../../core/index.ts';
import type { Column } from './sessions-language.ts';

/** How one kind of file writes the values of sessions. */
export interface CellNotation<Cell> {
  text(value: string): Cell;
  /** With at most so many decimals; `undefined`: unknown */
  number(value: number | undefined, places: number): Cell;
  /** ms since the epoch, shown by the local clocks in whole seconds; `undefined`: unset */
  time(value: number | undefined): Cell;
  /** ms, shown in whole seconds */
  duration(value: number): Cell;
}

type Writer = <Cell>(session: Session, notation: CellNotation<Cell>) => Cell;

/** Columns in the order of the files. */
export const COLUMNS: readonly (readonly [Column, Writer])[] = [
  ['created', ({ created }, { time }) => time(created)],
  ['finished', ({ finished }, { time }) => time(finished)],
  ['loadpoint', ({ loadpoint }, { text }) => text(loadpoint)],
  ['identifier', ({ identifier }, { text }) => text(identifier)],
  ['vehicle', ({ vehicle }, { text }) => text(vehicle)],
  ['odometer', ({ odometer }, { number }) => number(odometer, 0)],
  ['meterStart', ({ meterStart }, { number }) => number(kilo(meterStart), 3)],
  ['meterStop', ({ meterStop }, { number }) => number(kilo(meterStop), 3)],
  ['chargedEnergy', ({ energy }, { number }) => number(kilo(energy), 3)],
  ['chargeDuration', ({ duration }, notation) => notation.duration(duration)],
  ['solarPercentage', ({ solarPercentage }, { number }) => number(solarPercentage, 3)],
  ['price', ({ price }, { number }) => number(price, 3)],
  ['pricePerKWh', ({ pricePerKwh }, { number }) => number(pricePerKwh, 3)],
  ['co2PerKWh', ({ co2PerKwh }, { number }) => number(co2PerKwh, 3)],
];

function kilo(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value / 1_000;
}
