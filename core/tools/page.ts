import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { drawIcon } from './icon.ts';

/** `npm run page`, which `npm ci` calls: builds the web page into `plugins/web/dist/`, or into a folder that is named. */

const source = fileURLToPath(new URL('../../plugins/web/page/', import.meta.url));
const [, , named] = process.argv;
const target = resolve(named ?? fileURLToPath(new URL('../../plugins/web/dist/', import.meta.url)));

const tool = await import('vite').catch(() => undefined);
// Installed without development tools: what was built before stays, else the server says what to do.
if (!tool) process.exit(named === undefined ? 0 : 1);

await tool.build({
  root: source,
  base: './',
  configFile: false,
  publicDir: 'public',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: target,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});

mkdirSync(join(target, 'icons'), { recursive: true });
for (const [name, size, bleed] of [
  ['apple-touch', 180, true],
  ['icon-192', 192, false],
  ['icon-512', 512, false],
  ['maskable-512', 512, true],
] as const) {
  writeFileSync(join(target, `icons/${name}.png`), drawIcon(size, bleed));
}

// Compressed once here instead of for every request.
for (const file of globSync('**/*.{js,css,html,svg,json,webmanifest}', { cwd: target })) {
  const bytes = readFileSync(join(target, file));
  writeFileSync(
    join(target, `${file}.br`),
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  );
  writeFileSync(join(target, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}

const first = firstFiles(readFileSync(join(target, 'index.html'), 'utf8'));
const weigh = (ending: string): number =>
  first.reduce((sum, file) => sum + readFileSync(join(target, `${file}${ending}`)).length, 0);
console.log(
  `web page: ${(weigh('.br') / 1000).toFixed(1)} kB of JavaScript and CSS with Brotli (${(weigh('.gz') / 1000).toFixed(1)} kB with gzip) until the first view`,
);

/** The scripts and styles that the page loads before it shows anything. */
function firstFiles(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)]
    .map(([, file = '']) => file)
    .filter((file) => existsSync(join(target, file)));
}
