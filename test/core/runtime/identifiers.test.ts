import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identified } from '../../../core/runtime/identifiers.ts';

const car = (name: string, ...identifiers: string[]) => ({ name, identifiers });

describe('a vehicle is identified', () => {
  test.for([
    { title: 'by its tag, in upper or lower case', id: '04a2B3', cars: [car('ev6', '04A2b3')], is: 'ev6' },
    { title: 'whatever blanks are around it', id: ' 04A2B3\n', cars: [car('ev6', '04A2B3 ')], is: 'ev6' },
    { title: 'by one of several', id: 'B', cars: [car('ev6', 'A', 'B')], is: 'ev6' },
    { title: 'by the beginning', id: '04A2B3', cars: [car('ev6', '04*')], is: 'ev6' },
    { title: 'by the end', id: '04A2B3', cars: [car('ev6', '*B3')], is: 'ev6' },
    { title: 'by the middle', id: '04A2B3', cars: [car('ev6', '*A2*')], is: 'ev6' },
    { title: 'by parts in their order', id: '04A2B3', cars: [car('ev6', '0*A*B*3')], is: 'ev6' },
    { title: 'by anything', id: 'x', cars: [car('ev6', '*')], is: 'ev6' },
    { title: 'exactly rather than by a pattern', id: 'AB', cars: [car('zoe', 'A*'), car('ev6', 'AB')], is: 'ev6' },
    { title: 'as the first that fits', id: 'AB', cars: [car('zoe', 'A*'), car('ev6', '*B')], is: 'zoe' },
    { title: 'a star may stand for nothing', id: 'AB', cars: [car('ev6', 'A*B')], is: 'ev6' },
  ])('$title', ({ id, cars, is }) => {
    expect(identified(id, cars)).toBe(is);
  });

  test.for([
    { title: 'without an identifier', id: '', cars: [car('ev6', '*', '')] },
    { title: 'by blanks', id: ' ', cars: [car('ev6', '*', ' ')] },
    { title: 'by an empty one', id: 'AB', cars: [car('ev6', '', ' ')] },
    { title: 'by a part without a star', id: '04A2B3', cars: [car('ev6', 'A2')] },
    { title: 'by parts in another order', id: '04A2B3', cars: [car('ev6', '*B*A*')] },
    { title: 'by parts that overlap', id: 'ABA', cars: [car('ev6', 'AB*BA')] },
    {
      title: 'by what a regular expression would allow',
      id: 'AB',
      cars: [car('ev6', '.*', '[A-Z]+', 'A.', '(A|B)*', '^AB$')],
    },
    { title: 'where nobody has any', id: 'AB', cars: [car('ev6'), car('zoe')] },
  ])('not: $title', ({ id, cars }) => {
    expect(identified(id, cars)).toBeUndefined();
  });

  test('by patterns exactly as a regular expression with every other character escaped would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '+', '('), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '+', '(', '*', '*'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(text, pattern, (id, glob) => {
        const parts = glob.split('*').map((part) => part.replace(/[.+()]/g, '\\$&'));
        const fits = id !== '' && new RegExp(`^${parts.join('.*')}$`, 's').test(id);
        expect(identified(id, [car('ev6', glob)])).toBe(fits ? 'ev6' : undefined);
      }),
    );
  });

  test('in no time, whatever the pattern', () => {
    expect(identified('a'.repeat(20_000), [car('ev6', `${'*a'.repeat(5_000)}*b`)])).toBeUndefined();
  });
});
