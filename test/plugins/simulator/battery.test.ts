import assert from 'node:assert/strict';
import { test } from 'vitest';
import { control, createBattery, type Mode, run, soc, steady } from '../../../plugins/simulator/battery.ts';
import { BATTERY, HOUR } from './parts.ts';

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}`);

test('a battery gives what the house lacks and takes what it has too much', () => {
  const battery = createBattery(BATTERY);
  control(battery, 1_200, 0);
  assert.equal(battery.power, 1_200);
  control(battery, -800, 0);
  assert.equal(battery.power, -800);
});

test('its power is limited in both directions', () => {
  const battery = createBattery({ ...BATTERY, chargePower: 2_000, dischargePower: 3_000 });
  control(battery, 9_000, 0);
  assert.equal(battery.power, 3_000);
  control(battery, -9_000, 0);
  assert.equal(battery.power, -2_000);
});

test('of each Wh a part is lost on the way in and on the way out', () => {
  const battery = createBattery({ ...BATTERY, soc: 0 });
  control(battery, -1_000, 0);
  run(battery, HOUR);
  near(battery.stored, 950);
  near(battery.charged, 1_000);
  control(battery, 500, 0);
  run(battery, HOUR);
  near(battery.stored, 950 - 500 / 0.95);
  near(battery.discharged, 500);
});

test('it stops when it is full, and at its minimum soc', () => {
  const full = createBattery({ ...BATTERY, soc: 100 });
  control(full, -1_000, 0);
  assert.equal(Math.abs(full.power), 0);
  const low = createBattery({ ...BATTERY, soc: 10, minSoc: 10 });
  control(low, 1_000, 0);
  assert.equal(low.power, 0);
});

test('it says how long its power can last', () => {
  const battery = createBattery({ ...BATTERY, soc: 50, minSoc: 10 });
  control(battery, 1_000, 0);
  near(steady(battery, 1_000), (4_000 * 0.95 * HOUR) / 1_000);
  control(battery, -1_000, 0);
  near(steady(battery, -1_000), (5_000 / 0.95 / 1_000) * HOUR);
  control(battery, 0, 0);
  assert.equal(steady(battery, 0), Number.POSITIVE_INFINITY);
});

test.each<[Mode, number, number]>([
  ['hold', 1_000, 0],
  ['hold', -1_000, -1_000],
  ['holdcharge', 1_000, 1_000],
  ['holdcharge', -1_000, 0],
  ['charge', 1_000, -5_000],
  ['charge', -1_000, -5_000],
])('in mode %s a demand of %d W is met with %d W', (mode, demand, power) => {
  const battery = createBattery(BATTERY);
  battery.mode = mode;
  control(battery, demand, 0);
  assert.equal(battery.power + 0, power);
});

test('one with a reaction time follows the demand, and arrives', () => {
  const battery = createBattery({ ...BATTERY, reaction: 2 });
  control(battery, 3_000, 2_000);
  assert.ok(Math.abs(battery.power - 3_000 * (1 - Math.exp(-1))) < 1, `${battery.power}`);
  assert.equal(steady(battery, 3_000), 500);
  for (let step = 0; step < 60; step += 1) control(battery, 3_000, 500);
  assert.equal(battery.power, 3_000);
  assert.ok(steady(battery, 3_000) > 500);
});

test('its soc is a percentage', () => {
  const battery = createBattery({ ...BATTERY, soc: 57 });
  near(soc(battery), 57);
  battery.stored = -0.001;
  assert.equal(soc(battery), 0);
});
