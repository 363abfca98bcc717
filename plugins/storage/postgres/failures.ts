/** What went wrong with a PostgreSQL database and what to do about it, as one sentence or two. */

/** Where the database is, without anything secret. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

export function nameOf({ database, host, port }: Address): string {
  return `PostgreSQL database ${database} at ${host.startsWith('/') ? host : `${host}:${port}`}`;
}

export function explain(error: unknown, address: Address): string {
  const { host, port, database, user } = address;
  const server = host.startsWith('/') ? host : `${host}:${port}`;
  const reason = error instanceof AggregateError ? messageOf(error.errors[0]) : messageOf(error);
  switch (codeOf(error)) {
    case IN_USE:
      return `The ${nameOf(address)} is in use by another evcc. End it, or choose another database with database.url.`;
    case '28P01':
      return `PostgreSQL at ${server} refuses the password of user ${user}. Correct it in database.url, or give it as database.password.`;
    case '28000':
      return `PostgreSQL at ${server} does not let user ${user} in (${reason}). Create the user, and allow it in pg_hba.conf.`;
    case '3D000':
      return `PostgreSQL at ${server} has no database ${database}. Create it with "createdb ${database}", or correct database.url.`;
    case '42501':
    case '3F000':
      return `User ${user} may not do that in the ${nameOf(address)} (${reason}). Make it the owner: ALTER DATABASE ${database} OWNER TO ${user}.`;
    case '53100':
      return `The ${nameOf(address)} cannot grow: the disk of the server is full.`;
    case '53300':
      return `PostgreSQL at ${server} has no connection left (${reason}). End what uses them, or raise max_connections.`;
    case 'ECONNREFUSED':
    case 'ENOENT':
      return `PostgreSQL cannot be reached: nothing listens at ${server}. Is it running? Otherwise correct database.url.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `PostgreSQL cannot be reached: the name ${host} is not known. Correct database.url.`;
  }
  if (isAway(error)) return `PostgreSQL at ${server} cannot be reached (${reason}).`;
  return `The ${nameOf(address)} cannot be used: ${reason}`;
}

/** The error of a database that another evcc uses. */
export function inUse(): Error {
  return Object.assign(new Error('the database is in use'), { code: IN_USE });
}

/** As `inUse` made it */
export function isInUse(error: unknown): boolean {
  return codeOf(error) === IN_USE;
}

/** The connection is lost, or could not be made; the server may be back soon. */
export function isAway(error: unknown): boolean {
  const code = codeOf(error);
  if (typeof code === 'string') return AWAY.test(code);
  return (
    error instanceof Error &&
    /^(Connection terminated|timeout expired|Query read timeout)|not queryable/.test(error.message)
  );
}

const IN_USE = 'EVCC_IN_USE';

/** Codes of Node, and of classes 08 and 57P of the server. Source: PostgreSQL manual, appendix A */
const AWAY = /^(08|57P0[1-5]|ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_AGAIN)/;

function codeOf(error: unknown): unknown {
  const of = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? (value as { readonly code?: unknown }).code : undefined;
  // Of several addresses of a host all failed.
  return of(error) ?? (error instanceof AggregateError ? of(error.errors[0]) : undefined);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
