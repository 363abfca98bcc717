import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { collectSecrets, hide, maskProblems, unmasked } from '../../../core/config/secrets.ts';

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

describe('what a client writes that was shown an entry without its secrets', () => {
  const before = { host: 'box', port: 80, user: 'me', password: 'topsecret', url: 'http://me:geheim@box/', factor: 2 };
  const shown = { ...before, password: '***', url: 'http://me:***@box/' };
  const problems = (changes: object): string[] =>
    maskProblems({ ...shown, ...changes }, shown, before, ['title']).map(({ path }) => path);
  const BOTH = ['password', 'url'];

  test('is what it was shown, with what was there before', () => {
    expect(problems({})).toEqual([]);
    expect(unmasked(shown, shown, before)).toEqual(before);
  });

  test.each<[string, object, readonly string[]]>([
    ['what core understands', { title: 'Roof' }, []],
    ['a number', { factor: 3, offset: 1 }, []],
    ['both secrets, and all else', { host: 'evil', password: 'new', url: 'http://me:new@evil/' }, []],
    ['the host', { host: 'evil' }, BOTH],
    ['the port', { port: 81 }, BOTH],
    ['a flag', { insecure: true }, BOTH],
    ['an option that was not there', { broker: 'evil' }, BOTH],
    ['an option that is left out', { user: undefined }, BOTH],
    ['one of two secrets', { password: 'new' }, ['url']],
    ['an address around its secret', { url: 'http://me:***@evil/' }, ['url', 'password']],
    ['a mask where nothing is stored', { token: '***' }, ['token', ...BOTH]],
    ['a text that only looks like a mask', { title: 'my *** car' }, []],
  ])('changing %s', (_, changes, found) => {
    expect(problems(changes)).toEqual(found);
  });

  test('a list in another order gives no secret to another one', () => {
    const [a, b] = [
      { host: 'a', key: 'of a' },
      { host: 'b', key: 'of b' },
    ];
    const [seenA, seenB] = [a, b].map((each) => ({ ...each, key: '***' }));
    const found = maskProblems({ list: [seenB, seenA] }, { list: [seenA, seenB] }, { list: [a, b] }, []);
    expect(found.map(({ path }) => path)).toEqual(['list[0].key', 'list[1].key']);
    expect(found[0]?.message).toContain('must be entered again, since list[0].host is another one');
  });

  test('without an entry before, every mask stands for nothing', () => {
    expect(maskProblems({ a: ['***'], b: '*** is fine' }, undefined, undefined, [])).toEqual([
      { path: 'a[0]', message: '*** stands for a stored value, and there is none' },
    ]);
  });
});
