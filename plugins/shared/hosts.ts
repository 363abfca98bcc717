import { isIP } from 'node:net';

/**
 * Endings of names that nobody outside of the home can own: set apart for home networks (RFC 6761, RFC 6762, RFC 8375, ICANN's
 * `internal`) or used by routers. Names without dot are of the home, too.
 */
export const HOME_ENDINGS: readonly string[] = [
  'localhost',
  'local',
  'home.arpa',
  'internal',
  'lan',
  'home',
  'fritz.box',
  'localdomain',
];
const LOCAL = new RegExp(`(^|\\.)(${HOME_ENDINGS.join('|').replaceAll('.', '\\.')})$`);

/** Whether the server is meant under a host name, in lower case and without port. */
export type KnowsHost = (name: string) => boolean;

/** `named`: further names; `*.example.com` stands for all below. */
export function isKnownHost(name: string, named: readonly string[]): boolean {
  if (name === '') return false;
  if (name.startsWith('[') || isIP(name) !== 0 || !name.includes('.') || LOCAL.test(name)) return true;
  return named.some((each) => name === each || (each.startsWith('*.') && name.endsWith(each.slice(1))));
}

/** The name in a `Host` header field, without port and final dot; empty: it is none. */
export function hostName(host: string): string {
  return /^(\[[\da-f:.%]+\]|[^:@/?#\s[\]]+)(:\d*)?$/.exec(host.toLowerCase())?.[1]?.replace(/\.$/, '') ?? '';
}
