import type { Agenda, Visit } from './agenda.ts';

/** A car: what its battery holds, where it is, and how much current it takes when it is offered some. */

export interface CarOptions {
  /** Name of the charger that it is plugged in at when it is at home */
  readonly charger: string;
  /** Wh usable */
  readonly capacity: number;
  /** %, at the beginning */
  readonly soc: number;
  /** %, at which the car ends charging by itself */
  readonly limitSoc: number;
  /** Phases of its on-board charger */
  readonly phases: 1 | 2 | 3;
  /** A, the smallest offer that it accepts */
  readonly minCurrent: number;
  /** A, the most that it takes */
  readonly maxCurrent: number;
  /** 0 to 1, share of what it takes that does not reach its battery */
  readonly loss: number;
  /** %, from which its current falls, down to a tenth of the maximum at 100 %; 100: it does not fall */
  readonly taperFrom: number;
  /** ms from an offer until it takes current */
  readonly startDelay: number;
  /** ms from a changed offer until it follows */
  readonly followDelay: number;
  /** ms without charging after which it falls asleep; Infinity: never */
  readonly sleepAfter: number;
  /** ms from waking up until it accepts an offer */
  readonly wakeDelay: number;
  /** Wh per km */
  readonly consumption: number;
  /** RFID tag or address that the charger sees; empty: none */
  readonly identifier: string;
}

export interface Car {
  readonly name: string;
  readonly options: CarOptions;
  /** Wh in the battery */
  stored: number;
  /** km */
  odometer: number;
  home: boolean;
  plugged: boolean;
  asleep: boolean;
  /** ms since the epoch at which it falls asleep */
  sleepAt: number;
  /** ms since the epoch at which it has woken up; Infinity: nobody asked */
  awakeAt: number;
  /** Wh at the charger that it still wanted when it left, of all visits */
  unmet: number;
  readonly agenda: Agenda;
  /** What happens to it next; absent: nothing */
  next: Visit | undefined;
}

/** Share of the maximum that is left at 100 % soc */
const LAST_SHARE = 0.1;
/** Wh that counts as nothing */
const NOTHING = 1e-6;
/** %, below which no trip empties it: the driver charges elsewhere */
const RESERVE = 5;

export function createCar(name: string, options: CarOptions, agenda: Agenda, now: number): Car {
  const last = agenda.last(now);
  const car: Car = {
    name,
    options,
    stored: (options.capacity * options.soc) / 100,
    odometer: 12_000,
    home: last.home,
    plugged: false,
    asleep: false,
    sleepAt: Number.POSITIVE_INFINITY,
    awakeAt: Number.POSITIVE_INFINITY,
    unmet: 0,
    agenda,
    next: agenda.next(now),
  };
  if (last.home && last.wanted !== undefined) arrive(car, last);
  return car;
}

/** Lets what is due at `now` happen; returns ms since the epoch of what comes next. The house plugs and unplugs. */
export function live(car: Car, now: number): number {
  while (car.next && car.next.at <= now) {
    const visit = car.next;
    if (visit.home) arrive(car, visit);
    else leave(car);
    car.next = car.agenda.next(visit.at);
  }
  if (now >= car.awakeAt) {
    car.awakeAt = Number.POSITIVE_INFINITY;
    car.asleep = false;
    stayAwake(car, now);
  } else if (now >= car.sleepAt) {
    car.asleep = true;
    car.sleepAt = Number.POSITIVE_INFINITY;
  }
  return Math.min(car.next?.at ?? Number.POSITIVE_INFINITY, car.awakeAt, car.sleepAt);
}

function arrive(car: Car, visit: Visit): void {
  const { capacity, loss, limitSoc, consumption } = car.options;
  car.home = true;
  if (visit.wanted !== undefined) {
    car.stored = (capacity * limitSoc) / 100 - visit.wanted * (1 - loss);
    return;
  }
  car.odometer += visit.distance;
  car.stored = Math.max((capacity * RESERVE) / 100, car.stored - visit.distance * consumption);
}

function leave(car: Car): void {
  if (car.home) car.unmet += remaining(car);
  car.home = false;
}

/** Starts its patience anew: it was plugged in, woken up, or has just charged. */
export function stayAwake(car: Car, now: number): void {
  car.sleepAt = now + car.options.sleepAfter;
}

/** Asks a sleeping car to accept offers again. */
export function wake(car: Car, now: number): void {
  if (car.asleep && car.awakeAt === Number.POSITIVE_INFINITY) car.awakeAt = now + car.options.wakeDelay;
}

/** Wh at the charger that it would still take */
export function remaining({ options, stored }: Car): number {
  const missing = (options.capacity * options.limitSoc) / 100 - stored;
  return missing <= NOTHING ? 0 : missing / (1 - options.loss);
}

/** %, 0 to 100 */
export function soc({ options, stored }: Car): number {
  return Math.min(100, Math.max(0, (stored / options.capacity) * 100));
}

/** A per phase that it takes of `offered` A; 0: it does not charge. */
export function appetite(car: Car, offered: number): number {
  const { minCurrent, maxCurrent, taperFrom } = car.options;
  if (offered < minCurrent || car.asleep || remaining(car) === 0) return 0;
  const charged = soc(car);
  const share = charged <= taperFrom ? 1 : 1 - ((1 - LAST_SHARE) * (charged - taperFrom)) / (100 - taperFrom);
  return Math.min(offered, maxCurrent * share);
}

/** Its current falls with its soc at the moment. */
export function tapers(car: Car): boolean {
  return soc(car) >= car.options.taperFrom && car.options.taperFrom < 100;
}

/** Lets `energy` Wh arrive at its plug. */
export function charge(car: Car, energy: number): void {
  car.stored += energy * (1 - car.options.loss);
}

/** km */
export function range({ options, stored }: Car): number {
  return Math.max(0, stored) / options.consumption;
}
