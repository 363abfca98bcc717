import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { EvccError } from '../../../core/errors.ts';
import { createLoader, type Found, isPlugin, type Loader } from '../../../core/loading/loader.ts';
import type { LoadedPlugin } from '../../../core/plugin.ts';
import { temporaryFolder, writeFile } from '../../helpers/folder.ts';

/** A module of a plugin; `extra` runs when it is imported. */
const plugin = (name: string, extra = ''): string => `${extra}\nexport default { name: '${name}', apply() {} };`;

/** A package that declares types. */
const manifest = (name: string, evcc?: object): object => ({
  name,
  version: '1.0.0',
  type: 'module',
  exports: { '.': { import: './main.js' } },
  ...(evcc && { evcc }),
});

const BUILTINS = {
  'chargers/go-e/index.ts': plugin('charger-go-e'),
  'chargers/broken/index.ts': 'export default {',
  'chargers/throwing/index.ts': 'throw new Error("no such chip");',
  'chargers/odd/index.ts': 'export default 42;',
  'chargers/none/index.ts': 'export const plugin = {};',
  'chargers/shared.ts': 'throw new Error("must not be imported");',
  'meters/go-e/index.js': plugin('meter-go-e'),
  'storage/sqlite/index.ts': plugin('storage-sqlite'),
  'simulator/index.ts': `export default { name: 'simulator', apply(evcc) { evcc.chargers.define('simulator', {}); } };`,
  'mqtt/index.ts': `export default { name: 'mqtt', section: { key: 'mqtt', schema: {} }, apply() {} };`,
  'commands/simulate/index.ts': plugin('command'),
  'control/pv/index.ts': plugin('pv'),
};

interface Setup {
  readonly loader: Loader;
  readonly directory: string;
}

function setUp(
  files: Readonly<Record<string, unknown>> = {},
  builtins: Readonly<Record<string, unknown>> = BUILTINS,
): Setup {
  const directory = temporaryFolder(files);
  const root = temporaryFolder(builtins);
  return { directory, loader: createLoader({ directory, builtins: pathToFileURL(`${root}/`) }) };
}

function value(found: Found<LoadedPlugin>): LoadedPlugin {
  if (found.ok) return found.value;
  throw found.error;
}

function error(found: Found<LoadedPlugin>): EvccError {
  if (found.ok) throw new Error(`found ${found.value.name}`);
  return found.error;
}

