import type { Evcc, Setting, SettingScope, StateChange, StateScope, StateValue } from '../../core/index.ts';
import { flatten } from './encode.ts';
import type { Outbox } from './outbox.ts';

/** Keeps the topics in step with the published values. */
export interface Projection {
  /** Takes over changes, and whatever came or went with the loadpoints since the last call. */
  update(changes: readonly StateChange[]): void;
  /** Sends the present value of a setting again. */
  repeat(row: Setting, id: number): void;
}

/** Of what plugins see of the runtime, what the projection reads. */
export type ProjectionSource = Pick<Evcc, 'state' | 'settings' | 'clock'>;

/** Keys that other surfaces need and that say nothing to a subscriber. */
const HIDDEN: ReadonlySet<string> = new Set(['auth']);

/** ms between two messages on `<root>/updated` */
const UPDATED_PAUSE = 1_000;

/** The topics of the site or of one loadpoint. */
interface Part {
  readonly scope: StateScope;
  readonly id: number;
  readonly base: string;
  /** What was projected; another map means: the loadpoint is another one. */
  readonly values: ReadonlyMap<string, StateValue>;
  /** Topics by state key */
  readonly topics: Map<string, readonly string[]>;
}

export function createProjection(root: string, source: ProjectionSource, outbox: Outbox): Projection {
  const { state, settings, clock } = source;
  let parts: Part[] = [];
  let updatedAt = Number.NEGATIVE_INFINITY;

  const show = (part: Part, key: string, value: StateValue): void => {
    if (HIDDEN.has(key)) return;
    const pairs = flatten(`${part.base}/${key}`, value, state.describe(part.scope, key));
    for (const [topic, payload] of pairs) outbox.set(topic, payload);
    const before = part.topics.get(key);
    const now = pairs.map(([topic]) => topic);
    part.topics.set(key, now);
    if (before && (before.length > 1 || before[0] !== now[0])) {
      const present = new Set(now);
      for (const topic of before) if (!present.has(topic)) outbox.clear(topic);
    }
  };

  /** Settings are readable below the name under which they are written, too. */
  const alias = (part: Part): void => {
    for (const row of settings.rows()) {
      if (row.scope !== part.scope || row.state === null) continue;
      const key = row.state ?? row.name;
      if (key === row.mqtt || part.values.has(row.mqtt)) continue;
      const value = part.values.get(key) ?? (settings.get(row.scope, part.id, row.name) as StateValue | undefined);
      const format = state.describe(row.scope, key);
      const topic = `${part.base}/${row.mqtt}`;
      for (const [at, payload] of flatten(topic, value ?? null, format)) outbox.set(at, payload);
      part.topics.set(`/${row.mqtt}`, [topic]);
    }
  };

  const showAll = (part: Part): void => {
    for (const [key, value] of part.values) show(part, key, value);
    for (const [key, topics] of part.topics) {
      if (key.startsWith('/') || part.values.has(key)) continue;
      for (const topic of topics) outbox.clear(topic);
      part.topics.delete(key);
    }
    alias(part);
  };

  const remove = (part: Part): void => {
    for (const topics of part.topics.values()) for (const topic of topics) outbox.clear(topic);
  };

  /** The parts as they are now; those that are new or other ones are projected completely. */
  const reconcile = (): ReadonlySet<Part> => {
    const fresh = new Set<Part>();
    const next = [state.site, ...state.loadpoints].map((values, id): Part => {
      const before = parts[id];
      if (before?.values === values) return before;
      const scope = id === 0 ? 'site' : 'loadpoint';
      const base = baseTopic(root, scope, id);
      const part = { scope, id, base, values, topics: before?.topics ?? new Map() } as const;
      fresh.add(part);
      return part;
    });
    for (const gone of parts.slice(next.length)) remove(gone);
    parts = next;
    outbox.set(`${root}/loadpoints`, String(parts.length - 1));
    for (const part of fresh) showAll(part);
    return fresh;
  };

  return {
    update(changes) {
      const now = clock.now();
      // A clock that was set back does not hold the topic up.
      if (changes.length > 0 && (now - updatedAt >= UPDATED_PAUSE || now < updatedAt)) {
        updatedAt = now;
        outbox.set(`${root}/updated`, String(Math.floor(now / 1000)));
      }
      const fresh = reconcile();
      const touched = new Set<Part>();
      for (const { id, key, value } of changes) {
        const part = parts[id];
        if (!part || fresh.has(part)) continue;
        show(part, key, value);
        touched.add(part);
      }
      for (const part of touched) alias(part);
    },
    repeat(row, id) {
      const base = baseTopic(root, row.scope, id);
      for (const topic of new Set([`${base}/${row.mqtt}`, `${base}/${row.state ?? row.name}`])) outbox.repeat(topic);
    },
  };
}

/** The topic above the values of the site, or of a loadpoint. */
export function baseTopic(root: string, scope: SettingScope, id: number): string {
  return scope === 'site' ? `${root}/site` : `${root}/loadpoints/${id}`;
}
