import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { parseDays, parseHours, parseMonths, parseWindow } from '../../../../plugins/shared/pricing/windows.ts';

const list = (set: ReadonlySet<number> | string) => (typeof set === 'string' ? set : [...set]);

describe('days', () => {
  const good: [string, number[]][] = [
    ['', [0, 1, 2, 3, 4, 5, 6]],
    ['  ', [0, 1, 2, 3, 4, 5, 6]],
    ['Mo', [1]],
    ['mon', [1]],
    ['MONDAY', [1]],
    ['0', [0]],
    ['7', [0]],
    ['Mo-Fr', [1, 2, 3, 4, 5]],
    ['so,mo,di,mi,do,fr,sa', [0, 1, 2, 3, 4, 5, 6]],
    ['sun, tue ,thu', [0, 2, 4]],
    ['tuesday-wednesday', [2, 3]],
    ['Sa, So', [0, 6]],
    ['fri - mon', [0, 1, 5, 6]],
    ['1-7', [0, 1, 2, 3, 4, 5, 6]],
    ['0-6', [0, 1, 2, 3, 4, 5, 6]],
    ['5-7,mi', [0, 3, 5, 6]],
    ['Mo-Mi,Thursday-7', [0, 1, 2, 3, 4, 5, 6]],
  ];
  for (const [text, days] of good) {
    test(`"${text}" means ${days.join(' ')}`, () => assert.deepEqual(list(parseDays(text)), days));
  }

  const bad: [string, RegExp][] = [
    ['Mon-Fry', /^"Mon-Fry" is no day or range of days: use mon to sun, .*mo di mi do fr sa so, or 0 \(Sunday\) to 7/],
    ['8', /^"8" is no day/],
    ['-1', /^"-1" is no day/],
    ['01', /^"01" is no day/],
    ['mo,', /^"" is no day/],
    [',', /^"" is no day/],
    ['mo;di', /^"mo;di" is no day/],
    ['mo-', /^"mo-" is no day/],
    ['mo-mi-fr', /^"mo-mi-fr" is no day/],
    ['mo mi', /^"mo mi" is no day/],
    ['mo,di,mon', /^"mo,di,mon" names Monday twice/],
    ['fr-mo,so', /names Sunday twice/],
    ['0-7', /begins and ends with the same day: name it once/],
    ['mo-mon', /begins and ends with the same day/],
    ['mo-so,0', /names Sunday twice/],
  ];
  for (const [text, problem] of bad) {
    test(`"${text}" is refused`, () => assert.match(String(parseDays(text)), problem));
  }
});