describe('a type', () => {
  test('is looked for among the built-in ones of its kind first', async () => {
    const { loader } = setUp({
      'node_modules/evcc-x/package.json': manifest('evcc-x', { chargers: ['go-e'] }),
      'node_modules/evcc-x/main.js': plugin('hidden'),
    });
    expect(await loader.forType('charger', 'go-e')).toMatchObject({
      ok: true,
      source: 'built in',
      value: { name: 'charger-go-e' },
    });
    expect(value(await loader.forType('meter', 'go-e')).name).toBe('meter-go-e');
    expect(value(await loader.forType('store', 'sqlite')).name).toBe('storage-sqlite');
  });

  test('may be in a built-in plugin of several kinds', async () => {
    const { loader } = setUp();
    expect(value(await loader.forType('charger', 'simulator')).name).toBe('simulator');
    expect(value(await loader.forType('vehicle', 'simulator')).name).toBe('simulator');
  });

  test('is found in an installed package that declares it, also with a scope and further up', async () => {
    const { loader } = setUp({
      'node_modules/evcc-acme/package.json': manifest('evcc-acme', { chargers: ['acme'], tariffs: ['acme-hourly'] }),
      'node_modules/evcc-acme/main.js': plugin('acme'),
      'node_modules/@home/box/package.json': manifest('@home/box', { chargers: ['homebox'] }),
      'node_modules/@home/box/main.js': plugin('homebox'),
    });
    expect(await loader.forType('charger', 'acme')).toMatchObject({ ok: true, source: 'evcc-acme' });
    expect(value(await loader.forType('tariff', 'acme-hourly')).name).toBe('acme');
    expect(value(await loader.forType('charger', 'homebox')).name).toBe('homebox');
    expect(error(await loader.forType('meter', 'acme')).code).toBe('EVCC_CONFIG_INVALID');
  });

  test('of the nearest package hides that of the same package further up', async () => {
    const files = {
      'node_modules/evcc-acme/package.json': manifest('evcc-acme', { chargers: ['acme'] }),
      'node_modules/evcc-acme/main.js': plugin('far'),
      'site/node_modules/evcc-acme/package.json': manifest('evcc-acme', { chargers: ['acme'] }),
      'site/node_modules/evcc-acme/main.js': plugin('near'),
      'other/x': '',
    };
    const folder = temporaryFolder(files);
    const builtins = pathToFileURL(`${temporaryFolder(BUILTINS)}/`);
    const near = createLoader({ directory: `${folder}/site`, builtins });
    expect(value(await near.forType('charger', 'acme')).name).toBe('near');
    const far = createLoader({ directory: `${folder}/other`, builtins });
    expect(value(await far.forType('charger', 'acme')).name).toBe('far');
  });

  test('may be named by package, scoped package or path', async () => {
    const { loader, directory } = setUp({
      'node_modules/evcc-acme/package.json': manifest('evcc-acme'),
      'node_modules/evcc-acme/main.js': plugin('acme'),
      'node_modules/@home/box/package.json': manifest('@home/box'),
      'node_modules/@home/box/main.js': plugin('homebox'),
      'chargers/mine.ts': plugin('mine', 'const power: number = 1;'),
      'chargers/folder/index.js': plugin('folder'),
    });
    expect(value(await loader.forType('charger', 'evcc-acme')).name).toBe('acme');
    expect(value(await loader.forType('charger', '@home/box')).name).toBe('homebox');
    expect(value(await loader.forType('charger', './chargers/mine.ts')).name).toBe('mine');
    expect(value(await loader.forType('charger', './chargers/folder')).name).toBe('folder');
    expect(value(await loader.forType('charger', `${directory}/chargers/mine.ts`)).name).toBe('mine');
  });

  test('that was installed while the house runs is found', async () => {
    const { loader, directory } = setUp({ 'node_modules/other/package.json': manifest('other') });
    expect(error(await loader.forType('charger', 'acme')).message).toContain('unknown charger type');
    writeFile(directory, 'node_modules/evcc-acme/package.json', manifest('evcc-acme', { chargers: ['acme'] }));
    writeFile(directory, 'node_modules/evcc-acme/main.js', plugin('acme'));
    expect(value(await loader.forType('charger', 'acme')).name).toBe('acme');
  });

  test('nobody knows is answered with the nearest names and what to install', async () => {
    const { loader } = setUp({
      'node_modules/evcc-acme/package.json': manifest('evcc-acme', { chargers: ['go-easy'] }),
    });
    const near = error(await loader.forType('charger', 'go-ee'));
    expect(near).toMatchObject({ code: 'EVCC_CONFIG_INVALID' });
    expect(near.message).toBe(
      'unknown charger type "go-ee", did you mean "go-e"? If a package defines it: npm install evcc-charger-go-ee',
    );
    expect(error(await loader.forType('charger', 'go-eas')).message).toContain('did you mean "go-easy"?');
    expect(error(await loader.forType('charger', 'hous', ['house', 'go-e'])).message).toContain('mean "house"?');
    expect(error(await loader.forType('store', 'oracle')).message).toBe(
      'unknown store type "oracle"; known: sqlite. If a package defines it: npm install evcc-store-oracle',
    );
  });

  test.each(['../chargers/go-e', '..', './../secret.ts', '/no/such/file'])(
    'that looks like the path %s is one, seen from the configuration',
    async (type) => {
      const { loader } = setUp();
      expect(error(await loader.forType('charger', type)).message).toMatch(/there is no file|has no index file/);
    },
  );

  test.each(['Go-E', 'go_e', '', 'chargers/go-e', 'go-e/../../x', 'go-e\0', '__proto__', 'a b', '-x'])(
    'cannot be called %j',
    async (type) => {
      const { loader } = setUp();
      const { code, message } = error(await loader.forType('charger', type));
      expect(code).toBe('EVCC_CONFIG_INVALID');
      expect(message).toContain('is no name of a type');
    },
  );

  test.each(['commands', 'control', 'chargers', 'shared'])('is not the folder %s', async (type) => {
    const { loader } = setUp({}, { ...BUILTINS, [`${type}/index.ts`]: plugin('wrong') });
    expect(error(await loader.forType('charger', type)).message).toContain('unknown charger type');
  });
});

