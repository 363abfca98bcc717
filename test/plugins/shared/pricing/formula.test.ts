import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFormula } from '../../../../plugins/shared/pricing/formula.ts';

const NAMES = ['price', 'charges', 'tax', 'hour'];
const VALUES = { price: 0.1, charges: 0.2, tax: 0.19, hour: 17 };

function value(text: string): number | string {
  const formula = parseFormula(text, NAMES);
  return typeof formula === 'string' ? formula : formula.evaluate(VALUES);
}

describe('a formula gives', () => {
  test.for<[string, number]>([
    ['1', 1],
    ['.5 + 2.', 2.5],
    ['1 + 2 * 3 - 4 / 2', 5],
    ['2 - 3 - 4', -5],
    ['12 / 3 / 2', 2],
    ['7 % 4', 3],
    ['-2 * -(3 + 1)', 8],
    ['--1 + +1', 2],
    ['(price + charges) * (1 + tax)', 0.357],
    ['hour >= 16 && hour < 22 ? 1 : 2', 1],
    ['hour < 6 || hour == 17', 1],
    ['hour != 17', 0],
    ['!0 + !5', 1],
    ['1 ? 2 ? 3 : 4 : 5', 3],
    ['0 ? 1 : 0 ? 2 : 3', 3],
    ['1 < 2 == 1', 1],
    ['min(3, 1, 2) + max(price, 4)', 5],
    ['abs(-2) + floor(2.7) + ceil(0.1) + round(2.5)', 8],
    ['round(2.345, 1)', 2.3],
    ['\n max(0,\tprice)\n', 0.1],
  ])('%s = %d', ([text, expected]) => {
    expect(value(text)).toBeCloseTo(expected, 12);
  });

  test('the names that it uses', () => {
    const formula = parseFormula('price * (hour > 5 ? 1 : hour)', NAMES);
    expect(typeof formula === 'object' && [...formula.names]).toEqual(['price', 'hour']);
  });

  test('no finite number where there is none', () => {
    expect(value('1 / (hour - 17)')).toBe(Number.POSITIVE_INFINITY);
    expect(value('0 / 0')).toBeNaN();
  });
});

describe('what is no formula is refused with its place:', () => {
  test.for<[string, string]>([
    ['', 'it ends where a number, a name or "(" should follow'],
    ['price +', 'it ends where a number, a name or "(" should follow'],
    ['price price', '"price" at character 7 is not an operator'],
    ['1 + * 2', '"*" at character 5 is not a number, a name or "("'],
    ['(1 + 2', 'it ends where ")" should follow'],
    ['1 + 2)', '")" at character 6 is not an operator'],
    ['1 ? 2', 'it ends where ":" should follow'],
    ['price + cost', '"cost" at character 9 is not known: use price, charges, tax, hour'],
    ['constructor', '"constructor" at character 1 is not known'],
    ['price.constructor', '"." at character 6 is not known'],
    ['price[0]', '"[" at character 6 is not known'],
    ['toString()', '"toString" at character 1 is no function: use min, max, abs, floor, ceil, round'],
    ['min()', '")" at character 5 is not a number, a name or "("'],
    ['abs(1, 2)', 'abs at character 1 is given 2 values instead of 1'],
    ['round(1, 2, 3)', 'round at character 1 is given 3 values instead of 1 to 2'],
    ['price = 1', '"=" at character 7 is not known'],
    ['1; 2', '";" at character 2 is not known'],
    ['0,19', '"," at character 2 is not an operator'],
    ['"a"', '""" at character 1 is not known'],
    [`${'('.repeat(1_000)}1${')'.repeat(1_000)}`, 'it is nested deeper than 50 levels'],
    [`${'-'.repeat(1_000)}1`, 'it is nested deeper than 50 levels'],
  ])('%s', ([text, problem]) => {
    expect(value(text)).toContain(problem);
  });

  test('whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...'price|hour|min|constructor|1|.|2.5|(|)|+|-|*|/|%|<|==|&&|?|:|,|!| |é'.split('|'))),
        (parts) => {
          const formula = parseFormula(parts.join(''), NAMES);
          expect(typeof formula === 'string' ? formula.length > 5 : typeof formula.evaluate(VALUES)).toBe(
            typeof formula === 'string' ? true : 'number',
          );
        },
      ),
    );
  });
});

/** An expression as text, and its value by the language itself. */
interface Sum {
  readonly text: string;
  readonly value: number;
}
const NUMBER: fc.Arbitrary<Sum> = fc.integer({ min: 0, max: 99 }).map((value) => ({ text: `${value}`, value }));
const { sum: SUM } = fc.letrec<{ sum: Sum }>((tie) => ({
  sum: fc.oneof(
    { maxDepth: 4 },
    NUMBER,
    fc.tuple(tie('sum'), tie('sum'), fc.constantFrom('+', '-', '*')).map(([a, b, sign]) => ({
      text: `(${a.text} ${sign} ${b.text})`,
      value: sign === '+' ? a.value + b.value : sign === '-' ? a.value - b.value : a.value * b.value,
    })),
    tie('sum').map(({ text, value }) => ({ text: `-${text}`, value: -value })),
  ),
}));

test('arithmetic is that of the language', () => {
  fc.assert(
    fc.property(SUM, ({ text, value: expected }) => {
      expect(Number(value(text)) + 0).toBe(expected + 0);
    }),
  );
});
