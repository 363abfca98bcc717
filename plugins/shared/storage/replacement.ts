import type { StoreCopy, StoredRows, StoredValue } from '../../../core/index.ts';

/** What is put in the place of the content of a database. */

/** What of a database can be emptied. */
export interface ResetParts {
  /** All charging sessions */
  readonly sessions: boolean;
  /** Everything that was set; who may do what stays as it is */
  readonly settings: boolean;
}

/** Key under which password and tokens are kept */
const ACCESS = 'access';
/** Key under which the house notes when it last ran */
const ALIVE = 'alive';

/**
 * Rows of another time, which nobody must rely on for what is now: a loadpoint does not know what its charger was told last,
 * so that it is told anew.
 */
export async function* restoredRows(rows: AsyncIterable<StoredRows>): AsyncIterable<StoredRows> {
  for await (const part of rows) yield part.table === 'memory' ? memoryOf(part, withoutCharger) : part;
}

/** What is left of a database, as it is now. `pause` is called between portions, so that others get their turn. */
export async function* keptRows(
  copy: Pick<StoreCopy, 'read'>,
  { sessions, settings }: ResetParts,
  pause: () => Promise<void>,
): AsyncIterable<StoredRows> {
  for await (const part of copy.read()) {
    const { table, columns, rows } = part;
    if (table === 'settings' && settings) yield { ...part, rows: rows.filter((row) => keyOf(columns, row) === ACCESS) };
    else if (table === 'memory') yield memoryOf(part, (kept) => withoutCharger(sessions ? withoutSession(kept) : kept));
    else if (table !== 'sessions' || !sessions) yield part;
    await pause();
  }
}

type Kept = Readonly<Record<string, unknown>>;

/** Memory without when the house last ran, and with what loadpoints remember changed. */
function memoryOf(part: StoredRows, change: (kept: Kept) => Kept): StoredRows {
  const { columns, rows } = part;
  const place = columns.indexOf('value');
  const changed = (row: readonly StoredValue[]): readonly StoredValue[] => {
    if (!keyOf(columns, row).startsWith('loadpoint.')) return row;
    try {
      return row.with(place, JSON.stringify(change(JSON.parse(String(row[place])) as Kept)));
    } catch {
      // What is unreadable means nothing to the house, either.
      return row;
    }
  };
  return { ...part, rows: rows.filter((row) => keyOf(columns, row) !== ALIVE).map(changed) };
}

const keyOf = (columns: readonly string[], row: readonly StoredValue[]): string =>
  String(row[columns.indexOf('key')] ?? '');

const withoutCharger = ({ charger: _, ...kept }: Kept): Kept => kept;

/** The number of the session's row may be given again: the session gets a row of its own when it is stored next. */
function withoutSession({ session, ...kept }: Kept): Kept {
  if (typeof session !== 'object' || session === null) return kept;
  const { id: _, ...unnumbered } = session as Kept;
  return { ...kept, session: unnumbered };
}
