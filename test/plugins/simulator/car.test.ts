import assert from 'node:assert/strict';
import { test } from 'vitest';
import { stays } from '../../../plugins/simulator/agenda.ts';
import { appetite, createCar, range, remaining, soc, wake } from '../../../plugins/simulator/car.ts';
import { enable, setMaxCurrent } from '../../../plugins/simulator/charger.ts';
import { advance } from '../../../plugins/simulator/house.ts';
import { CAR, garage, HOUR, SECOND, START } from './parts.ts';

const near = (actual: number, expected: number, by = 1e-6) => assert.ok(Math.abs(actual - expected) < by, `${actual}`);

test('the current falls from 80 % on to a tenth at 100 %', () => {
  const at = (percent: number) => {
    const { car } = garage();
    car.stored = 600 * percent;
    return appetite(car, 16);
  };
  assert.equal(at(30), 16);
  assert.equal(at(80), 16);
  near(at(90), 16 * 0.55);
  near(at(99.99), 1.6, 0.02);
  assert.equal(at(100), 0);
});

test('a car that tapers becomes full, and its charger reports that it does not charge', () => {
  const { house, charger, car } = garage({ car: { soc: 70 } });
  enable(charger, true, START);
  setMaxCurrent(charger, 16, START);
  advance(house, START + HOUR);
  const bulk = charger.power;
  advance(house, START + 2 * HOUR);
  assert.ok(charger.power < bulk);
  advance(house, START + 12 * HOUR);
  assert.equal(charger.closed, false);
  near(soc(car), 100, 0.01);
  assert.equal(remaining(car), 0);
});

test('it ends at its own limit', () => {
  const { house, charger, car } = garage({ car: { soc: 50, limitSoc: 60 } });
  enable(charger, true, START);
  advance(house, START + 12 * HOUR);
  near(soc(car), 60, 0.01);
});

test('of what it takes a part is lost', () => {
  const { house, charger, car } = garage({ car: { soc: 10 } });
  enable(charger, true, START);
  advance(house, START + HOUR);
  near(car.stored - 6_000, charger.energy * 0.9);
});

test('one that sleeps ignores the offer until it is woken up', () => {
  const { house, charger, car } = garage({ car: { sleepAfter: 10 * 60 * SECOND } });
  advance(house, START + 11 * 60 * SECOND);
  assert.equal(car.asleep, true);
  const late = START + 11 * 60 * SECOND;
  enable(charger, true, late);
  advance(house, late + 60 * SECOND);
  assert.equal(charger.closed, false);
  wake(car, late + 60 * SECOND);
  advance(house, late + 69 * SECOND);
  assert.equal(charger.closed, false);
  advance(house, late + 71 * SECOND);
  assert.equal(charger.closed, true);
});

test('one that charges does not fall asleep', () => {
  const { house, charger, car } = garage({ car: { sleepAfter: 10 * 60 * SECOND, soc: 5 } });
  enable(charger, true, START);
  advance(house, START + HOUR);
  assert.equal(car.asleep, false);
  assert.equal(charger.closed, true);
});

test('a stay takes exactly its energy at the charger, whatever the losses, and then stops', () => {
  const { house, charger } = garage();
  const list = [{ plugIn: START + HOUR, plugOut: START + 10 * HOUR, energy: 7_350 }];
  const car = createCar('guest', { ...CAR, loss: 0.12, taperFrom: 100 }, stays(list), START);
  house.cars.clear();
  house.cars.set('guest', car);
  enable(charger, true, START);
  setMaxCurrent(charger, 16, START);
  advance(house, START + HOUR - 1);
  assert.equal(car.plugged, false);
  assert.equal(charger.energy, 0);
  advance(house, START + 9 * HOUR);
  assert.equal(car.plugged, true);
  assert.equal(charger.closed, false);
  near(charger.energy, 7_350, 0.01);
  advance(house, START + 10 * HOUR);
  assert.equal(car.plugged, false);
  near(car.unmet, 0);
});

test('what a stay could not get is unmet', () => {
  const { house, charger } = garage();
  const list = [{ plugIn: START, plugOut: START + HOUR, energy: 20_000 }];
  const car = createCar('guest', { ...CAR, taperFrom: 100 }, stays(list), START);
  house.cars.clear();
  house.cars.set('guest', car);
  enable(charger, true, START);
  setMaxCurrent(charger, 16, START);
  advance(house, START + 2 * HOUR);
  near(charger.energy, 11_040, 0.01);
  near(car.unmet, 20_000 - 11_040, 0.01);
});

test('a car that comes while another one is plugged in waits for its place', () => {
  const { house, charger } = garage();
  const first = createCar('first', CAR, stays([{ plugIn: START, plugOut: START + 2 * HOUR, energy: 1 }]), START);
  const second = createCar(
    'second',
    CAR,
    stays([{ plugIn: START + HOUR, plugOut: START + 3 * HOUR, energy: 1 }]),
    START,
  );
  house.cars.clear();
  house.cars.set('second', second);
  house.cars.set('first', first);
  advance(house, START + HOUR + SECOND);
  assert.deepEqual([first.plugged, second.plugged], [true, false]);
  advance(house, START + 2 * HOUR + SECOND);
  assert.deepEqual([first.plugged, second.plugged], [false, true]);
  assert.equal(charger.sessionEnergy, 0);
});

test('a trip uses energy and adds to the odometer, but never empties the battery', () => {
  const { house, car } = garage();
  const before = car.odometer;
  const trip = { at: START + HOUR, home: true, distance: 100 } as const;
  Object.assign(car, { home: false, plugged: false, next: trip });
  advance(house, START + 2 * HOUR);
  assert.equal(car.odometer, before + 100);
  near(car.stored, 30_000 - 18_000);
  near(range(car), 12_000 / 180);
  Object.assign(car, { home: false, plugged: false, next: { ...trip, at: START + 3 * HOUR, distance: 1_000 } });
  advance(house, START + 4 * HOUR);
  near(soc(car), 5);
});
