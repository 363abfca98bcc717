/** Something in a configuration that must be changed before it can be used. */
export interface Problem {
  /** Where it stands, e.g. `loadpoints[0].charger`; empty: the whole configuration */
  readonly path: string;
  /** What stands there, as far as it may be shown: secrets are `***`, lists and objects only hinted at. Absent: nothing */
  readonly value?: unknown;
  /** What is allowed, or what is wrong */
  readonly message: string;
}

/** What is shown instead of a secret. */
export const MASK = '***';

/** Path of a key or of a list item below another path. */
export function at(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** A problem with the value that stands there. */
export function problemWith(path: string, value: unknown, message: string, secret = false): Problem {
  return { path, value: secret ? MASK : shown(value), message };
}

/** One line for people: `loadpoints[0].maxCurrent: must be a number above 0 A (is "lots")`. */
export function formatProblem({ path, value, message }: Problem): string {
  const told = typeof value === 'string' && value !== '' && message.includes(`"${value}"`);
  const is = value === undefined || told ? '' : ` (is ${JSON.stringify(value)})`;
  return `${path === '' ? '' : `${path}: `}${message}${is}`;
}

const LONGEST = 60;

function shown(value: unknown): unknown {
  if (typeof value === 'string') {
    const text = value.replace(/(:\/\/[^/@\s:]*:)[^/@\s]+@/g, `$1${MASK}@`);
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return '[…]';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  return typeof value === 'object' && value !== null ? '{…}' : value;
}
