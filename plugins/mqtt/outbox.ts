/**
 * What shall be retained at the broker, by topic. Only the latest payload of a topic is kept, so nothing grows while there
 * is no connection and nothing outdated is sent afterwards. A payload that the broker already has is not repeated.
 */
export interface Outbox {
  /** Sets the payload of a topic; empty: nothing shall be retained there. */
  set(topic: string, payload: string): void;
  /** Clears a topic, once, and forgets it; `confirmed` is called when the broker has done so. */
  clear(topic: string, confirmed?: () => void): void;
  /** Sends the payload of a topic again. */
  repeat(topic: string): void;
  /** The topic has a payload, if only an empty one. */
  has(topic: string): boolean;
  /** A connection is there: everything is sent once, in the order in which topics came up. */
  attach(send: Send): void;
  /** The connection is gone. */
  detach(): void;
  /** Resolves when all is sent and confirmed; at once without connection. */
  idle(): Promise<void>;
}

/** Sends a retained message; `done` is called when the broker has it, or with what went wrong. */
export type Send = (topic: string, payload: string, done: (error?: Error) => void) => void;

/** Messages that may be on the way at the same time; brokers drop what exceeds their own queues. */
const WINDOW = 100;

interface Entry {
  payload: string;
  /** Payload that the broker has, or will have as soon as all on the way arrived; undefined: unknown */
  sent: string | undefined;
  /** To be forgotten when the broker has the empty payload */
  readonly last: boolean;
  readonly confirmed?: (() => void) | undefined;
}

export function createOutbox(): Outbox {
  const entries = new Map<string, Entry>();
  const waiting = new Set<string>();
  let idle: (() => void)[] = [];
  let send: Send | undefined;
  let connection = 0;
  let underway = 0;
  let scheduled = false;
  let pumping = false;

  const schedule = (topic: string): void => {
    if (!send) return;
    waiting.add(topic);
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      pump();
    });
  };

  const pump = (): void => {
    // A message may be done before its call returns: the loop goes on then.
    if (pumping) return;
    pumping = true;
    for (const topic of waiting) {
      if (!send || underway >= WINDOW) break;
      waiting.delete(topic);
      const entry = entries.get(topic);
      if (entry) transmit(send, topic, entry);
    }
    pumping = false;
    if (waiting.size === 0 && underway === 0) settle();
  };

  const transmit = (via: Send, topic: string, entry: Entry): void => {
    const { payload } = entry;
    const current = connection;
    entry.sent = payload;
    underway += 1;
    via(topic, payload, (error) => {
      // Of an older connection: everything was or will be sent again.
      if (current !== connection) return;
      underway -= 1;
      if (!error && entry.last && entries.get(topic) === entry && !waiting.has(topic)) {
        entries.delete(topic);
        entry.confirmed?.();
      }
      pump();
    });
  };

  const settle = (): void => {
    const waiters = idle;
    idle = [];
    for (const resolve of waiters) resolve();
  };

  return {
    set(topic, payload) {
      const entry = entries.get(topic);
      if (!entry || entry.last) {
        entries.set(topic, { payload, sent: entry?.sent, last: false });
      } else if (entry.payload === payload) {
        return;
      } else {
        entry.payload = payload;
        if (entry.sent === payload) {
          // Changed and changed back before it was sent.
          waiting.delete(topic);
          return;
        }
      }
      schedule(topic);
    },
    clear(topic, confirmed) {
      entries.set(topic, { payload: '', sent: undefined, last: true, confirmed });
      schedule(topic);
    },
    repeat(topic) {
      if (entries.has(topic)) schedule(topic);
    },
    has: (topic) => entries.get(topic)?.last === false,
    attach(to) {
      send = to;
      connection += 1;
      underway = 0;
      for (const [topic, entry] of entries) {
        entry.sent = undefined;
        waiting.add(topic);
      }
      pump();
    },
    detach() {
      send = undefined;
      connection += 1;
      underway = 0;
      waiting.clear();
      settle();
    },
    idle: () =>
      send && (waiting.size > 0 || underway > 0)
        ? new Promise((resolve) => {
            idle.push(resolve);
          })
        : Promise.resolve(),
  };
}
