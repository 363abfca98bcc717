import assert from 'node:assert/strict';
import { test } from 'vitest';
import { describe, parseNumber, parseTable } from '../../../../plugins/shared/series/csv.ts';

const problems = (text: string) => {
  const read = parseTable(text, ['a', 'b']);
  return 'problems' in read ? read.problems.map((problem) => describe('x.csv', problem)) : [];
};

test('columns are found by name, in any order, and others are ignored', () => {
  const read = parseTable('b, c ,a\n1,2,3\n\n 4 ,5,6\n', ['a', 'b']);
  assert.deepEqual('value' in read && read.value.rows, [
    { line: 2, cells: ['3', '1'] },
    { line: 4, cells: ['6', '4'] },
  ]);
});

test('a byte order mark and Windows line ends do no harm', () => {
  const read = parseTable('\uFEFFa,b\r\n1,2\r\n', ['a', 'b']);
  assert.deepEqual('value' in read && read.value.rows, [{ line: 2, cells: ['1', '2'] }]);
});

test('what is wrong is said with file and line', () => {
  assert.deepEqual(problems(''), ['x.csv: the file is empty']);
  assert.deepEqual(problems('a,b\n'), ['x.csv: the file has no rows']);
  assert.deepEqual(problems('a;b\n1;2'), ['x.csv, line 1: missing a, b: the first line must name the columns a,b']);
  assert.deepEqual(problems('a,b,a\n1,2,3'), ['x.csv, line 1, column a: the column is there twice']);
  assert.deepEqual(problems('a,b\n1,2\n1\n1,2,3'), [
    'x.csv, line 3: 1 cells instead of 2',
    'x.csv, line 4: 3 cells instead of 2',
  ]);
});

test('of many problems the first twenty are shown', () => {
  const found = problems(`a,b\n${'1\n'.repeat(50)}`);
  assert.equal(found.length, 21);
  assert.equal(found.at(-1), 'x.csv: and 30 more problems');
});

test('only finite decimal numbers are numbers', () => {
  for (const [text, value] of [
    ['0', 0],
    ['-1.5', -1.5],
    ['+2', 2],
    ['1e3', 1_000],
    ['.5', 0.5],
  ] as const) {
    assert.equal(parseNumber(text), value);
  }
  for (const text of ['', ' ', 'NaN', 'Infinity', '1,5', '0x10', '1 000', '--1', 'null', '1e']) {
    assert.equal(parseNumber(text), undefined, text);
  }
});
