import type { Store } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';

/** What a store holds, as values by key. */
export async function stored(store: Store): Promise<Record<string, unknown>> {
  const rows = [...(await store.settings.all())].map(([key, text]) => [
    key,
    (JSON.parse(text) as { value: unknown }).value,
  ]);
  return Object.fromEntries(rows) as Record<string, unknown>;
}

/** A store that does with each setting what the test says. */
export function storeWith(set: (key: string, value: string) => Promise<void>): Store {
  const store = createMemoryStore();
  return { ...store, settings: { ...store.settings, set } };
}
