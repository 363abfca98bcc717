import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest, nearestNames } from '../../../core/loading/nearest.ts';

test.each([
  ['go-ee', ['go-e', 'keba', 'goodwe'], ['go-e']],
  ['maxcurrent', ['minCurrent', 'maxCurrent'], ['maxCurrent']],
  ['tilte', ['title', 'type'], ['title']],
  ['shelly', ['shelly-3em', 'fronius', 'shelly-plug'], ['shelly-3em', 'shelly-plug']],
  ['3em', ['shelly-3em', 'fronius'], ['shelly-3em']],
  ['warning', ['warn', 'error'], ['warn']],
  ['pw', ['pv', 'y'], ['pv']],
  ['x', ['abc', 'y'], []],
  ['nothing', ['like', 'these'], []],
  ['any', [], []],
])('the names nearest to %s of %j are %j', (name, known, expected) => {
  expect(nearestNames(name, known)).toEqual(expected);
});

test('a message ends with what was probably meant, else with what is known', () => {
  expect(nearest('go-ee', ['go-e'])).toBe(', did you mean "go-e"?');
  expect(nearest('shelly', ['shelly-1', 'shelly-2'])).toBe(', did you mean "shelly-1" or "shelly-2"?');
  expect(nearest('qqq', ['a', 'b'])).toBe('; known: a, b');
  expect(nearest('qqq', [])).toBe('');
  expect(
    nearest(
      'qqq',
      Array.from({ length: 14 }, (_, index) => `name${index}`),
    ),
  ).toMatch(/name11 and 2 more$/);
});

test('a known name is its own nearest', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), (known) => {
      const [name = ''] = known;
      expect(nearestNames(name, [name])).toEqual([name]);
    }),
  );
});

test('one edit in a longer name is always recognised', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.nat(), (name, at) => {
      const index = at % name.length;
      const typed = name.slice(0, index) + name.slice(index + 1);
      expect(nearestNames(typed, [name])).toEqual([name]);
    }),
  );
});
