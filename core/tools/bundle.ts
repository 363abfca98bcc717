import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BUNDLE, type BundleMap, installedState } from '../libraries.ts';

/** `npm run bundle`, which `npm ci` calls: puts the libraries that our modules import into a few files. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const path = (name: string): string => fileURLToPath(new URL(name, BUNDLE));

/** What browsers run, and what builds it: neither is imported by the program */
const BUILT = ['core/tools/**', 'plugins/web/page/**'];

/** Every package entry that our modules import at run time. */
function importedLibraries(): string[] {
  const libraries = new Set<string>();
  for (const file of globSync('{core,plugins}/**/*.ts', { cwd: root, exclude: BUILT })) {
    const source = readFileSync(`${root}${file}`, 'utf8');
    for (const [, specifier = ''] of source.matchAll(/^import (?!type)[^;]*?from '([^'.][^']*)';$/gm))
      libraries.add(specifier);
    for (const [, specifier = ''] of source.matchAll(/\bimport\('([^'.][^']*)'\)/g)) libraries.add(specifier);
  }
  for (const name of libraries) if (/^(node:|evcc$)/.test(name)) libraries.delete(name);
  return [...libraries].sort();
}

/** A module that exports by name what a library exports, which CommonJS libraries otherwise would not. */
async function entryOf(library: string): Promise<string> {
  const exported: object = await import(library);
  const names = Object.keys(exported).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  return `export { ${names.join(', ')} } from '${library}';\n`;
}

const tool = await import('rolldown').catch(() => undefined);
// Installed without development tools: the libraries are loaded as they are.
if (!tool) process.exit(0);

rmSync(BUNDLE, { recursive: true, force: true });
mkdirSync(path('entries'), { recursive: true });
writeFileSync(path('package.json'), '{ "type": "module" }\n');
const files: Record<string, string> = {};
const input: Record<string, string> = {};
for (const [index, library] of importedLibraries().entries()) {
  const name = `${index}-${library.replace(/\W+/g, '-')}`;
  writeFileSync(path(`entries/${name}.mjs`), await entryOf(library));
  input[name] = path(`entries/${name}.mjs`);
  files[library] = `${name}.js`;
}
// Libraries with binaries find them by their own place.
const external = ['serialport'];
const bundle = await tool.rolldown({ input, external, cwd: root, platform: 'node', logLevel: 'silent' });
await bundle.write({ dir: path('.'), format: 'esm', minify: true, keepNames: true });
await bundle.close();
const map: BundleMap = { installed: installedState(), files };
writeFileSync(path('map.json'), JSON.stringify(map));
