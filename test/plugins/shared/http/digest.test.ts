import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, type TestContext, test } from 'vitest';
import { authorize, findChallenge } from '../../../../plugins/shared/http/digest.ts';
import { startDigest } from '../../../helpers/digest-device.ts';
import { failure, setUp, soon } from './setup.ts';

// RFC 7616, section 3.9.1
const RFC_FIELD =
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", ' +
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const RFC_LOGIN = { user: 'Mufasa', password: 'Circle of Life' };
const RFC_TRY = {
  method: 'GET',
  uri: '/dir/index.html',
  count: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};

describe('answers to challenges', () => {
  test('the strongest of several challenges is answered as RFC 7616 says', () => {
    const challenge = findChallenge(RFC_FIELD);
    assert.equal(challenge?.algorithm, 'SHA-256');
    assert.ok(challenge);
    const answer = authorize(challenge, RFC_LOGIN, RFC_TRY);
    assert.match(answer, /response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"/);
    assert.match(answer, /opaque="FQhe\/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", qop=auth, nc=00000001, cnonce="f2/);
    assert.match(
      authorize({ ...challenge, algorithm: 'MD5' }, RFC_LOGIN, RFC_TRY),
      /response="8ca523f5e9506fed4657c9700eebdbec"/,
    );
  });

  test('a challenge without qop and algorithm is answered as RFC 2069 says', () => {
    const challenge = findChallenge('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"');
    assert.deepEqual(challenge, {
      realm: 'testrealm@host.com',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      algorithm: 'MD5',
      stale: false,
    });
    const hash = (text: string) => createHash('md5').update(text).digest('hex');
    const expected = hash(`${hash('a:testrealm@host.com:b')}:${challenge?.nonce}:${hash('PUT:/x?y=1')}`);
    const answer = authorize(
      challenge ?? assert.fail(),
      { user: 'a', password: 'b' },
      { ...RFC_TRY, method: 'PUT', uri: '/x?y=1' },
    );
    assert.match(answer, new RegExp(`response="${expected}"`));
    assert.doesNotMatch(answer, /nc=|cnonce|qop/);
  });

  test('the account of a Shelly is hashed with its id as realm', () => {
    const ha1 = 'ff69d32a97422cfa30ca25a805c0bff1f3a216641dc4177063f99eb6f0f2eafd';
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const challenge = findChallenge(
      'Digest qop="auth", realm="shellypro3em-0123456789ab", nonce="60dc2c69", algorithm=SHA-256',
    );
    const answer = authorize(
      challenge ?? assert.fail(),
      { user: 'admin', password: 'pw' },
      { method: 'POST', uri: '/rpc', count: 10, cnonce: 'ab' },
    );
    assert.match(answer, new RegExp(`response="${hash(`${ha1}:60dc2c69:0000000a:ab:auth:${hash('POST:/rpc')}`)}"`));
  });

  for (const [field, why] of [
    [undefined, 'no field'],
    ['', 'an empty one'],
    ['Basic realm="x"', 'another way'],
    ['Digest realm="x"', 'no nonce'],
    ['Digest realm="x", nonce="y", algorithm=SHA-512-256', 'another hash'],
    ['Digest realm="x", nonce="y", qop="auth-int"', 'only with the body'],
    ['Digest "', 'broken'],
  ] as const) {
    test(`there is nothing to answer: ${why}`, () => assert.equal(findChallenge(field), undefined));
  }

  test('one of several fields is found beside others, and a realm with a comma and quotes', () => {
    assert.equal(findChallenge(['Basic realm="x"', 'Digest realm="a", nonce="n", stale=TRUE'])?.stale, true);
    const challenge = findChallenge('Basic realm="a, b", Digest realm="say \\"hi\\", x", nonce="n", qop=auth');
    assert.deepEqual(challenge, { realm: 'say "hi", x', nonce: 'n', algorithm: 'MD5', stale: false, qop: 'auth' });
    assert.match(authorize(challenge ?? assert.fail(), RFC_LOGIN, RFC_TRY), /realm="say \\"hi\\", x"/);
  });
});

async function begin(t: Pick<TestContext, 'onTestFinished'>, algorithm: 'MD5' | 'SHA-256' = 'MD5') {
  const { device, http } = await setUp(t);
  const digest = startDigest({ realm: 'warp', user: 'me', password: 'gehäim', algorithm });
  device.route(
    'GET /state',
    digest.guard(() => ({ json: { power: 7 } })),
  );
  device.route(
    'PUT /set',
    digest.guard(({ body }) => ({ json: { body } })),
  );
  const auth = { type: 'digest', user: 'me', password: 'gehäim' } as const;
  return { device, http, digest, auth, url: `${device.url}/state` };
}

describe('requests', () => {
  for (const algorithm of ['MD5', 'SHA-256'] as const) {
    test(`${algorithm}: one challenge serves all further requests, each with its count`, async (t) => {
      const { http, url, auth, device, digest } = await begin(t, algorithm);
      for (let turn = 0; turn < 3; turn += 1) assert.deepEqual(await http.json({ url, auth }, soon()), { power: 7 });
      const set = { url: `${device.url}/set?a=1&b=%20`, method: 'PUT', body: { amp: 6 }, auth } as const;
      assert.deepEqual(await http.json(set, soon()), { body: '{"amp":6}' });
      assert.equal(device.requests.length, 5);
      assert.deepEqual(digest.counts, [1, 2, 3, 4]);
    });
  }

  test('a nonce that is too old is replaced without anybody noticing, with and without `stale`', async (t) => {
    const { http, url, auth, device, digest } = await begin(t);
    await http.json({ url, auth }, soon());
    for (const stale of [true, false]) {
      digest.renew(stale);
      assert.deepEqual(await http.json({ url, auth }, soon()), { power: 7 });
    }
    assert.equal(device.requests.length, 6);
    assert.deepEqual(digest.counts, [1, 1, 1]);
  });

  test('simultaneous requests do not use a count twice', async (t) => {
    const { http, url, auth, digest } = await begin(t);
    await Promise.all([1, 2, 3].map(() => http.json({ url, auth }, soon())));
    assert.deepEqual(digest.counts.toSorted(), [1, 2, 3]);
  });

  test('a wrong password is not tried in a loop, and the error does not show it', async (t) => {
    const { http, url, device } = await begin(t);
    const auth = { type: 'digest', user: 'me', password: 'falsch' } as const;
    for (const requests of [2, 3]) {
      const error = await failure(http.json({ url, auth }, soon()));
      assert.equal(error.code, 'EVCC_DEVICE_AUTH');
      assert.doesNotMatch(error.shown, /falsch/);
      assert.equal(device.requests.length, requests);
    }
  });

  test('a device that wants no password is asked once, one that wants it another way is not told it', async (t) => {
    const { http, device, auth } = await begin(t);
    device.route('GET /open', { json: 1 });
    device.route('GET /basic', { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' }, text: '' });
    assert.equal(await http.json({ url: `${device.url}/open`, auth }, soon()), 1);
    assert.equal((await failure(http.json({ url: `${device.url}/basic`, auth }, soon()))).code, 'EVCC_DEVICE_AUTH');
    assert.deepEqual(
      device.requests.map(({ headers }) => headers.authorization),
      [undefined, undefined],
    );
  });
});
