import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, figure, median } from './report.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The sample house as a process of its own, on other ports and with a database of its own. */
export async function processFigures(minutes: number): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'evcc-bench-'));
  try {
    const config = readFileSync(join(ROOT, 'evcc.config.ts'), 'utf8')
      .replaceAll('7070', '17070')
      .replaceAll('1883', '11883')
      .replace('.evcc/sample.db', join(folder, 'sample.db'));
    writeFileSync(join(folder, 'evcc.config.ts'), config);
    const starts: number[] = [];
    for (let run = 0; run < 6; run += 1) {
      const { ms, child } = await start(folder);
      if (run > 0) starts.push(ms);
      await end(child);
    }
    const { child } = await start(folder);
    await new Promise((resolve) => setTimeout(resolve, minutes * 60_000));
    const memory = residentMemory(child.pid ?? 0);
    await end(child);
    return [
      figure(
        'start of the process to the end of the first cycle, median of 5',
        median(starts) / 1_000,
        's',
        1,
        'lower',
      ),
      figure(`resident memory after ${minutes} min of the sample house`, memory, 'MB', 130, 'lower'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(folder: string): Promise<{ ms: number; child: ChildProcess }> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=1', join(ROOT, 'core/cli.js'), '--config', join(folder, 'evcc.config.ts')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the sample house ended with ${code}`)));
    child.stdout?.on('data', (data: Buffer) => {
      // The last line of what is told after the first cycle.
      if (data.toString().includes('Ctrl+C')) resolve();
    });
  });
  return { ms: performance.now() - started, child };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** MB, as Linux reports it */
function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_024;
}
