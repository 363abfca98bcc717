import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { profile, slotAt } from '../../../plugins/simulator/profile.ts';
import { HOUR, START } from './parts.ts';

const series = { start: START, slot: HOUR / 2, values: [100, 200, 0, 400] };

test('a slot holds its mean exactly', () => {
  const source = profile(series, 0, 1);
  assert.equal(source.power(START), 100);
  assert.equal(source.power(START + HOUR / 2 - 1), 100);
  assert.equal(source.until(START), START + HOUR / 2);
  assert.equal(source.power(START + HOUR / 2), 200);
});

test('a variation keeps each mean, never falls below zero and is repeatable', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.integer(),
      fc.constantFrom(1, 5, 7, 15, 30, 60),
      (variation, seed, minutes) => {
        const slot = minutes * 60_000;
        const varied = profile({ ...series, slot }, variation, seed);
        const again = profile({ ...series, slot }, variation, seed);
        for (const [index, mean] of series.values.entries()) {
          let energy = 0;
          let at = START + index * slot;
          while (at < START + (index + 1) * slot) {
            const power = varied.power(at);
            const next = varied.until(at);
            assert.ok(power >= mean * (1 - variation) - 1e-9, `${power} W of ${mean} W`);
            assert.equal(again.power(at), power);
            assert.ok(next > at);
            energy += power * (next - at);
            at = next;
          }
          assert.ok(Math.abs(energy / slot - mean) < 1e-6 * Math.max(1, mean), `${energy / slot} instead of ${mean} W`);
        }
      },
    ),
  );
});

test('a variation does vary, as much as it is told', () => {
  const source = profile(series, 0.5, 3);
  const powers = Array.from({ length: 30 }, (_, minute) => source.power(START + minute * 60_000));
  assert.ok(Math.abs(Math.min(...powers) - 50) < 1e-9, `${Math.min(...powers)}`);
  assert.ok(Math.max(...powers) > 120);
});

test('beyond its end a series repeats itself, by whole days or weeks if it is that long', () => {
  const values = (count: number) => ({ start: START, slot: HOUR, values: Array.from({ length: count }, () => 0) });
  assert.equal(slotAt(values(3), START + 4 * HOUR), 1);
  assert.equal(slotAt(values(3), START - HOUR), 2);
  assert.equal(slotAt(values(30), START + 31 * HOUR), 7);
  assert.equal(slotAt(values(24 * 8), START + (24 * 8 + 5) * HOUR), 29);
});
