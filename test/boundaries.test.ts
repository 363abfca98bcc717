import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, posix, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Who may import what: evcc.config.ts, examples → plugins → core → npm. */

const ROOT = join(import.meta.dirname, '..');

interface Import {
  /** What stands between the quotes */
  readonly from: string;
  /** Gone at run time */
  readonly typeOnly: boolean;
}

const STATIC = /^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Imports and re-exports of a file, those in comments left out. */
function findImports(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [
    ...[...code.matchAll(STATIC)].map(([, type, from = '']) => ({ from, typeOnly: type !== undefined })),
    ...[...code.matchAll(DYNAMIC)].map(([, from = '']) => ({ from, typeOnly: false })),
  ];
}

/** The part of the product that a file belongs to: a plugin's folder, `plugins/shared`, or the folder at the top. */
function partOf(path: string, pluginFolders: readonly string[]): string {
  const own = pluginFolders.find((folder) => path.startsWith(`${folder}/`));
  return own ?? (path.startsWith('plugins/shared/') ? 'plugins/shared' : (path.split('/')[0] ?? ''));
}

const files = (await readdir(ROOT, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path));
const sources = new Map(
  await Promise.all(files.map(async (path) => [path, await readFile(join(ROOT, path), 'utf8')] as const)),
);
const pluginFolders = files
  .filter((path) => /^plugins\/.+\/index\.ts$/.test(path))
  .map((path) => dirname(path))
  .filter((folder, _, all) => !all.some((other) => folder.startsWith(`${other}/`)));
const { dependencies, devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>;

/** The file that a relative import names, and its part; for packages the name as written. */
function targetOf(path: string, { from }: Import): { readonly path: string; readonly part: string } | undefined {
  if (!from.startsWith('.')) return undefined;
  const target = posix.normalize(posix.join(posix.dirname(path), from));
  return { path: target, part: partOf(target, pluginFolders) };
}

/** What makes the package is not part of it, and the web page is built from its sources. */
const BUILD = /^(core\/tools|plugins\/web\/page)\//;

/** Whether a package may be imported: it is there where the product is installed, and for the build here. */
function isDependency(path: string, from: string): boolean {
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
  const known = name in dependencies || (BUILD.test(path) && name in devDependencies);
  return known || (isBuiltin(from) && from.startsWith('node:'));
}

/** Imports of the files below a folder that break a rule, as `file: import`. */
function offences(folder: string, isAllowed: (path: string, found: Import) => boolean): string[] {
  return [...sources]
    .filter(([path]) => path === folder || path.startsWith(`${folder}/`))
    .flatMap(([path, source]) =>
      findImports(source)
        .filter((found) => !isAllowed(path, found))
        .map(({ from }) => `${path}: ${from}`),
    );
}

describe('imports are found', () => {
  test.for([
    ["import a from './a.ts';", './a.ts', false],
    ["import type { A } from './a.ts';", './a.ts', true],
    ["import { type A } from './a.ts';", './a.ts', false],
    ["import {\n  a,\n  b,\n} from './a.ts';", './a.ts', false],
    ["import './a.ts';", './a.ts', false],
    ["export * from './a.ts';", './a.ts', false],
    ["export type * from './a.ts';", './a.ts', true],
    ["export { a } from './a.ts';", './a.ts', false],
    ["const a = await import('./a.ts');", './a.ts', false],
    ['import a from "a";', 'a', false],
  ] as const)('%s', ([source, from, typeOnly]) => {
    expect(findImports(source)).toEqual([{ from, typeOnly }]);
  });

  test('but not in comments, and nothing else is taken for one', () => {
    expect(
      findImports("/** import a from 'a' */\n// import b from 'b';\nconst c = 'from';\nexport const d = 'e';"),
    ).toEqual([]);
  });

  test('in all files of the product', () => {
    const count = (folder: string) => files.filter((path) => path.startsWith(folder)).length;
    expect(count('core/')).toBeGreaterThan(40);
    expect(count('plugins/')).toBeGreaterThan(80);
    expect(pluginFolders).toContain('plugins/rest');
    expect(pluginFolders).toContain('plugins/control/surplus');
    const found = [...sources.values()].flatMap(findImports);
    expect(found.length).toBeGreaterThan(files.length);
  });
});

describe('core', () => {
  test('imports its own files, npm packages and Node, and no plugin', () => {
    const isAllowed = (path: string, found: Import): boolean => {
      const target = targetOf(path, found);
      return target ? target.part === 'core' : isDependency(path, found.from);
    };
    expect(offences('core', isAllowed)).toEqual([]);
  });
});

describe('plugins', () => {
  /** The lists of all plugins know them by nature. */
  const LISTS = ['plugins/index.ts', 'plugins/types.ts'];

  test('import only types of core, and only from its index', () => {
    const isAllowed = (path: string, found: Import): boolean => {
      const target = targetOf(path, found);
      if (target?.part !== 'core') return true;
      // What the editor sees as the package is the index with its one value, defineConfig.
      return target.path === 'core/index.ts' && (found.typeOnly || path === 'plugins/types.ts');
    };
    expect(offences('plugins', isAllowed)).toEqual([]);
  });

  test('import their own files, plugins/shared, npm packages and Node, and no other plugin', () => {
    const isAllowed = (path: string, found: Import): boolean => {
      const target = targetOf(path, found);
      if (!target) return isDependency(path, found.from);
      const own = partOf(path, pluginFolders);
      return LISTS.includes(path) || [own, 'core', 'plugins/shared'].includes(target.part);
    };
    expect(offences('plugins', isAllowed)).toEqual([]);
  });

  test('what they share belongs to no plugin', () => {
    const isAllowed = (path: string, found: Import): boolean => {
      const target = targetOf(path, found);
      return !target || target.part === 'plugins/shared' || target.part === 'core';
    };
    expect(offences('plugins/shared', isAllowed)).toEqual([]);
  });
});

describe('configurations and examples', () => {
  const ownFolder = (path: string): string => (path.includes('/') ? path.split('/').slice(0, 2).join('/') : '');

  test('configurations import the package by its name, as users do', () => {
    const isAllowed = (path: string, found: Import): boolean => {
      const target = targetOf(path, found);
      return !path.endsWith('.config.ts') || !target || target.path.startsWith(`${ownFolder(path)}/`);
    };
    expect(offences('evcc.config.ts', isAllowed)).toEqual([]);
    expect(offences('examples', isAllowed)).toEqual([]);
  });

  test('examples import nothing of core; their tests drive the runtime, like all tests', () => {
    const isAllowed = (path: string, found: Import): boolean =>
      path.endsWith('.test.ts') || targetOf(path, found)?.part !== 'core';
    expect(offences('examples', isAllowed)).toEqual([]);
  });
});
