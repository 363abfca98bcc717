import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../clock.ts';
import { importFile } from '../loading/import.ts';

/**
 * The thread of `probeConfig`: imports the file that it is given and says when that is over, when it was watched, or that it
 * wants to exit.
 */

/** ms after loading in which errors that nobody caught still count: as this thread counts them, whatever holds it up */
const WATCHED = 300;

const { exit } = process;
process.exit = (): never => {
  parentPort?.postMessage(new Error('it calls process.exit()'));
  // Whoever calls it does not expect that anything goes on; the thread is ended from outside.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
// An error that nobody caught ends the thread by it, too.
process.on('uncaughtExceptionMonitor', () => {
  process.exit = exit;
});
// What the import itself fails with is found again when the configuration is taken over.
await importFile(pathToFileURL(String(workerData)).href).catch(() => {});
parentPort?.postMessage('loaded');
systemClock.after(WATCHED, () => parentPort?.postMessage('watched'));
