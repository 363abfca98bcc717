import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { flatten, plain, scalar } from '../../../plugins/mqtt/encode.ts';

test('numbers are plain decimals that read back as the same number, whatever their size', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = plain(value);
      assert.match(text, /^-?\d+(\.\d+)?$/);
      assert.equal(Number(text), value === 0 ? 0 : value);
    }),
  );
});

test('numbers keep all their digits and never take the form of an exponent', () => {
  assert.equal(plain(123456.7), '123456.7');
  assert.equal(plain(12345.678), '12345.678');
  assert.equal(plain(1e21), '1000000000000000000000');
  assert.equal(plain(1.25e22), '12500000000000000000000');
  assert.equal(plain(1.5e-7), '0.00000015');
  assert.equal(plain(-2.5e-7), '-0.00000025');
  assert.equal(plain(-0), '0');
  assert.equal(plain(80), '80');
});

test('texts, flags, durations, times and unknown values have payloads of their own', () => {
  assert.equal(scalar('pv', 'text'), 'pv');
  assert.equal(scalar('', 'text'), '');
  assert.equal(scalar(true, 'flag'), 'true');
  assert.equal(scalar(false, 'flag'), 'false');
  assert.equal(scalar(90_999, 'duration'), '90');
  assert.equal(scalar(0, 'duration'), '0');
  assert.equal(scalar(Date.parse('2023-03-05T07:00:00.900Z'), 'time'), '1677999600');
  assert.equal(scalar(null, 'time'), '');
  assert.equal(scalar(null, 'number'), '');
  assert.equal(scalar(Number.NaN, 'number'), '');
  assert.equal(scalar(Number.POSITIVE_INFINITY, 'number'), '');
});

test('three numbers are the phases, with their sum on the topic itself', () => {
  assert.deepEqual(flatten('evcc/site/gridCurrents', [0.1, 0.2, 0.3], { kind: 'list' }), [
    ['evcc/site/gridCurrents/l1', '0.1'],
    ['evcc/site/gridCurrents/l2', '0.2'],
    ['evcc/site/gridCurrents/l3', '0.3'],
    ['evcc/site/gridCurrents', '0.6'],
  ]);
});

test('a phase that is unknown is empty, and so is the sum', () => {
  assert.deepEqual(flatten('t', [1, null, 3], { kind: 'list' }), [
    ['t/l1', '1'],
    ['t/l2', ''],
    ['t/l3', '3'],
    ['t', ''],
  ]);
});

test('what belongs together is one JSON text, with times and durations in whole seconds', () => {
  const fields = { at: { kind: 'time' }, delay: { kind: 'duration' } } as const;
  const value = { at: 1_677_999_600_900, timers: { pv: { delay: 60_500 } }, current: 6.5, text: 'a "b"', gone: null };
  assert.deepEqual(flatten('t/decision', value, { kind: 'json', fields }), [
    ['t/decision', '{"at":1677999600,"timers":{"pv":{"delay":60}},"current":6.5,"text":"a \\"b\\"","gone":null}'],
  ]);
  assert.deepEqual(flatten('t/decision', null, { kind: 'json' }), [['t/decision', '']]);
});

test('other lists have their length on the topic and their elements below it', () => {
  assert.deepEqual(flatten('t', ['a', 'b', 'c'], { kind: 'list' }), [
    ['t', '3'],
    ['t/1', 'a'],
    ['t/2', 'b'],
    ['t/3', 'c'],
  ]);
  assert.deepEqual(flatten('t', [1, 2], { kind: 'list' }), [
    ['t', '2'],
    ['t/1', '1'],
    ['t/2', '2'],
  ]);
  assert.deepEqual(flatten('t', [], { kind: 'list' }), [['t', '0']]);
});

test('records spread over the levels below, each field in its own format', () => {
  const format = { kind: 'list', fields: { since: { kind: 'time' } } } as const;
  assert.deepEqual(flatten('t', [{ name: 'roof', since: 1_500, nested: { soc: 50 } }], format), [
    ['t', '1'],
    ['t/1/name', 'roof'],
    ['t/1/since', '1'],
    ['t/1/nested/soc', '50'],
  ]);
  assert.deepEqual(flatten('t', { '30d': { avgPrice: 0.25 } }, { kind: 'record' }), [['t/30d/avgPrice', '0.25']]);
});

test('names of fields cannot break out of their level or become wildcards', () => {
  assert.deepEqual(flatten('t', { 'a/b': 1, '#': 2, '+': 3 }), [
    ['t/a_b', '1'],
    ['t/_', '2'],
    ['t/_', '3'],
  ]);
});
