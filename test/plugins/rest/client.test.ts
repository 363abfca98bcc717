import { expect, test } from 'vitest';
import { clientOf, createSender, isLocalAddress } from '../../../plugins/rest/client.ts';

test.each([
  ['192.168.1.2', '192.168.1.2'],
  ['::ffff:192.168.1.2', '192.168.1.2'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  [undefined, ''],
])('%s is the client %s', (address, client) => {
  expect(clientOf(address)).toBe(client);
});

test.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['::ffff:10.1.2.3', true],
  ['172.31.255.1', true],
  ['192.168.178.20', true],
  ['169.254.1.1', true],
  ['100.100.1.1', true],
  ['fd12::1', true],
  ['fe80::1%eth0', true],
  ['172.32.0.1', false],
  ['8.8.8.8', false],
  ['::ffff:8.8.8.8', false],
  ['2001:db8::1', false],
  ['', false],
  [undefined, false],
])('%s is an address at home: %s', (address, local) => {
  expect(isLocalAddress(address)).toBe(local);
});

const PROXY = '192.168.1.5';

test.each([
  ['says nothing', PROXY, undefined, PROXY],
  ['names its client', PROXY, '8.8.8.8', '8.8.8.8'],
  ['is seen as IPv4 in IPv6', `::ffff:${PROXY}`, '2001:db8::1', '2001:db8::1'],
  ['is behind another one', '172.30.32.2', `10.0.0.9, 8.8.8.8, ${PROXY}`, '8.8.8.8'],
  ['passes on what its client made up', PROXY, '127.0.0.1, 8.8.8.8', '8.8.8.8'],
  ['names no address', PROXY, 'unknown', PROXY],
  ['asks for itself', PROXY, PROXY, PROXY],
  ['is not known', '192.168.1.6', '8.8.8.8', '192.168.1.6'],
])('a proxy that %s', (_, remoteAddress, said, sender) => {
  const request = { socket: { remoteAddress }, headers: { ...(said !== undefined && { 'x-forwarded-for': said }) } };
  expect(createSender([PROXY, '172.30.32.2'])(request as never)).toBe(sender);
});
