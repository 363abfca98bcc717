import fc from 'fast-check';
import Type, { type TSchema } from 'typebox';
import { describe, expect, test } from 'vitest';
import { checkOptions } from '../../../core/config/options.ts';
import { formatProblem } from '../../../core/config/problem.ts';

function problemsOf(schema: unknown, value: unknown, path = 'x'): string[] {
  return checkOptions(path, schema as TSchema, value).problems.map(formatProblem);
}

const checkedValue = (schema: TSchema, value: unknown): unknown => checkOptions('x', schema, value).value;

describe('an object', () => {
  const schema = Type.Object({
    host: Type.String({ description: 'Host name or address', minLength: 1 }),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, default: 80 })),
    auth: Type.Optional(Type.Object({ user: Type.String(), password: Type.String({ secret: true }) })),
  });

  test('gets defaults where keys are missing', () => {
    expect(checkOptions('x', schema, { host: 'box' })).toEqual({ problems: [], value: { host: 'box', port: 80 } });
  });

  test('keeps what is given', () => {
    const given = { host: 'box', port: 8080, auth: { user: 'me', password: 'pw' } };
    expect(checkOptions('x', schema, given)).toEqual({ problems: [], value: given });
  });

  test('says what is missing and what it means', () => {
    expect(problemsOf(schema, {})).toEqual([
      'x.host: is missing: must be a text that is not empty (Host name or address)',
    ]);
  });

  test('takes a key without value as missing', () => {
    expect(problemsOf(schema, { host: undefined })).toHaveLength(1);
    expect(checkedValue(schema, { host: 'a', port: undefined })).toEqual({ host: 'a', port: 80 });
  });

  test('allows no other keys, although the schema does not close it', () => {
    expect(problemsOf(schema, { host: 'a', hots: 1, auth: { user: 'a', password: 'b', usr: 'c' } })).toEqual([
      'x.hots: unknown key, did you mean "host"?',
      'x.auth.usr: unknown key, did you mean "user"?',
    ]);
  });

  test('that the schema opens allows other keys', () => {
    expect(checkedValue(Type.Object({ a: Type.Number() }, { additionalProperties: true }), { a: 1, b: 2 })).toEqual({
      a: 1,
      b: 2,
    });
    const typed = Type.Object({ a: Type.Number() }, { additionalProperties: Type.String() });
    expect(checkedValue(typed, { a: 1, b: 'two' })).toEqual({ a: 1, b: 'two' });
    expect(problemsOf(typed, { a: 1, b: 2 })).toEqual(['x.b: must be a text (is 2)']);
  });

  test('without described keys may hold anything', () => {
    expect(problemsOf({ type: 'object' }, { a: 1 })).toEqual([]);
  });

  test.each([null, 'a', 1, true, [[]], new Date(0)])('is not %o', (value) => {
    expect(problemsOf(schema, value)).toEqual([expect.stringContaining('x: must be an object with host')]);
  });

  test('may be a dictionary', () => {
    const headers = Type.Record(Type.String(), Type.String());
    expect(checkedValue(headers, { a: 'b' })).toEqual({ a: 'b' });
    expect(problemsOf(headers, { a: 'b', 'X-Key': 1 })).toEqual(['x.X-Key: must be a text (is 1)']);
    expect(problemsOf(headers, { 'a b': 1 })).toEqual(['x["a b"]: must be a text (is 1)']);
  });

  test('may be put together from parts', () => {
    const both = Type.Intersect([
      Type.Object({ a: Type.Number() }),
      Type.Object({ b: Type.Optional(Type.Number({ default: 2 })) }),
    ]);
    expect(checkedValue(both, { a: 1 })).toEqual({ a: 1, b: 2 });
    expect(problemsOf(both, { b: 1, c: 1 })).toEqual([
      expect.stringContaining('x.c: unknown key'),
      'x.a: is missing: must be a number',
    ]);
  });
});

