import type { SiteState, Time } from '../../core/index.ts';
import { energyBetween } from './solar.ts';

/** Wh that must have been generated and expected before they are compared */
const MEANINGFUL = 500;
/** Cycles without which nobody can tell what was generated */
const FEW_CYCLES = 3;
const HOUR = 3_600_000;

/** Compares what the PV generates today with what was expected of the same time. */
export class Yield {
  readonly #time: Pick<Time, 'startOfDay'>;
  #day = Number.NaN;
  #at: number | undefined;
  #produced = 0;
  #expected = 0;

  constructor(time: Pick<Time, 'startOfDay'>) {
    this.#time = time;
  }

  /** Takes note of a cycle: it stands for the time since the one before. */
  note({ now, interval, readings, pvPower, rates }: SiteState): void {
    if (!rates.solar) return;
    const day = this.#time.startOfDay(now);
    if (day !== this.#day) [this.#day, this.#produced, this.#expected] = [day, 0, 0];
    const from = this.#at;
    const known = readings.pv.length > 0 && readings.pv.every(({ sample }) => sample && !sample.stale);
    this.#at = known ? now : undefined;
    if (from === undefined || !known || now <= from || now - from > FEW_CYCLES * interval) return;
    const solar = rates.solar.rates;
    const covered = solar.some(({ start, end }) => start <= from && from < end);
    if (!covered) return;
    this.#produced += (pvPower * (now - from)) / HOUR;
    this.#expected += energyBetween(solar, from, now);
  }

  /** Produced by expected; 1 as long as either is too little to say anything. */
  get scale(): number {
    const told = this.#produced > MEANINGFUL && this.#expected > MEANINGFUL;
    return told ? Number((this.#produced / this.#expected).toFixed(3)) : 1;
  }
}
