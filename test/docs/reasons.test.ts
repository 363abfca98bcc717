import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** One code, or one of two */
const CODES = /\bcode(?:: | = )(?:[\w.]+ \? )?'([a-z]+(?:-[a-z]+)*)'(?: : '([a-z]+(?:-[a-z]+)*)')?/g;
const text = await readFile(join(ROOT, 'docs/reasons.md'), 'utf8');

describe('docs/reasons.md', () => {
  test('lists every code that core and the control policies give as a reason, and no other', async () => {
    const used = new Set<string>();
    for (const folder of ['core', 'plugins']) {
      for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
        if (!entry.name.endsWith('.ts')) continue;
        const source = await readFile(join(entry.parentPath, entry.name), 'utf8');
        for (const [, code, other] of source.matchAll(CODES))
          for (const each of [code, other]) if (each) used.add(each);
      }
    }
    const listed = [...(text.split('## Reason codes')[1] ?? '').matchAll(/^\| `([^`]+)`/gm)].map(
      ([, cell = '']) => cell,
    );
    expect(listed.toSorted()).toEqual([...used].sort());
    expect(new Set(listed).size).toBe(listed.length);
  });
});
