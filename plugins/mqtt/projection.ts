import type {
  Evcc,
  Setting,
  SettingScope,
  StateChange,
  StateReader,
  StateScope,
  StateValue,
} from '../../core/index.ts';
import { flatten } from './encode.ts';
import type { Outbox } from './outbox.ts';

/** Keeps the topics in step with the published values. */
export interface Projection {
  /** Takes over changes, and whatever came or went with the loadpoints since the last call. */
  update(changes: readonly StateChange[]): void;
  /** Looks at all values anew. */
  renew(): void;
  /** Sends the present value of a setting again. */
  repeat(row: Setting, id: number): void;
}

/** Of what plugins see of the runtime, what the projection reads. */
export type ProjectionSource = Pick<Evcc, 'state' | 'settings' | 'clock'>;

/** Keys that other surfaces need and that say nothing to a subscriber. */
const HIDDEN: ReadonlySet<string> = new Set(['auth']);

/** ms between two messages on `<root>/updated` */
const UPDATED_PAUSE = 1_000;

/** The topics of the site, of one loadpoint or vehicle. */
interface Part {
  readonly scope: StateScope;
  readonly id: number;
  readonly base: string;
  /** What was projected; another map means: the loadpoint or vehicle is another one. */
  readonly values: ReadonlyMap<string, StateValue>;
  /** Topics by state key */
  readonly topics: Map<string, readonly string[]>;
}

export function createProjection(root: string, source: ProjectionSource, outbox: Outbox): Projection {
  const { state, settings, clock } = source;
  /** By their topics */
  let parts: ReadonlyMap<string, Part> = new Map();
  let updatedAt = Number.NEGATIVE_INFINITY;

  /** Sets the topics of a key, and clears those that it has no more. */
  const put = (part: Part, key: string, pairs: readonly (readonly [string, string])[]): void => {
    for (const [topic, payload] of pairs) outbox.set(topic, payload);
    const before = part.topics.get(key);
    const now = pairs.map(([topic]) => topic);
    part.topics.set(key, now);
    if (before && (before.length > 1 || before[0] !== now[0])) {
      const present = new Set(now);
      for (const topic of before) if (!present.has(topic)) outbox.clear(topic);
    }
  };

  const show = (part: Part, key: string, value: StateValue): void => {
    if (HIDDEN.has(key)) return;
    const row = state.describe(part.scope, key);
    const pairs = namesOf(key, row?.current).flatMap((name) => flatten(`${part.base}/${name}`, value, row));
    put(part, key, pairs);
  };

  /** Settings are readable below the name under which they are written, too. */
  const alias = (part: Part): void => {
    for (const row of settings.rows()) {
      // What is written as more than a value is read elsewhere.
      if (row.scope !== part.scope || row.state === null || row.input) continue;
      const key = row.state ?? row.name;
      if (row.mqtt === undefined || key === row.mqtt || part.values.has(row.mqtt)) continue;
      const value = part.values.get(key) ?? (settings.get(row.scope, part.id, row.name) as StateValue | undefined);
      const format = state.describe(row.scope, key);
      put(part, `/${row.mqtt}`, flatten(`${part.base}/${row.mqtt}`, value ?? null, format));
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
    const next = new Map<string, Part>();
    const add = (scope: StateScope, id: number, values: Part['values']): void => {
      const base = baseTopic(root, scope, id, state);
      const before = parts.get(base);
      const same = before?.values === values && before.id === id;
      const part = same ? before : { scope, id, base, values, topics: before?.topics ?? new Map() };
      next.set(base, part);
      if (!same) fresh.add(part);
    };
    add('site', 0, state.site);
    for (const [index, values] of state.loadpoints.entries()) add('loadpoint', index + 1, values);
    for (const [index, values] of [...state.vehicles.values()].entries()) add('vehicle', index + 1, values);
    for (const [base, gone] of parts) if (!next.has(base)) remove(gone);
    parts = next;
    outbox.set(`${root}/loadpoints`, String(state.loadpoints.length));
    outbox.set(`${root}/vehicles`, String(state.vehicles.size));
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
      for (const { scope, id, key, value } of changes) {
        const part = parts.get(baseTopic(root, scope, id, state));
        if (!part || fresh.has(part)) continue;
        show(part, key, value);
        touched.add(part);
      }
      for (const part of touched) alias(part);
    },
    renew() {
      const fresh = reconcile();
      for (const part of parts.values()) if (!fresh.has(part)) showAll(part);
    },
    repeat(row, id) {
      const base = baseTopic(root, row.scope, id, state);
      const names = new Set([row.mqtt, row.mqttToo, row.state ?? row.name]);
      for (const name of names) if (name !== undefined) outbox.repeat(`${base}/${name}`);
    },
  };
}

/** The topic above the values of the site, a loadpoint or a vehicle. */
export function baseTopic(
  root: string,
  scope: SettingScope,
  id: number,
  { vehicles }: Pick<StateReader, 'vehicles'>,
): string {
  if (scope === 'site') return `${root}/site`;
  return scope === 'loadpoint' ? `${root}/loadpoints/${id}` : `${root}/vehicles/${[...vehicles.keys()][id - 1]}`;
}

/** A value stands below its name, and below the one that systems of the current dialect know. */
function namesOf(key: string, current: string | null | undefined): readonly string[] {
  return current ? [key, current.replaceAll('.', '/')] : [key];
}
