import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'vitest';
import { createMemoryStore } from '../../../../core/store.ts';
import { authorized } from '../../../../plugins/shared/http/credentials.ts';
import { createTokens, type OAuthOptions } from '../../../../plugins/shared/http/oauth.ts';
import type { HttpAnswer } from '../../../helpers/http-device.ts';
import { failure, type Setup, setUp, soon } from './setup.ts';

interface Service extends Setup {
  /** Form fields of each request for a token */
  readonly asked: Record<string, string>[];
  answer: (fields: Record<string, string>) => HttpAnswer;
  options(grant: OAuthOptions['grant'], more?: Partial<OAuthOptions>): OAuthOptions;
}

const PASSWORD = { type: 'password', user: 'me', password: 'geheim' } as const;
const REFRESH = { type: 'refresh_token', refreshToken: 'r0' } as const;

/** A service whose refresh tokens can be used once; the access tokens live for an hour. */
async function begin(t: Pick<TestContext, 'onTestFinished'>): Promise<Service> {
  const setup = await setUp(t);
  const { device } = setup;
  const asked: Record<string, string>[] = [];
  let count = 0;
  const service: Service = {
    ...setup,
    asked,
    answer: (fields) => {
      if (fields.grant_type === 'refresh_token' && fields.refresh_token !== `r${count}`) {
        return { status: 400, text: '{"error":"invalid_grant","error_description":"geheim"}' };
      }
      count += 1;
      return { json: { access_token: `a${count}`, refresh_token: `r${count}`, expires_in: 3_600 } };
    },
    options: (grant, more) => ({ name: 'ACME', url: `${device.url}/token`, grant, clientId: 'id', ...more }),
  };
  device.route('POST /token', ({ body }) => {
    const fields = Object.fromEntries(new URLSearchParams(body));
    asked.push(fields);
    return service.answer(fields);
  });
  device.route('GET /data', ({ headers }) =>
    headers.authorization === `Bearer a${count}` ? { json: count } : { status: 401, text: '' },
  );
  return service;
}

function open(service: Service, options: OAuthOptions, store = createMemoryStore()) {
  const tokens = createTokens(service.http, { ...service.context, store });
  const credentials = tokens.open(options);
  const client = authorized(service.http, credentials, service.context);
  return { tokens, credentials, store, read: () => client.json({ url: `${service.device.url}/data` }, soon()) };
}

describe('tokens', () => {
  test('a token is asked for once, and refreshed a minute before it ends', async (t) => {
    const service = await begin(t);
    const { read } = open(service, service.options(PASSWORD, { scope: 'a b', fields: { audience: 'x' } }));
    assert.deepEqual(await Promise.all([read(), read()]), [1, 1]);
    await service.clock.advance(3_539_999);
    assert.equal(await read(), 1);
    await service.clock.advance(1);
    assert.deepEqual(await Promise.all([read(), read()]), [2, 2]);
    const more = { scope: 'a b', audience: 'x', client_id: 'id' };
    assert.deepEqual(service.asked, [
      { grant_type: 'password', username: 'me', password: 'geheim', ...more },
      { grant_type: 'refresh_token', refresh_token: 'r1', ...more },
    ]);
  });

  test('the newest refresh token survives a restart, and its access token is used on', async (t) => {
    const service = await begin(t);
    const first = open(service, service.options(REFRESH));
    await first.read();
    const second = open(service, service.options(REFRESH), first.store);
    assert.equal(await second.read(), 1);
    assert.equal(service.asked.length, 1);
    await service.clock.advance(3_600_000);
    assert.equal(await second.read(), 2);
    assert.equal(service.asked.at(-1)?.refresh_token, 'r1');
  });

  test('another login in the configuration is another account; the same one is shared', async (t) => {
    const service = await begin(t);
    const { tokens, credentials, read } = open(service, service.options(REFRESH));
    assert.equal(tokens.open(service.options(REFRESH)), credentials);
    await read();
    const other = tokens.open(service.options({ type: 'refresh_token', refreshToken: 'r1' }));
    assert.deepEqual(await other.current(soon()), { type: 'bearer', token: 'a2' });
  });

  test('a refresh token that is not replaced is used again', async (t) => {
    const service = await begin(t);
    service.answer = () => ({ json: { access_token: 'a0', expires_in: '60' } });
    const { read } = open(service, service.options(REFRESH));
    await read();
    await service.clock.advance(54_000);
    await read();
    assert.deepEqual(
      service.asked.map(({ refresh_token: token }) => token),
      ['r0', 'r0'],
    );
  });

  test('a token that the device refuses is replaced, once', async (t) => {
    const service = await begin(t);
    const { read, credentials } = open(service, service.options(PASSWORD));
    await read();
    service.answer = () => ({ json: { access_token: 'other', refresh_token: 'r' } });
    credentials.refused(await credentials.current(soon()));
    assert.equal((await failure(read())).code, 'EVCC_DEVICE_AUTH');
    assert.equal(service.asked.length, 3);
  });

  test('a corrected secret is used, with the refresh token that is stored', async (t) => {
    const service = await begin(t);
    const { answer } = service;
    const { tokens, store, read } = open(service, service.options(REFRESH, { clientSecret: 'before' }));
    await read();
    await service.clock.advance(3_600_000);
    service.answer = (fields) =>
      fields.client_secret === 'right' ? answer(fields) : { status: 401, text: '{"error":"invalid_client"}' };
    const readWith = (clientSecret: string): Promise<unknown> => {
      const credentials = tokens.open(service.options(REFRESH, { clientSecret }));
      return authorized(service.http, credentials, service.context).json({ url: `${service.device.url}/data` }, soon());
    };
    for (const _ of [1, 2]) assert.equal((await failure(readWith('wrong'))).code, 'EVCC_DEVICE_AUTH');
    assert.equal(service.asked.length, 2, 'a refused login is not tried again');
    assert.equal(await readWith('right'), 2);
    assert.equal(service.asked.at(-1)?.refresh_token, 'r1');
    assert.equal((await store.memory.all()).size, 1);
  });

  test('a refused refresh falls back to the password, if there is one', async (t) => {
    const service = await begin(t);
    const { read } = open(service, service.options(PASSWORD));
    await read();
    await service.clock.advance(3_600_000);
    const answer = service.answer;
    service.answer = (fields) => answer({ ...fields, ...(fields.refresh_token && { refresh_token: 'used' }) });
    assert.equal(await read(), 2);
    assert.deepEqual(
      service.asked.map(({ grant_type: grant }) => grant),
      ['password', 'refresh_token', 'password'],
    );
  });

  test('client credentials go as basic authorization, and fields as JSON, where services want that', async (t) => {
    const service = await begin(t);
    const grant = { type: 'client_credentials' } as const;
    const more = { clientId: 'i:d', clientSecret: 'geheim', client: 'basic', format: 'json' } as const;
    await open(service, service.options(grant, more)).read();
    const [request] = service.device.requests;
    assert.equal(request?.headers.authorization, `Basic ${Buffer.from('i%3Ad:geheim').toString('base64')}`);
    assert.equal(request?.headers['content-type'], 'application/json');
    assert.equal(request?.body, '{"grant_type":"client_credentials"}');
    await open(service, service.options(grant, { clientSecret: 'geheim' })).read();
    const fields = { grant_type: 'client_credentials', client_id: 'id', client_secret: 'geheim' };
    assert.deepEqual(service.asked.at(-1), fields);
  });
});

