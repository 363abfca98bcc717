import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import type { Mode } from '../../../plugins/simulator/battery.ts';
import { enable, setMaxCurrent, setPhases } from '../../../plugins/simulator/charger.ts';
import { advance, type House } from '../../../plugins/simulator/house.ts';
import { household } from '../../../plugins/simulator/household.ts';
import { sky } from '../../../plugins/simulator/weather.ts';
import { addBattery, garage, HOUR, SECOND, START } from './parts.ts';

const DAY = 24 * HOUR;

/** A house with weather, household, car, battery and boiler, of one seed. */
function lively(seed: number) {
  const parts = garage({
    charger: { reaction: SECOND, ramp: 2 },
    car: { soc: 20, startDelay: 3 * SECOND, followDelay: 2 * SECOND },
  });
  const { house } = parts;
  const sources = {
    load: household({ seed, base: 250, spikes: 2_500, offset: () => 2 * HOUR }),
    pv: sky({ seed, latitude: 50, longitude: 8, clouds: 0.5, tilt: 30 }),
    pvUnit: 'peak' as const,
  };
  Object.assign(house, { sources });
  house.aux.set('boiler', { name: 'boiler', limit: 1_500, power: 0, energy: 0 });
  return { ...parts, battery: addBattery(house, { minSoc: 5, reaction: seed % 2 === 0 ? 0 : 3 }) };
}

/** Wh that came in, and Wh that went somewhere */
function sums(house: House): { inflow: number; outflow: number } {
  let inflow = house.imported - house.exported;
  let outflow = house.loadEnergy;
  for (const system of house.pv.values()) inflow += system.energy;
  for (const battery of house.batteries.values()) inflow += battery.discharged - battery.charged;
  for (const charger of house.chargers.values()) outflow += charger.energy;
  for (const aux of house.aux.values()) outflow += aux.energy;
  return { inflow, outflow };
}

test('energy is conserved over a day of random commands, and no counter ever falls', () => {
  const command = fc.record({
    wait: fc.integer({ min: 1, max: 3_600_000 }),
    what: fc.constantFrom('on', 'off', 'current', 'phases', 'battery'),
    current: fc.integer({ min: 6, max: 16 }),
    phases: fc.constantFrom(1 as const, 3 as const),
    mode: fc.constantFrom<Mode>('normal', 'hold', 'charge', 'holdcharge'),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.array(command, { minLength: 5, maxLength: 60 }),
      (seed, script) => {
        const { house, charger, car, battery } = lively(seed);
        const stored = { car: car.stored, battery: battery.stored };
        const counters = () => [
          house.imported,
          house.exported,
          house.loadEnergy,
          charger.energy,
          battery.charged,
          battery.discharged,
          ...[...house.pv.values(), ...house.aux.values()].map((part) => part.energy),
        ];
        let at = START;
        let last = counters();
        for (const { wait, what, current, phases, mode } of script) {
          if (what === 'on' || what === 'off') enable(charger, what === 'on', at);
          if (what === 'current') setMaxCurrent(charger, current, at);
          if (what === 'phases') setPhases(charger, phases, at);
          if (what === 'battery') battery.mode = mode;
          at = Math.min(START + DAY, at + wait);
          advance(house, at);
          const now = counters();
          for (const [index, value] of now.entries()) assert.ok(value >= (last[index] ?? 0), `counter ${index} fell`);
          last = now;
          const balance = house.load + charger.power + (house.aux.get('boiler')?.power ?? 0);
          const supply = house.grid + (house.pv.get('roof')?.power ?? 0) + battery.power;
          assert.ok(Math.abs(balance - supply) < 1e-6, 'powers do not add up');
        }
        advance(house, START + DAY);
        const { inflow, outflow } = sums(house);
        assert.ok(outflow > 3_000, 'nothing happened');
        assert.ok(Math.abs(inflow - outflow) < 1e-6 * outflow, `${inflow} Wh in, ${outflow} Wh out`);
        const gained = 0.95 * battery.charged - battery.discharged / 0.95;
        assert.ok(Math.abs(battery.stored - stored.battery - gained) < 1e-6, 'battery content');
        assert.ok(
          battery.stored >= 500 - 0.01 && battery.stored <= 10_000 + 0.01,
          `battery holds ${battery.stored} Wh`,
        );
        assert.ok(Math.abs(car.stored - stored.car - 0.9 * charger.energy) < 1e-6, 'car content');
      },
    ),
    { numRuns: 60 },
  );
});

