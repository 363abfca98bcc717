import { describe, expect, test } from 'vitest';
import { Answer } from '../../../plugins/shared/answer.ts';
import { deviceContext } from '../../contract/harness.ts';

const answer = (value: unknown) => new Answer(value, 'GET http://box/prices', deviceContext());

describe('a place in an answer', () => {
  test('gives what is there', () => {
    const found = answer({ data: [{ price: '-1.5', at: '2026-03-14T00:00Z', name: 'x', open: true, none: null }] });
    const [item] = found.at('data').items();
    expect(item?.at('price').number()).toBe(-1.5);
    expect(item?.at('at').time()).toBe(Date.parse('2026-03-14T00:00:00Z'));
    expect(item?.at('name').text()).toBe('x');
    expect([item?.at('open').is(true), item?.at('name').is('y')]).toEqual([true, false]);
    expect([item?.at('none').absent, item?.at('other').absent, item?.at('price').absent]).toEqual([true, true, false]);
    expect(item?.entries().map(([key]) => key)).toEqual(['price', 'at', 'name', 'open', 'none']);
    expect(answer('2026-03-14T01:00:00').time('+01:00')).toBe(Date.parse('2026-03-14T00:00:00Z'));
  });

  test.for([
    [(found: Answer) => found.at('data').items()[1]?.at('price').number(), 'data[1].price is null, not a number'],
    [(found: Answer) => found.at('data').items()[0]?.at('cost').number(), 'data[0].cost is missing, not a number'],
    [(found: Answer) => found.at('data').at('price'), 'data is a list, not an object'],
    [(found: Answer) => found.at('more').at('price'), 'more is missing, not an object'],
    [(found: Answer) => found.at('text').number(), 'text is "1,5", not a number'],
    [(found: Answer) => found.at('text').time(), 'text is "1,5", not a time'],
    [(found: Answer) => found.at('data').text(), 'data is a list, not a text'],
    [(found: Answer) => found.items(), 'the answer is an object, not a list'],
    [(found: Answer) => found.at('data').refuse('no data'), 'no data'],
  ] as const)('%# what is wrong is said with its place', ([read, why]) => {
    const found = answer({ data: [{}, { price: null }], text: '1,5' });
    expect(() => read(found)).toThrow(
      expect.objectContaining({ code: 'EVCC_DEVICE_PROTOCOL', message: `GET http://box/prices: ${why}` }),
    );
  });
});
