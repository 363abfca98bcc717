#!/usr/bin/env node
import nodeModule from 'node:module';

/**
 * Where the process begins. In JavaScript: an older Node can read it too, and says what is missing; and the rest comes from
 * the cache from its first file on, so that Node's compiler for TypeScript, which takes 15 MB, is not even loaded.
 */

/** Oldest Node that the program runs on, as in `engines` of the manifest. */
const LEAST = [24, 15];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  console.error(`evcc needs Node ${LEAST.join('.')} or newer, this is ${process.versions.node}: https://nodejs.org/`);
  process.exit(3);
}
nodeModule.enableCompileCache();
await import('#program');
