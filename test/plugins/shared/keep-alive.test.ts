import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { createKeepAlive } from '../../../plugins/shared/keep-alive.ts';
import { deviceContext } from '../../contract/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

function start(answer: (turn: number) => Promise<number>) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const ending = new AbortController();
  const { log } = deviceContext();
  const say = (message: string) => void lines.push(message);
  let turns = 0;
  const stop = createKeepAlive('box', () => answer(++turns), {
    clock,
    log: { ...log, warn: say, info: say },
    signal: ending.signal,
  });
  return { clock, lines, ending, stop, turns: () => turns };
}

describe('a keep-alive', () => {
  test('begins at once and comes again when it wants to', async () => {
    const { clock, turns, stop } = start(async (turn) => turn * 1_000);
    assert.equal(turns(), 0);
    await clock.advance(0);
    assert.equal(turns(), 1);
    await clock.advance(999);
    assert.equal(turns(), 1);
    await clock.advance(1);
    assert.equal(turns(), 2);
    await clock.advance(2_000);
    assert.equal(turns(), 3);
    stop();
    assert.equal(clock.pending, 0);
  });

  test('says once that it fails and once that it works again, and goes on as often', async () => {
    const { clock, lines, turns, stop } = start(async (turn) => {
      if (turn === 2 || turn === 3) throw new Error('no answer');
      return 5_000;
    });
    await clock.advance(0);
    for (let left = 3; left > 0; left -= 1) await clock.advance(5_000);
    assert.equal(turns(), 4);
    assert.deepEqual(lines, [
      'box: it cannot be told that evcc is there, and may fall back on its own (no answer)',
      'box: it can be told again that evcc is there',
    ]);
    stop();
  });

  test('tries again soon when the first time failed', async () => {
    const { clock, turns, stop } = start(async () => {
      throw new Error('asleep');
    });
    await clock.advance(0);
    await clock.advance(2_000);
    assert.equal(turns(), 2);
    stop();
  });

  test('ends with the device, also while it is under way', async () => {
    const { promise, reject } = Promise.withResolvers<number>();
    const { clock, lines, ending } = start(() => promise);
    await clock.advance(0);
    ending.abort();
    reject(new Error('closed'));
    await clock.advance(10_000);
    assert.deepEqual([lines, clock.pending], [[], 0]);
  });
});
