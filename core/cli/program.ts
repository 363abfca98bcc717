import { useBundledLibraries } from '../libraries.ts';

/** The command line as a process: runs it and ends with its exit code. */

useBundledLibraries();
// Imported only now: what needs libraries takes the bundled ones.
const { main } = await import('./main.ts');
const { processHost } = await import('./process.ts');
const host = processHost();
host.exit(await main(process.argv.slice(2), host));
