import { expect, test } from 'vitest';
import { hostName, isKnownHost } from '../../../plugins/shared/hosts.ts';

test.each([
  ['NAS:7070', 'nas'],
  ['evcc.local.', 'evcc.local'],
  ['[FD00::1]:7070', '[fd00::1]'],
  ['192.168.1.2:80', '192.168.1.2'],
  ['', ''],
  [':7070', ''],
  ['a b', ''],
  ['user@nas', ''],
  ['nas/x', ''],
  ['nas:x', ''],
])('the host %j is %j', (host, name) => {
  expect(hostName(host)).toBe(name);
});

test.each([
  ['localhost', true],
  ['evcc.localhost', true],
  ['homeassistant', true],
  ['127.0.0.1', true],
  ['[::1]', true],
  ['evcc.local', true],
  ['a.b.fritz.box', true],
  ['evcc.home.arpa', true],
  ['evcc.lan', true],
  ['evcc.example.com', true],
  ['a.wild.example.com', true],
  ['wild.example.com', false],
  ['example.com', false],
  ['evillan', true],
  ['evil.example', false],
  ['evcc.local.evil.example', false],
  ['notfritz.box', false],
  ['127.0.0.1.evil.example', false],
  ['', false],
])('the name %j is known: %s', (name, known) => {
  expect(isKnownHost(name, ['evcc.example.com', '*.wild.example.com'])).toBe(known);
});
