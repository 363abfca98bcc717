import { fail } from '../errors.ts';
import type { Store, StoreCopy } from '../store.ts';

/**
 * A database whose content may be replaced as a whole while the house runs. What the house writes by itself after that is
 * about another past, and is dropped; what people want to change is refused, until the house was started anew. Writes that
 * come while it is being replaced wait for the outcome: where that fails, nothing happened.
 */
export function replaceable(store: Store): Store {
  const { settings, sessions, memory, history, copy } = store;
  if (!copy) return store;
  /** Absent: it was not tried; false: it failed */
  let replaced: Promise<boolean> | undefined;

  const write = async <T>(own: () => Promise<T>, otherwise: () => T): Promise<T> =>
    (await replaced) ? otherwise() : own();
  /** Of the house itself */
  const drop = <T>(own: () => Promise<T>, instead: T): Promise<T> => (replaced ? write(own, () => instead) : own());
  /** Of people */
  const refuse = <T>(own: () => Promise<T>): Promise<T> => (replaced ? write(own, gone) : own());

  return {
    ...(store.location !== undefined && { location: store.location }),
    settings: {
      all: () => settings.all(),
      set: (key, value) => refuse(() => settings.set(key, value)),
      delete: (key) => refuse(() => settings.delete(key)),
    },
    sessions: {
      save: (session, kept) => drop(() => sessions.save(session, kept), session.id ?? 0),
      add: (added) => refuse(() => sessions.add(added)),
      list: (created) => sessions.list(created),
      edit: (id, changes) => refuse(() => sessions.edit(id, changes)),
      delete: (id) => refuse(() => sessions.delete(id)),
    },
    memory: {
      all: () => memory.all(),
      save: (changes) => drop(() => memory.save(changes), undefined),
    },
    history: {
      save: (rows) => drop(() => history.save(rows), undefined),
      list: (filter) => history.list(filter),
      replace: (span, rows) => drop(() => history.replace(span, rows), undefined),
      series: () => history.series(),
    },
    copy: {
      version: copy.version,
      read: () => copy.read(),
      async replace(rows) {
        while (replaced) if (await replaced) gone();
        const work = copy.replace(rows);
        const mine = work.then(
          () => true,
          () => {
            if (replaced === mine) replaced = undefined;
            return false;
          },
        );
        replaced = mine;
        await work;
      },
    } satisfies StoreCopy,
    close: () => store.close(),
  };
}

function gone(): never {
  return fail('EVCC_STORE_FAILED', 'the content of the database was replaced: the house starts anew with it');
}
