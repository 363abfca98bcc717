import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { median } from './report.ts';

/** A client in a thread of its own, so that unpacking what it downloads takes no time of the house. */

const RUNS = 10;

interface Task {
  readonly url: string;
  /** Characters that there must be at least */
  readonly least: number;
}

/** ms until the whole answer is there, median, after one that does not count. */
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
  for (let run = 0; run <= RUNS; run += 1) {
    const started = performance.now();
    const response = await fetch(url);
    const text = await response.text();
    if (!response.ok || text.length < least) throw new Error(`${response.status} ${text.slice(0, 200)}`);
    if (run > 0) times.push(performance.now() - started);
  }
  parentPort.postMessage(median(times));
}
