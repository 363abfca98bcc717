import fc from 'fast-check';
import { expect, test } from 'vitest';
import { issueTicket, LIFETIME, readTicket, ticketKey } from '../../../plugins/access/tickets.ts';

const NOW = Date.parse('2025-06-15T12:00:00Z');
const key = ticketKey('secret', 'password');

test('a ticket is good for 90 days', () => {
  const { text, expires } = issueTicket(key, NOW);
  expect(expires).toBe(NOW + 90 * 86_400_000);
  expect(readTicket(key, text, NOW)).toEqual({ id: text.split('.')[1], expires });
  expect(readTicket(key, text, NOW + LIFETIME - 1)).toBeDefined();
  expect(readTicket(key, text, NOW + LIFETIME)).toBeUndefined();
});

test('another password or secret makes it worthless', () => {
  const { text } = issueTicket(key, NOW);
  expect(readTicket(ticketKey('secret', 'other'), text, NOW)).toBeUndefined();
  expect(readTicket(ticketKey('other', 'password'), text, NOW)).toBeUndefined();
});

test('a ticket that was changed anywhere is none', () => {
  const { text } = issueTicket(key, NOW);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0123456789abcXYZ-_. '), (index, character) => {
      const changed = text.slice(0, index) + character + text.slice(index + 1);
      // The last character holds two bits that mean nothing.
      fc.pre(changed !== text && index < text.length - 1);
      expect(readTicket(key, changed, NOW)).toBeUndefined();
    }),
  );
  fc.assert(fc.property(fc.string(), (other) => readTicket(key, other, NOW) === undefined));
});
