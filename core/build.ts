import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `npm run build`: writes the package that is published to `dist/`: JavaScript, types and a manifest of its own. */

const root = new URL('../', import.meta.url);
const dist = new URL('dist/', root);
const path = (name: string): string => fileURLToPath(new URL(name, root));

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [path('node_modules/typescript/bin/tsc'), '-p', path('tsconfig.build.json')], {
  stdio: 'inherit',
});

const { name, version, description, license, engines, dependencies, keywords } = JSON.parse(
  readFileSync(path('package.json'), 'utf8'),
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
  exports: {
    '.': { types: './plugins/types.d.ts', default: './core/index.js' },
    './testing': { types: './test/contract/index.d.ts', default: './test/contract/index.js' },
    './package.json': './package.json',
  },
  dependencies,
};
writeFileSync(new URL('package.json', dist), `${JSON.stringify(manifest, null, 2)}\n`);
for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) copyFileSync(path(file), new URL(file, dist));
