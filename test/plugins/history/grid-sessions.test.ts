import { expect, onTestFinished, test } from 'vitest';
import type { Evcc, LoadedPlugin, OperatorLimits, Store } from '../../../core/index.ts';
import { createMemoryStore } from '../../../core/store.ts';
import { type FakeHouse, startHouse } from '../../helpers/house.ts';

const NOON = Date.parse('2025-06-15T12:00:00Z');

/** A house whose grid operator allows what the test says. */
async function limited(
  store: Store = createMemoryStore(),
  now: number = NOON,
): Promise<{ house: FakeHouse; allow(limits: OperatorLimits): void; ask(): unknown }> {
  let evcc: Evcc | undefined;
  let operator: OperatorLimits = {};
  const plugin: LoadedPlugin = {
    name: 'operator',
    apply(own) {
      evcc = own;
      own.hooks.measure.tap('operator', async (draft) => {
        draft.operator = operator;
      });
    },
  };
  const house = await startHouse({ onTestFinished }, { now, store, plugins: [plugin] });
  return {
    house,
    allow(limits) {
      operator = limits;
    },
    ask: () =>
      evcc?.queries
        .all()
        .find(({ name }) => name === 'listGridSessions')
        ?.answer(0, {}),
  };
}

test('each limit is a session, newest first', async () => {
  const { house, allow, ask } = await limited();
  house.set({ base: 500 });
  await house.run(20);
  expect(ask()).toEqual([]);
  allow({ consumption: 4_200 });
  await house.run(20);
  allow({ consumption: 4_200, feedIn: 60 });
  await house.run(20);
  allow({ consumption: 5_000 });
  await house.run(20);
  allow({});
  await house.run(20);
  const at = (seconds: number): string => new Date(NOON + seconds * 1_000).toISOString().replace('.000Z', 'Z');
  expect(ask()).toEqual([
    { id: 3, type: 'consumption', limit: 5_000, grid: 500, created: at(60), finished: at(80) },
    { id: 2, type: 'production', limit: 60, grid: 500, created: at(40), finished: at(60) },
    { id: 1, type: 'consumption', limit: 4_200, grid: 500, created: at(20), finished: at(60) },
  ]);
});

test('a session goes on after a restart, and ends with the limit', async () => {
  const store = createMemoryStore();
  const first = await limited(store);
  first.allow({ consumption: 0 });
  await first.house.run(20);
  await first.house.stop();
  const second = await limited(store, NOON + 60_000);
  second.allow({ consumption: 0 });
  await second.house.run(20);
  expect(second.ask()).toMatchObject([{ id: 1, limit: 0, created: '2025-06-15T12:00:00Z' }]);
  second.allow({});
  await second.house.run(20);
  expect(second.ask()).toMatchObject([{ id: 1, finished: '2025-06-15T12:01:20Z' }]);
});

test('what the database did not take is stored as soon as it does', async () => {
  const store = createMemoryStore();
  let broken = true;
  const set: Store['settings']['set'] = async (key, value) => {
    if (broken) throw new Error('disk full');
    await store.settings.set(key, value);
  };
  const { house, allow } = await limited({ ...store, settings: { ...store.settings, set } });
  allow({ consumption: 4_200 });
  await house.run(20);
  allow({});
  await house.run(20);
  broken = false;
  await house.run(20);
  const again = await limited(store, NOON + 3_600_000);
  expect(again.ask()).toMatchObject([{ limit: 4_200, finished: '2025-06-15T12:00:20Z' }]);
});

test('what is stored and unreadable is none', async () => {
  const store = createMemoryStore();
  const session = { id: 1, created: NOON, finished: 'soon', type: 'production', limit: 1 };
  await store.settings.set('history.gridSessions', JSON.stringify({ value: [1, null, { id: 'x' }, session] }));
  const { house, ask } = await limited(store);
  await house.run(10);
  expect(ask()).toEqual([]);
});
