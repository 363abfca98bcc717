import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { type Fixture, startFixture } from './fixture.ts';

/** Clients that take their time, or too much: the house goes on, and others are served. */

let house: Fixture;

beforeAll(async () => {
  house = await startFixture();
}, 60_000);

afterAll(async () => {
  const { code, err } = await house.stop();
  expect({ code, err }).toEqual({ code: 0, err: '' });
}, 30_000);

const open = (from = '127.0.0.1'): Socket =>
  connect({ port: house.port, host: '127.0.0.1', localAddress: from }).on('error', () => {});

/** Status line of the answer when the server ended the connection; `more` is sent whenever the server seems to wait. */
async function answerTo(text: string, more = ''): Promise<string> {
  const socket = open('127.0.0.2');
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  if (text !== '') socket.write(text);
  const trickle = more === '' ? undefined : setInterval(() => socket.write(more), 300);
  await once(socket, 'close');
  clearInterval(trickle);
  return answer.split('\r\n')[0] ?? '';
}

test('requests that do not come to an end are ended, without keeping anybody waiting', async () => {
  const post = 'POST /api/loadpoints/1/mode/now HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n';
  const slow = [
    answerTo(''),
    answerTo('GET /api/st'),
    answerTo('GET /api/state HTTP/1.1\r\nHost: x\r\n', 'X-More: and more\r\n'),
    answerTo(post),
    answerTo(post, 'x'),
    answerTo(post.replace('Content-Length: 10000', 'Transfer-Encoding: chunked'), '1\r\nx\r\n'),
  ];
  expect((await house.ask('GET', '/api/health')).text).toBe('OK\n');
  expect(await Promise.all(slow)).toEqual(slow.map(() => 'HTTP/1.1 408 Request Timeout'));
  expect((await house.state()).loadpoints[0]?.mode).toBe('off');
}, 60_000);

test('who opens thousands of connections does not keep others from being served', async () => {
  const sockets: ReturnType<typeof open>[] = [];
  const closed: Promise<unknown>[] = [];
  // Wave by wave: the queue of the system is shorter, and what it drops comes back much later.
  for (let wave = 0; wave < 20; wave += 1) {
    const next = Array.from({ length: 100 }, () => open('127.0.0.3').resume());
    if (wave >= 10) closed.push(...next.map((socket) => once(socket, 'close')));
    await Promise.all(next.map((socket) => once(socket, 'connect')));
    sockets.push(...next);
  }
  expect(await house.result('POST', '/api/loadpoints/1/mode/pv')).toBe('pv');
  expect(await house.result('POST', '/api/loadpoints/1/mode/off')).toBe('off');
  // Long before the server would get tired of waiting, those of the end are gone.
  await Promise.all(closed);
  for (const socket of sockets) socket.destroy();
  expect((await house.ask('GET', '/api/health')).text).toBe('OK\n');
}, 60_000);

test('WebSocket clients that do not read keep nobody from hearing of changes', async () => {
  const connectLive = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/ws`);
    await once(socket, 'message');
    return socket;
  };
  const deaf = await Promise.all(Array.from({ length: 50 }, connectLive));
  for (const socket of deaf) socket.pause();
  const other = await connectLive();
  for (let power = 1; power <= 200; power += 1) {
    const heard = new Promise<void>((resolve) => {
      const listen = (data: Buffer): void => {
        if (String(data) !== `{"residualPower":${power}}`) return;
        other.off('message', listen);
        resolve();
      };
      other.on('message', listen);
    });
    await house.result('POST', `/api/residualpower/${power}`);
    await heard;
  }
  for (const socket of [...deaf, other]) socket.terminate();
}, 60_000);
