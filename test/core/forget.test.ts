import { expect, test } from 'vitest';
import type { Evcc } from '../../core/index.ts';
import { startHouse } from '../helpers/house.ts';
import { probe } from '../helpers/probe.ts';

test('what was kept of earlier answers is asked for again, and serves until then', async (t) => {
  let system: Evcc['system'] | undefined;
  let asked = 0;
  let price = 0.3;
  const house = await startHouse(t, {
    plugins: [
      probe((evcc) => {
        system = evcc.system;
      }),
    ],
    loadpoints: [{ vehicle: 'car' }],
    rates: (now) => {
      asked += 1;
      if (Number.isNaN(price)) throw new Error('gone');
      return [{ start: now - 3_600_000, end: now + 86_400_000, price }];
    },
    config: { vehicles: { car: { type: 'fake' } } as never },
  });
  const car = house.vehicles.car;
  await house.run(300);
  const before = { asked, reads: car?.reads ?? 0, forgets: car?.forgets ?? 0 };

  price = 0.2;
  system?.forget();
  expect(house.site('tariffGrid')).toBe(0.3);
  await house.cycle();
  expect(asked).toBe(before.asked + 1);
  await house.cycle();
  expect(house.site('tariffGrid')).toBe(0.2);
  expect(car?.reads).toBe(before.reads + 1);
  expect(car?.forgets).toBeGreaterThan(before.forgets);

  // It is not forgotten by an answer that fails, and what is known serves on.
  price = Number.NaN;
  system?.forget();
  await house.run(60);
  expect(asked).toBeGreaterThan(before.asked + 2);
  expect(house.site('tariffGrid')).toBe(0.2);
  price = 0.1;
  await house.run(60);
  expect(house.site('tariffGrid')).toBe(0.1);
  const done = asked;
  await house.run(600);
  expect(asked).toBe(done);
});

test('a device that pauses after failures is read at once', async (t) => {
  let system: Evcc['system'] | undefined;
  const house = await startHouse(t, {
    plugins: [
      probe((evcc) => {
        system = evcc.system;
      }),
    ],
  });
  house.grid.failure = new Error('unplugged');
  await house.run(300);
  house.grid.failure = undefined;
  const before = house.grid.reads;
  system?.forget();
  await house.cycle();
  expect(house.grid.reads).toBe(before + 1);
});
