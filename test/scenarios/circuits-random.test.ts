import { describe, expect, test } from 'vitest';
import type { CircuitOptions, LoadpointOptions, PerPhase } from '../../core/index.ts';
import { createRandom } from '../core/cycle/random-house.ts';
import { type FakeCharger, type FakeHouse, startHouse } from '../helpers/house.ts';

/** Houses whose cars come, go and change their minds, and whose chargers fail, lag and lie: no fuse may ever blow. */

const CIRCUITS: Readonly<Record<string, CircuitOptions>> = {
  main: { maxCurrent: 40, maxPower: 24_000 },
  garage: { parent: 'main', maxCurrent: 25 },
  yard: { parent: 'main', maxCurrent: 20 },
  gate: { parent: 'yard', maxPower: 8_000 },
};
const PLACES = ['garage', 'garage', 'yard', 'gate', 'main', 'gate'];
const ORDERS = ['L1 L2 L3', 'L2 L3 L1', 'L3 L1 L2'] as const;

/** Circuits that feed each place, upwards */
const ABOVE: Readonly<Record<string, readonly string[]>> = {
  main: ['main'],
  garage: ['garage', 'main'],
  yard: ['yard', 'main'],
  gate: ['gate', 'yard', 'main'],
};

/** A of L1, L2, L3 of the house that a charger lets flow now. */
function flow(charger: FakeCharger, order: string): PerPhase {
  const active = Math.min(charger.phases, charger.carPhases);
  const wired = order.split(' ').map((phase) => Number(phase.slice(1)));
  return [1, 2, 3].map((phase) => (wired.indexOf(phase) < active ? charger.current : 0)) as unknown as PerPhase;
}

function check(house: FakeHouse, count: number, cycle: number): number {
  let most = 0;
  for (const [name, { maxCurrent, maxPower }] of Object.entries(CIRCUITS)) {
    const inside = Array.from({ length: count }, (_, index) => index).filter((index) =>
      ABOVE[PLACES[index] ?? '']?.includes(name),
    );
    const flows = inside.map((index) => flow(house.charger(index + 1), ORDERS[index % 3] ?? ''));
    const sums = [0, 1, 2].map((phase) => flows.reduce((sum, each) => sum + (each[phase] ?? 0), 0));
    const fullest = Math.max(...sums);
    const power = sums.reduce((sum, each) => sum + each, 0) * 230;
    const where = `${name} in cycle ${cycle}`;
    if (maxCurrent !== undefined) expect(fullest, where).toBeLessThanOrEqual(maxCurrent);
    if (maxPower !== undefined) expect(power, where).toBeLessThanOrEqual(maxPower);
    if (name === 'main') most = fullest;
  }
  return most;
}

describe('random houses', () => {
  test.for([1, 2, 3, 4, 5, 6, 7, 8])('never overload a circuit: seed %d', async (seed, t) => {
    const random = createRandom(seed * 7_919);
    const chance = (share: number): boolean => random() < share;
    const loadpoints = PLACES.map(
      (circuit, index): Partial<LoadpointOptions> => ({
        circuit,
        phaseOrder: ORDERS[index % 3] ?? 'L1 L2 L3',
        mode: chance(0.6) ? 'now' : 'minpv',
        priority: Math.floor(random() * 3),
        guardDuration: 0,
        ...(chance(0.3) && { vehicle: 'small' }),
      }),
    );
    const house = await startHouse(t, {
      loadpoints,
      config: {
        circuits: CIRCUITS,
        vehicles: { small: { type: 'offline', phases: 1, maxCurrent: 12 } },
      },
      charger: (charger, index) =>
        Object.assign(charger, {
          canSwitchPhases: chance(0.4),
          carPhases: loadpoints[index]?.vehicle ? 1 : 3,
          carCurrent: chance(0.3) ? 9 : 32,
          traits: chance(0.3) ? { currentStep: 0.1 } : {},
        }),
    });
    let busy = 0;
    for (let cycle = 0; cycle < 150; cycle += 1) {
      for (const index of PLACES.keys()) {
        const charger = house.charger(index + 1);
        if (chance(charger.status === 'A' ? 0.3 : 0.03)) charger.status = charger.status === 'A' ? 'B' : 'A';
        if (chance(charger.full ? 0.3 : 0.03)) charger.full = !charger.full;
        if (chance(charger.failure ? 0.3 : 0.01)) charger.failure = charger.failure ? undefined : new Error('gone');
        if (chance(charger.losesAnswers ? 0.3 : 0.03)) charger.losesAnswers = !charger.losesAnswers;
        if (chance(0.05)) charger.lingers = Math.floor(random() * 3);
        const refusing = chance(0.2);
        charger.refuses = () => refusing;
      }
      house.set({ pv: chance(0.1) ? random() * 20_000 : 5_000 });
      await house.cycle();
      if (check(house, PLACES.length, cycle) > 25) busy += 1;
    }
    expect(busy).toBeGreaterThan(20);
  });
});
