import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** The address that a request comes from; `undefined`: its connection is gone. */
export type Sender = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string | undefined;

/** `proxies`: addresses of proxies, which are believed whom they ask for. Each adds who asked it at the end. */
export function createSender(proxies: readonly string[] = []): Sender {
  const known = new Set(proxies.map(withoutMapping));
  return ({ headers, socket: { remoteAddress } }) => {
    if (!known.has(withoutMapping(remoteAddress ?? ''))) return remoteAddress;
    const sender = forwarded(headers).findLast((address) => !known.has(withoutMapping(address)));
    return sender !== undefined && isIP(sender) > 0 ? sender : remoteAddress;
  };
}

/** Addresses that a request says to have come through; anybody can say so. */
export function forwarded(headers: IncomingMessage['headers']): readonly string[] {
  const said = headers['x-forwarded-for'];
  return said === undefined
    ? []
    : String(said)
        .split(',')
        .map((address) => address.trim());
}

/** Who a client is, as far as limits are concerned: its address; of IPv6 the network, of which one client has many addresses. */
export function clientOf(address: string | undefined): string {
  const plain = withoutMapping(address ?? '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  const groups = tail === undefined ? first : [...first, ...zeros, ...last];
  return groups.slice(0, 4).join(':');
}

/** Addresses of this machine and of home networks: RFC 1918, 3927, 4193, 4291, 6598 */
const LOCAL = new BlockList();
LOCAL.addSubnet('127.0.0.0', 8);
LOCAL.addSubnet('10.0.0.0', 8);
LOCAL.addSubnet('172.16.0.0', 12);
LOCAL.addSubnet('192.168.0.0', 16);
LOCAL.addSubnet('169.254.0.0', 16);
LOCAL.addSubnet('100.64.0.0', 10);
LOCAL.addAddress('::1', 'ipv6');
LOCAL.addSubnet('fc00::', 7, 'ipv6');
LOCAL.addSubnet('fe80::', 10, 'ipv6');

export function isLocalAddress(address: string | undefined): boolean {
  const plain = withoutMapping(address ?? '').replace(/%.*$/, '');
  return LOCAL.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

/** IPv4 addresses as servers of both see them: `::ffff:192.168.1.2` */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
