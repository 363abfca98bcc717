import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../core/config/load.ts';
import type { EvccConfig } from '../../core/index.ts';
import { createLoader } from '../../core/loading/loader.ts';
import { createLogger, type LogEntry } from '../../core/log.ts';
import { createRuntime } from '../../core/runtime/runtime.ts';
import { createMemoryStore } from '../../core/store.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

test('the house of examples/plugin charges the car at the fake wallbox', async () => {
  const folder = fileURLToPath(new URL('../../examples/plugin/', import.meta.url));
  const { config, directory } = await loadConfig({ directory: folder });
  const log: LogEntry[] = [];
  const clock = new FakeClock();
  const runtime = await createRuntime({
    config: { ...(config as EvccConfig), rest: false },
    directory,
    loader: createLoader({ directory }),
    clock,
    log: createLogger({ destination: { write() {} }, observe: (entry) => void log.push(entry) }),
    version: '0.0.0-test',
    store: createMemoryStore(),
  });
  onTestFinished(() => runtime.stop());
  await runtime.prepare();
  for (let cycle = 0; cycle < 6; cycle += 1) {
    await runtime.cycle();
    await clock.advance(2_000);
  }
  const [garage] = runtime.evcc.state.loadpoints;
  // 5000 W of surplus are 7.2 A on three phases, in steps of 0.1 A.
  expect([garage?.get('connected'), garage?.get('charging'), garage?.get('chargeCurrent')]).toEqual([true, true, 7.2]);
  expect(garage?.get('chargePower')).toBeCloseTo(7.2 * 3 * 230, 6);
  expect(log.filter(({ level }) => level !== 'info')).toEqual([]);
});
