import { expect, test } from 'vitest';
import { resolveEnvironment } from '../../../core/config/environment.ts';
import { env } from '../../../core/index.ts';

test('a marked value is replaced by the environment variable, at every depth', () => {
  const config = { mqtt: { password: env('PW') }, list: [{ token: { env: 'TOKEN' } }], number: 5 };
  expect(resolveEnvironment(config, { PW: 'hidden', TOKEN: 'abc' })).toEqual({
    config: { mqtt: { password: 'hidden' }, list: [{ token: 'abc' }], number: 5 },
    problems: [],
    secrets: ['hidden', 'abc'],
  });
});

test('a variable that is not set is a problem with its path, and an empty text until then', () => {
  const { config, problems, secrets } = resolveEnvironment({ a: { 'b c': [env('NOPE')] } }, {});
  expect(config).toEqual({ a: { 'b c': [''] } });
  expect(problems).toEqual([{ path: 'a["b c"][0]', message: 'environment variable NOPE is not set' }]);
  expect(secrets).toEqual([]);
});

test('a variable that is empty is taken as it is', () => {
  expect(resolveEnvironment(env('EMPTY'), { EMPTY: '' })).toEqual({ config: '', problems: [], secrets: [] });
});

test('objects that only look alike stay', () => {
  const config = { a: { env: 'X', other: 1 }, b: { env: 5 }, c: { env: { env2: 1 } } };
  expect(resolveEnvironment(config, { X: 'x' }).config).toEqual(config);
});

test('plugin objects, dates and functions stay the same objects', () => {
  const plugin = { name: 'mine', section: { key: 'mine', schema: {} }, apply() {} };
  const date = new Date(0);
  const config = resolveEnvironment({ plugins: [plugin], date }, {}).config as { plugins: unknown[]; date: Date };
  expect(config.plugins[0]).toBe(plugin);
  expect(config.date).toBe(date);
});

test('whatever is no object is handed back', () => {
  expect(resolveEnvironment(undefined, {}).config).toBeUndefined();
  expect(resolveEnvironment(null, {}).config).toBeNull();
  expect(resolveEnvironment('text', {}).config).toBe('text');
});

test('a configuration that is nested without end is a problem, too', () => {
  const deep = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
  expect(resolveEnvironment({ deep }, {}).problems).toEqual([
    { path: expect.stringMatching(/^deep(\[0\])+$/), message: 'is nested too deep' },
  ]);
});

test('a configuration that contains itself is a problem, not the end', () => {
  const site: Record<string, unknown> = { title: 'Loop' };
  site.self = site;
  expect(resolveEnvironment({ site }, {}).problems).toEqual([
    { path: 'site.self', message: 'contains itself; a configuration must be plain data' },
  ]);
  const shared = { price: 0.3 };
  expect(resolveEnvironment({ a: shared, b: shared }, {})).toMatchObject({
    problems: [],
    config: { a: shared, b: shared },
  });
});

test('what throws when it is read is a problem of its place, and the rest is read', () => {
  const site = {
    title: 'Home',
    get meters(): never {
      throw new Error('no meters today');
    },
  };
  expect(resolveEnvironment({ site, interval: { env: 'EVERY' } }, { EVERY: '5' })).toMatchObject({
    config: { interval: '5' },
    problems: [{ path: 'site', message: 'cannot be read: no meters today' }],
  });
});
