import { enableCompileCache } from 'node:module';
import { useBundledLibraries } from '../libraries.ts';

/** The process of `listTypesApart`: lists the types, tells them, and ends. */

enableCompileCache();
useBundledLibraries();
const [{ listTypes }, { createLoader }, { silentLogger }] = await Promise.all([
  import('./catalogue.ts'),
  import('../loading/loader.ts'),
  import('../log.ts'),
]);
const [, , directory = '', version = ''] = process.argv;
const catalogue = await listTypes({ loader: createLoader({ directory }), directory, version, log: silentLogger });
process.send?.(catalogue, () => process.exit());
