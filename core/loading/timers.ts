import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';

/**
 * How many timers that `work` has set, or what followed from it, keep the process alive when it is done. Timers of others, which
 * come and go meanwhile, do not count.
 */
export async function timersLeftBy(work: () => Promise<void>): Promise<number> {
  const within = new AsyncLocalStorage<true>();
  const set = new Map<number, NodeJS.Timeout>();
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (type === 'Timeout' && within.getStore()) set.set(id, resource as NodeJS.Timeout);
    },
    destroy: (id) => set.delete(id),
  }).enable();
  try {
    await within.run(true, work);
    // Node tells a turn of its loop later which timers are gone.
    await setImmediate();
    return [...set.values()].filter((timer) => timer.hasRef()).length;
  } finally {
    hook.disable();
  }
}
