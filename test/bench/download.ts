import { get } from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { median } from './report.ts';

/** A client in a thread of its own, so that it takes no time of the house. */

const RUNS = 20;
/** Until the compiler has warmed up */
const UNCOUNTED = 5;

interface Task {
  readonly url: string;
  /** Characters that there must be at least */
  readonly least: number;
}

/** ms until the whole answer has arrived, compressed as browsers ask for it, median. */
export async function downloadTime(url: string, least: number): Promise<number> {
  const task: Task = { url, least };
  const worker = new Worker(new URL(import.meta.url), { workerData: task });
  return await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

if (!isMainThread && parentPort && (workerData as Task | null)?.url !== undefined) {
  const { url, least } = workerData as Task;
  const times: number[] = [];
  for (let run = 0; run < UNCOUNTED + RUNS; run += 1) {
    const started = performance.now();
    const bytes = await download(url);
    if (run >= UNCOUNTED) times.push(performance.now() - started);
    const { length } = gunzipSync(bytes).toString();
    if (length < least) throw new Error(`${url}: ${length} characters`);
  }
  parentPort.postMessage(median(times));
}

function download(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip' } }, async (response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of response as AsyncIterable<Uint8Array>) chunks.push(chunk);
      resolve(Buffer.concat(chunks));
    }).once('error', reject);
  });
}
