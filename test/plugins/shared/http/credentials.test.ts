import assert from 'node:assert/strict';
import { type TestContext, test } from 'vitest';
import { authorized, cookiesOf, createLogin } from '../../../../plugins/shared/http/credentials.ts';
import { failure, setUp, soon } from './setup.ts';

/** A device that hands out sessions which end after `calls` requests, or when the test says so. */
async function begin(t: Pick<TestContext, 'onTestFinished'>, { life }: { life?: number } = {}) {
  const { device, http, clock, context } = await setUp(t);
  let logins = 0;
  let valid = '';
  let password = 'right';
  device.route('POST /login', ({ body }) => {
    if (body !== password) return { status: 401, text: '' };
    logins += 1;
    valid = `session-${logins}`;
    return { headers: { 'set-cookie': `sid=${valid}; Path=/; HttpOnly` }, text: 'ok' };
  });
  device.route('GET /data', ({ headers }) =>
    headers.cookie === `sid=${valid}` ? { json: { logins } } : { status: 401, text: '' },
  );
  const credentials = createLogin(
    async (signal) => {
      const request = { url: `${device.url}/login`, method: 'POST', body: 'right' } as const;
      const { status, headers } = await http.answer(request, signal);
      if (status === 401) context.fail('EVCC_DEVICE_AUTH', 'the password was refused');
      const auth = { type: 'header', name: 'Cookie', value: cookiesOf(headers) } as const;
      return { auth, ...(life !== undefined && { until: clock.now() + life }) };
    },
    context,
    'login',
  );
  const client = authorized(http, credentials, context);
  return {
    device,
    clock,
    client,
    credentials,
    read: () => client.json({ url: `${device.url}/data` }, soon()),
    end: () => {
      valid = 'none';
    },
    change: () => {
      password = 'new';
    },
  };
}

test('one login serves many requests, also simultaneous ones', async (t) => {
  const { read, device } = await begin(t);
  assert.deepEqual(await Promise.all([read(), read(), read()]), [{ logins: 1 }, { logins: 1 }, { logins: 1 }]);
  await read();
  assert.equal(device.requests.filter(({ path }) => path === '/login').length, 1);
});

test('a session that was ended is opened again once, for all who found out', async (t) => {
  const { read, end } = await begin(t);
  await read();
  end();
  assert.deepEqual(await Promise.all([read(), read()]), [{ logins: 2 }, { logins: 2 }]);
});

test('a session whose end is known is opened anew without asking', async (t) => {
  const { read, clock, device } = await begin(t, { life: 60_000 });
  await read();
  await clock.advance(59_999);
  assert.deepEqual(await read(), { logins: 1 });
  await clock.advance(1);
  assert.deepEqual(await read(), { logins: 2 });
  assert.equal(device.requests.length, 5);
});

test('a password that is refused, or a session that is of no use, is not tried in a loop', async (t) => {
  const { read, end, change, device, client } = await begin(t);
  device.route('GET /secret', { status: 401, text: '' });
  assert.equal((await failure(client.json({ url: `${device.url}/secret` }, soon()))).code, 'EVCC_DEVICE_AUTH');
  assert.equal(device.requests.length, 4);
  end();
  change();
  assert.match((await failure(read())).message, /password was refused/);
  assert.equal(device.requests.length, 6);
});

test('a refusal of what was replaced meanwhile makes no difference', async (t) => {
  const { credentials, read } = await begin(t);
  const old = await credentials.current(soon());
  credentials.refused(old);
  const fresh = await credentials.current(soon());
  credentials.refused(old);
  assert.equal(await credentials.current(soon()), fresh);
  assert.deepEqual(await read(), { logins: 2 });
});

test('statuses that mean a refusal can be others, and a session may be part of the address', async (t) => {
  const { device, http, context } = await setUp(t);
  let sid = 0;
  const credentials = createLogin(
    async () => {
      sid += 1;
      return { auth: { type: 'query', name: 'sid', value: `geheim${sid}` } };
    },
    context,
    'login',
  );
  device.route('GET /x', ({ query }) =>
    query.get('sid') === 'geheim2' && query.get('a') === '1' ? { json: 1 } : { status: 403, text: '' },
  );
  const client = authorized(http, credentials, context, [403]);
  assert.equal(await client.json({ url: `${device.url}/x?a=1` }, soon()), 1);
  const error = await failure(client.json({ url: `${device.url}/x?a=2` }, soon()));
  assert.equal(error.code, 'EVCC_DEVICE_AUTH');
  assert.doesNotMatch(error.shown, /geheim/);
});

test('cookies are taken without their attributes', () => {
  assert.equal(cookiesOf({}), '');
  assert.equal(cookiesOf({ 'set-cookie': ['a=1; Path=/', 'b=2'] }), 'a=1; b=2');
});
