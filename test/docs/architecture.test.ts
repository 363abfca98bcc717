import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startHouse } from '../helpers/house.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = await readFile(join(ROOT, 'docs/architecture.md'), 'utf8');
const flat = text.replace(/\s+/g, ' ');

test('every file and page that docs/architecture.md names exists', () => {
  const files = [...text.matchAll(/`((?:core|plugins)\/[\w./-]+)`/g)].map(([, file = '']) => file);
  const pages = [...text.matchAll(/\]\(([\w.-]+\.md)\)/g)].map(([, page = '']) => `docs/${page}`);
  expect(files.length).toBeGreaterThan(10);
  // Folders of kinds without a built-in type are named too.
  const future = ['plugins/chargers/'];
  for (const path of [...files, ...pages].filter((file) => !future.includes(file))) {
    expect(existsSync(join(ROOT, path)), path).toBe(true);
  }
});

test('every folder of core is named', () => {
  const folders = readdirSync(join(ROOT, 'core'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) expect(text).toContain(`\`core/${name}/\``);
});

test.each([
  ['core/runtime/scheduler.ts', 'const EARLIEST = 250;', 'at most every 250 ms'],
  ['core/cycle/cycle.ts', 'const LONGEST_IO = 5_000;', 'waits for 5 s at most'],
  ['core/cycle/cycle.ts', 'const IO_SHARE = 0.3;', 'no longer than 30 % of the interval'],
])('numbers are those of the code: %s, %s', async (file, line, words) => {
  expect(await readFile(join(ROOT, file), 'utf8')).toContain(line);
  expect(flat).toContain(words);
});

test('the stages run in the order of the picture', async (t) => {
  const calls: string[] = [];
  const stages = ['measure', 'measured', 'decide', 'limit', 'written', 'publish'] as const;
  const house = await startHouse(t, {
    loadpoints: [{ mode: 'now' }],
    plugins: [
      {
        name: 'watcher',
        apply(evcc) {
          for (const stage of stages) {
            (evcc.hooks[stage] as typeof evcc.hooks.measured).tap('watcher', () => void calls.push(stage));
          }
        },
      },
    ],
  });
  await house.cycle();
  expect(calls).toEqual([...stages]);
  const picture = text.slice(text.indexOf('flowchart'), text.indexOf('```\n\nA cycle'));
  const shown = ['measure', 'freeze', 'decide', 'limit', 'guard', 'write', 'publish'].map((stage) =>
    picture.indexOf(`--> ${stage}`),
  );
  expect(shown).toEqual(shown.toSorted((a, b) => a - b));
});