test('a day is the same however often somebody looks at it', () => {
  const lookEvery = (step: number) => {
    const { house, charger, car, battery } = lively(4);
    enable(charger, true, START + 9 * HOUR);
    setMaxCurrent(charger, 11, START + 9 * HOUR);
    for (let at = START; at <= START + DAY; at += step) advance(house, at);
    advance(house, START + DAY);
    return [house.imported, house.exported, house.loadEnergy, charger.energy, car.stored, battery.stored];
  };
  const seldom = lookEvery(DAY);
  for (const [index, value] of lookEvery(1_700).entries()) {
    const expected = seldom[index] ?? 0;
    assert.ok(Math.abs(value - expected) <= 0.001 * Math.max(1_000, expected), `${index}: ${value}, ${expected}`);
  }
});

test('one seed gives one day, another seed another', () => {
  const day = (seed: number) => {
    const { house } = lively(seed);
    advance(house, START + DAY);
    return [house.imported, house.exported, house.loadEnergy];
  };
  assert.deepEqual(day(12), day(12));
  assert.notDeepEqual(day(12), day(13));
});

test('a surplus goes to the boiler first, then to the battery, then to the grid', () => {
  const { house, charger } = garage({ load: 500, pv: 9_000 });
  house.aux.set('boiler', { name: 'boiler', limit: 1_500, power: 0, energy: 0 });
  const battery = addBattery(house);
  advance(house, START);
  assert.equal(house.aux.get('boiler')?.power, 1_500);
  assert.equal(battery.power, -5_000);
  assert.equal(house.grid, -2_000);
  setMaxCurrent(charger, 10, START);
  enable(charger, true, START);
  advance(house, START + SECOND);
  assert.equal(house.aux.get('boiler')?.power, 1_500);
  assert.equal(battery.power, -100);
  assert.equal(house.grid, 0);
  setMaxCurrent(charger, 12, START + SECOND);
  advance(house, START + 2 * SECOND);
  assert.ok(Math.abs((house.aux.get('boiler')?.power ?? 0) - 220) < 1e-6, 'the boiler gives way');
});

test('a battery that gets full in between hands the rest to the grid', () => {
  const { house } = garage({ pv: 2_000 });
  const battery = addBattery(house, { soc: 90, efficiency: 1 });
  advance(house, START + HOUR);
  assert.ok(Math.abs(battery.stored - 10_000) < 0.01);
  assert.ok(Math.abs(house.exported - 1_000) < 0.01, `${house.exported}`);
});

test('a second battery takes what the first one leaves', () => {
  const { house } = garage({ load: 7_000 });
  const first = addBattery(house);
  const second = { ...addBattery(house), options: first.options };
  house.batteries.clear();
  house.batteries.set('first', first);
  house.batteries.set('second', second);
  advance(house, START);
  assert.deepEqual([first.power, second.power, house.grid], [5_000, 2_000, 0]);
});

test('measured PV is shared by the systems as they are large, and an inverter limits its own', () => {
  const { house } = garage({ pv: 9_000 });
  house.pv.set('shed', { name: 'shed', peak: 5_000, limit: 2_500, power: 0, energy: 0 });
  advance(house, START);
  assert.equal(house.pv.get('roof')?.power, 6_000);
  assert.equal(house.pv.get('shed')?.power, 2_500);
});

test('a time in the past changes nothing', () => {
  const { house } = garage({ load: 1_000 });
  advance(house, START + HOUR);
  advance(house, START);
  assert.equal(house.now, START + HOUR);
  assert.ok(Math.abs(house.imported - 1_000) < 1e-6);
});

test('a clock that jumps by years is made up for in part, and at once', () => {
  const { house } = garage({ load: 1_000 });
  advance(house, START + 20 * 365 * DAY);
  assert.equal(house.now, START + 20 * 365 * DAY);
  assert.ok(Math.abs(house.imported - 31 * 24 * 1_000) < 1, `${house.imported}`);
});
