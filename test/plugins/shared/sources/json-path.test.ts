import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { JSON_PATH, type JsonPath, parsePath, pick, showPath } from '../../../../plugins/shared/sources/json-path.ts';

const pattern = new RegExp(JSON_PATH, 'u');

test('paths with dots, brackets and quotes are read', () => {
  for (const [text, steps] of [
    ['power', ['power']],
    ['$.a.b', ['a', 'b']],
    ['$', []],
    ['', []],
    ['$["a"]', ['a']],
    ['$name.x', ['$name', 'x']],
    ['phases[0].power', ['phases', 0, 'power']],
    ['[2][1]', [2, 1]],
    ['a["b.c"][\'d[0]\']', ['a', 'b.c', 'd[0]']],
    ['em:0.total act-power', ['em:0', 'total act-power']],
  ] as const) {
    assert.match(text, pattern);
    assert.deepEqual(parsePath(text), steps, text);
  }
});

test('what is no path does not match the pattern', () => {
  for (const text of ['a..b', 'a.', 'a[', 'a[]', 'a[x]', 'a[-1]', 'a]', 'a["b]', "a'b"])
    assert.doesNotMatch(text, pattern);
});

test('values are found, also null, and what is missing is named', () => {
  const data = { a: { b: [{ c: 5 }, null] }, '0': 'zero', text: 'abc' };
  assert.deepEqual(pick(data, parsePath('a.b[0].c')), { value: 5 });
  assert.deepEqual(pick(data, parsePath('a.b[1]')), { value: null });
  assert.deepEqual(pick(data, parsePath('[0]')), { value: 'zero' });
  assert.deepEqual(pick(data, parsePath('a.b[2].c')), { missing: 'a.b[2]' });
  assert.deepEqual(pick(data, parsePath('a.b[1].c')), { missing: 'a.b[1].c' });
  assert.deepEqual(pick(data, parsePath('text.length')), { missing: 'text.length' });
  assert.deepEqual(pick(data, parsePath('a.toString')), { missing: 'a.toString' });
  assert.deepEqual(pick(data, parsePath('__proto__')), { missing: '__proto__' });
});

test('every path that is shown is read back as it was', () => {
  const step = fc.oneof(
    fc.nat(20),
    fc.string({ minLength: 1 }).filter((text) => !/["]/.test(text)),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5 }), (steps: JsonPath) => {
      // A key that begins with $ at the root, and digits, are written in the same way as other things are.
      fc.pre(steps[0] !== '$');
      const text = showPath(steps);
      assert.match(text, pattern);
      assert.deepEqual(parsePath(text), steps);
    }),
  );
});
