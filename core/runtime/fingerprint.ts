import { createHash } from 'node:crypto';

/** A short text that is the same for the same text, and says nothing of it. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
