import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { scaled, show, toBoolean, toNumber, toStatus, toValue } from '../../../../plugins/shared/sources/value.ts';

test('a number is a decimal number with a point and nothing else', () => {
  for (const [text, number] of [
    ['12.5', 12.5],
    [' -3 ', -3],
    ['+.5', 0.5],
    ['1e3', 1_000],
    ['7.', 7],
    [4, 4],
    ['0', 0],
  ] as const) {
    assert.equal(toNumber(text), number);
  }
  for (const text of ['', ' ', '12,5', '1.2.3', '12 W', '0x10', 'NaN', 'Infinity', '-', '1_000', 'null', true, false]) {
    assert.equal(toNumber(text), undefined, String(text));
  }
  assert.equal(toNumber(Number.NaN), undefined);
  assert.equal(toNumber('1e999'), undefined);
});

test('every number survives being written and read', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      assert.equal(toNumber(String(number)), number === 0 ? Number(String(number)) : number);
    }),
  );
});

test('a flag is on or off in one of the usual words', () => {
  for (const value of [true, 1, '1', 'true', 'ON', ' yes ']) assert.equal(toBoolean(value), true);
  for (const value of [false, 0, '0', 'False', 'off', 'no']) assert.equal(toBoolean(value), false);
  for (const value of ['', 'null', 2, '10', 'unavailable', -1, 0.5]) assert.equal(toBoolean(value), undefined);
});

test('a status is one of the letters', () => {
  assert.equal(toStatus(' c ', ['A', 'B', 'C']), 'C');
  for (const value of ['D', '', 'charging', 1, true]) assert.equal(toStatus(value, ['A', 'B', 'C']), undefined);
});

test('null, lists and objects are no single values', () => {
  for (const value of [null, undefined, [], [1], {}]) assert.equal(toValue(value), undefined);
});

test('values are shown shortly', () => {
  assert.deepEqual([null, [], {}, '', ' ', '12,5', 5, true, '<html>x', 'x'.repeat(100)].map(show), [
    'null',
    'a list',
    'an object',
    'an empty text',
    'an empty text',
    '"12,5"',
    '5',
    'true',
    'a web page',
    `"${'x'.repeat(40)}…"`,
  ]);
});

test('scaling adds no noise of binary fractions', () => {
  assert.equal(scaled(1.1, 1_000), 1_100);
  assert.equal(scaled(0.1, 3), 0.3);
  assert.equal(scaled(4.35, 100, -32), 403);
  assert.equal(scaled(1 / 3), 1 / 3);
});
