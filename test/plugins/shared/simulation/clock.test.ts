import assert from 'node:assert/strict';
import { test } from 'vitest';
import { createClock } from '../../../../plugins/shared/simulation/clock.ts';

test('the time stands still until it is moved', () => {
  const clock = createClock(1_000);
  assert.equal(clock.now(), 1_000);
  clock.moveTo(5_000);
  assert.equal(clock.now(), 5_000);
});

test('what falls due runs in its order, each at its own time', () => {
  const clock = createClock(0);
  const seen: [string, number][] = [];
  clock.after(300, () => void seen.push(['late', clock.now()]));
  clock.after(100, () => {
    seen.push(['early', clock.now()]);
    clock.after(50, () => void seen.push(['nested', clock.now()]));
  });
  clock.after(2_000, () => void seen.push(['never', clock.now()]));
  clock.moveTo(1_000);
  assert.deepEqual(seen, [
    ['early', 100],
    ['nested', 150],
    ['late', 300],
  ]);
});

test('what was cancelled does not run', () => {
  const clock = createClock(0);
  const cancel = clock.after(10, () => assert.fail('it ran'));
  cancel();
  clock.moveTo(100);
});

test('sleeping ends at its time, or with its signal', async () => {
  const clock = createClock(0);
  let awake = false;
  const sleep = clock.sleep(100).then(() => {
    awake = true;
  });
  clock.moveTo(99);
  await Promise.resolve();
  assert.equal(awake, false);
  clock.moveTo(100);
  await sleep;
  const controller = new AbortController();
  const interrupted = clock.sleep(100, controller.signal);
  controller.abort(new Error('enough'));
  await assert.rejects(interrupted, /enough/);
  await assert.rejects(clock.sleep(100, controller.signal), /enough/);
});
