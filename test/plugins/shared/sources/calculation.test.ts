import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { toCalculation } from '../../../../plugins/shared/sources/calculation.ts';
import type { CustomCalculation, CustomSource, CustomValue } from '../../../../plugins/shared/sources/options.ts';

const constant = (value: CustomValue): CustomSource => ({ source: 'constant', value });

/** The result of a calculation of constants, or its problem. */
function result(options: CustomCalculation): CustomValue {
  const { operands, compute } = toCalculation(options);
  const outcome = compute(operands.map(({ source }) => (source.source === 'constant' ? source.value : Number.NaN)));
  return 'value' in outcome ? outcome.value : `problem: ${outcome.problem}`;
}

const list = (...values: CustomValue[]) => values.map(constant);
const source = 'calculation';

test.each<[CustomCalculation, CustomValue]>([
  [{ source, add: list(1, '2.5', -4) }, -0.5],
  [{ source, add: list(0.1, 0.2) }, 0.3],
  [{ source, multiply: list(230, 16, 3) }, 11_040],
  [{ source, divide: [constant(10), constant(4)] }, 2.5],
  [{ source, divide: [constant(10), constant(0)] }, 'problem: the result of 10, 0 is no number'],
  [{ source, min: list(3, -1, 2) }, -1],
  [{ source, max: list(-5, 0) }, 0],
  [{ source, negate: constant(5) }, -5],
  [{ source, negate: constant(0) }, 0],
  [{ source, absolute: constant(-5) }, 5],
  [{ source, sign: constant(-230) }, -1],
  [{ source, sign: constant(0) }, 0],
  [{ source, sign: constant('7') }, 1],
  [{ source, add: list(1, 'x') }, 'problem: "x" is not a number'],
  [{ source, sign: constant(true) }, 'problem: true is not a number'],
])('%j gives %s', (options, expected) => assert.strictEqual(result(options), expected));

describe('a map', () => {
  const values = { idle: 'A', '2': 'B', true: 'C' };
  const map = (value: CustomValue, otherwise?: CustomValue) =>
    result({ source, map: { of: constant(value), values, ...(otherwise !== undefined && { otherwise }) } });

  test('finds texts, numbers and flags', () => {
    assert.deepEqual([map('idle'), map(' idle '), map(2), map('2'), map(true)], ['A', 'A', 'B', 'B', 'C']);
  });
  test('says what it knows when a value is not listed', () => {
    assert.equal(map('busy'), 'problem: "busy" is not in the map (2, idle, true)');
    assert.equal(map('constructor'), 'problem: "constructor" is not in the map (2, idle, true)');
    assert.equal(map('busy', 'F'), 'F');
  });
});

test('a status comes from two flags', () => {
  const status = (connected: CustomValue, charging: CustomValue) =>
    result({ source, status: { connected: constant(connected), charging: constant(charging) } });
  assert.deepEqual([status('off', 0), status('on', 0), status(1, 1), status(0, 1)], ['A', 'B', 'C', 'C']);
  assert.match(String(status('maybe', 1)), /problem: "maybe" and 1 are not both/);
});

test('sums and products do not depend on order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 6 }), (numbers) => {
      const other = [...numbers].reverse();
      assert.equal(result({ source, add: list(...numbers) }), result({ source, add: list(...other) }));
      assert.equal(result({ source, multiply: list(...numbers) }), result({ source, multiply: list(...other) }));
    }),
  );
});
