import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { watchConfig } from '../../../core/config/watch.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

/** A clock that tells when something was seen in the folder. */
class WatchClock extends FakeClock {
  #seen: (() => void) | undefined;

  override after(ms: number, run: () => void): () => void {
    const cancel = super.after(ms, run);
    this.#seen?.();
    return cancel;
  }

  seen(): Promise<void> {
    return new Promise((resolve) => {
      this.#seen = resolve;
    });
  }
}

interface Watched {
  readonly folder: string;
  readonly file: string;
  readonly clock: WatchClock;
  readonly calls: () => number;
  readonly close: () => void;
  /** Does something to the files, and waits until the watcher has seen it. */
  readonly act: (run: () => void) => Promise<void>;
}

function setUp(file = 'evcc.config.ts', prepare: (folder: string) => void = () => {}): Watched {
  const folder = temporaryFolder({ 'evcc.config.ts': 'a' });
  prepare(folder);
  const clock = new WatchClock();
  let calls = 0;
  const close = watchConfig(
    join(folder, file),
    () => {
      calls += 1;
    },
    (error) => assert.fail(String(error)),
    { clock },
  );
  onTestFinished(close);
  const act = async (run: () => void): Promise<void> => {
    const seen = clock.seen();
    run();
    await seen;
  };
  return { folder, file: join(folder, file), clock, calls: () => calls, close, act };
}

test('a file that is written is reported once it stays as it is', async () => {
  const { file, clock, calls, act } = setUp();
  await act(() => writeFileSync(file, 'bb'));
  await clock.advance(150);
  expect(calls()).toBe(0);
  await act(() => writeFileSync(file, 'ccc'));
  await clock.advance(150);
  expect(calls()).toBe(0);
  await clock.advance(100);
  expect(calls()).toBe(1);
  await act(() => writeFileSync(file, 'dddd'));
  await clock.advance(1000);
  expect(calls()).toBe(2);
});

test('a file that is replaced, as editors do, is reported', async () => {
  const { folder, file, clock, calls, act } = setUp();
  for (let round = 1; round <= 3; round += 1) {
    await act(() => {
      writeFileSync(join(folder, '.evcc.config.ts.swp'), 'b'.repeat(round + 1));
      renameSync(join(folder, '.evcc.config.ts.swp'), file);
    });
    await clock.advance(300);
    expect(calls()).toBe(round);
  }
});

test('a file that goes and comes back is reported when it is back', async () => {
  const { file, clock, calls, act } = setUp();
  await act(() => rmSync(file));
  await clock.advance(1000);
  expect(calls()).toBe(0);
  await act(() => writeFileSync(file, 'new'));
  await clock.advance(300);
  expect(calls()).toBe(1);
});

test('a file behind a link is reported when the link points elsewhere', async () => {
  const { folder, clock, calls, act } = setUp('link/evcc.config.ts', (folder) => {
    mkdirSync(join(folder, 'one'));
    mkdirSync(join(folder, 'two'));
    writeFileSync(join(folder, 'one/evcc.config.ts'), '1');
    writeFileSync(join(folder, 'two/evcc.config.ts'), '22');
    mkdirSync(join(folder, 'link'));
    symlinkSync('../one', join(folder, 'link/..data'));
    symlinkSync('..data/evcc.config.ts', join(folder, 'link/evcc.config.ts'));
  });
  await act(() => {
    symlinkSync('../two', join(folder, 'link/..new'));
    renameSync(join(folder, 'link/..new'), join(folder, 'link/..data'));
  });
  await clock.advance(300);
  expect(calls()).toBe(1);
});

test('other files in the folder do not matter', async () => {
  const { folder, file, clock, calls, act } = setUp();
  writeFileSync(join(folder, 'evcc.db'), 'data');
  await act(() => writeFileSync(file, 'bb'));
  writeFileSync(join(folder, 'evcc.db'), 'more data');
  await clock.advance(300);
  expect(calls()).toBe(1);
});

test('nothing is reported after the end, also what was seen before', async () => {
  const { file, clock, calls, act, close } = setUp();
  await act(() => writeFileSync(file, 'bb'));
  close();
  await clock.advance(1000);
  expect(calls()).toBe(0);
});

test('a folder that cannot be watched is told, and nothing else happens', () => {
  const lost: unknown[] = [];
  const none = join(temporaryFolder(), 'none/evcc.config.ts');
  const close = watchConfig(
    none,
    () => assert.fail('there is nothing to report'),
    (error) => lost.push(error),
  );
  expect(lost).toEqual([expect.objectContaining({ code: 'ENOENT' })]);
  close();
});

test('a file that cannot be looked at counts as gone until it can', async () => {
  const { folder, file, clock, calls, act } = setUp();
  // A link to itself fails with ELOOP, whoever asks.
  await act(() => {
    symlinkSync('evcc.config.ts', join(folder, 'loop'));
    renameSync(join(folder, 'loop'), file);
  });
  await clock.advance(1000);
  expect(calls()).toBe(0);
  await act(() => {
    writeFileSync(join(folder, 'new'), 'bb');
    renameSync(join(folder, 'new'), file);
  });
  await clock.advance(300);
  expect(calls()).toBe(1);
});