describe('failures', () => {
  for (const [name, answer, code, text] of [
    ['a revoked login', { status: 400, text: '{"error":"invalid_grant"}' }, 'EVCC_DEVICE_AUTH', /\(invalid_grant\)/],
    ['a client that is not known', { status: 401, text: '' }, 'EVCC_DEVICE_AUTH', /\(status 401\)/],
    ['a service with problems', { status: 500, text: 'x' }, 'EVCC_DEVICE_UNAVAILABLE', /answered with status 500/],
    ['a firewall', { status: 403, text: '<html>' }, 'EVCC_DEVICE_UNAVAILABLE', /answered with status 403/],
    ['too many requests', { status: 400, text: '{"error":"slow_down"}' }, 'EVCC_DEVICE_UNAVAILABLE', /status 400/],
    ['a web page', { text: '<html>' }, 'EVCC_DEVICE_PROTOCOL', /holds no token/],
    ['another shape', { json: [null] }, 'EVCC_DEVICE_PROTOCOL', /holds no token/],
    ['an empty token', { json: { access_token: '' } }, 'EVCC_DEVICE_PROTOCOL', /holds no token/],
  ] as const) {
    test(`${name} is ${code}`, async (t) => {
      const service = await begin(t);
      const { answer: works } = service;
      service.answer = () => answer;
      const { read } = open(service, service.options(REFRESH, { clientSecret: 'geheim' }));
      const error = await failure(read());
      assert.equal(error.code, code);
      assert.match(error.message, /^ACME: /);
      assert.match(error.message, text);
      assert.doesNotMatch(error.shown, /geheim|r0/);
      service.answer = works;
      if (code !== 'EVCC_DEVICE_AUTH') assert.equal(await read(), 1);
      else assert.equal((await failure(read())).code, code);
      assert.equal(service.asked.length, code === 'EVCC_DEVICE_AUTH' ? 1 : 2, 'a refused login is not tried again');
    });
  }

  test('a refresh that nobody waits for any more is not lost', async (t) => {
    const service = await begin(t);
    const { credentials, store } = open(service, service.options(REFRESH));
    const caller = new AbortController();
    const works = service.answer;
    service.answer = (fields) => {
      caller.abort();
      return works(fields);
    };
    assert.equal((await failure(credentials.current(caller.signal))).code, 'EVCC_DEVICE_UNAVAILABLE');
    assert.deepEqual(await credentials.current(soon()), { type: 'bearer', token: 'a1' });
    assert.match([...(await store.memory.all()).values()].join(), /"refresh":"r1"/);
    assert.equal(service.asked.length, 1);
  });

  test('a database that does not store the token is said, one with nonsense in it ignored', async (t) => {
    const service = await begin(t);
    const said: string[] = [];
    const log = { ...service.context.log, warn: (text: string) => void said.push(text) };
    const store = createMemoryStore();
    store.memory.save = () => Promise.reject(new Error('full'));
    const tokens = createTokens(service.http, { ...service.context, log, store });
    await tokens.open(service.options(REFRESH)).current(soon());
    assert.match(said.join(), /ACME: the token cannot be stored/);
    for (const text of ['{', 'null', '"x"', '{"auth":5,"refresh":"x"}']) {
      const other = await begin(t);
      const broken = createMemoryStore();
      broken.memory.all = async () => ({ get: () => text }) as unknown as Map<string, string>;
      const fresh = createTokens(other.http, { ...other.context, store: broken });
      assert.deepEqual(await fresh.open(other.options(REFRESH)).current(soon()), { type: 'bearer', token: 'a1' }, text);
    }
  });
});
