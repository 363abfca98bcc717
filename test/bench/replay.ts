import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchHouse, StillClock } from './fake-house.ts';
import { type Figure, figure } from './report.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Five days of one loadpoint with battery, a cycle every 10 s */
const CYCLES = 50_000;

/** A recording decided again, as `evcc replay` does it. */
export async function replayFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'evcc-bench-'));
  const file = join(folder, 'house.recording');
  try {
    await record(file);
    const result: unknown = JSON.parse(
      execFileSync(process.execPath, [join(ROOT, 'core/cli.js'), 'replay', file, '--json'], { encoding: 'utf8' }),
    );
    const { cyclesPerSecond } = result as { readonly cyclesPerSecond: number };
    return [figure('replay, one loadpoint with battery', cyclesPerSecond, 'cycles/s', 20_000, 'higher')];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function record(file: string): Promise<void> {
  const clock = new StillClock();
  const { runtime } = await benchHouse(1, clock, { record: { file, maxSize: 1_000 } });
  await runtime.prepare();
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    await runtime.cycle();
    clock.time += 10_000;
    // Writing gets its turn.
    if (cycle % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await runtime.stop();
}
