import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkCore } from '../../core/config/check.ts';
import { CONFIG_FILES } from '../../core/config/load.ts';
import { formatProblem } from '../../core/config/problem.ts';
import { CORE_KEYS } from '../../core/config/schema.ts';
import { importFile } from '../../core/loading/import.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { fillIn, generatedParts } from './tables.ts';

const FILE = fileURLToPath(new URL('../../docs/configuration.md', import.meta.url));
const text = readFileSync(FILE, 'utf8');
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

describe('docs/configuration.md', () => {
  test('lists the options, types and commands that the code has (npx vitest run test/docs/configuration.test.ts -u)', async () => {
    await expect(fillIn(text, await generatedParts(version))).toMatchFileSnapshot(FILE);
  });

  test('has a place for everything that is generated', async () => {
    for (const name of (await generatedParts(version)).keys()) {
      expect(text).toContain(`<!-- begin ${name} -->`);
      expect(text).toContain(`<!-- end ${name} -->`);
    }
  });

  test('names every top-level key and every file name', () => {
    for (const name of [...CORE_KEYS, ...CONFIG_FILES]) expect(text).toContain(name);
  });

  test.each([...text.matchAll(/```ts\n(.*?)```/gs)].map((match) => [match[1] ?? '']))(
    'shows an example without problems: %s',
    async (example) => {
      // What a configuration imports is there in the program; here its two functions are put in.
      const source = example.replace(
        /^import .* from 'evcc';$/m,
        'const defineConfig = (x) => x, env = (name) => name;',
      );
      const folder = temporaryFolder({ 'evcc.config.mjs': source });
      const { default: config } = await importFile(pathToFileURL(`${folder}/evcc.config.mjs`).href);
      expect(checkCore(config, ['rest', 'mqtt'], 'unknown').problems.map(formatProblem)).toEqual([]);
    },
  );
});
