import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../core/errors.ts';

const text = await readFile(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

/** Text below the heading of each code, up to the next heading. */
const sections = new Map(
  text
    .split(/\n(?=#)/)
    .map((part) => [/^### `(\w+)`\n/.exec(part)?.[1], part] as const)
    .filter((entry): entry is [string, string] => entry[0] !== undefined),
);

test('docs/errors.md explains every code, and no other', () => {
  expect([...sections.keys()].sort()).toEqual(Object.keys(ERROR_CODES).sort());
  const mentioned = new Set([...text.matchAll(/EVCC_[A-Z_]+/g)].map(([code]) => code));
  expect([...mentioned].sort()).toEqual(Object.keys(ERROR_CODES).sort());
});

test.each(Object.entries(ERROR_CODES))('%s: what it means is what the code says', (code, meaning) => {
  const [, first] = sections.get(code)?.split('\n\n') ?? [];
  expect(first).toBe(meaning);
});

test.each(Object.keys(ERROR_CODES))('%s: what happens, and what a person can do', (code) => {
  expect(sections.get(code)).toMatch(/\n- \*\*The (loop|program)\*\* /);
  expect(sections.get(code)).toMatch(/\n- \*\*You\*\* /);
});

test.each([
  ['core/runtime/device-handle.ts', 'const FIRST_PAUSE = 5_000;', 'pauses of 5 s'],
  ['core/runtime/device-handle.ts', 'const LONGEST_PAUSE = 300_000;', 'up to 5 minutes'],
  ['core/runtime/device-handle.ts', 'const QUICK_RETRIES = 2;', 'in the next two cycles'],
  ['core/cycle/cycle.ts', 'const LONGEST_IO = 5_000;', 'a cycle waits for 5 s at most'],
  ['core/loading/plugin-scope.ts', 'const APPLY_DEADLINE = 10_000;', 'within 10 s while it is loaded'],
  ['core/runtime/open-store.ts', 'const DEADLINE = 30_000;', 'cannot be opened within 30 s'],
])('numbers are those of the code: %s, %s', async (file, line, words) => {
  expect(await readFile(join(import.meta.dirname, '../..', file), 'utf8')).toContain(line);
  expect(text.replace(/\s+/g, ' ')).toContain(words);
});