describe('months', () => {
  const good: [string, number[]][] = [
    ['', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['Jan', [1]],
    ['january', [1]],
    ['mär', [3]],
    ['MA\u0308R', [3]],
    ['Mai,Okt,Dez', [5, 10, 12]],
    ['Nov-Feb', [1, 2, 11, 12]],
    ['4-9', [4, 5, 6, 7, 8, 9]],
    ['October-12', [10, 11, 12]],
    ['1-12', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ];
  for (const [text, months] of good) {
    test(`"${text}" means ${months.join(' ')}`, () => assert.deepEqual(list(parseMonths(text)), months));
  }

  const bad: [string, RegExp][] = [
    ['0', /^"0" is no month or range of months: use jan to dec, .* or 1 to 12, e\.g\. "feb-jun"/],
    ['13', /^"13" is no month/],
    ['januar', /^"januar" is no month/],
    ['nov-feb,1', /names January twice/],
    ['5-may', /begins and ends with the same month/],
  ];
  for (const [text, problem] of bad) {
    test(`"${text}" is refused`, () => assert.match(String(parseMonths(text)), problem));
  }
});

describe('hours', () => {
  const good: [string, [number, number][]][] = [
    ['', [[0, 1440]]],
    ['0-24', [[0, 1440]]],
    ['0-0', [[0, 1440]]],
    ['2-5', [[120, 300]]],
    ['02:00-05:00', [[120, 300]]],
    ['22:30-0', [[1350, 1440]]],
    ['22:30-0:00', [[1350, 1440]]],
    ['23-24:00', [[1380, 1440]]],
    [
      '0-6, 8:15 - 9:45 ,20-0',
      [
        [0, 360],
        [495, 585],
        [1200, 1440],
      ],
    ],
  ];
  for (const [text, ranges] of good) {
    test(`"${text}" means ${ranges.join(' and ')} min`, () =>
      assert.deepEqual(
        parseHours(text),
        ranges.map(([from, to]) => ({ from, to })),
      ));
  }

  const bad: [string, RegExp][] = [
    ['8', /^"8" is no range of hours: use H-H or H:MM-H:MM from 0 to 24, e\.g\. 8-12:30/],
    ['8-', /^"8-" is no range/],
    ['-8', /^"-8" is no range/],
    ['8-25', /^"8-25" is no range/],
    ['8-24:01', /^"8-24:01" is no range/],
    ['8:60-9', /^"8:60-9" is no range/],
    ['8:5-9', /^"8:5-9" is no range/],
    ['8.5-9', /^"8\.5-9" is no range/],
    ['8-9-10', /^"8-9-10" is no range/],
    ['8-9,', /^"" is no range/],
    ['8am-9am', /^"8am-9am" is no range/],
    ['108-9', /^"108-9" is no range/],
    ['22-6', /^"22-6" ends before it begins: write a range across midnight as 22-0,0-6$/],
    ['22:30 - 6:15', /write a range across midnight as 22:30-0,0-6:15$/],
    ['8-8', /^"8-8" is empty: a range ends after it begins$/],
    ['24-0', /^"24-0" is empty/],
    ['24-6', /^"24-6" ends before it begins/],
  ];
  for (const [text, problem] of bad) {
    test(`"${text}" is refused`, () => assert.match(String(parseHours(text)), problem));
  }
});

const DAY_NAMES = [
  ['so', 'sun', 'Sunday', '0', '7'],
  ['mo', 'mon', 'Monday', '1'],
  ['di', 'tue', 'Tuesday', '2'],
  ['mi', 'wed', 'Wednesday', '3'],
  ['do', 'thu', 'Thursday', '4'],
  ['fr', 'fri', 'Friday', '5'],
  ['sa', 'sat', 'Saturday', '6'],
];

test('a set of days comes back from any way to write it', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
      fc.array(fc.nat(9), { minLength: 7, maxLength: 7 }),
      (days, styles) => {
        const text = days
          .map((day, index) => DAY_NAMES[day]?.[(styles[index] ?? 0) % DAY_NAMES[day].length])
          .join(' , ');
        assert.deepEqual(list(parseDays(text)), days.toSorted());
      },
    ),
  );
});

test('a range of days has every day from its first to its last, past the end of the week', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 6 }), (first, length) => {
      const days = Array.from({ length: length + 1 }, (_, index) => (first + index) % 7);
      assert.deepEqual(list(parseDays(`${first}-${(first + length) % 7}`)), days.toSorted());
    }),
  );
});

test('any text gives values in range or a sentence, and never throws', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'0123456789:-, mofrjandec') }),
    fc
      .array(fc.constantFrom('mo', 'fri', 'jan', '8', '22:30', '-', ',', ' '), { maxLength: 9 })
      .map((all) => all.join('')),
  );
  fc.assert(
    fc.property(noise, (text) => {
      for (const parse of [parseDays, parseMonths]) {
        const result = parse(text);
        if (typeof result === 'string') assert.ok(result.length > 10);
        else assert.ok(result.size > 0 && [...result].every((value) => value >= 0 && value <= 12));
      }
      const hours = parseHours(text);
      if (typeof hours === 'string') assert.ok(hours.length > 10);
      else assert.ok(hours.every(({ from, to }) => from >= 0 && from < to && to <= 1440));
    }),
    { numRuns: 2_000 },
  );
});

test('every text of a window that is wrong is reported by name', () => {
  const problems: string[] = [];
  parseWindow({ days: 'x', months: 'y', hours: 'z' }, (name, problem) =>
    problems.push(`${name} ${problem.slice(0, 3)}`),
  );
  assert.deepEqual(problems, ['days "x"', 'months "y"', 'hours "z"']);
});