describe('values', () => {
  test.each([
    [Type.Number(), 'a', 'x: must be a number (is "a")'],
    [Type.Number({ unit: 'W' }), null, 'x: must be a number (W) (is null)'],
    [Type.Number({ minimum: 0 }), -1, 'x: must be a number of at least 0 (is -1)'],
    [Type.Number({ exclusiveMinimum: 0, unit: 'A' }), 0, 'x: must be a number above 0 A (is 0)'],
    [Type.Number({ maximum: 5 }), 6, 'x: must be a number up to 5 (is 6)'],
    [Type.Number({ multipleOf: 0.5 }), 0.3, 'x: must be a number in steps of 0.5 (is 0.3)'],
    [Type.Integer(), 1.5, 'x: must be a whole number (is 1.5)'],
    [Type.Boolean(), 'yes', 'x: must be true or false (is "yes")'],
    [Type.String(), 5, 'x: must be a text (is 5)'],
    [Type.String({ format: 'uri' }), 'no uri', 'x: must be a text (uri) (is "no uri")'],
    [Type.Literal('on'), 'off', 'x: must be "on" (is "off")'],
    [Type.Enum(['pv', 'grid']), 'gird', 'x: must be one of "pv", "grid", did you mean "grid"? (is "gird")'],
    [Type.Union([Type.Literal(1), Type.Literal(3)]), 2, 'x: must be one of 1, 3 (is 2)'],
    [Type.Null(), 0, 'x: must be null (is 0)'],
    [Type.Array(Type.Number()), 1, 'x: must be a list, each a number (is 1)'],
    [Type.Array(Type.Number(), { minItems: 1 }), [], 'x: must be a list of at least 1 value, each a number (is "[…]")'],
    [
      Type.Array(Type.Number(), { maxItems: 1 }),
      [1, 2],
      'x: must be a list of at most 1 values, each a number (is "[…]")',
    ],
    [Type.Array(Type.Number()), [1, 'a'], 'x[1]: must be a number (is "a")'],
    [Type.Tuple([Type.Number(), Type.Number()]), [1], 'x: must be a list of 2 values (is "[…]")'],
    [Type.Union([Type.String(), Type.Null()]), 1, 'x: must be a text or null (is 1)'],
    [{ type: ['string', 'null'] }, 1, 'x: must be a text or null (is 1)'],
  ])('of %j do not allow %j', (schema, value, problem) => {
    expect(problemsOf(schema, value)).toEqual([problem]);
  });

  test('that are long are cut, functions and lists only hinted at', () => {
    expect(problemsOf(Type.Number(), 'a'.repeat(100))[0]).toHaveLength(88);
    expect(problemsOf(Type.Number(), () => 1)).toEqual(['x: must be a number (is "a function")']);
    expect(problemsOf(Type.Number(), { password: 'pw' })).toEqual(['x: must be a number (is "{…}")']);
  });

  test('that break a rule of another keyword are still found', () => {
    expect(problemsOf(Type.Array(Type.Number(), { uniqueItems: true }), [1, 1])).toHaveLength(1);
    expect(
      problemsOf({ type: 'object', properties: { a: {}, b: {} }, dependentRequired: { a: ['b'] } }, { a: 1 }),
    ).toHaveLength(1);
    expect(problemsOf({ not: { type: 'string' } }, 'a')).toHaveLength(1);
  });
});

describe('secrets', () => {
  const schema = Type.Object({
    pin: Type.Integer({ secret: true }),
    token: Type.String({ secret: true, minLength: 20 }),
  });

  test('are not shown when they are wrong', () => {
    const problems = problemsOf(schema, { pin: '1234', token: 'too-short' });
    expect(problems).toEqual([
      'x.pin: must be a whole number (is "***")',
      'x.token: must be a text of at least 20 characters (is "***")',
    ]);
  });

  test('are not shown behind a misspelt key', () => {
    expect(problemsOf(schema, { pin: 1, token: 'x'.repeat(20), tokn: 'hidden' }).join()).not.toContain('hidden');
  });

  test('are not shown when the whole object is one', () => {
    const credentials = Type.Object({ user: Type.String() }, { secret: true });
    expect(problemsOf(credentials, { user: 5 })).toEqual(['x.user: must be a text (is "***")']);
  });

  test('are not shown in addresses', () => {
    expect(problemsOf(Type.Number(), 'mqtt://me:hidden@host')).toEqual([
      'x: must be a number (is "mqtt://me:***@host")',
    ]);
  });
});

describe('a choice', () => {
  const source = Type.Union([
    Type.Number(),
    Type.Object({
      source: Type.Literal('http'),
      url: Type.String(),
      timeout: Type.Optional(Type.Number({ default: 5 })),
    }),
    Type.Object({ source: Type.Literal('mqtt'), topic: Type.String() }),
  ]);

  test('is filled in by what was chosen', () => {
    expect(checkedValue(source, { source: 'http', url: 'u' })).toEqual({ source: 'http', url: 'u', timeout: 5 });
    expect(checkedValue(source, 5)).toBe(5);
  });

  test('is told apart by the key that says so', () => {
    expect(problemsOf(source, { source: 'mqtt', topc: 't' })).toEqual([
      'x.topc: unknown key, did you mean "topic"?',
      'x.topic: is missing: must be a text',
    ]);
    expect(problemsOf(source, { source: 'htp', url: 'u' })).toEqual([
      'x.source: must be one of "http", "mqtt", did you mean "http"? (is "htp")',
    ]);
    expect(problemsOf(source, { url: 'u' })).toEqual(['x.source: is missing: must be one of "http", "mqtt"']);
  });

  test('of another shape lists what there is', () => {
    expect(problemsOf(source, 'five')).toEqual([
      'x: must be a number or an object with source: "http" | "mqtt" (is "five")',
    ]);
  });

  test('is told apart by the keys that only one of them has', () => {
    const schema = Type.Union([
      Type.Object({ http: Type.Object({ url: Type.String() }) }),
      Type.Object({ mqtt: Type.Object({ topic: Type.String() }) }),
    ]);
    expect(problemsOf(schema, { mqtt: { topic: 1 } })).toEqual(['x.mqtt.topic: must be a text (is 1)']);
    expect(problemsOf(schema, { mqt: {} })).toEqual(['x: must have one of the keys http, mqtt, did you mean "mqtt"?']);
    expect(problemsOf(schema, {})).toEqual(['x: must have one of the keys http, mqtt']);
  });

  test('between a value and a list of values reports the wrong item', () => {
    const names = Type.Union([Type.String(), Type.Array(Type.String())]);
    expect(problemsOf(names, ['a', 1])).toEqual(['x[1]: must be a text (is 1)']);
    expect(problemsOf(names, 1)).toEqual(['x: must be a text or a list, each a text (is 1)']);
  });

  test('between alike objects reports the one with fewest problems', () => {
    const schema = Type.Union([
      Type.Object({ a: Type.Number(), b: Type.Number(), c: Type.Number() }),
      Type.Object({ a: Type.Number(), b: Type.Number() }),
    ]);
    expect(problemsOf(schema, { a: 1, b: 'x' })).toEqual(['x.b: must be a number (is "x")']);
  });

  test('may contain itself', () => {
    const sum = Type.Cyclic(
      {
        Source: Type.Union([
          Type.Number(),
          Type.Object({ source: Type.Literal('constant'), value: Type.Number() }),
          Type.Object({ source: Type.Literal('add'), of: Type.Array(Type.Ref('Source')) }),
        ]),
      },
      'Source',
    );
    const value = {
      source: 'add',
      of: [1, { source: 'constant', value: 2 }, { source: 'add', of: [{ source: 'add', of: [3] }] }],
    };
    expect(checkOptions('x', sum, value)).toEqual({ problems: [], value });
    expect(
      problemsOf(sum, { source: 'add', of: [1, { source: 'add', of: [{ source: 'constant', value: 'a' }] }] }),
    ).toEqual(['x.of[1].of[0].value: must be a number (is "a")']);
  });
});

