import type { Session, SessionStore } from '../../../core/index.ts';

/** Sessions that are not there yet, each once: a loadpoint does not begin two at the same time. */
export async function newSessions(store: SessionStore, sessions: readonly Session[]): Promise<readonly Session[]> {
  const known = new Set((await store.list()).map(keyOf));
  return sessions.filter((session) => {
    const key = keyOf(session);
    return !known.has(key) && known.add(key);
  });
}

const keyOf = ({ created, loadpoint }: Session): string => `${created} ${loadpoint}`;
