import Type from 'typebox';
import { expect, test } from 'vitest';
import { collectSecrets, hide } from '../../../core/config/secrets.ts';

const schema = Type.Object({
  url: Type.String(),
  token: Type.Optional(Type.String({ secret: true })),
  pin: Type.Optional(Type.Integer({ secret: true })),
  headers: Type.Optional(Type.Record(Type.String(), Type.String({ secret: true }))),
  auth: Type.Optional(
    Type.Union([
      Type.String({ secret: true }),
      Type.Object({ user: Type.String(), password: Type.String({ secret: true }) }),
    ]),
  ),
  all: Type.Optional(Type.Array(Type.Object({ key: Type.String() }, { secret: true }))),
});

test('secrets are found wherever the schema marks them', () => {
  const value = {
    url: 'http://me:in-url@host/x',
    token: 'tok',
    pin: 1234,
    headers: { Authorization: 'Bearer abc' },
    auth: { user: 'me', password: 'pass' },
    all: [{ key: 'k1' }, { key: 'k2' }],
  };
  expect(collectSecrets(schema, value).sort()).toEqual(['1234', 'Bearer abc', 'in-url', 'k1', 'k2', 'pass', 'tok']);
  expect(collectSecrets(schema, { url: 'x', auth: 'alone' })).toEqual(['alone']);
});

test('a value that does not fit its schema still gives its secrets', () => {
  expect(collectSecrets(schema, { token: 'tok', pin: 'pin!', more: 1 }).sort()).toEqual(['pin!', 'tok']);
  expect(collectSecrets(schema, 'text')).toEqual([]);
  expect(collectSecrets(schema, null)).toEqual([]);
});

test('a schema that contains itself comes to an end', () => {
  const cyclic = Type.Cyclic(
    { S: Type.Union([Type.String({ secret: true }), Type.Object({ of: Type.Array(Type.Ref('S')) })]) },
    'S',
  );
  expect(collectSecrets(cyclic, { of: [{ of: ['deep'] }, 'flat'] }).sort()).toEqual(['deep', 'flat']);
  const deep = Array.from({ length: 40 }).reduce((inner) => ({ of: [inner] }), 'deep');
  expect(collectSecrets(cyclic, deep)).toEqual(['deep']);
  const endless = { $defs: { S: { anyOf: [{ $ref: 'S' }, { type: 'string', secret: true }] } }, $ref: 'S' };
  expect(collectSecrets(endless as never, 'text')).toEqual(['text']);
});

test('secrets are masked inside texts, the longest first', () => {
  expect(hide('token=secret-long, key=secret', ['secret', 'secret-long'])).toBe('token=***, key=***');
  expect(hide('nothing here', ['secret'])).toBe('nothing here');
  expect(hide('any', [])).toBe('any');
});

test('short secrets are only masked where they stand alone', () => {
  expect(hide('a cat', ['a'])).toBe('a cat');
  expect(hide('a', ['a'])).toBe('***');
});
