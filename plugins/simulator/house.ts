import { type Battery, control as controlBattery, run, steady } from './battery.ts';
import { type Car, charge, live, remaining, stayAwake } from './car.ts';
import { type Charger, control as controlCharger } from './charger.ts';
import { DAY } from './local-time.ts';
import type { Sources } from './sources.ts';

/**
 * One house that adds up: at every moment grid = load + chargers + aux − PV − batteries. It lives in steps during which
 * nothing changes, so that its counters are exact, and only when somebody asks for a later time.
 */

export interface PvSystem {
  readonly name: string;
  /** W under standard test conditions */
  readonly peak: number;
  /** W, the most that its inverter gives */
  readonly limit: number;
  /** W */
  power: number;
  /** Wh, never falls */
  energy: number;
}

/** A consumer that takes surplus and gives way to cars: a boiler with a power controller. */
export interface Aux {
  readonly name: string;
  /** W, the most that it takes */
  readonly limit: number;
  /** W */
  power: number;
  /** Wh, never falls */
  energy: number;
}

export interface House {
  readonly sources: Sources;
  readonly chargers: Map<string, Charger>;
  readonly cars: Map<string, Car>;
  readonly batteries: Map<string, Battery>;
  readonly pv: Map<string, PvSystem>;
  readonly aux: Map<string, Aux>;
  /** ms since the epoch up to which it has lived */
  now: number;
  /** The powers are those of `now`; set it to false after changing anything */
  settled: boolean;
  /** W, household without chargers and aux */
  load: number;
  /** W, + import */
  grid: number;
  /** Wh, none of them ever falls */
  loadEnergy: number;
  imported: number;
  exported: number;
  /** ms since the epoch until which the present powers of the sources hold */
  loadUntil: number;
  pvUntil: number;
  /** What `pv` of the sources gives */
  light: number;
}

/** ms, the longest step: keeps numbers that creep (taper, sleep) close to the truth */
const LONGEST_STEP = 60_000;
/** ms that it makes up for at most: a clock that jumps by years must not stop the process */
const LONGEST_LAG: number = 31 * DAY;

export function createHouse(sources: Sources, now: number): House {
  return {
    sources,
    chargers: new Map(),
    cars: new Map(),
    batteries: new Map(),
    pv: new Map(),
    aux: new Map(),
    now,
    settled: false,
    load: 0,
    grid: 0,
    loadEnergy: 0,
    imported: 0,
    exported: 0,
    loadUntil: Number.NEGATIVE_INFINITY,
    pvUntil: Number.NEGATIVE_INFINITY,
    light: 0,
  };
}

/** Lets the house live until `now`; powers are then those of that moment. A time in the past changes nothing. */
export function advance(house: House, now: number): void {
  if (now < house.now || (now === house.now && house.settled)) return;
  if (now - house.now > LONGEST_LAG) house.now = now - LONGEST_LAG;
  let until = settle(house, 0);
  while (house.now < now) {
    // Whole ms: a step shorter than the clock can tell would never end.
    const ms = Math.min(now - house.now, Math.max(1, Math.ceil(until - house.now)));
    count(house, ms);
    house.now += ms;
    until = settle(house, ms);
  }
  house.settled = true;
}

/** Sets all powers for this moment; returns ms since the epoch until when they hold. */
function settle(house: House, elapsed: number): number {
  const { now, sources } = house;
  let until = now + LONGEST_STEP;
  if (now >= house.loadUntil) {
    house.load = sources.load.power(now);
    house.loadUntil = sources.load.until(now);
  }
  if (now >= house.pvUntil) {
    house.light = sources.pv.power(now);
    house.pvUntil = sources.pv.until(now);
  }
  until = Math.min(until, house.loadUntil, house.pvUntil);

  let demand = house.load - shine(house);
  for (const car of house.cars.values()) {
    until = Math.min(until, live(car, now));
    if (car.plugged && !car.home) unplug(car);
  }
  for (const car of house.cars.values()) if (car.home && !car.plugged) until = Math.min(until, plugIn(house, car));
  for (const charger of house.chargers.values()) {
    const car = carAt(house, charger);
    until = Math.min(until, controlCharger(charger, car, now));
    if (car && charger.power > 0) until = Math.min(until, now + (remaining(car) * 3_600_000) / charger.power);
    demand += charger.power;
  }
  for (const aux of house.aux.values()) {
    aux.power = Math.min(aux.limit, Math.max(0, -demand));
    demand += aux.power;
  }
  for (const battery of house.batteries.values()) {
    controlBattery(battery, demand, elapsed);
    until = Math.min(until, now + steady(battery, demand));
    demand -= battery.power;
  }
  house.grid = demand;
  return until;
}

/** Sets the power of each PV system; returns that of all. */
function shine(house: House): number {
  let installed = 1;
  if (house.sources.pvUnit === 'total') {
    installed = 0;
    for (const system of house.pv.values()) installed += system.peak;
  }
  let total = 0;
  for (const system of house.pv.values()) {
    system.power = Math.min(system.limit, (house.light * system.peak) / installed);
    total += system.power;
  }
  return total;
}

function unplug(car: Car): void {
  car.plugged = false;
  car.asleep = false;
  car.sleepAt = Number.POSITIVE_INFINITY;
  car.awakeAt = Number.POSITIVE_INFINITY;
}

/** Plugs a car in that has come home, as soon as its charger is free; returns ms since the epoch of what comes next. */
function plugIn(house: House, car: Car): number {
  const charger = house.chargers.get(car.options.charger);
  if (!charger || carAt(house, charger)) return Number.POSITIVE_INFINITY;
  car.plugged = true;
  charger.sessionEnergy = 0;
  stayAwake(car, house.now);
  return car.sleepAt;
}

/** The car that is plugged in at a charger. */
export function carAt(house: House, charger: Charger): Car | undefined {
  for (const car of house.cars.values()) if (car.plugged && car.options.charger === charger.name) return car;
  return undefined;
}

/** Lets `ms` pass at the present powers. */
function count(house: House, ms: number): void {
  const hours = ms / 3_600_000;
  house.loadEnergy += house.load * hours;
  if (house.grid > 0) house.imported += house.grid * hours;
  else house.exported -= house.grid * hours;
  for (const system of house.pv.values()) system.energy += system.power * hours;
  for (const aux of house.aux.values()) aux.energy += aux.power * hours;
  for (const battery of house.batteries.values()) run(battery, ms);
  for (const charger of house.chargers.values()) {
    if (charger.power === 0) continue;
    const energy = charger.power * hours;
    charger.energy += energy;
    charger.sessionEnergy += energy;
    const car = carAt(house, charger);
    if (car) charge(car, energy);
  }
}
