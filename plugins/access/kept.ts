import { randomBytes } from 'node:crypto';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { Evcc } from '../../core/index.ts';

/** What is kept in the database, in the form that all stored settings have. */

const KEY = 'access';

export interface Kept {
  /** Signs tickets */
  readonly secret: string;
  /** As `password.ts` writes it; absent: none was set */
  readonly password?: string;
  readonly tokens: readonly KeptToken[];
  /** Tickets that were given back, by id: ms since the epoch at which they would have ended */
  readonly loggedOut: Readonly<Record<string, number>>;
}

interface KeptToken {
  readonly name: string;
  /** SHA-256, hex: what is random needs nothing slower */
  readonly hash: string;
  readonly right: 'read' | 'full';
  /** ms since the epoch */
  readonly created: number;
}

const schema = Type.Object({
  secret: Type.String({ minLength: 40 }),
  password: Type.Optional(Type.String()),
  tokens: Type.Array(
    Type.Object({
      name: Type.String(),
      hash: Type.String(),
      right: Type.Enum(['read', 'full']),
      created: Type.Number(),
    }),
  ),
  loggedOut: Type.Record(Type.String(), Type.Number()),
});

export function nothingKept(): Kept {
  return { secret: randomBytes(32).toString('base64url'), tokens: [], loggedOut: {} };
}

/** `none`: there is nothing yet; `damaged`: what is there is unreadable. Errors: `EVCC_STORE_FAILED`. */
export async function readKept({ store }: Pick<Evcc, 'store'>): Promise<Kept | 'none' | 'damaged'> {
  const text = (await store.settings.all()).get(KEY);
  if (text === undefined) return 'none';
  try {
    const record: unknown = JSON.parse(text);
    // Compiled when needed: most houses keep nothing here.
    const validator = Compile(Type.Object({ value: schema }));
    return validator.Check(record) ? record.value : 'damaged';
  } catch {
    return 'damaged';
  }
}

/** Resolves when it would survive a kill. Errors: `EVCC_STORE_FAILED`. */
export function writeKept({ store }: Pick<Evcc, 'store'>, kept: Kept): Promise<void> {
  return store.settings.set(KEY, JSON.stringify({ value: kept, base: null }));
}
