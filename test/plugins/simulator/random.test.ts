import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { chance, subseed, wandering } from '../../../plugins/simulator/random.ts';

test('chance is spread evenly from 0 to 1, also over neighbouring times and neighbouring seeds', () => {
  for (const next of [(at: number) => chance(7, 1.7e12 + at * 10_000), (at: number) => chance(at, 42)]) {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let at = 0; at < 20_000; at += 1) {
      const tenth = Math.floor(next(at) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) assert.ok(count > 1_800 && count < 2_200, tenths.join(' '));
  }
});

test('the same question has the same answer, and stays below 1', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -1e12, max: 1e13 }), (seed, index) => {
      const value = chance(seed, index);
      assert.equal(chance(seed, index), value);
      assert.ok(value >= 0 && value < 1);
    }),
  );
});

test('two uses of one seed have nothing to do with each other', () => {
  assert.notEqual(subseed(1, 'clouds'), subseed(1, 'kettles'));
  assert.notEqual(subseed(1, 'clouds'), subseed(2, 'clouds'));
});

test('a wandering curve passes through chance values without jumps', () => {
  assert.equal(wandering(3, 12), chance(3, 12));
  for (let at = 0; at < 50; at += 0.01) {
    assert.ok(Math.abs(wandering(3, at) - wandering(3, at + 0.01)) < 0.02, `jump at ${at}`);
  }
});
