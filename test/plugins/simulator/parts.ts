import { AT_HOME } from '../../../plugins/simulator/agenda.ts';
import { type BatteryOptions, createBattery } from '../../../plugins/simulator/battery.ts';
import { type Car, type CarOptions, createCar } from '../../../plugins/simulator/car.ts';
import { type Charger, type ChargerOptions, createCharger } from '../../../plugins/simulator/charger.ts';
import { createHouse, type House } from '../../../plugins/simulator/house.ts';
import { constant, type Sources } from '../../../plugins/simulator/sources.ts';

/** Parts of a house with plain numbers, for tests. */

/** A Sunday in June, midnight in UTC */
export const START: number = Date.parse('2025-06-15T00:00:00Z');
export const SECOND = 1_000;
export const HOUR = 3_600_000;

export const CAR: CarOptions = {
  charger: 'garage',
  capacity: 60_000,
  soc: 50,
  limitSoc: 100,
  phases: 3,
  minCurrent: 6,
  maxCurrent: 16,
  loss: 0.1,
  taperFrom: 80,
  startDelay: 0,
  followDelay: 0,
  sleepAfter: Number.POSITIVE_INFINITY,
  wakeDelay: 10 * SECOND,
  consumption: 180,
  identifier: '',
};

export const CHARGER: ChargerOptions = {
  phases: 3,
  phaseSwitching: true,
  minCurrent: 6,
  maxCurrent: 16,
  currentStep: 1,
  reaction: 0,
  ramp: Number.POSITIVE_INFINITY,
  switchPause: 5 * SECOND,
  voltage: 230,
};

export const BATTERY: BatteryOptions = {
  capacity: 10_000,
  chargePower: 5_000,
  dischargePower: 5_000,
  efficiency: 0.95,
  minSoc: 0,
  soc: 50,
  reaction: 0,
};

export function steadySources(load: number, pv: number): Sources {
  return { load: constant(load), pv: constant(pv), pvUnit: 'total' };
}

/** A house with constant load and PV, one charger and one car that is plugged in. */
export function garage(
  options: { load?: number; pv?: number; charger?: Partial<ChargerOptions>; car?: Partial<CarOptions> } = {},
): { house: House; charger: Charger; car: Car } {
  const house = createHouse(steadySources(options.load ?? 0, options.pv ?? 0), START);
  house.pv.set('roof', { name: 'roof', peak: 10_000, limit: Number.POSITIVE_INFINITY, power: 0, energy: 0 });
  const charger = createCharger('garage', { ...CHARGER, ...options.charger });
  const car = createCar('car', { ...CAR, ...options.car }, AT_HOME, START);
  house.chargers.set('garage', charger);
  house.cars.set('car', car);
  return { house, charger, car };
}

export function addBattery(house: House, options: Partial<BatteryOptions> = {}): ReturnType<typeof createBattery> {
  const battery = createBattery({ ...BATTERY, ...options });
  house.batteries.set('battery', battery);
  return battery;
}
