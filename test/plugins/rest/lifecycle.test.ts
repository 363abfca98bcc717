import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { Compile } from 'typebox/compile';
import { expect, onTestFinished, test, vi } from 'vitest';
import rest, { type RestOptions } from '../../../plugins/rest/index.ts';
import { freePort } from '../../helpers/free-port.ts';
import { createFakeEvcc } from './fake-evcc.ts';
import { startRest } from './start-rest.ts';

/** Applies the plugin and gives what its start fails with. */
async function failureOf(options: RestOptions): Promise<unknown> {
  const evcc = await createFakeEvcc();
  const release = await rest.apply(evcc, options);
  onTestFinished(() => release?.());
  return evcc.hooks.setup.promise().then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('it tells where it is reached and how to try it', async () => {
  const { evcc, port } = await startRest();
  expect(evcc.announced).toEqual([
    `REST: http://127.0.0.1:${port}/api/state`,
    `      curl -X POST http://127.0.0.1:${port}/api/loadpoints/1/mode/pv`,
  ]);
});

test('without a host it is reached on every address of the machine', async () => {
  const evcc = await createFakeEvcc();
  const release = await rest.apply(evcc, { port: 0 });
  onTestFinished(() => release?.());
  await evcc.hooks.setup.promise();
  const url = /http:\/\/localhost:\d+/.exec(evcc.announced[0] ?? '')?.[0] ?? '';
  for (const address of [url, url.replace('localhost', '127.0.0.1')]) {
    expect((await fetch(`${address}/api/health`)).status).toBe(200);
  }
});

test('a port in use fails the start with its number and what to do', async () => {
  const other = createServer();
  onTestFinished(() => void other.close());
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as { port: number };
  const error = await failureOf({ port, host: '127.0.0.1' });
  expect(error).toMatchObject({ code: 'EVCC_PLUGIN_FAILED' });
  expect(String(error)).toContain(`port ${port} is in use: end the program`);
  expect(String(error)).toContain(`rest: { port: ${port + 1} }`);
});

test.each(['192.0.2.1', 'no-such-host.invalid'])('the host %s fails the start and names the option', async (host) => {
  const error = await failureOf({ port: 0, host });
  expect(error).toMatchObject({ code: 'EVCC_PLUGIN_FAILED', message: expect.stringContaining(`rest.host ${host}`) });
});

test('stopping lets a running request finish and ends idle connections', async () => {
  const { evcc, port, stop } = await startRest();
  const idle = connect(port, '127.0.0.1');
  await once(idle, 'connect');
  idle.write('GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(idle, 'data');

  let finish = (): void => {};
  const begun = new Promise<void>((resolve) => {
    evcc.hooks.command.tapPromise('test', () => {
      resolve();
      return new Promise<void>((done) => {
        finish = done;
      });
    });
  });
  const answered = new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
    request({ port, host: '127.0.0.1', method: 'POST', path: '/api/loadpoints/1/mode/pv' }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, connection: response.headers.connection });
    })
      .on('error', reject)
      .end();
  });
  await begun;
  const stopped = stop();
  await once(idle, 'close');
  finish();
  expect(await answered).toEqual({ status: 200, connection: 'close' });
  await stopped;
  await expect(fetch(`http://127.0.0.1:${port}/api/health`)).rejects.toThrow();
});

test('stopping does not wait for a request that never ends', async () => {
  const { evcc, port, stop } = await startRest();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /api/loadpoints/1/mode/pv HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n');
  socket.on('error', () => {});
  await fetch(`http://127.0.0.1:${port}/api/health`);
  const closed = once(socket, 'close');
  const stopped = stop();
  await evcc.clock.advance(2_000);
  await Promise.all([stopped, closed]);
  expect(evcc.commands).toEqual([]);
});

test('an abort ends everything at once', async () => {
  const { port, stop } = await startRest();
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {});
  socket.write('GET /api/state HTTP/1.1\r\n');
  await fetch(`http://127.0.0.1:${port}/api/health`);
  const closed = once(socket, 'close');
  const deadline = new AbortController();
  const stopped = stop(deadline.signal);
  deadline.abort();
  await Promise.all([stopped, closed]);
});

test('a port is free again for the next configuration', async () => {
  const port = await freePort();
  const first = await startRest({ port });
  await first.stop();
  const second = await startRest({ port });
  expect((await second.ask('GET', '/api/health')).status).toBe(200);
});

test('it ends cleanly when it was never started', async () => {
  const evcc = await createFakeEvcc();
  const release = await rest.apply(evcc, { port: 0 });
  await evcc.hooks.stop.promise(new AbortController().signal);
  await release?.();
});

test('nothing of it happens after its end', async () => {
  const { evcc, stop } = await startRest();
  await stop();
  const after = vi.spyOn(evcc.clock, 'after');
  await evcc.clock.advance(3_600_000);
  expect(after).not.toHaveBeenCalled();
  expect(evcc.listeners()).toBe(0);
});

test.each<[string, unknown, boolean]>([
  ['nothing', {}, true],
  ['a port', { port: 80 }, true],
  ['everything', { port: 0, host: '::1', allowedOrigins: ['http://nas:8080'] }, true],
  ['a port that is a text', { port: '7070' }, false],
  ['a port that is none', { port: 65_536 }, false],
  ['a fraction of a port', { port: 70.5 }, false],
  ['an empty host', { host: '' }, false],
  ['origins that are no list', { allowedOrigins: '*' }, false],
])('the options may be %s: %j %s', (_, options, valid) => {
  const schema = rest.section?.schema;
  expect(schema && Compile(schema).Check(options)).toBe(valid);
});
