import { expect, test } from 'vitest';
import type { Store, StoreCopy } from '../../../core/index.ts';
import { replaceable } from '../../../core/runtime/replaceable.ts';
import { createMemoryStore } from '../../../core/store.ts';

async function* nothing() {}

/** A store whose replacement ends when the test says so. */
function start() {
  const inner = createMemoryStore();
  let outcome = Promise.withResolvers<void>();
  const copy: StoreCopy = { version: 1, read: nothing, replace: () => outcome.promise };
  const store = replaceable({ ...inner, location: 'here', copy });
  return {
    inner,
    store,
    replace: () => store.copy?.replace(nothing()),
    succeed: () => outcome.resolve(),
    fail() {
      outcome.reject(new Error('disk is full'));
      outcome = Promise.withResolvers<void>();
    },
  };
}

const SESSION = { created: 1, loadpoint: 'Garage', vehicle: '', identifier: '', energy: 1, duration: 1 };
const ROW = { series: 'pvPower', start: 1, length: 1, mean: 1, known: 1 };

/** What the house writes by itself. */
const ownWrites = (store: Store): Promise<unknown>[] => [
  store.sessions.save(SESSION),
  store.memory.save(new Map([['alive', '1']])),
  store.history.save([ROW]),
  store.history.replace({ from: 0, until: 1 }, []),
];
/** What people change. */
const changes = (store: Store): Promise<unknown>[] => [
  store.settings.set('site.bufferSoc', '80'),
  store.settings.delete('site.bufferSoc'),
  store.sessions.add([SESSION]),
  store.sessions.edit(1, { vehicle: 'EV6' }),
  store.sessions.delete(1),
];
const content = async (store: Store) => [
  await store.settings.all(),
  await store.sessions.list(),
  await store.memory.all(),
  await store.history.list(),
];

test('after it was replaced, the house writes into nothing and people are told', async () => {
  const { inner, store, replace, succeed } = start();
  const before = await content(inner);
  const work = replace();
  const waiting = [...ownWrites(store), ...changes(store)];
  const settled = Promise.allSettled(waiting);
  succeed();
  await work;
  const statuses = (await settled).map(({ status }) => status);
  expect(statuses).toEqual([...Array(4).fill('fulfilled'), ...Array(5).fill('rejected')]);
  await Promise.all(ownWrites(store));
  for (const change of changes(store)) await expect(change).rejects.toMatchObject({ code: 'EVCC_STORE_FAILED' });
  expect(await content(inner)).toEqual(before);
  await expect(replace()).rejects.toMatchObject({ code: 'EVCC_STORE_FAILED' });
});

test('while it is being replaced writes wait, and when that fails nothing happened', async () => {
  const { inner, store, replace, fail } = start();
  const work = expect(replace()).rejects.toThrow('disk is full');
  const waiting = [...ownWrites(store), store.settings.set('site.bufferSoc', '80')];
  expect((await inner.settings.all()).size).toBe(0);
  fail();
  await work;
  await Promise.all(waiting);
  expect((await inner.settings.all()).get('site.bufferSoc')).toBe('80');
  expect(await store.sessions.list()).toHaveLength(1);
  expect(await store.history.list()).toHaveLength(1);
  const again = expect(replace()).rejects.toThrow('disk is full');
  fail();
  await again;
});

test('a store that keeps nothing is left as it is', () => {
  const store = createMemoryStore();
  expect(replaceable(store)).toBe(store);
});
