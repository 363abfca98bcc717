import { expect, test } from 'vitest';
import { hashPassword, isPassword } from '../../../plugins/access/password.ts';

test('a password is known again, and no other; what is kept does not tell it', async () => {
  const kept = await hashPassword('Grüße 1');
  expect(kept).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
  expect(await isPassword('Grüße 1', kept)).toBe(true);
  // The same letters, u and its dots apart
  expect(await isPassword('Gru\u0308ße 1', kept)).toBe(true);
  expect(await isPassword('Grüße 2', kept)).toBe(false);
  expect(await isPassword('', kept)).toBe(false);
  expect(await hashPassword('Grüße 1')).not.toBe(kept);
});

test.each(['', 'x', 'scrypt$16384$8$5$aaaa', 'scrypt$3$8$5$aaaa$bbbb', 'scrypt$9999999$99$99$aaaa$bbbb'])(
  'nothing is the password of %j',
  async (kept) => {
    expect(await isPassword('x', kept)).toBe(false);
  },
);
