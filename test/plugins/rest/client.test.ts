import { expect, test } from 'vitest';
import { clientOf, isLocalAddress } from '../../../plugins/rest/client.ts';

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
