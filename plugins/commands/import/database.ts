import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { CommandContext, Session } from '../../../core/index.ts';
import { KNOWN, REQUIRED, sessionOf } from './rows.ts';

/** What a database of evcc holds, as far as it is understood. */
export interface Found {
  readonly sessions: readonly Session[];
  /** Texts by key */
  readonly settings: ReadonlyMap<string, string>;
  /** What was not understood */
  readonly left: readonly string[];
}

/** Reads a database and changes nothing of it. Errors: `EVCC_STORE_FAILED` with the file and what to do. */
export function readDatabase(file: string, context: CommandContext): Found {
  const refuse = (why: string): never => context.fail('EVCC_STORE_FAILED', `${file} cannot be imported: ${why}`);
  if (!existsSync(file)) refuse('there is no such file');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    return found(database, refuse, context);
  } catch (error) {
    const { code, errcode, message } = error as { code?: string; errcode?: number; message: string };
    if (code?.startsWith('EVCC_')) throw error;
    return refuse(errcode === NOT_A_DATABASE ? 'this is no SQLite database' : message);
  } finally {
    database?.close();
  }
}

/** Result code of SQLite. Source: sqlite.org/rescode.html */
const NOT_A_DATABASE = 26;

function found(database: DatabaseSync, refuse: (why: string) => never, { time }: CommandContext): Found {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name }) => String(name));
  if (tables.includes('evcc_migrations')) {
    refuse('it is a database of this program; use it with database.file, or move it with evcc backup and evcc restore');
  }
  if (!tables.includes('sessions') && !tables.includes('settings')) {
    refuse('it has neither sessions nor settings, so that it is none of evcc');
  }
  const left = tables.filter((name) => name !== 'sessions' && name !== 'settings').map((name) => `table ${name}`);
  const columns = (table: string): string[] =>
    database
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map(({ name }) => String(name));
  const require = (table: string, names: readonly string[]): void => {
    const missing = names.find((name) => !columns(table).includes(name));
    if (missing !== undefined) refuse(`its table ${table} has no column ${missing}, so that it is none of evcc`);
  };

  const sessions: Session[] = [];
  if (tables.includes('sessions')) {
    require('sessions', REQUIRED);
    left.push(
      ...columns('sessions')
        .filter((name) => !KNOWN.includes(name))
        .map((name) => `column ${name} of sessions`),
    );
    for (const row of database.prepare('SELECT * FROM sessions ORDER BY created').iterate()) {
      const session = sessionOf(row, time.parse);
      if (typeof session === 'string') left.push(session);
      else sessions.push(session);
    }
  }
  const settings = new Map<string, string>();
  if (tables.includes('settings')) {
    require('settings', ['key', 'value']);
    for (const { key, value } of database.prepare('SELECT key, value FROM settings ORDER BY key').iterate()) {
      if (value !== null) settings.set(String(key), String(value));
    }
  }
  return { sessions, settings, left };
}
