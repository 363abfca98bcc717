#!/usr/bin/env node
import * as nodeModule from 'node:module';

/** Oldest Node that the program runs on, as in `engines` of the manifest. */
const LEAST = [24, 15] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  console.error(`evcc needs Node ${LEAST.join('.')} or newer, this is ${process.versions.node}: https://nodejs.org/`);
  process.exit(3);
}
nodeModule.enableCompileCache();

// Imported only now: an older Node could not even read the rest, and what is imported later comes from the cache.
const { useBundledLibraries } = await import('./libraries.ts');
useBundledLibraries();
const { main } = await import('./cli/main.ts');
const { processHost } = await import('./cli/process.ts');
process.exit(await main(process.argv.slice(2), processHost()));
