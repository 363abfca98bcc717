import { describe, expect, onTestFinished, test } from 'vitest';
import { createThread, type Thread } from '../../../plugins/shared/thread.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

/** A thread that answers with what it is told, unless that is to compute or to wait without end, or to leave. */
const MODULE = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (task) => {
      if (task === 'compute') for (;;);
      if (task === 'leave') process.exit();
      if (task !== 'wait') parentPort.postMessage(task);
    });
    parentPort.postMessage('ready');
  `)}`,
);
const LIMIT = 50;

function start(): { clock: FakeClock; thread: Thread<string, string> } {
  const clock = new FakeClock();
  const thread = createThread<string, string>(MODULE, clock, { limit: LIMIT, memory: 32 });
  onTestFinished(() => thread.close());
  return { clock, thread };
}

/** How long a task lasts by the clock until it is given up, ms */
async function lasts(clock: FakeClock, task: Promise<unknown>): Promise<number> {
  const began = clock.now();
  await expect(clock.until(task, LIMIT / 10)).rejects.toMatchObject({ reason: 'late' });
  return clock.now() - began;
}

describe('a task', () => {
  test('that computes too long is given up, and the next one is not', async () => {
    const { clock, thread } = start();
    await thread.run('first');
    expect(await lasts(clock, thread.run('compute'))).toBeGreaterThanOrEqual(LIMIT);
    expect(await thread.run('next')).toBe('next');
  });

  test('that gets no time to compute is waited for ten times as long', async () => {
    const { clock, thread } = start();
    await thread.run('first');
    expect(await lasts(clock, thread.run('wait'))).toBeGreaterThan(9 * LIMIT);
  });

  test('that ends the thread fails at once, and the next one gets another thread', async () => {
    const { thread } = start();
    await expect(thread.run('leave')).rejects.toMatchObject({ reason: 'died' });
    expect(await thread.run('next')).toBe('next');
  });
});

test('after the end nobody gets a thread, also who waited', async () => {
  const { clock, thread } = start();
  await thread.run('first');
  const waiting = Promise.allSettled(['wait', 'next'].map((task) => thread.run(task)));
  await clock.advance(0);
  thread.close();
  const late = Promise.allSettled([thread.run('late')]);
  const failures = [...(await waiting), ...(await late)];
  expect(failures).toMatchObject(failures.map(() => ({ status: 'rejected', reason: { reason: 'died' } })));
  expect(clock.pending).toBe(0);
});
