import { METHODS } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { published } from './fake-evcc.ts';
import { startRest } from './start-rest.ts';

const SEGMENTS = [
  'api',
  'ws',
  'state',
  'health',
  'session',
  'sessions',
  'loadpoints',
  '0',
  '1',
  '2',
  '9',
  '-1',
  'mode',
  'pv',
  'target',
  'soc',
  'time',
  'energy',
  'phases',
  'vehicle',
  'prioritysoc',
  'telemetry',
  'settings',
  '..',
  '.',
  '',
  '%',
  '%00',
  '%2F',
  '%2e%2e',
  '%ff',
  '?',
  '__proto__',
  'constructor',
  '2030-01-01T00:00:00+02:00',
  '1e309',
  'NaN',
  '80',
];

const segment = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...SEGMENTS) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }).map(encodeURIComponent) },
  { weight: 1, arbitrary: fc.double().map(String) },
);
const path = fc.oneof(
  fc.array(segment, { maxLength: 7 }).map((segments) => `/${segments.join('/')}`),
  fc.array(segment, { maxLength: 5 }).map((segments) => `/api/loadpoints/1/${segments.join('/')}`),
  fc
    .tuple(
      fc.constantFrom('prioritysoc', 'residualpower', 'loadpoints/1/mode', 'loadpoints/2/maxcurrent'),
      fc.oneof(segment, fc.constantFrom('pv', 'off', '16', '20', '0')),
    )
    .map(([setter, value]) => `/api/${setter}/${value}`),
);
const method = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('GET', 'POST', 'POST', 'DELETE') },
  { weight: 1, arbitrary: fc.constantFrom(...METHODS.filter((name) => name !== 'CONNECT')) },
);
const headers = fc.dictionary(
  fc.constantFrom('Origin', 'Content-Type', 'If-None-Match', 'Upgrade', 'Access-Control-Request-Method', 'Accept'),
  fc.stringMatching(/^[ -~]{0,20}$/),
  { maxKeys: 2, noNullPrototype: true },
);

test('no request makes the server fail, and none that is refused changes anything', async () => {
  const { evcc, ask } = await startRest();
  await fc.assert(
    fc.asyncProperty(method, path, headers, fc.string(), async (name, target, fields, body) => {
      const before = JSON.stringify(published(evcc));
      const commands = evcc.commands.length;
      const answer = await ask(name, target, { headers: fields, ...(name === 'POST' && { body }) });
      expect(answer.status).toBeLessThan(500);
      if (answer.status < 400) return;
      expect(JSON.stringify(published(evcc))).toBe(before);
      expect(evcc.commands).toHaveLength(commands);
      if (name !== 'HEAD') expect(answer.json).toEqual({ error: expect.any(String) });
    }),
    { numRuns: 1_500 },
  );
  // Not everything was refused.
  expect(evcc.commands.length).toBeGreaterThan(10);
  expect(evcc.logged.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  expect((await ask('GET', '/api/health')).text).toBe('OK\n');
}, 60_000);

test('no bytes make the server fail', async () => {
  const { raw, ask } = await startRest();
  const line = fc.oneof(
    fc.constantFrom(
      'GET /api/state HTTP/1.1',
      'POST /api/loadpoints/1/mode/now HTTP/1.1',
      'Host: x',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      'Expect: 100-continue',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'HTTP/9.9',
      '',
    ),
    fc.string({ maxLength: 30 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
      // A broken line at the end makes sure that the server ends the connection.
      const answer = await raw(`${lines.join('\r\n')}\r\n\r\n\u0000\r\n\r\n${'x'.repeat(80_000)}`);
      expect(answer).not.toMatch(/^HTTP\/1\.1 5/m);
    }),
    { numRuns: 200 },
  );
  expect((await ask('GET', '/api/health')).text).toBe('OK\n');
}, 60_000);
