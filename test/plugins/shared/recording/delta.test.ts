import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference, patched } from '../../../../plugins/shared/recording/delta.ts';

const same = (text: string): string => text;

/** Through a file: what is written is text. */
const written = (patch: unknown): unknown => (patch === undefined ? undefined : JSON.parse(JSON.stringify(patch)));

/** Plain data with everything that JSON does not know, and few keys, so that values before and after have some in common. */
const data: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      undefined,
      null,
      true,
      false,
      0,
      -0,
      1,
      Number.NaN,
      Infinity,
      -Infinity,
      '',
      'NaN',
      '#',
      '__proto__',
    ),
    fc.double(),
    fc.string(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', '#', '0', 'constructor'), tie('value')),
  ),
})).value;

test('what was written is read again, whatever was there before', () => {
  fc.assert(
    fc.property(data, data, (before, after) => {
      expect(patched(before, written(difference(before, after, same)))).toEqual(after);
    }),
    { numRuns: 2_000 },
  );
});

test('a chain of changes leads to the last value', () => {
  fc.assert(
    fc.property(fc.array(data, { minLength: 1, maxLength: 6 }), (values) => {
      let read: unknown;
      let before: unknown;
      for (const value of values) {
        read = patched(read, written(difference(before, value, same)));
        before = value;
      }
      expect(read).toEqual(values.at(-1));
    }),
  );
});

test.for<[name: string, before: unknown, after: unknown, patch: unknown]>([
  ['nothing changed', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, undefined],
  ['a number deep inside', { a: { b: 1, c: 2 }, d: 3 }, { a: { b: 4, c: 2 }, d: 3 }, { a: { b: 4 } }],
  ['phases are written as a whole', { a: [1, 2, 3] }, { a: [1, 2, 4] }, { a: [[1, 2, 4]] }],
  ['one object of a list', [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }], { 1: { a: 3 } }],
  ['a list became longer', [{ a: 1 }], [{ a: 1 }, { a: 2 }], { '#': 2, 1: [{ a: 2 }] }],
  ['a list became shorter', [{ a: 1 }, { a: 2 }], [{ a: 1 }], { '#': 1 }],
  ['a key is gone', { a: 1, b: 2 }, { a: 1 }, { b: [] }],
  ['undefined is as absent', { a: 1 }, { a: 1, b: undefined }, undefined],
  ['an unusual number', { a: 1 }, { a: Infinity }, { a: ['Infinity'] }],
  ['functions are no data', { a: 1 }, { a: 1, b: () => 2 }, undefined],
])('%s', ([, before, after, patch]) => {
  expect(difference(before, after, same)).toEqual(patch);
});

test('texts are written as they may be shown', () => {
  const hide = (text: string): string => text.replace('secret', '***');
  expect(difference({}, { a: 'a secret', b: ['secret'], c: { d: 'secret' } }, hide)).toEqual({
    a: 'a ***',
    b: [['***']],
    c: [{ d: '***' }],
  });
});

test.for<[name: string, before: unknown, patch: unknown]>([
  ['a change of what is not there', undefined, { a: 1 }],
  ['a place beyond the end of a list', [1], { 1: 2 }],
  ['a length of more than any list has', [1], { '#': 1e12 }],
  ['a length below zero', [1], { '#': -1 }],
  ['no place of a list', [1], { a: 2 }],
  ['a number that is none', 1, ['many']],
  ['nothing known', 1, [true]],
])('is refused: %s', ([, before, patch]) => {
  expect(() => patched(before, patch)).toThrow(TypeError);
});

test('a damaged file cannot change what objects are', () => {
  const patch: unknown = JSON.parse('{"__proto__":{"admin":true},"b":[{"__proto__":{"admin":true}}]}');
  const value = patched({ a: 1 }, patch) as { admin?: unknown; b: { admin?: unknown } };
  expect([value.admin, value.b.admin, ({} as { admin?: unknown }).admin]).toEqual([undefined, undefined, undefined]);
});
