/** What went wrong with a database file and what to do about it, as one sentence or two. */
export function explain(error: unknown, file: string): string {
  const reason = error instanceof Error ? error.message : String(error);
  const subject = `The database ${file}`;
  switch (property(error, 'code')) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EEXIST':
      return `${subject} cannot be created: ${reason}. ${WHERE}`;
  }
  switch (resultCode(error)) {
    case IN_USE:
      return `${subject} is in use by another evcc. End it, or choose another file with database.file.`;
    case BUSY:
    case LOCKED:
      return `${subject} is locked by another process. End the program that uses it, or choose another file with database.file.`;
    case READONLY:
      return `${subject} cannot be written. ${WHERE}`;
    case CANTOPEN:
      return `${subject} cannot be opened. ${WHERE}`;
    case FULL:
      return `${subject} cannot grow: the disk is full.`;
    case CORRUPT:
    case NOTADB:
      return (
        `${subject} is damaged or no SQLite database (${reason}). Nothing was changed. Put a backup in its place, or ` +
        'move it away to begin with an empty one.'
      );
    default:
      return `${subject} cannot be used: ${reason}`;
  }
}

/** Another process holds a lock that it may release soon. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED || code === IN_USE;
}

/** The error of a database that another evcc uses. */
export function inUse(cause: unknown): Error {
  return Object.assign(new Error('the database is in use', { cause }), { errcode: IN_USE });
}

/** An error as SQLite itself reports damage, for damage that was found by looking. */
export function damage(reason: string): Error {
  return Object.assign(new Error(reason), { errcode: CORRUPT });
}

const WHERE =
  'The user that runs evcc needs write access to the file and to its folder; or choose another file with database.file.';

/** Primary result codes. Source: sqlite.org/rescode.html */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** Our own, which SQLite will not use: the low byte of a result code is less. */
const IN_USE = 255;

/** The primary result code is the low byte of the extended one. */
function resultCode(error: unknown): number | undefined {
  const code = property(error, 'errcode');
  return typeof code === 'number' ? code & 0xff : undefined;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
