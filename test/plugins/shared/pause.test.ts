import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { createPause } from '../../../plugins/shared/pause.ts';

const { signal } = new AbortController();

/** A box that takes currents, or refuses them while `refuses` is set. */
function start(readable: boolean) {
  const written: number[] = [];
  const box = { refuses: false };
  const pause = createPause(
    async (current) => {
      if (box.refuses) throw new Error('no answer');
      written.push(current);
    },
    { readable },
  );
  return { pause, written, box };
}

describe('the control of a charger that is paused by 0 A', () => {
  test('sends a current also while readings do not show yet that it was enabled', async () => {
    const { pause, written } = start(true);
    await pause.setMaxCurrent(16, signal);
    await pause.enable(true, signal);
    assert.equal(pause.begin()(0), false);
    await pause.setMaxCurrent(6, signal);
    assert.deepEqual(written, [16, 6]);
  });

  test('sends a current to what charges already, though nobody can read whether it is enabled', async () => {
    const { pause, written } = start(false);
    assert.equal(pause.known(), false);
    assert.equal(pause.begin()(undefined, true), true);
    await pause.setMaxCurrent(6, signal);
    assert.deepEqual(written, [6]);
  });

  test('sends a current to what charges though it was told not to', async () => {
    const { pause, written } = start(false);
    await pause.enable(false, signal);
    assert.equal(pause.begin()(undefined, true), false);
    await pause.setMaxCurrent(6, signal);
    assert.deepEqual(written, [0, 6]);
  });

  test('keeps a current for later while it is paused', async () => {
    for (const readable of [true, false]) {
      const { pause, written } = start(readable);
      await pause.enable(false, signal);
      pause.begin()(readable ? 0 : undefined, false);
      await pause.setMaxCurrent(8, signal);
      assert.deepEqual(written, [0]);
      await pause.enable(true, signal);
      assert.deepEqual(written, [0, 8]);
    }
  });

  test('takes no current from a reading that began before a command', async () => {
    const { pause, written } = start(true);
    const seen = pause.begin();
    await pause.enable(false, signal);
    assert.equal(seen(16, true), true);
    await pause.setMaxCurrent(6, signal);
    assert.deepEqual(written, [0]);
  });

  test('pauses what may be on after an answer that was lost', async () => {
    const { pause, written, box } = start(false);
    await pause.enable(false, signal);
    box.refuses = true;
    await assert.rejects(pause.enable(true, signal));
    box.refuses = false;
    await pause.setMaxCurrent(6, signal);
    assert.deepEqual(written, [0, 0]);
  });

  test('repeats no more than what was told last, and after a failure the smaller current', async () => {
    const { pause, written, box } = start(false);
    await pause.repeat(signal);
    assert.deepEqual(written, []);
    await pause.setMaxCurrent(16, signal);
    await pause.enable(true, signal);
    box.refuses = true;
    await assert.rejects(pause.setMaxCurrent(6, signal));
    box.refuses = false;
    await pause.repeat(signal);
    await pause.enable(false, signal);
    await pause.repeat(signal);
    assert.deepEqual(written, [16, 6, 0, 0]);
  });

  test('repeats no current that was never heard', async () => {
    const { pause, written, box } = start(false);
    box.refuses = true;
    await assert.rejects(pause.enable(true, signal));
    box.refuses = false;
    await pause.repeat(signal);
    assert.deepEqual(written, []);
    box.refuses = true;
    await assert.rejects(pause.enable(false, signal));
    box.refuses = false;
    await pause.repeat(signal);
    assert.deepEqual(written, [0]);
  });

  test('pauses what nobody knows, but not what is being told something', async () => {
    const { pause, written } = start(false);
    await Promise.all([pause.enable(true, signal), pause.pauseUnknown(signal)]);
    assert.deepEqual(written, [6]);
    const other = start(false);
    other.box.refuses = true;
    const failed = other.pause.enable(true, signal).catch(() => {
      other.box.refuses = false;
    });
    await Promise.all([failed, other.pause.pauseUnknown(signal)]);
    assert.deepEqual(other.written, [0]);
  });

  test('sends a command only after the repetition that is under way', async () => {
    const arrived: number[] = [];
    const slow = Promise.withResolvers<void>();
    let repeats = false;
    const pause = createPause(
      async (current) => {
        if (repeats && current > 0) await slow.promise;
        arrived.push(current);
      },
      { readable: false },
    );
    await pause.enable(true, signal);
    repeats = true;
    const repeated = pause.repeat(signal);
    const paused = pause.enable(false, signal);
    await new Promise((resolve) => setImmediate(resolve));
    slow.resolve();
    await Promise.all([repeated, paused]);
    assert.deepEqual(arrived, [6, 6, 0]);
  });
});
