import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm run build`: writes the package that is published to `dist/`, or to a new folder that is named: JavaScript, types and
 * a manifest of its own. Types are written as the sources declare them; whether they are right is checked by `npm run types`.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));
const named = process.argv[2];
const target = resolve(named ?? join(root, 'dist'));

if (named !== undefined && existsSync(target)) throw new Error(`${target} exists already`);
rmSync(target, { recursive: true, force: true });
// Not where the page of this folder lies, which may be served at the moment.
const page = join(target, 'plugins/web/dist');
execFileSync(process.execPath, [join(root, 'core/tools/page.ts'), page], { stdio: 'inherit' });
const compiler = join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', target], {
  stdio: 'inherit',
});
// In the package the contracts are no tests of its own but something to use.
renameSync(join(target, 'test'), join(target, 'testing'));

const { name, version, description, license, engines, dependencies, keywords } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as Record<string, unknown>;
// The carried Node and the tools stay behind: whoever installs the package has both.
const manifest = {
  name,
  version,
  description,
  keywords,
  license,
  type: 'module',
  engines,
  bin: { evcc: './core/cli.js' },
  imports: { '#program': './core/cli/program.js' },
  exports: {
    '.': { types: './plugins/types.d.ts', default: './core/index.js' },
    './testing': { types: './testing/contract/index.d.ts', default: './testing/contract/index.js' },
    './package.json': './package.json',
  },
  dependencies,
};
writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
for (const file of ['core/cli.js', 'README.md', 'LICENSE', 'CHANGELOG.md'])
  copyFileSync(join(root, file), join(target, file));
// What the README leads to: the documentation, and what that leads to in turn.
cpSync(join(root, 'docs'), join(target, 'docs'), { recursive: true });
for (const file of globSync('plugins/**/README.md', { cwd: root })) copyFileSync(join(root, file), join(target, file));