describe('a plugin that cannot be loaded', () => {
  test.each([
    ['broken', /cannot be loaded: ./],
    ['throwing', /cannot be loaded: no such chip/],
    ['odd', /its default export is no plugin/],
    ['none', /its default export is no plugin/],
  ])('because its module is %s gives a coded error', async (type, message) => {
    const { loader } = setUp();
    const failed = error(await loader.forType('charger', type));
    expect(failed.code).toBe('EVCC_PLUGIN_FAILED');
    expect(failed.message).toMatch(message);
  });

  test('because its package has no entry is named', async () => {
    const { loader } = setUp({ 'node_modules/evcc-acme/package.json': manifest('evcc-acme', { chargers: ['acme'] }) });
    const failed = error(await loader.forType('charger', 'acme'));
    expect(failed.code).toBe('EVCC_PLUGIN_FAILED');
    expect(failed.message).toContain('evcc-acme');
  });

  test('because its package is not installed says how to', async () => {
    const { loader } = setUp();
    const failed = error(await loader.forSpecifier('@acme/charger/sub'));
    expect(failed.code).toBe('EVCC_CONFIG_INVALID');
    expect(failed.message).toContain('npm install @acme/charger');
  });

  test.each(['', ' ', 'a b', 'http://x.y/z.js', 'data:text/javascript,1', 'node:fs', 'x\ny'])(
    'because %j is no specifier is told',
    async (specifier) => {
      const { loader } = setUp();
      expect(error(await loader.forSpecifier(specifier)).message).toContain('neither a package nor a path');
    },
  );
});

describe('broken manifests', () => {
  test.each([
    ['no JSON', '{ "evcc": '],
    ['no object', '"evcc"'],
    ['a list of types', { evcc: ['acme'] }],
    ['a text as list', { evcc: { chargers: 'acme' } }],
    ['null', { evcc: null }],
    ['numbers', { evcc: { chargers: [1] } }],
  ])('with %s are passed over', async (_, content) => {
    const { loader } = setUp({
      'node_modules/a/package.json': content,
      'node_modules/b/package.json': manifest('b', { chargers: ['acme'] }),
      'node_modules/b/main.js': plugin('acme'),
      'node_modules/.bin/x': '',
      'node_modules/file': '',
    });
    expect(value(await loader.forType('charger', 'acme')).name).toBe('acme');
    expect(await loader.installedTypes('charger')).toEqual(['acme']);
  });
});

describe('a section', () => {
  test('is the built-in plugin that has its key', async () => {
    const { loader } = setUp();
    expect(value(await loader.forSection('mqtt')).name).toBe('mqtt');
    expect(await loader.sections()).toEqual(['mqtt', 'simulator']);
  });

  test.each(['simulator', 'chargers', 'commands', '../mqtt', 'nothing'])('is not %s', async (key) => {
    const { loader } = setUp();
    expect(error(await loader.forSection(key)).code).toBe('EVCC_CONFIG_INVALID');
  });
});

describe('the names of types', () => {
  test('are those of folders with an index file, and of plugins of several kinds', async () => {
    const { loader } = setUp();
    expect(await loader.builtinTypes('charger')).toEqual(['broken', 'go-e', 'none', 'odd', 'simulator', 'throwing']);
    expect(await loader.builtinTypes('meter')).toEqual(['go-e']);
    expect(await loader.builtinTypes('vehicle')).toEqual([]);
  });

  test('are listed without importing anything', async () => {
    const { loader } = setUp(
      {},
      { 'chargers/bomb/index.ts': 'globalThis.evccTestBomb = true;', 'index.ts': 'export default [];' },
    );
    await loader.builtinTypes('charger');
    await loader.sections();
    await loader.forType('charger', 'other');
    expect(Object.hasOwn(globalThis, 'evccTestBomb')).toBe(false);
  });
});

describe('the plugins that every house has', () => {
  test('are those of the index', async () => {
    const index = `import pv from './control/pv/index.ts';\nexport default [pv];`;
    const { loader } = setUp({}, { ...BUILTINS, 'index.ts': index });
    expect((await loader.defaults()).map(({ name }) => name)).toEqual(['pv']);
  });

  test('are none without an index', async () => {
    expect(await setUp().loader.defaults()).toEqual([]);
  });

  test('must be plugins', async () => {
    const { loader } = setUp({}, { 'index.ts': 'export default [1];' });
    await expect(loader.defaults()).rejects.toMatchObject({ code: 'EVCC_PLUGIN_FAILED' });
  });
});

test.each([
  [{ name: 'a', apply() {} }, true],
  [{ name: '', apply() {} }, false],
  [{ name: 'a' }, false],
  [{ apply() {} }, false],
  [null, false],
  ['a', false],
  [() => {}, false],
])('%o being a plugin is %s', (candidate, expected) => {
  expect(isPlugin(candidate)).toBe(expected);
});
