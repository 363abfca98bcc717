import type { networkInterfaces } from 'node:os';

/** Which addresses are looked at. Pure. */

/** Addresses that are looked at at most */
export const MOST = 1_024;

/** IPv4 addresses of ranges such as `192.168.1.0/24`, `192.168.1.20-192.168.1.40` or `192.168.1.7`; a text says what is wrong. */
export function addressesOf(ranges: readonly string[]): readonly string[] | string {
  const found = new Set<number>();
  for (const range of ranges) {
    const bounds = boundsOf(range);
    if (!bounds)
      return `"${range}" is no range: it must be like 192.168.1.0/24, 192.168.1.20-192.168.1.40 or 192.168.1.7`;
    const [first, last] = bounds;
    if (last - first >= MOST) return `"${range}" has ${last - first + 1} addresses, and at most ${MOST} are looked at`;
    for (let address = first; address <= last; address += 1) found.add(address);
  }
  if (found.size > MOST) return `these are ${found.size} addresses, and at most ${MOST} are looked at`;
  return [...found].map(toText);
}

/** The home networks that this machine is in, as ranges: no more than 256 addresses around its own. */
export function ownRanges(interfaces: ReturnType<typeof networkInterfaces>): readonly string[] {
  const own = Object.values(interfaces).flatMap((addresses = []) => addresses);
  const found = own
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && isPrivate(address))
    .map(({ address, cidr }) => {
      const bits = Math.max(24, Number(cidr?.split('/')[1] ?? 24));
      const [first = 0] = boundsOf(`${address}/${bits}`) ?? [];
      return `${toText(first)}/${bits}`;
    });
  return [...new Set(found)];
}

function boundsOf(range: string): readonly [number, number] | undefined {
  const [from = '', bits] = range.split('/');
  const [first, last, ...others] = from.split('-').map(toNumber);
  if (first === undefined || others.length > 0) return undefined;
  if (bits === undefined) {
    if (from.includes('-')) return last !== undefined && last >= first ? [first, last] : undefined;
    return [first, first];
  }
  const count = Number(bits);
  if (from.includes('-') || !/^\d{1,2}$/.test(bits) || count > 32) return undefined;
  const size = 2 ** (32 - count);
  const begin = Math.floor(first / size) * size;
  // The first address of a network is its name, the last one its broadcast.
  return size > 2 ? [begin + 1, begin + size - 2] : [begin, begin + size - 1];
}

function toNumber(text: string): number | undefined {
  const parts = text.trim().split('.');
  const fits = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
  return fits ? parts.reduce((sum, part) => sum * 256 + Number(part), 0) : undefined;
}

const toText = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

const isPrivate = (address: string): boolean => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/.test(address);
