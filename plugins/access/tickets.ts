import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Ticket } from '../shared/access.ts';

/** ms for which a login holds: 90 days */
export const LIFETIME: number = 90 * 86_400_000;

const SHAPE = /^(\d{1,16})\.([\w-]{16})\.([\w-]{43})$/;

/**
 * Tickets tell by themselves until when they are good, so that they outlive a restart: `expires.id.signature`. The key
 * depends on the password, so that another password makes all of them worthless.
 */
export function ticketKey(secret: string, password: string): Buffer {
  return createHmac('sha256', secret).update(password).digest();
}

export function issueTicket(key: Buffer, now: number): Ticket {
  const expires = now + LIFETIME;
  const content = `${expires}.${randomBytes(12).toString('base64url')}`;
  return { text: `${content}.${sign(key, content).toString('base64url')}`, expires };
}

/** Id and end of a good ticket; `undefined`: it is none, not of this key or out of date. */
export function readTicket(
  key: Buffer,
  text: string,
  now: number,
): { readonly id: string; readonly expires: number } | undefined {
  const [, end, id = '', signature = ''] = SHAPE.exec(text) ?? [];
  const expires = Number(end);
  if (!(expires > now)) return undefined;
  const genuine = timingSafeEqual(Buffer.from(signature, 'base64url'), sign(key, `${end}.${id}`));
  return genuine ? { id, expires } : undefined;
}

/** What is before the token in a ticket that holds one */
const TOKEN = 'token.';

/** The ticket of somebody who logged in with a token, such as a display on the wall: it holds for as long as the token does. */
export function ticketOfToken(token: string, now: number): Ticket {
  return { text: `${TOKEN}${Buffer.from(token).toString('base64url')}`, expires: now + LIFETIME };
}

/** `undefined`: it is a ticket of another kind */
export function tokenInTicket(text: string): string | undefined {
  return text.startsWith(TOKEN) ? Buffer.from(text.slice(TOKEN.length), 'base64url').toString() : undefined;
}

function sign(key: Buffer, content: string): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
