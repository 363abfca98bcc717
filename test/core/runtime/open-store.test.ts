import { describe, expect, test } from 'vitest';
import type { DeviceContext, Store } from '../../../core/index.ts';
import type { Composition, ReadyEntry } from '../../../core/loading/composition.ts';
import { silentLogger } from '../../../core/log.ts';
import { openStore } from '../../../core/runtime/open-store.ts';
import { createMemoryStore } from '../../../core/store.ts';
import { FakeClock, settle } from '../../helpers/fake-clock.ts';

function open(create: (options: unknown, context: DeviceContext) => unknown, clock = new FakeClock()) {
  const entries = new Map([
    ['database', { options: { file: 'x.db' }, definition: { create } } as unknown as ReadyEntry],
  ]);
  const composition = { config: { site: { voltage: 230 } }, entries } as unknown as Composition;
  return openStore(composition, { clock, log: silentLogger, directory: '/home/evcc' });
}

describe('the database', () => {
  test('is made of its options, and told where it is', async () => {
    const store = createMemoryStore();
    let seen: unknown;
    const opened = await open((options, { name, directory }) => {
      seen = { options, name, directory };
      return store;
    });
    expect(opened).toBe(store);
    expect(seen).toEqual({ options: { file: 'x.db' }, name: 'database', directory: '/home/evcc' });
  });

  test('that cannot be opened fails the start, whatever it throws', async () => {
    await expect(open(() => Promise.reject(new Error('is locked')))).rejects.toMatchObject({
      code: 'EVCC_STORE_FAILED',
      message: 'is locked',
    });
  });

  test('that does not open in time fails the start, and is closed when it is there after all', async () => {
    const clock = new FakeClock();
    let give = (_: Store): void => {};
    const opening = open(() => new Promise<Store>((resolve) => (give = resolve)), clock);
    const failed = expect(opening).rejects.toMatchObject({
      code: 'EVCC_STORE_FAILED',
      message: 'opening the database took longer than 30 s',
    });
    await clock.advance(30_000);
    await failed;
    const closed: string[] = [];
    give({ ...createMemoryStore(), close: async () => void closed.push('closed') });
    await settle();
    expect(closed).toEqual(['closed']);
  });
});
