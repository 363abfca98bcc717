import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'vitest';
import { fail } from '../../../core/errors.ts';
import { parseAddress } from '../../../plugins/mqtt/address.ts';
import { helpLines } from '../../../plugins/mqtt/help.ts';
import { type MqttOptions, resolveOptions } from '../../../plugins/mqtt/options.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const resolve = (options: MqttOptions) => resolveOptions(options, { directory: FIXTURES, fail });

test('addresses are understood in the ways in which people write them', () => {
  const known: readonly (readonly [string, string, string, number, boolean])[] = [
    ['192.168.1.2', 'mqtt://192.168.1.2:1883', '192.168.1.2', 1883, false],
    ['broker.local:1884', 'mqtt://broker.local:1884', 'broker.local', 1884, false],
    [' localhost ', 'mqtt://localhost:1883', 'localhost', 1883, false],
    ['mqtt://my-broker_1', 'mqtt://my-broker_1:1883', 'my-broker_1', 1883, false],
    ['MQTT://x/', 'mqtt://x:1883', 'x', 1883, false],
    ['tcp://x', 'mqtt://x:1883', 'x', 1883, false],
    ['mqtts://x', 'mqtts://x:8883', 'x', 8883, true],
    ['tls://x:8884', 'mqtts://x:8884', 'x', 8884, true],
    ['ssl://x', 'mqtts://x:8883', 'x', 8883, true],
    ['ws://x/mqtt', 'ws://x:80/mqtt', 'x', 80, false],
    ['wss://x:9001', 'wss://x:9001', 'x', 9001, true],
    ['[fd00::1]:1885', 'mqtt://[fd00::1]:1885', 'fd00::1', 1885, false],
    ['::1', 'mqtt://[::1]:1883', '::1', 1883, false],
  ];
  for (const [text, url, host, port, tls] of known)
    assert.deepEqual(parseAddress(text), { url, host, port, tls }, text);
});

test('credentials in an address are taken out of it', () => {
  assert.deepEqual(parseAddress('mqtt://me:p%40ss@x:1'), {
    url: 'mqtt://x:1',
    host: 'x',
    port: 1,
    tls: false,
    user: 'me',
    password: 'p@ss',
  });
  assert.equal(parseAddress('me:a:b@c@x')?.password, 'a:b@c');
  assert.equal(parseAddress('me@x')?.user, 'me');
  assert.equal(parseAddress('me:100%@x')?.password, '100%');
});

test('what is no address of a broker is not guessed at', () => {
  const none = [
    '',
    ' ',
    'http://x',
    'x:0',
    'x:65536',
    'x:port',
    'x/topic',
    'mqtt://',
    'a b',
    'x:1:2',
    '[x]:1',
    'x?y',
    'ftp:x',
  ];
  for (const text of none) assert.equal(parseAddress(text), undefined, text);
});

test('what is left out gets a default', async () => {
  const setup = await resolve({ broker: 'x' });
  assert.equal(setup.root, 'evcc');
  assert.equal(setup.qos, 1);
  assert.equal(setup.insecure, false);
  assert.match(setup.clientId, /^evcc-[0-9a-f]{12}$/);
  assert.notEqual(setup.clientId, (await resolve({ broker: 'x' })).clientId);
  assert.equal('user' in setup, false);
});

test('the section goes before credentials in the address', async () => {
  const setup = await resolve({
    broker: 'mqtt://a:b@x',
    user: 'c',
    password: 'd',
    clientId: 'me',
    topic: '//a/b//',
    qos: 0,
  });
  assert.deepEqual([setup.user, setup.password, setup.clientId, setup.root, setup.qos], ['c', 'd', 'me', 'a/b', 0]);
});

test('options that contradict each other are refused with their path, and without secrets', async () => {
  const bad: readonly (readonly [MqttOptions, RegExp])[] = [
    [{ broker: 'mqtt://u:secret@x y' }, /^mqtt\.broker: not an address of a broker; use host, host:port/],
    [{ broker: 'x', topic: '/' }, /^mqtt\.topic: must not be empty/],
    [{ broker: 'x', topic: 'a/+' }, /^mqtt\.topic: "a\/\+" must not contain the wildcards/],
    [{ broker: 'x', topic: '$SYS' }, /^mqtt\.topic: "\$SYS" must not begin with \$/],
    [{ broker: 'x', topic: 'x'.repeat(1_001) }, /^mqtt\.topic: must not be longer/],
    [{ broker: 'x', password: 'secret' }, /^mqtt\.user: is needed with a password/],
    [{ broker: 'mqtts://x', clientCert: 'client.crt' }, /^mqtt\.clientKey: clientCert and clientKey need each other/],
    [{ broker: 'mqtts://x', clientKey: 'secret.key' }, /^mqtt\.clientCert: clientCert and clientKey need each other/],
    [{ broker: 'x', caCert: 'ca.crt' }, /^mqtt\.caCert: is of use with TLS only/],
    [{ broker: 'mqtts://x', caCert: 'none.crt' }, /^mqtt\.caCert: neither PEM text nor a readable file \(ENOENT\)/],
    [
      { broker: 'mqtts://x', caCert: 'ca.crt', clientCert: 'client.crt', clientKey: 'secret' },
      /^mqtt\.clientKey: .*ENOENT/,
    ],
    [{ broker: 'mqtts://x', caCert: '-----BEGIN CERTIFICATE-----\nxx\n' }, /^mqtt\.caCert: /],
    [{ broker: 'mqtts://x', clientCert: 'client.crt', clientKey: 'server.key' }, /^mqtt\.clientKey: /],
  ];
  for (const [options, message] of bad) {
    await assert.rejects(resolve(options), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'EVCC_CONFIG_INVALID');
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  }
});

test('certificates are read from files or taken as they stand', async () => {
  const text = await readFile(join(FIXTURES, 'ca.crt'), 'utf8');
  const files = await resolve({
    broker: 'mqtts://x',
    caCert: 'ca.crt',
    clientCert: 'client.crt',
    clientKey: 'client.key',
  });
  assert.equal(files.ca, text);
  assert.match(files.key ?? '', /PRIVATE KEY/);
  assert.equal((await resolve({ broker: 'mqtts://x', caCert: text })).ca, text);
});

test('the sample commands fit the connection', async () => {
  const lines = async (options: MqttOptions) => helpLines(await resolve(options));
  assert.deepEqual(await lines({ broker: '127.0.0.1' }), [
    'MQTT: mqtt://127.0.0.1:1883, topics below evcc',
    "      mosquitto_sub -h 127.0.0.1 -v -t 'evcc/#'",
    '      mosquitto_pub -h 127.0.0.1 -t evcc/loadpoints/1/mode/set -m now',
  ]);
  assert.deepEqual(
    await lines({ broker: 'mqtts://[::1]:8884', user: "it's", password: 'x', caCert: 'ca.crt', insecure: true }),
    [
      'MQTT: mqtts://[::1]:8884, topics below evcc',
      `      mosquitto_sub -h ::1 -p 8884 -u 'it'\\''s' -P '<password>' --cafile '<file>' --insecure -v -t 'evcc/#'`,
      `      mosquitto_pub -h ::1 -p 8884 -u 'it'\\''s' -P '<password>' --cafile '<file>' --insecure -t evcc/loadpoints/1/mode/set -m now`,
    ],
  );
  assert.deepEqual(await lines({ broker: 'wss://x/mqtt' }), ['MQTT: wss://x:443/mqtt, topics below evcc']);
});
