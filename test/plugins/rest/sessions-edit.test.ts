import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Session } from '../../../core/index.ts';
import { type Answer, type Rest, startRest } from './start-rest.ts';

const SESSION: Session = {
  created: Date.parse('2025-06-01T12:00:00Z'),
  finished: Date.parse('2025-06-01T13:00:00Z'),
  loadpoint: 'Garage',
  vehicle: 'EV6',
  identifier: '04:ab',
  odometer: 1_234.56,
  energy: 8_000,
  duration: 3_600_000,
};

interface House extends Rest {
  sessions(): Promise<readonly Session[]>;
  put(id: number | string, body: unknown): Promise<Answer>;
}

/** Sessions 1 and 2 */
async function start(): Promise<House> {
  const rest = await startRest();
  await rest.evcc.store.sessions.save(SESSION);
  await rest.evcc.store.sessions.save({ ...SESSION, created: SESSION.created + 1 });
  const text = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));
  return {
    ...rest,
    sessions: () => rest.evcc.store.sessions.list(),
    put: (id, body) => rest.ask('PUT', `/api/session/${id}`, { body: text(body) }),
  };
}

describe('a correction', () => {
  test.each([
    [{ vehicle: 'Zoe' }, { vehicle: 'Zoe' }],
    [{ loadpoint: 'Carport' }, { loadpoint: 'Carport' }],
    [{ odometer: 0 }, { odometer: 0 }],
    [{ odometer: 10_000_000 }, { odometer: 10_000_000 }],
    [{ vehicle: '' }, { vehicle: '' }],
    [{ vehicle: null }, { vehicle: '' }],
    [
      { loadpoint: null, odometer: 5.5 },
      { loadpoint: '', odometer: 5.5 },
    ],
    [{ vehicle: 'ë "東"; drop table <sessions>', loadpoint: 'x'.repeat(200) }, {}],
    ['{"vehicle":"Zoe","vehicle":"Leaf"}', { vehicle: 'Leaf' }],
    [' {"vehicle" : "Z\\u006fe"}\n', { vehicle: 'Zoe' }],
  ])('%j is made, and the answer is empty', async (body, expected) => {
    const { put, sessions, ask } = await start();
    const [untouched] = await sessions();
    const { status, text, headers } = await put(1, body);
    expect([status, text, headers['content-type'], headers['content-length']]).toEqual([200, '', undefined, '0']);
    const changed = Object.keys(expected).length > 0 ? expected : (body as object);
    expect(await sessions()).toEqual([untouched, { ...SESSION, id: 1, ...changed }]);
    const { json } = await ask('GET', '/api/sessions');
    expect(json?.result).toMatchObject([
      { id: 2, vehicle: 'EV6', odometer: 1_234.6 },
      { id: 1, ...changed },
    ]);
  });

  test('of the odometer may take it away', async () => {
    const { put, ask } = await start();
    expect((await put(1, { odometer: null })).status).toBe(200);
    const { json } = await ask('GET', '/api/sessions');
    expect(json?.result).toMatchObject([{ odometer: 1_234.6 }, { odometer: null }]);
  });

  test.each([
    ['', /no JSON/],
    ['{', /no JSON/],
    ['vehicle=Zoe', /no JSON/],
    ['{"vehicle":"Zoe"}{}', /no JSON/],
    ['{"odometer":NaN}', /no JSON/],
    ['[]', /must be a JSON object/],
    ['null', /must be a JSON object/],
    ['"vehicle"', /must be a JSON object/],
    ['5', /must be a JSON object/],
    ['[{"vehicle":"Zoe"}]', /must be a JSON object/],
    ['['.repeat(60_000), /no JSON/],
    ['{}', /nothing to update/],
    ['{"id":7}', /"id" cannot be changed; allowed is vehicle/],
    ['{"created":"2020-01-01T00:00:00Z"}', /cannot be changed/],
    ['{"charged_kwh":1000}', /cannot be changed/],
    ['{"Vehicle":"Zoe"}', /"Vehicle" cannot be changed/],
    ['{"vehicle":"Zoe","price":1}', /"price" cannot be changed/],
    ['{"__proto__":{"vehicle":"Zoe"}}', /cannot be changed/],
    ['{"constructor":"Zoe"}', /cannot be changed/],
    [`{"${'x'.repeat(5_000)}":1}`, /"x{60}" cannot be changed/],
    ['{"vehicle":5}', /invalid vehicle/],
    ['{"vehicle":true}', /invalid vehicle/],
    ['{"vehicle":["Zoe"]}', /invalid vehicle/],
    ['{"loadpoint":{}}', /invalid loadpoint/],
    ['{"vehicle":"a\\nb"}', /invalid vehicle/],
    ['{"vehicle":"a\\u0000b"}', /invalid vehicle/],
    ['{"vehicle":"\\ud800"}', /invalid vehicle/],
    [JSON.stringify({ vehicle: 'x'.repeat(201) }), /up to 200 characters/],
    ['{"odometer":-0.1}', /invalid odometer/],
    ['{"odometer":10000000.1}', /invalid odometer/],
    ['{"odometer":1e999}', /invalid odometer/],
    ['{"odometer":"5"}', /invalid odometer/],
    ['{"odometer":true}', /invalid odometer/],
  ])('%.60s is refused, and nothing changes', async (body, message) => {
    const { put, sessions } = await start();
    const before = await sessions();
    const { status, json } = await put(1, body);
    expect(status).toBe(400);
    expect(json).toEqual({ error: expect.stringMatching(message) });
    expect(await sessions()).toEqual(before);
  });

  test('that is no UTF-8 is refused', async () => {
    const { url, sessions } = await start();
    const body = Buffer.concat([Buffer.from('{"vehicle":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const response = await fetch(`${url}/api/session/1`, { method: 'PUT', body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringMatching(/no JSON/) });
    expect((await sessions())[1]?.vehicle).toBe('EV6');
  });

  test('may come in pieces, but not be larger than 64 KiB', async () => {
    const { raw, put, sessions } = await start();
    const answer = await raw(
      'PUT /api/session/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '5\r\n{"veh\r\n10\r\nicle":"in parts"\r\n1\r\n}\r\n0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect((await sessions())[1]?.vehicle).toBe('in parts');
    expect((await put(1, `{"vehicle":"Zoe"}${' '.repeat(65_536)}`)).status).toBe(413);
    expect((await sessions())[1]?.vehicle).toBe('in parts');
  });
});

describe('a session that is deleted', () => {
  test('is gone, and the others are not', async () => {
    const { ask, put, sessions } = await start();
    const { status, text } = await ask('DELETE', '/api/session/1');
    expect([status, text]).toEqual([200, '{"result":null}\n']);
    expect((await sessions()).map(({ id }) => id)).toEqual([2]);
    expect((await ask('DELETE', '/api/session/1')).status).toBe(404);
    expect((await put(1, { vehicle: 'Zoe' })).status).toBe(404);
    const { json } = await ask('GET', '/api/sessions');
    expect(json?.result).toMatchObject([{ id: 2 }]);
  });
});

describe('an id', () => {
  test.each(['0', '3', '01', '-1', '+1', '1.0', '1e0', '0x1', '%201', 'abc', '1;2', '2147483648', '9'.repeat(400)])(
    '%.20s is that of no session',
    async (id) => {
      const { ask, put, sessions } = await start();
      const before = await sessions();
      for (const answer of [await put(id, { vehicle: 'Zoe' }), await ask('DELETE', `/api/session/${id}`)]) {
        expect(answer).toMatchObject({ status: 404, json: { error: expect.stringMatching(/^there is no session /) } });
      }
      expect(await sessions()).toEqual(before);
    },
  );

  test('is needed, and other methods are refused with those that are possible', async () => {
    const { ask } = await start();
    expect((await ask('PUT', '/api/session', { body: '{"vehicle":"Zoe"}' })).status).toBe(404);
    for (const method of ['GET', 'POST', 'PATCH']) {
      const { status, headers } = await ask(method, '/api/session/1');
      expect([status, headers.allow]).toEqual([405, 'PUT, DELETE, OPTIONS']);
    }
    expect((await ask('DELETE', '/api/sessions')).status).toBe(405);
  });
});

test('a browser is told that pages may correct and delete', async () => {
  const { ask } = await start();
  for (const method of ['PUT', 'DELETE']) {
    const headers = { Origin: 'http://nas', 'Access-Control-Request-Method': method };
    const answer = await ask('OPTIONS', '/api/session/1', { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-methods']).toContain(method);
  }
});

test('without a database that works nothing is changed, and it says so', async () => {
  const { evcc, ask, put, sessions } = await start();
  evcc.failStore(true);
  expect(await put(1, { vehicle: 'Zoe' })).toMatchObject({ status: 503, json: { error: 'disk is full' } });
  expect(await ask('DELETE', '/api/session/1')).toMatchObject({ status: 503, json: { error: 'disk is full' } });
  evcc.failStore(false);
  expect(await sessions()).toHaveLength(2);
});

test('no body does anything but what it was allowed to', async () => {
  const { put, sessions, evcc } = await start();
  const { id: _, vehicle: _v, loadpoint: _l, odometer: _o, ...rest } = (await sessions())[1] as Session;
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.dictionary(fc.constantFrom('vehicle', 'loadpoint', 'odometer', 'id', 'energy'), fc.jsonValue(), { maxKeys: 3 }),
    fc.record({ vehicle: fc.string(), odometer: fc.double() }, { requiredKeys: [] }),
  );
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(body, async (value) => {
      const before = await sessions();
      const { status } = await put(1, value);
      statuses.add(status);
      const after = await sessions();
      expect(after[0]).toEqual(before[0]);
      if (status === 200) expect(after[1]).toMatchObject(rest);
      else expect([status, after[1]]).toEqual([400, before[1]]);
    }),
    { numRuns: 500 },
  );
  expect([...statuses].sort()).toEqual([200, 400]);
  expect(evcc.logged.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
}, 60_000);
