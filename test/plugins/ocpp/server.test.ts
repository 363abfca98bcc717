import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import type { OcppOptions } from '../../../plugins/ocpp/index.ts';
import { arrived } from '../../helpers/line-clock.ts';
import { type Central, startCentral } from '../../helpers/ocpp-central.ts';

const fixture = (name: string): string => join(import.meta.dirname, '../mqtt/fixtures', name);

async function start(options: OcppOptions = {}): Promise<Central> {
  const central = await startCentral(options);
  onTestFinished(() => central.close());
  return central;
}

/** What becomes of a connection: `open` with its subprotocol, the status of a refusal, or the code of its end. */
function connect(url: string, protocols: string[] = ['ocpp1.6'], options: ClientOptions = {}): Promise<string> {
  const socket = new WebSocket(url, protocols, options);
  onTestFinished(() => socket.terminate());
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      resolve(String(response.statusCode));
      socket.terminate();
    });
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', (code) => resolve(`closed ${code}`));
    socket.on('open', () => {
      // An end of the other side comes right behind.
      setTimeout(() => void arrived().then(() => resolve(`open ${socket.protocol}`)), 20);
    });
  });
}

const basic = (user: string, password: string) => ({
  headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
});
const idsOf = (central: Central) =>
  (central.published() as { status: { stations: { id: string }[] } }).status.stations.map(({ id }) => id);

describe('the address', () => {
  test.for([
    ['/CP-1', 'CP-1'],
    ['/CP-1/', 'CP-1'],
    ['/ocpp/CP-1', 'CP-1'],
    ['/steve/websocket/CentralSystemService/CP-1//', 'CP-1'],
    ['/CP-1?token=5', 'CP-1'],
    ['/Garage%20%C3%9Cber%2F1', 'Garage Über/1'],
    ['/%20CP-1', 'CP-1'],
  ])('%s is that of %s', async ([path, id]) => {
    const central = await start();
    expect(await connect(`ws://127.0.0.1:${central.port}${path}`)).toBe('open ocpp1.6');
    expect(idsOf(central)).toEqual([id]);
  });

  test('without id it is the user name', async () => {
    const central = await start();
    expect(await connect(`ws://127.0.0.1:${central.port}/`, [], basic('CP-9', 'x'))).toBe('open ');
    expect(idsOf(central)).toEqual(['CP-9']);
  });

  test.for(['/', '//', '/%', '/%00', `/${'x'.repeat(49)}`])('%s is none', async (path) => {
    const central = await start();
    expect(await connect(`ws://127.0.0.1:${central.port}${path}`)).toBe('404');
  });

  test('whoever asks without WebSocket is told what this is', async () => {
    const { port } = await start();
    const response = await fetch(`http://127.0.0.1:${port}/CP-1`);
    expect([response.status, await response.text()]).toEqual([426, expect.stringContaining('OCPP stations')]);
  });
});

describe('the version', () => {
  test.for([
    [[], 'open '],
    [['ocpp1.6'], 'open ocpp1.6'],
    [['ocpp1.6j'], 'open ocpp1.6j'],
    [['OCPP1.6-J'], 'open OCPP1.6-J'],
    [['ocpp2.0.1', 'ocpp1.6'], 'open ocpp1.6'],
    [['ocpp2.1', 'ocpp1.6', 'ocpp1.5'], 'open ocpp1.6'],
  ] as const)('%j: %s', async ([protocols, outcome]) => {
    const { port } = await start();
    expect(await connect(`ws://127.0.0.1:${port}/CP-1`, [...protocols])).toBe(outcome);
  });

  test('none that is known: connected without one and ended', async () => {
    const { port } = await start();
    const request = { headers: { connection: 'upgrade', upgrade: 'websocket' } };
    expect(await connect(`ws://127.0.0.1:${port}/CP-1`, ['ocpp1.5'], request)).toMatch(/closed 1002|subprotocol/);
  });
});

describe('the password', () => {
  test.for([
    [basic('CP-1', 'correct horse'), 'open ocpp1.6'],
    [basic('other', 'correct horse'), 'open ocpp1.6'],
    [basic('CP-1', 'wrong'), '401'],
    [basic('CP-1', ''), '401'],
    [{}, '401'],
    [{ headers: { authorization: 'Bearer correct horse' } }, '401'],
    [{ headers: { authorization: 'Basic %%%' } }, '401'],
    [{ headers: { authorization: 'Basic Zm9v' } }, '401'],
  ] as const)('%j: %s', async ([options, outcome]) => {
    const central = await start();
    const device = await central.charger({ password: 'correct horse' });
    expect(await connect(`ws://127.0.0.1:${central.port}/CP-1`, ['ocpp1.6'], options)).toBe(outcome);
    const warned = central.log.filter(({ message }) => message.includes('was refused: its password is'));
    expect(warned.length).toBe(outcome === '401' ? 1 : 0);
    await expect(device.read(AbortSignal.timeout(1_000))).rejects.toMatchObject({ code: 'EVCC_DEVICE_UNAVAILABLE' });
  });

  test('whoever needs none may show one', async () => {
    const central = await start();
    await central.charger();
    expect(await connect(`ws://127.0.0.1:${central.port}/CP-1`, ['ocpp1.6'], basic('a', 'b'))).toBe('open ocpp1.6');
  });
});

describe('web pages', () => {
  test.for([
    ['http://evil.example', '403'],
    ['http://evil.example:PORT', '403'],
    ['http://127.0.0.1:PORT', 'open ocpp1.6'],
    ['station', 'open ocpp1.6'],
  ] as const)('%s: %s', async ([origin, outcome]) => {
    const { port } = await start();
    const options = { origin: origin.replace('PORT', String(port)) };
    expect(await connect(`ws://127.0.0.1:${port}/CP-1`, ['ocpp1.6'], options)).toBe(outcome);
  });

  test('of a name that points here', async () => {
    const { port } = await start();
    const options = { origin: `http://evil.example:${port}`, headers: { host: `evil.example:${port}` } };
    expect(await connect(`ws://127.0.0.1:${port}/CP-1`, ['ocpp1.6'], options)).toBe('403');
  });
});

describe('the port', () => {
  test('with a certificate stations connect by TLS only', async () => {
    const { port } = await start({ tls: { cert: fixture('server.crt'), key: fixture('server.key') } });
    const ca = await readFile(fixture('ca.crt'));
    expect(await connect(`wss://127.0.0.1:${port}/CP-1`, ['ocpp1.6'], { ca })).toBe('open ocpp1.6');
    expect(await connect(`ws://127.0.0.1:${port}/CP-1`)).not.toMatch(/^open/);
  });

  test('files that are none are named', async () => {
    await expect(startCentral({ tls: { cert: '/nowhere.crt', key: fixture('server.key') } })).rejects.toThrow(
      'ocpp.tls.cert /nowhere.crt: there is no such file',
    );
  });

  test('one that is in use is named, with what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startCentral({ port })).rejects.toThrow(
      `cannot listen for OCPP stations on 127.0.0.1 port ${port}: it is in use`,
    );
  });

  test('strangers do not fill it', async () => {
    const central = await start();
    const url = (id: string) => `ws://127.0.0.1:${central.port}/${id}`;
    const outcomes = await Promise.all(Array.from({ length: 55 }, (_, index) => connect(url(`S${index}`))));
    expect(outcomes.filter((outcome) => outcome === '503').length).toBe(5);
    await central.charger();
    expect(await connect(url('CP-1'))).toBe('open ocpp1.6');
  });
});
