import { renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONFIG_FILES, loadConfig } from '../../../core/config/load.ts';
import { temporaryFolder, writeFile } from '../../helpers/folder.ts';

const MODULE = 'export default { interval: 5 };';
const CONTENT: Readonly<Record<string, string>> = {
  ts: 'const interval: number = 5;\nexport default { interval };',
  mts: MODULE,
  js: MODULE,
  mjs: MODULE,
  json: '{ "interval": 5 }',
  yaml: 'interval: 5 # s\n',
  yml: 'interval: 5\n',
};

const contentOf = (file: string): string => CONTENT[file.split('.').pop() ?? ''] ?? '';

describe('a configuration', () => {
  test.each(CONFIG_FILES)('may be in %s', async (name) => {
    const directory = temporaryFolder({ [name]: contentOf(name) });
    expect(await loadConfig({ directory })).toEqual({
      file: join(directory, name),
      directory,
      config: { interval: 5 },
    });
  });

  test('in TypeScript is preferred to the others', async () => {
    const directory = temporaryFolder(Object.fromEntries(CONFIG_FILES.map((name) => [name, contentOf(name)])));
    expect((await loadConfig({ directory })).file).toBe(join(directory, 'evcc.config.ts'));
  });

  test('may have another name and place', async () => {
    const directory = temporaryFolder({ 'houses/hut.yaml': 'interval: 7' });
    const expected = {
      file: join(directory, 'houses/hut.yaml'),
      directory: join(directory, 'houses'),
      config: { interval: 7 },
    };
    expect(await loadConfig({ directory, file: 'houses/hut.yaml' })).toEqual(expected);
    expect(await loadConfig({ directory: '/', file: join(directory, 'houses/hut.yaml') })).toEqual(expected);
  });

  test('may begin with the mark that editors of Windows set', async () => {
    const directory = temporaryFolder({ 'evcc.config.json': '\uFEFF{ "interval": 5 }' });
    expect((await loadConfig({ directory })).config).toEqual({ interval: 5 });
  });

  test('in a folder further up is not taken', async () => {
    const directory = temporaryFolder({ 'evcc.config.json': '{}', 'sub/x': '' });
    await expect(loadConfig({ directory: join(directory, 'sub') })).rejects.toThrow('there is no evcc.config.ts');
  });

  test.each(['evcc.config.mjs', 'evcc.config.json', 'evcc.config.yaml'])(
    'in %s is read anew after a change',
    async (name) => {
      const directory = temporaryFolder({ [name]: contentOf(name) });
      await loadConfig({ directory });
      writeFile(directory, 'new', contentOf(name).replace('5', '6'));
      utimesSync(join(directory, 'new'), 1, 1);
      renameSync(join(directory, 'new'), join(directory, name));
      expect((await loadConfig({ directory })).config).toEqual({ interval: 6 });
    },
  );
});

describe('a configuration that cannot be read', () => {
  test.each([
    ['is missing', {}, undefined, /there is no evcc\.config\.ts \(or \.js, \.json, \.yaml\) in \//],
    ['is missing where it was said to be', {}, 'house.ts', /there is no configuration file \/.*\/house\.ts/],
    ['is a folder', { 'house.ts/x': '' }, 'house.ts', /house\.ts is no file: name the configuration in it/],
    ['is empty', { 'evcc.config.ts': '' }, undefined, /evcc\.config\.ts is empty/],
    ['is empty YAML', { 'evcc.config.yaml': '# nothing\n' }, undefined, /evcc\.config\.yaml is empty/],
    ['is null', { 'evcc.config.json': 'null' }, undefined, /evcc\.config\.json is empty/],
    [
      'is broken JSON',
      { 'evcc.config.json': '{\n  "interval": ,\n}' },
      undefined,
      /evcc\.config\.json: .*Unexpected token/s,
    ],
    ['is broken YAML', { 'evcc.config.yaml': 'a: 1\nb: [1,\n' }, undefined, /evcc\.config\.yaml: .*[(]3:1[)]/s],
    [
      'exports nothing',
      { 'evcc.config.mjs': 'const x = 1;' },
      undefined,
      /evcc\.config\.mjs has no default export; write: export default defineConfig/,
    ],
    [
      'exports a function',
      { 'evcc.config.mjs': 'export default () => ({});' },
      undefined,
      /the default export must be an object, it is a function/,
    ],
    [
      'exports a text',
      { 'evcc.config.mjs': 'export default "x";' },
      undefined,
      /the default export must be an object, it is a string/,
    ],
    ['throws', { 'evcc.config.mjs': '\n\nthrow new Error("not today");' }, undefined, /evcc\.config\.mjs:3: not today/],
    [
      'imports what is not there',
      { 'evcc.config.mjs': 'import "./other.mjs";' },
      undefined,
      /evcc\.config\.mjs.*other\.mjs/s,
    ],
    ['exports null', { 'evcc.config.mjs': 'export default null;' }, undefined, /must be an object, it is null/],
    ['is of another kind', { 'house.toml': 'a = 1' }, 'house.toml', /house\.toml: .* must end in one of \.ts, .*\.yml/],
    ['has a name that is too long', {}, `${'x'.repeat(5_000)}.ts`, /ENAMETOOLONG/],
  ])('because it %s says so', async (_, files, file, message) => {
    const directory = temporaryFolder(files);
    const loading = loadConfig({ directory, ...(file !== undefined && { file }) });
    await expect(loading).rejects.toMatchObject({
      code: 'EVCC_CONFIG_INVALID',
      message: expect.stringMatching(message),
    });
  });
});
