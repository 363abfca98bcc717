import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** Passwords as they are kept: `scrypt$cost$blockSize$parallel$salt$hash`, hash and salt in base64url. */

/** As OWASP's Password Storage Cheat Sheet recommends for 16 MiB of memory: N = 2^14, r = 8, p = 5 */
const COST = { N: 2 ** 14, r: 8, p: 5 } as const;
const KEPT = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/;
const BYTES = 32;

/** Runs beside the event loop, some tenths of a second. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, BYTES, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a password is the kept one; false also when what is kept is unreadable. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = KEPT.exec(kept) ?? [];
  if (hash === '') return false;
  const expected = Buffer.from(hash, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const derived = await derive(password, Buffer.from(salt, 'base64url'), expected.length, cost).catch(() => undefined);
  return derived !== undefined && timingSafeEqual(derived, expected);
}

function derive(password: string, salt: Buffer, length: number, cost: ScryptOptions): Promise<Buffer> {
  // The same letters can be written in more than one way.
  const text = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(text, salt, length, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
