import { appetite, type Car, stayAwake, tapers } from './car.ts';

/** A charger that reacts with a delay, follows with a ramp and writes down what it should not have been asked to do. */

export interface ChargerOptions {
  /** Phases that are wired */
  readonly phases: 1 | 3;
  /** It can switch between one and three phases. */
  readonly phaseSwitching: boolean;
  /** A, the smallest and largest current that can be set, and the difference between two */
  readonly minCurrent: number;
  readonly maxCurrent: number;
  readonly currentStep: number;
  /** ms from a command until it has an effect on the car */
  readonly reaction: number;
  /** A per second with which the current of the car changes; Infinity: at once */
  readonly ramp: number;
  /** ms without current while phases are switched */
  readonly switchPause: number;
  /** V between phase and neutral */
  readonly voltage: number;
}

export interface Charger {
  readonly name: string;
  readonly options: ChargerOptions;
  /** What it was told */
  enabled: boolean;
  maxCurrent: number;
  /** Phases that are switched on */
  phases: 1 | 3;
  /** A, what it offers the car */
  offered: number;
  /** ms since the epoch at which the offer follows what it was told; Infinity: it has */
  offerAt: number;
  /** Phases that are being switched to, and when that is done; Infinity: none */
  nextPhases: 1 | 3;
  phasesAt: number;
  /** A car is charging: its contactor is closed. */
  closed: boolean;
  /** ms since the epoch at which the car takes up charging; Infinity: it does not mean to */
  startAt: number;
  /** A, the offer that the car follows, and when it follows the present one; Infinity: it does */
  followed: number;
  followAt: number;
  /** A per phase that flows, since when, and on how many phases */
  current: number;
  changedAt: number;
  activePhases: 0 | 1 | 2 | 3;
  /** W */
  power: number;
  /** Wh since it was made, never falls */
  energy: number;
  /** Wh since the car was plugged in */
  sessionEnergy: number;
  /** Commands that a real one would have suffered from */
  readonly violations: string[];
}

const NEVER = Number.POSITIVE_INFINITY;
/** ms for which a current that is on its ramp counts as constant */
const RAMP_STEP = 1_000;
/** ms for which a falling current of an almost full car counts as constant */
const TAPER_STEP = 60_000;

export function createCharger(name: string, options: ChargerOptions): Charger {
  return {
    name,
    options,
    enabled: false,
    maxCurrent: options.minCurrent,
    phases: options.phases,
    offered: 0,
    offerAt: NEVER,
    nextPhases: options.phases,
    phasesAt: NEVER,
    closed: false,
    startAt: NEVER,
    followed: 0,
    followAt: NEVER,
    current: 0,
    changedAt: Number.NEGATIVE_INFINITY,
    activePhases: 0,
    power: 0,
    energy: 0,
    sessionEnergy: 0,
    violations: [],
  };
}

/** Lets it allow charging, or not. */
export function enable(charger: Charger, enabled: boolean, now: number): void {
  if (charger.enabled === enabled) return;
  charger.enabled = enabled;
  react(charger, now);
}

/** Sets the current that it offers while enabled, in A. */
export function setMaxCurrent(charger: Charger, current: number, now: number): void {
  const { minCurrent, maxCurrent, currentStep } = charger.options;
  const steps = current / currentStep;
  if (!(current >= minCurrent && current <= maxCurrent)) {
    violate(charger, `current of ${current} A is not from ${minCurrent} to ${maxCurrent} A`);
    return;
  }
  if (Math.abs(steps - Math.round(steps)) > 1e-6) violate(charger, `${current} A is no multiple of ${currentStep} A`);
  if (charger.maxCurrent === current) return;
  charger.maxCurrent = current;
  react(charger, now);
}

/** Switches to so many phases after a pause without current. */
export function setPhases(charger: Charger, phases: 1 | 3, now: number): void {
  if (!charger.options.phaseSwitching) violate(charger, 'phases cannot be switched');
  if (charger.closed) violate(charger, `phases were switched to ${phases} under load`);
  charger.nextPhases = phases;
  charger.phasesAt = now + charger.options.switchPause;
  charger.offered = 0;
  charger.offerAt = charger.phasesAt;
}

/** What it was told takes effect after its reaction time, counted from the first of several commands. */
function react(charger: Charger, now: number): void {
  if (charger.phasesAt === NEVER) charger.offerAt = Math.min(charger.offerAt, now + charger.options.reaction);
}

function violate(charger: Charger, what: string): void {
  charger.violations.push(what);
}

/** Sets the power for now; returns ms since the epoch until when it stays so if nobody does anything. */
export function control(charger: Charger, car: Car | undefined, now: number): number {
  if (now >= charger.phasesAt) {
    charger.phases = charger.nextPhases;
    charger.phasesAt = NEVER;
  }
  if (now >= charger.offerAt) {
    charger.offered = charger.enabled ? charger.maxCurrent : 0;
    charger.offerAt = NEVER;
    if (charger.closed) charger.followAt = now + (car?.options.followDelay ?? 0);
  }
  const until = Math.min(charger.phasesAt, charger.offerAt);
  if (!car || appetite(car, charger.offered) === 0) {
    open(charger, car, now);
    return until;
  }
  return Math.min(until, charger.closed ? follow(charger, car, now) : start(charger, car, now));
}

/** No car, no offer or no appetite: the current ends at once. */
function open(charger: Charger, car: Car | undefined, now: number): void {
  if (charger.closed && car) stayAwake(car, now);
  charger.closed = false;
  charger.startAt = NEVER;
  charger.followAt = NEVER;
  charger.followed = 0;
  charger.current = 0;
  charger.activePhases = 0;
  charger.power = 0;
}

function start(charger: Charger, car: Car, now: number): number {
  if (charger.startAt === NEVER) charger.startAt = now + car.options.startDelay;
  if (now < charger.startAt) return charger.startAt;
  charger.startAt = NEVER;
  charger.closed = true;
  car.sleepAt = NEVER;
  charger.followed = charger.offered;
  charger.changedAt = now;
  return follow(charger, car, now);
}

function follow(charger: Charger, car: Car, now: number): number {
  const { ramp, voltage } = charger.options;
  if (now >= charger.followAt) {
    charger.followed = charger.offered;
    charger.followAt = NEVER;
  }
  const target = appetite(car, charger.followed);
  const difference = target - charger.current;
  const reach = ramp === NEVER ? NEVER : (ramp * (now - charger.changedAt)) / 1_000;
  charger.current = Math.abs(difference) <= reach ? target : charger.current + Math.sign(difference) * reach;
  charger.changedAt = now;
  charger.activePhases = Math.min(charger.phases, car.options.phases) as 1 | 2 | 3;
  charger.power = charger.current * charger.activePhases * voltage;

  let until = charger.followAt;
  if (charger.current !== target) until = Math.min(until, now + RAMP_STEP);
  else if (tapers(car)) until = Math.min(until, now + TAPER_STEP);
  return until;
}
