import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LoadedPlugin, StateChange } from '../../core/index.ts';
import { createState, type State, type StateReader, type StateTable, stateTable } from '../../core/state.ts';
import { startHouse } from '../helpers/house.ts';

/** What a listener of changes sees, compared with what a full read gives. */

type Values = ReadonlyMap<string, unknown>;
type View = Readonly<Record<string, unknown>>;

const KEYS = ['title', 'priority', 'maxCurrent'] as const;
const tableOf = (...keys: readonly string[]): StateTable<View> =>
  stateTable(Object.fromEntries(keys.map((key) => [key, (view: View) => view[key]])));
/** The last one shares a key with the first, as those of a plugin and its successor do. */
const TABLES = [tableOf('title', 'priority'), tableOf('maxCurrent'), tableOf('priority')];

/** Every loadpoint and vehicle with its position. */
function partsOf({ loadpoints, vehicles }: StateReader): readonly (readonly [string, Values])[] {
  return [
    ...loadpoints.map((values, index) => [`loadpoint ${index + 1}`, values] as const),
    ...[...vehicles.values()].map((values, index) => [`vehicle ${index + 1}`, values] as const),
  ];
}
const whole = (state: StateReader) => new Map(partsOf(state).map(([part, values]) => [part, new Map(values)]));

/** Reads everything when it joins, and whatever comes later; of the rest it takes the changes. */
function listener(state: State) {
  let sources = new Map<string, Values>();
  let seen = new Map<string, Map<string, unknown>>();
  return {
    seen: () => seen,
    /** Of what it knows, also of what is gone meanwhile */
    read: () => [...sources.values()].map(({ size }) => size),
    hear(changes: readonly StateChange[]): void {
      const present = partsOf(state);
      const fresh = new Set(present.filter(([part, values]) => sources.get(part) !== values).map(([part]) => part));
      seen = new Map(present.map(([part, values]) => [part, (!fresh.has(part) && seen.get(part)) || new Map(values)]));
      sources = new Map(present);
      for (const { scope, id, key, value } of changes) {
        const part = seen.get(`${scope} ${id}`);
        if (!part) throw new Error(`${key} of ${scope} ${id} changed, which is gone`);
        part.set(key, value);
      }
    },
  };
}

const value = fc.oneof(
  fc.integer({ max: 3, min: 0 }),
  fc.constantFrom(undefined, null, Number.NaN, [1, undefined], [1], { a: 1, b: undefined }, { a: 1 }),
);
const place = { scope: fc.constantFrom('loadpoint' as const, 'vehicle' as const), id: fc.integer({ min: 1, max: 2 }) };
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('set' as const), ...place, key: fc.constantFrom(...KEYS), value }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('update' as const),
      ...place,
      table: fc.constantFrom(...TABLES),
      view: fc.record({ title: value, priority: value, maxCurrent: value }),
    }),
  },
  fc.record({ do: fc.constant('read' as const), ...place }),
  { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const) }) },
  fc.record({ do: fc.constant('version' as const) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('join' as const, 'join' as const, 'leave' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resize' as const), count: fc.integer({ min: 1, max: 2 }) }) },
  fc.record({
    do: fc.constant('vehicles' as const),
    names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  }),
);

test('whoever listens sees what a full read gives, and that is what setting each value at once would give', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const [state, plain] = [createState(), createState()];
      for (const each of [state, plain]) {
        each.resize(2);
        each.useVehicles(['a', 'b']);
      }
      let present: ReturnType<typeof listener> | undefined;
      const has = (scope: 'loadpoint' | 'vehicle', id: number): boolean =>
        id <= (scope === 'loadpoint' ? state.loadpoints.length : state.vehicles.size);
      let known = { version: state.version, values: whole(state) };
      const read = (of: State, scope: string, id: number) => new Map(Object.fromEntries(partsOf(of))[`${scope} ${id}`]);
      for (const next of steps) {
        if (next.do === 'resize') for (const each of [state, plain]) each.resize(next.count);
        if (next.do === 'vehicles') for (const each of [state, plain]) each.useVehicles(next.names);
        if (next.do === 'version') {
          const { version } = state;
          const values = whole(state);
          if (version === known.version) expect(values).toEqual(known.values);
          known = { version, values };
        }
        if (next.do === 'leave') present = undefined;
        if (next.do === 'join' && !present) {
          present = listener(state);
          present.hear([]);
        }
        if (next.do === 'publish') {
          present?.read();
          const { isChanged } = state;
          const changes = present ? state.flush() : [];
          present?.hear(changes);
          if (present) expect(present.seen()).toEqual(whole(state));
          else state.skip();
          if (!isChanged) expect(changes).toEqual([]);
        }
        if (!('scope' in next) || !has(next.scope, next.id)) continue;
        const { scope, id } = next;
        if (next.do === 'set') for (const each of [state, plain]) each.set(scope, id, next.key, next.value);
        if (next.do === 'update') {
          const { table, view }: { readonly table: StateTable<View>; readonly view: View } = next;
          state.update(scope, id, table, view);
          for (const key of table.keys) plain.set(scope, id, key, view[key]);
        }
        if (next.do === 'read') expect(read(state, scope, id)).toEqual(read(plain, scope, id));
      }
      expect(whole(state)).toEqual(whole(plain));
    }),
    { numRuns: 800 },
  );
});

test('what is published while changes are handed out is among the next ones', async (t) => {
  const told: string[][] = [];
  const echo: LoadedPlugin = {
    name: 'echo',
    apply({ hooks, publish }) {
      hooks.publish.tap('echo', (changes) => {
        told.push(changes().map(({ key, value }) => `${key} ${value}`));
        publish('site', 0, 'siteTitle', 'Echo');
      });
    },
  };
  const house = await startHouse(t, { plugins: [echo] });
  await house.cycle();
  await house.cycle();
  expect(told.flat().filter((change) => change === 'siteTitle Echo')).toHaveLength(1);
});

test('whoever asks for the changes when they are over takes them from nobody', async (t) => {
  const late: (() => readonly StateChange[])[] = [];
  let rename = (): void => {};
  const curious: LoadedPlugin = {
    name: 'curious',
    apply({ hooks, publish }) {
      hooks.publish.tap('curious', (changes) => void late.push(changes));
      rename = () => publish('site', 0, 'siteTitle', 'Later');
    },
  };
  const house = await startHouse(t, { plugins: [curious] });
  await house.cycle();
  rename();
  expect(late.flatMap((changes) => changes())).toEqual([]);
});
