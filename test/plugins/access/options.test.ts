import { readFile } from 'node:fs/promises';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { collectSecrets } from '../../../core/config/secrets.ts';
import { schema } from '../../../plugins/access/options.ts';
import { isKnownHost } from '../../../plugins/shared/hosts.ts';

const TOKEN = '0123456789abcdef';
const valid = Compile(schema);

test.each([
  [{}, true],
  [{ password: 'four' }, true],
  [{ password: 'abc' }, false],
  [{ password: 'x'.repeat(201) }, false],
  [{ tokens: { 'node-red': TOKEN, display: { token: TOKEN, readOnly: true } } }, true],
  [{ tokens: { short: TOKEN.slice(1) } }, false],
  [{ tokens: { empty: { readOnly: true } } }, false],
  [{ protect: 'changes' }, true],
  [{ protect: 'nothing' }, false],
  [{ hosts: ['evcc.example.com', '*.example.com', 'nas'] }, true],
  [{ hosts: ['http://evcc.example.com'] }, false],
  [{ hosts: ['evcc.example.com:7070'] }, false],
  [{ hosts: ['*'] }, false],
])('%j is possible: %s', (options, expected) => {
  expect(valid.Check(options)).toBe(expected);
});

test('password and tokens are secret', () => {
  const options = { password: 'correct horse', tokens: { a: 'token-of-a-machine', b: { token: 'token-of-another' } } };
  expect(collectSecrets(schema, options)).toEqual(['correct horse', 'token-of-a-machine', 'token-of-another']);
});

const text = await readFile(new URL('../../../docs/access.md', import.meta.url), 'utf8');

test('docs/access.md lists every option, and no other', () => {
  const [before = ''] = text.split('## What is protected');
  const documented = [...before.matchAll(/^\| `(\w+)`/gm)].map(([, option]) => option);
  expect(documented).toEqual(Object.keys(schema.properties));
});

test('docs/access.md names the endings of home networks', () => {
  const [, list = ''] = /one below (.*?), the host\s+name/s.exec(text) ?? [];
  const endings = [...list.matchAll(/`(\.[\w.]+)`/g)].map(([, ending = '']) => ending);
  expect(endings.length).toBeGreaterThan(5);
  for (const ending of endings) expect(isKnownHost(`evcc${ending}`, [])).toBe(true);
});