describe('schemas of third parties', () => {
  test('are plain JSON', () => {
    const schema = {
      $defs: { port: { type: 'integer', minimum: 1, default: 502 } },
      type: 'object',
      properties: { host: { type: 'string' }, port: { $ref: '#/$defs/port' }, kind: { enum: ['a', 'b'] } },
      required: ['host'],
    };
    expect(checkedValue(schema as unknown as TSchema, { host: 'h' })).toEqual({ host: 'h', port: 502 });
    expect(problemsOf(schema, { host: 'h', port: 0, kind: 'c', x: 1 })).toEqual([
      'x.port: must be a whole number of at least 1 (is 0)',
      'x.kind: must be one of "a", "b" (is "c")',
      'x.x: unknown key; known: host, port, kind',
    ]);
  });

  test('may describe a choice beside shared keys', () => {
    const schema = {
      type: 'object',
      properties: { host: { type: 'string' } },
      required: ['host'],
      oneOf: [
        { properties: { kind: { const: 'a' }, pin: { type: 'number' } }, required: ['kind', 'pin'] },
        { properties: { kind: { const: 'b' } }, required: ['kind'] },
      ],
    };
    expect(problemsOf(schema, { host: 'h', kind: 'a', pin: 1 })).toEqual([]);
    expect(problemsOf(schema, { host: 'h', kind: 'a' })).toEqual(['x.pin: is missing: must be a number']);
    expect(problemsOf(schema, { host: 'h', kind: 'b', pin: 1 })).toEqual(['x.pin: unknown key; known: host, kind']);
  });

  test('that accept anything let everything through', () => {
    expect(checkedValue({} as TSchema, { a: [1] })).toEqual({ a: [1] });
  });
});

test('a valid value passes unchanged, and the given one is left alone', () => {
  const schema = Type.Object({
    name: Type.String(),
    list: Type.Array(Type.Union([Type.Number(), Type.Object({ deep: Type.Boolean() })])),
    map: Type.Record(Type.String(), Type.Integer()),
  });
  const value = fc.record({
    name: fc.string(),
    list: fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.record({ deep: fc.boolean() }))),
    map: fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.integer(),
    ),
  });
  fc.assert(
    fc.property(value, (given) => {
      const before = JSON.stringify(given);
      const { problems, value: checked } = checkOptions('x', schema, given);
      expect(problems).toEqual([]);
      expect(checked).toEqual({ ...given, map: { ...given.map } });
      expect(JSON.stringify(given)).toBe(before);
    }),
  );
});

test('no value whatsoever makes the check itself fail', () => {
  const schema = Type.Object({
    a: Type.Union([Type.Number(), Type.Array(Type.String())]),
    b: Type.Optional(Type.Object({ c: Type.Enum(['d']) })),
  });
  fc.assert(
    fc.property(fc.anything(), (given) => {
      const { problems } = checkOptions('x', schema, given);
      for (const problem of problems) expect(formatProblem(problem)).toContain('x');
    }),
  );
});

test('of a long list that is wrong throughout the first problems are told', () => {
  const schema = Type.Object({ list: Type.Array(Type.Number()), more: Type.Number() });
  const { problems } = checkOptions('x', schema, { list: Array.from({ length: 5_000 }, String), more: 'y' });
  expect(problems.map(({ path }) => path)).toEqual([...Array.from({ length: 20 }, (_, i) => `x.list[${i}]`), 'x.more']);
});
