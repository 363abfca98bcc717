import assert from 'node:assert/strict';
import { test } from 'vitest';
import { enable, setMaxCurrent, setPhases } from '../../../plugins/simulator/charger.ts';
import { advance } from '../../../plugins/simulator/house.ts';
import { garage, SECOND, START } from './parts.ts';

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}`);

test('a car charges when it is allowed to, with the current and phases on offer', () => {
  const { house, charger } = garage();
  advance(house, START);
  assert.equal(charger.closed, false);
  setMaxCurrent(charger, 10, START);
  enable(charger, true, START);
  advance(house, START + SECOND);
  assert.equal(charger.closed, true);
  near(charger.power, 10 * 3 * 230);
  enable(charger, false, START + SECOND);
  advance(house, START + 2 * SECOND);
  assert.equal(charger.closed, false);
  assert.equal(charger.power, 0);
});

test('a command takes effect after the reaction time, and the current ramps up', () => {
  const { house, charger } = garage({ charger: { reaction: 2 * SECOND, ramp: 2 } });
  setMaxCurrent(charger, 16, START);
  enable(charger, true, START);
  advance(house, START + 2 * SECOND - 1);
  assert.equal(charger.closed, false);
  advance(house, START + 2 * SECOND);
  assert.equal(charger.closed, true);
  assert.equal(charger.current, 0);
  advance(house, START + 5 * SECOND);
  near(charger.current, 6);
  advance(house, START + 30 * SECOND);
  near(charger.current, 16);
});

test('the ramp is the same however often somebody looks', () => {
  const often = garage({ charger: { ramp: 2 } });
  const seldom = garage({ charger: { ramp: 2 } });
  for (const { charger } of [often, seldom]) {
    setMaxCurrent(charger, 16, START);
    enable(charger, true, START);
  }
  for (let ms = 0; ms <= 60_000; ms += 100) advance(often.house, START + ms);
  advance(seldom.house, START + 60_000);
  assert.ok(Math.abs(often.charger.energy - seldom.charger.energy) < 0.01 * seldom.charger.energy);
});

test('a car begins after its own delay and follows a changed offer after another', () => {
  const { house, charger } = garage({ car: { startDelay: 3 * SECOND, followDelay: 2 * SECOND } });
  setMaxCurrent(charger, 6, START);
  enable(charger, true, START);
  advance(house, START + 2_999);
  assert.equal(charger.closed, false);
  advance(house, START + 3_000);
  assert.equal(charger.closed, true);
  setMaxCurrent(charger, 12, START + 10_000);
  advance(house, START + 11_999);
  near(charger.current, 6);
  advance(house, START + 12_000);
  near(charger.current, 12);
});

test('a car takes not more than it can, and nothing below its minimum', () => {
  const { house, charger } = garage({ car: { maxCurrent: 13, minCurrent: 8 } });
  enable(charger, true, START);
  setMaxCurrent(charger, 16, START);
  advance(house, START + SECOND);
  near(charger.current, 13);
  setMaxCurrent(charger, 7, START + SECOND);
  advance(house, START + 2 * SECOND);
  assert.equal(charger.closed, false);
});

test.each([
  [1, 1],
  [2, 2],
  [3, 3],
] as const)('a car with %d phases uses %d of 3', (phases, used) => {
  const { house, charger } = garage({ car: { phases } });
  enable(charger, true, START);
  advance(house, START + SECOND);
  assert.equal(charger.activePhases, used);
  near(charger.power, 6 * used * 230);
});

test('switching phases interrupts the current for a while', () => {
  const { house, charger } = garage();
  setPhases(charger, 1, START);
  advance(house, START + 5 * SECOND);
  assert.equal(charger.phases, 1);
  enable(charger, true, START + 5 * SECOND);
  advance(house, START + 6 * SECOND);
  near(charger.power, 6 * 230);
  enable(charger, false, START + 6 * SECOND);
  advance(house, START + 7 * SECOND);
  setPhases(charger, 3, START + 7 * SECOND);
  enable(charger, true, START + 7 * SECOND);
  advance(house, START + 11 * SECOND);
  assert.equal(charger.closed, false);
  advance(house, START + 30 * SECOND);
  assert.equal(charger.phases, 3);
  near(charger.power, 6 * 3 * 230);
  assert.deepEqual(charger.violations, []);
});

test('what a real charger would suffer from is written down', () => {
  const { house, charger } = garage();
  enable(charger, true, START);
  advance(house, START + SECOND);
  setPhases(charger, 1, START + SECOND);
  setMaxCurrent(charger, 5, START + SECOND);
  setMaxCurrent(charger, 17, START + SECOND);
  setMaxCurrent(charger, Number.NaN, START + SECOND);
  setMaxCurrent(charger, 8.5, START + SECOND);
  assert.deepEqual(charger.violations, [
    'phases were switched to 1 under load',
    'current of 5 A is not from 6 to 16 A',
    'current of 17 A is not from 6 to 16 A',
    'current of NaN A is not from 6 to 16 A',
    '8.5 A is no multiple of 1 A',
  ]);
  const fixed = garage({ charger: { phaseSwitching: false } });
  setPhases(fixed.charger, 1, START);
  assert.deepEqual(fixed.charger.violations, ['phases cannot be switched']);
});

test('steps of 0.1 A are no violation for a charger that can do them', () => {
  const { charger } = garage({ charger: { currentStep: 0.1 } });
  for (const current of [6.1, 7.3, 15.9]) setMaxCurrent(charger, current, START);
  assert.deepEqual(charger.violations, []);
});
