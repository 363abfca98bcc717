import { copyFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type RequestOptions, request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import rest, { type RestOptions } from '../../../plugins/rest/index.ts';
import { temporaryFolder, writeFile } from '../../helpers/folder.ts';
import { createFakeEvcc } from './fake-evcc.ts';
import { type Rest, startRest } from './start-rest.ts';

const fixture = (name: string): string => join(import.meta.dirname, '../mqtt/fixtures', name);
const pem = (name: string): Promise<string> => readFile(fixture(name), 'utf8');
const SERVER = { cert: fixture('server.crt'), key: fixture('server.key') };

async function ask({ port }: Rest, options: RequestOptions = {}): Promise<{ status: number; headers: object }> {
  const ca = await pem('ca.crt');
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/api/health', agent: false, ca, ...options }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    sent.on('error', reject).end();
  });
}

/** Name in the certificate that the server shows */
function subjectOf({ port }: Rest): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

async function failureOf(tls: NonNullable<RestOptions['tls']>): Promise<string> {
  const evcc = await createFakeEvcc();
  const release = await rest.apply(evcc, { port: 0, host: '127.0.0.1', tls });
  onTestFinished(() => release?.());
  return evcc.hooks.setup.promise().then(() => '', String);
}

test('with a certificate the house is served by TLS, and browsers are told to come back that way', async () => {
  const house = await startRest({ tls: SERVER }, { password: 'correct horse' });
  expect(house.evcc.announced[0]).toContain('https://127.0.0.1');
  const answer = await ask(house);
  expect(answer).toMatchObject({ status: 200, headers: { 'strict-transport-security': 'max-age=86400' } });
  const login = await new Promise<readonly string[]>((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: house.port,
      path: '/api/auth/login',
      method: 'POST',
      agent: false,
    } as const;
    const sent = request({ ...options, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.headers['set-cookie'] ?? []);
    });
    sent.on('error', reject).end('{"password":"correct horse"}');
  });
  expect(login[0]).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
});

test('a client that speaks plain HTTP there is turned away, and the others are served', async () => {
  const house = await startRest({ tls: SERVER });
  await new Promise<void>((resolve) => {
    const socket = connect(house.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('error', () => {}).on('close', () => resolve());
    socket.resume();
  });
  expect((await ask(house)).status).toBe(200);
});

test('with an authority, only clients with a certificate of it may connect', async () => {
  const house = await startRest({ tls: { ...SERVER, ca: fixture('ca.crt') } });
  await expect(ask(house)).rejects.toThrow();
  expect((await ask(house, { cert: await pem('client.crt'), key: await pem('client.key') })).status).toBe(200);
});

test('relative files start at the folder of the configuration', async () => {
  const folder = temporaryFolder();
  copyFileSync(SERVER.cert, join(folder, 'a.crt'));
  expect(await failureOf({ cert: 'a.crt', key: SERVER.key })).toContain('rest.tls.cert /a.crt: there is no such file');
});

test.each([
  ['a file that is missing', { cert: '/nowhere/a.crt' }, 'rest.tls.cert /nowhere/a.crt: there is no such file'],
  ['a folder', { key: import.meta.dirname }, `rest.tls.key ${import.meta.dirname}: is a folder`],
  ['a key as certificate', { cert: SERVER.key }, 'holds no certificate in PEM form'],
  ['a certificate as key', { key: SERVER.cert }, 'holds no private key in PEM form'],
  ['the key of another', { key: fixture('client.key') }, 'does not belong to the certificate of CN=Test server'],
  ['no authority', { ca: SERVER.key }, 'holds no certificate of the authority in PEM form'],
])('%s fails the start and is named', async (_, wrong, message) => {
  expect(await failureOf({ ...SERVER, ...wrong })).toContain(message);
});

test.each(['cert', 'key', 'ca'] as const)('a broken %s fails the start and is named', async (name) => {
  const kind = name === 'key' ? 'PRIVATE KEY' : 'CERTIFICATE';
  const folder = temporaryFolder({ broken: `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----\n` });
  const file = join(folder, 'broken');
  const message = await failureOf({ ...SERVER, [name]: file });
  expect(message).toContain(`rest.tls.${name} ${file}: is not usable`);
});

test('a renewed certificate is used within minutes, without dropping anybody', async () => {
  const folder = temporaryFolder();
  const files = { cert: join(folder, 'a.crt'), key: join(folder, 'a.key') };
  const put = (name: string): void => {
    copyFileSync(fixture(`${name}.crt`), files.cert);
    copyFileSync(fixture(`${name}.key`), files.key);
  };
  put('server');
  const house = await startRest({ tls: files });
  const { clock, logged } = house.evcc;
  const told = (text: string) => logged.filter(({ message }) => message.includes(text));
  const open = connectTls({ host: '127.0.0.1', port: house.port, rejectUnauthorized: false });
  open.on('error', () => {});
  expect(await subjectOf(house)).toBe('Test server');
  put('client');
  await clock.advance(60_000);
  await expect.poll(() => told('read anew')).toHaveLength(1);
  expect(await subjectOf(house)).toBe('Test client');

  // Half written, then broken for good: what worked goes on, and it is told once.
  writeFile(folder, 'a.key', 'half');
  for (let look = 0; look < 4; look += 1) {
    const waiting = clock.pending;
    await clock.advance(60_000);
    await expect.poll(() => clock.pending).toBeGreaterThanOrEqual(waiting);
  }
  expect(told('holds no private key')).toHaveLength(1);
  expect(await subjectOf(house)).toBe('Test client');
  put('server');
  await clock.advance(60_000);
  await expect.poll(() => told('read anew')).toHaveLength(2);
  expect(await subjectOf(house)).toBe('Test server');
  expect(open.destroyed).toBe(false);
  open.destroy();
});
