import { describe, expect, test } from 'vitest';
import { classifyDeviceError, codeOf, ERROR_CODES, EvccError, fail, messageOf } from '../../core/errors.ts';

const withCode = (code: unknown): Error => Object.assign(new Error('failed'), { code });
const withStatus = (statusCode: unknown): Error => Object.assign(new Error('failed'), { response: { statusCode } });

describe('our error', () => {
  test('carries what is responsible, and no more', () => {
    const cause = new Error('cause');
    const error = new EvccError('EVCC_DEVICE_AUTH', 'refused', { device: 'garage', plugin: 'go-e', cause });
    expect(error).toMatchObject({
      name: 'EvccError',
      code: 'EVCC_DEVICE_AUTH',
      device: 'garage',
      plugin: 'go-e',
      cause,
    });
    expect('cause' in new EvccError('EVCC_STALE', 'old')).toBe(false);
    expect(Object.keys(new EvccError('EVCC_STALE', 'old'))).not.toContain('message');
  });

  test('is thrown by fail', () => {
    expect(() => fail('EVCC_NOT_FOUND', 'nowhere', { device: 'x' })).toThrow(
      expect.objectContaining({ code: 'EVCC_NOT_FOUND', message: 'nowhere', device: 'x' }),
    );
  });

  test('is known by its code, also when another copy of the class made it', () => {
    for (const code of Object.keys(ERROR_CODES)) expect(codeOf({ code })).toBe(code);
  });

  test.each([
    undefined,
    null,
    5,
    'EVCC_STALE',
    {},
    { code: 5 },
    { code: 'ECONNREFUSED' },
    { code: 'constructor' },
    { code: '__proto__' },
  ])('%j has none of our codes', (error) => {
    expect(codeOf(error)).toBeUndefined();
  });
});

describe('errors of devices', () => {
  test.each([
    ['a code of ours', new EvccError('EVCC_NOT_SUPPORTED', 'no'), 'EVCC_NOT_SUPPORTED'],
    ['401', withStatus(401), 'EVCC_DEVICE_AUTH'],
    ['403', withStatus(403), 'EVCC_DEVICE_AUTH'],
    ['404', withStatus(404), 'EVCC_DEVICE_UNAVAILABLE'],
    ['503', withStatus(503), 'EVCC_DEVICE_UNAVAILABLE'],
    ['refused', withCode('ECONNREFUSED'), 'EVCC_DEVICE_UNAVAILABLE'],
    ['reset', withCode('ECONNRESET'), 'EVCC_DEVICE_UNAVAILABLE'],
    ['no such host', withCode('ENOTFOUND'), 'EVCC_DEVICE_UNAVAILABLE'],
    ['no route', withCode('EHOSTUNREACH'), 'EVCC_DEVICE_UNAVAILABLE'],
    ['no time', withCode('ETIMEDOUT'), 'EVCC_DEVICE_UNAVAILABLE'],
    ['a certificate that has expired', withCode('CERT_HAS_EXPIRED'), 'EVCC_DEVICE_UNAVAILABLE'],
    ['a certificate of its own', withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'EVCC_DEVICE_UNAVAILABLE'],
    ['a certificate of another name', withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'EVCC_DEVICE_UNAVAILABLE'],
    ['fetch', new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') }), 'EVCC_DEVICE_UNAVAILABLE'],
    [
      'fetch without time',
      new TypeError('fetch failed', { cause: withCode('UND_ERR_CONNECT_TIMEOUT') }),
      'EVCC_DEVICE_UNAVAILABLE',
    ],
    ['aborted', new DOMException('aborted', 'AbortError'), 'EVCC_DEVICE_UNAVAILABLE'],
    ['timed out', new DOMException('timed out', 'TimeoutError'), 'EVCC_DEVICE_UNAVAILABLE'],
    ['no JSON', new SyntaxError('Unexpected token'), 'EVCC_DEVICE_PROTOCOL'],
    ['a body that is none', withCode('ERR_BODY_PARSE_FAILURE'), 'EVCC_DEVICE_PROTOCOL'],
  ])('%s', (_, error, code) => {
    expect(classifyDeviceError(error)).toBe(code);
  });

  test.each([
    new TypeError('x is not a function'),
    new Error('odd'),
    'text',
    undefined,
    null,
    { cause: { cause: {} } },
  ])('%s is none: a bug', (error) => {
    expect(classifyDeviceError(error)).toBeUndefined();
  });

  test('that cause themselves are no endless search', () => {
    const error: { cause?: unknown } = {};
    error.cause = error;
    expect(classifyDeviceError(error)).toBeUndefined();
  });
});

describe('one line for whatever was thrown', () => {
  test.each([
    [new Error('disk full'), 'disk full'],
    [new TypeError(''), 'TypeError'],
    [new AggregateError([withCode('ECONNREFUSED'), new Error('other')]), 'failed'],
    [new AggregateError([], ''), 'AggregateError'],
    [{ message: 'from another realm' }, 'from another realm'],
    [{ code: 5, reason: 'x' }, 'an error without a message (code, reason)'],
    [Object.create(null), 'an error without a message ()'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    [Symbol('odd'), 'Symbol(odd)'],
  ])('%#', (error, message) => {
    expect(messageOf(error)).toBe(message);
  });
});
