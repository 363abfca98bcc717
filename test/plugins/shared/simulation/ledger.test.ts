import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { book, type Counters, createSlots, type Slots } from '../../../../plugins/shared/simulation/ledger.ts';

const ZERO: Counters = { imported: 0, exported: 0, pv: 0, discharged: 0, charged: 0, charging: 0 };
const near = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-6, `${actual} instead of ${expected}`);

function booked(counters: Partial<Counters>, prices = { grid: 0.3, feedin: 0.08 }): Slots {
  const slots = createSlots(0, 1_800_000, 1);
  book(slots, 0, ZERO, { ...ZERO, ...counters }, prices);
  return slots;
}

test('the household takes PV first, charging the rest of it, and the grid gives what is missing', () => {
  // 1000 household + 2000 charging = 2200 PV + 800 import
  const slots = booked({ pv: 2_200, charging: 2_000, imported: 800 });
  near(slots.load[0], 1_000);
  near(slots.chargingPv[0], 1_200);
  near(slots.chargingBattery[0], 0);
  near(slots.chargingGrid[0], 800);
});

test('the battery covers the household before it covers charging', () => {
  // 1000 household + 2000 charging = 600 PV + 1500 battery + 900 import
  const slots = booked({ pv: 600, discharged: 1_500, charging: 2_000, imported: 900 });
  near(slots.load[0], 1_000);
  near(slots.chargingPv[0], 0);
  near(slots.chargingBattery[0], 1_100);
  near(slots.chargingGrid[0], 900);
});

test('import costs its price, export earns the feed-in price, and own energy in the car costs what it would have earned', () => {
  const slots = booked({ pv: 2_200, charging: 2_000, imported: 800 });
  near(slots.cost[0], 0.24);
  near(slots.chargingCost[0], 0.24 + 1.2 * 0.08);
  const sold = booked({ pv: 3_000, exported: 2_000 });
  near(sold.cost[0], -0.16);
  near(sold.importCost[0], 0);
  near(sold.exportRevenue[0], 0.16);
});

test('at a negative price import earns', () => {
  near(booked({ imported: 1_000 }, { grid: -0.05, feedin: 0.08 }).cost[0], -0.05);
});

test('an unknown price makes the cost unknown, unless nothing was bought or sold at it', () => {
  const slots = createSlots(0, 1_800_000, 2);
  book(slots, 0, ZERO, { ...ZERO, imported: 1_000 }, { feedin: 0.08 });
  book(slots, 1, ZERO, { ...ZERO, exported: 1_000, pv: 1_000 }, { feedin: 0.08 });
  assert.ok(Number.isNaN(slots.cost[0]));
  near(slots.cost[1], -0.08);
});

test('what was charged is the sum of its sources, and none of them is negative', () => {
  const energy = fc.double({ min: 0, max: 5_000, noNaN: true });
  fc.assert(
    fc.property(energy, energy, energy, energy, energy, (pv, discharged, charged, charging, load) => {
      const balance = load + charging + charged - pv - discharged;
      const slots = booked({
        pv,
        discharged,
        charged,
        charging,
        imported: Math.max(0, balance),
        exported: Math.max(0, -balance),
      });
      near(slots.load[0], load);
      const parts = [slots.chargingPv[0], slots.chargingBattery[0], slots.chargingGrid[0]];
      near(
        parts.reduce<number>((sum, part) => sum + (part ?? 0), 0),
        charging,
      );
      for (const part of parts) assert.ok((part ?? -1) >= -1e-9, parts.join(' '));
      assert.ok((slots.chargingPv[0] ?? 0) <= pv + 1e-9);
      assert.ok((slots.chargingBattery[0] ?? 0) <= discharged + 1e-9);
    }),
  );
});
