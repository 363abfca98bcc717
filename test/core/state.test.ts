import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createState, type State, type StateTable, stateTable } from '../../core/state.ts';
import { LOADPOINT_KEYS, SITE_KEYS } from '../../core/state-keys.ts';
import { startHouse } from '../helpers/house.ts';

function filled(): State {
  const state = createState();
  state.resize(2);
  return state;
}

describe('values', () => {
  test('are published under their key and scope', () => {
    const state = filled();
    state.set('site', 0, 'gridPower', -1_234.5);
    state.set('loadpoint', 2, 'mode', 'pv');
    expect([...state.site]).toEqual([['gridPower', -1_234.5]]);
    expect(state.loadpoints.map((values) => [...values])).toEqual([[], [['mode', 'pv']]]);
  });

  test.each([
    ['gridEnergy', 1_234_567, 1_234.567],
    ['gridEnergy', 100.1 + 200.2, 0.3003],
    ['batteryCapacity', 10_000, 10],
    ['gridPower', Number.NaN, null],
    ['gridPower', Number.POSITIVE_INFINITY, null],
    ['gridPower', null, null],
    ['siteTitle', () => 'no value', null],
    ['siteTitle', Symbol('no value'), null],
    ['gridCurrents', [1, Number.NaN, 3], [1, null, 3]],
    [
      'pv',
      [
        { power: 5, energy: 2_000 },
        { power: 6, energy: undefined },
      ],
      [{ power: 5, energy: 2 }, { power: 6 }],
    ],
    ['battery', [{ soc: 50, capacity: 9_600 }], [{ soc: 50, capacity: 9.6 }]],
    ['auth', { vehicles: { ev6: { uri: 'x' } } }, { vehicles: { ev6: { uri: 'x' } } }],
  ] as const)('become public: %s %j', (key, value, published) => {
    const state = filled();
    state.set('site', 0, key, value);
    expect(state.site.get(key)).toEqual(published);
  });

  test('that are unknown are missing until they were known once, then null', () => {
    const state = filled();
    state.set('site', 0, 'gridPower', undefined);
    expect(state.site.has('gridPower')).toBe(false);
    state.set('site', 0, 'gridPower', 5);
    state.set('site', 0, 'gridPower', undefined);
    expect(state.site.get('gridPower')).toBeNull();
    state.set('site', 0, 'gridPower', 5);
    expect(state.site.get('gridPower')).toBe(5);
  });

  test('need a key of the table and a loadpoint that exists', () => {
    const state = filled();
    expect(() => state.set('site', 0, 'mode', 'pv')).toThrow('"mode" is not in the table of site keys');
    expect(() => state.set('loadpoint', 3, 'mode', 'pv')).toThrow('no loadpoint 3');
    expect(() => state.set('loadpoint', 0, 'mode', 'pv')).toThrow('no loadpoint 0');
  });

  test('of keys that plugins define are converted too', () => {
    const state = filled();
    state.define('site', { name: 'heatEnergy', kind: 'number', unit: 'kWh', scale: 0.001, description: 'Heat' });
    state.set('site', 0, 'heatEnergy', 5_000);
    expect(state.site.get('heatEnergy')).toBe(5);
    expect(state.describe('site', 'heatEnergy')?.unit).toBe('kWh');
    expect(state.describe('loadpoint', 'heatEnergy')).toBeUndefined();
  });
});

describe('an update', () => {
  type Values = Readonly<Record<string, unknown>>;
  /** A table whose values are those that the view has under their keys. */
  const tableOf = (...keys: string[]): StateTable<Values> =>
    stateTable(Object.fromEntries(keys.map((key) => [key, (view: Values) => view[key]])));
  const GARAGE = tableOf('title', 'chargePower', 'chargeCurrents', 'climaterActive');
  const POWERS = tableOf('gridPower', 'pvPower');
  const CHARGE = tableOf('chargePower');

  test('sets every value that is another one than in the last update', () => {
    const state = filled();
    const garage = { title: 'Garage', chargePower: 5, chargeCurrents: [1, 2, 3] };
    state.update('loadpoint', 1, GARAGE, garage);
    expect(state.flush()).toEqual([
      { scope: 'loadpoint', id: 1, key: 'title', value: 'Garage' },
      { scope: 'loadpoint', id: 1, key: 'chargePower', value: 5 },
      { scope: 'loadpoint', id: 1, key: 'chargeCurrents', value: [1, 2, 3] },
    ]);
    state.update('loadpoint', 1, GARAGE, {
      ...garage,
      chargePower: 6,
      chargeCurrents: [1, 2, 3],
      climaterActive: true,
    });
    expect(state.flush()).toEqual([
      { scope: 'loadpoint', id: 1, key: 'chargePower', value: 6 },
      { scope: 'loadpoint', id: 1, key: 'climaterActive', value: true },
    ]);
    state.update('loadpoint', 1, GARAGE, { ...garage, chargePower: 6, chargeCurrents: [1, 2, 4] });
    expect(state.flush()).toEqual([
      { scope: 'loadpoint', id: 1, key: 'chargeCurrents', value: [1, 2, 4] },
      { scope: 'loadpoint', id: 1, key: 'climaterActive', value: null },
    ]);
  });

  test('sets again what something else has set meanwhile', () => {
    const state = filled();
    state.update('site', 0, POWERS, { gridPower: 5, pvPower: 7 });
    state.set('site', 0, 'gridPower', undefined);
    state.flush();
    state.update('site', 0, POWERS, { gridPower: 5, pvPower: 7 });
    expect(state.flush()).toEqual([{ scope: 'site', id: 0, key: 'gridPower', value: 5 }]);
  });

  test('of values with one source makes them anew only when that is another one', () => {
    const state = filled();
    let made = 0;
    const table = stateTable<{ power: number; meter: object }>(
      {
        gridPower: ({ power }) => {
          made += 1;
          return power;
        },
      },
      ({ meter }) => meter,
    );
    const meter = {};
    state.update('site', 0, table, { power: 5, meter });
    expect(state.site.get('gridPower')).toBe(5);
    made = 0;
    state.update('site', 0, table, { power: 6, meter });
    expect([state.site.get('gridPower'), made]).toEqual([5, 0]);
    state.update('site', 0, table, { power: 6, meter: {} });
    expect([state.site.get('gridPower'), made]).toEqual([6, 1]);
  });

  test('makes values when they are read, of the newest view, and says the change once', () => {
    const state = filled();
    const made: unknown[] = [];
    const table = stateTable<{ power: number }>({
      chargePower: ({ power }) => {
        made.push(power);
        return power;
      },
    });
    for (const id of [1, 2]) state.update('loadpoint', id, table, { power: 0 });
    state.flush();
    made.length = 0;
    state.update('loadpoint', 1, table, { power: 5 });
    state.update('loadpoint', 1, table, { power: 6 });
    state.update('loadpoint', 2, table, { power: 7 });
    expect(made).toEqual([]);
    expect(state.loadpoints[0]?.get('chargePower')).toBe(6);
    expect(made).toEqual([6]);
    expect(state.flush().map(({ id, value }) => [id, value])).toEqual([
      [1, 6],
      [2, 7],
    ]);
    expect(made).toEqual([6, 7]);
  });

  test('gives null for what was known once, also if nobody read it then', () => {
    const state = filled();
    for (const chargePower of [undefined, 5, undefined]) state.update('loadpoint', 1, CHARGE, { chargePower });
    state.update('loadpoint', 2, CHARGE, { chargePower: undefined });
    expect(state.loadpoints.map((values) => values.get('chargePower'))).toEqual([null, undefined]);
  });

  test('whose changes were skipped tells none of them, but those that follow', () => {
    const state = filled();
    state.update('loadpoint', 1, CHARGE, { chargePower: 4 });
    state.update('loadpoint', 1, CHARGE, { chargePower: 5 });
    state.skip();
    expect(state.isChanged).toBe(true);
    expect(state.loadpoints[0]?.get('chargePower')).toBe(5);
    expect(state.flush()).toEqual([]);
    expect(state.isChanged).toBe(false);
    state.update('loadpoint', 1, CHARGE, { chargePower: 6 });
    state.skip();
    state.update('loadpoint', 1, CHARGE, { chargePower: 7 });
    expect(state.flush()).toEqual([{ scope: 'loadpoint', id: 1, key: 'chargePower', value: 7 }]);
  });

  test('is made before the same key is set, which is the newer value then', () => {
    const state = filled();
    state.update('loadpoint', 1, GARAGE, { title: 'Garage', chargePower: 5 });
    state.set('loadpoint', 1, 'chargePower', 9);
    expect(state.loadpoints[0]?.get('chargePower')).toBe(9);
    expect(state.flush().map(({ key, value }) => [key, value])).toEqual([
      ['title', 'Garage'],
      ['chargePower', 5],
      ['chargePower', 9],
    ]);
  });

  test('of a table takes the place of those of another one with the same keys', () => {
    const state = filled();
    const other = tableOf('chargePower', 'title');
    state.update('loadpoint', 1, CHARGE, { chargePower: 5 });
    state.update('loadpoint', 1, CHARGE, { chargePower: 6 });
    state.update('loadpoint', 1, other, { chargePower: 7, title: 'Garage' });
    expect(state.flush().map(({ key, value }) => [key, value])).toEqual([
      ['chargePower', 5],
      ['chargePower', 6],
      ['chargePower', 7],
      ['title', 'Garage'],
    ]);
    state.update('loadpoint', 1, CHARGE, { chargePower: 6 });
    expect(state.loadpoints[0]?.get('chargePower')).toBe(6);
  });

  test('makes a new version when it is asked for', () => {
    const state = filled();
    state.update('loadpoint', 1, CHARGE, { chargePower: 5 });
    const { version } = state;
    expect(state.version).toBe(version);
    state.update('loadpoint', 1, CHARGE, { chargePower: 5 });
    expect(state.version).toBe(version);
    state.update('loadpoint', 1, CHARGE, { chargePower: 6 });
    expect(state.version).not.toBe(version);
  });

  test('of a loadpoint that was away starts anew', () => {
    const state = filled();
    state.update('loadpoint', 2, CHARGE, { chargePower: 5 });
    state.resize(1);
    state.resize(2);
    state.update('loadpoint', 2, CHARGE, { chargePower: 5 });
    expect(state.flush()).toEqual([{ scope: 'loadpoint', id: 2, key: 'chargePower', value: 5 }]);
  });

  test('needs keys of the table and a loadpoint that exists', () => {
    const state = filled();
    expect(() => state.update('site', 0, tableOf('mode'), { mode: 'pv' })).toThrow(
      '"mode" is not in the table of site keys',
    );
    expect(() => state.update('loadpoint', 3, CHARGE, {})).toThrow('no loadpoint 3');
  });
});

describe('changes', () => {
  test('are handed out once, in their order, and make a new version', () => {
    const state = filled();
    state.set('site', 0, 'gridPower', 1);
    state.set('loadpoint', 1, 'mode', 'pv');
    state.set('site', 0, 'gridPower', 2);
    expect(state.version).toBe(1);
    expect(state.flush()).toEqual([
      { scope: 'site', id: 0, key: 'gridPower', value: 1 },
      { scope: 'loadpoint', id: 1, key: 'mode', value: 'pv' },
      { scope: 'site', id: 0, key: 'gridPower', value: 2 },
    ]);
    expect(state.version).toBe(1);
    expect(state.flush()).toEqual([]);
    expect(state.version).toBe(1);
  });

  test('what is handed out stays as it is', () => {
    const state = filled();
    const none = state.flush();
    state.set('site', 0, 'gridPower', 1);
    const one = state.flush();
    state.set('site', 0, 'gridPower', 2);
    expect(none).toEqual([]);
    expect(one).toHaveLength(1);
  });

  test.each([
    ['gridPower', 5, 5],
    ['gridPower', Number.NaN, Number.NaN],
    ['gridCurrents', [1, 2, 3], [1, 2, 3]],
    ['battery', [{ power: 1, soc: undefined }], [{ power: 1, soc: undefined }]],
    ['auth', { vehicles: {} }, { vehicles: {} }],
  ])('are none when the value is the same: %s %j', (key, first, second) => {
    const state = filled();
    state.set('site', 0, key, first);
    state.flush();
    state.set('site', 0, key, second);
    expect(state.flush()).toEqual([]);
  });

  test.each([
    ['gridPower', 5, 5.001],
    ['gridPower', 5, null],
    ['gridCurrents', [1, 2, 3], [1, 2, 4]],
    ['gridCurrents', [1, 2, 3], [1, 2]],
    ['battery', [{ power: 1 }], [{ power: 1, soc: 5 }]],
    ['battery', [{ power: 1 }], [{ soc: 1 }]],
    ['auth', { 0: 1 }, [1]],
  ])('are noticed at every depth: %s %j, %j', (key, first, second) => {
    const state = filled();
    state.set('site', 0, key, first);
    state.flush();
    state.set('site', 0, key, second);
    expect(state.flush()).toHaveLength(1);
  });

  test('whatever is set, applying the changes in order gives the published values', () => {
    const value = fc.oneof(
      fc.integer(),
      fc.constant(undefined),
      fc.constant(null),
      fc.array(fc.integer(), { maxLength: 2 }),
    );
    const step = fc.record({
      id: fc.integer({ min: 1, max: 2 }),
      key: fc.constantFrom('mode', 'priority', 'reasons'),
      value,
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const state = filled();
        const seen = [new Map<string, unknown>(), new Map<string, unknown>()];
        for (const { id, key, value: next } of steps) {
          state.set('loadpoint', id, key, next);
          for (const change of state.flush()) seen[change.id - 1]?.set(change.key, change.value);
        }
        expect(seen).toEqual(state.loadpoints.map((values) => new Map(values)));
      }),
    );
  });
});

describe('loadpoints', () => {
  test('that are gone take their values and changes along', () => {
    const state = filled();
    state.set('loadpoint', 2, 'mode', 'pv');
    state.set('loadpoint', 1, 'mode', 'off');
    state.resize(1);
    expect(state.loadpoints).toHaveLength(1);
    expect(state.flush()).toEqual([{ scope: 'loadpoint', id: 1, key: 'mode', value: 'off' }]);
    state.resize(2);
    expect([...(state.loadpoints[1] ?? [])]).toEqual([]);
  });
});

describe('the table of keys', () => {
  test.each([
    ['site', SITE_KEYS],
    ['loadpoint', LOADPOINT_KEYS],
  ] as const)('of the %s names each key once, with what it means', (scope, keys) => {
    const names = keys.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const key of keys) {
      expect(key.description).not.toBe('');
      expect(createState().describe(scope, key.name)).toBe(key);
    }
  });

  test('a house publishes nothing that is not in the table, and its numbers are numbers', async (t) => {
    const house = await startHouse(t, {
      battery: { soc: 50, capacity: 9_600 },
      loadpoints: [{ mode: 'now' }],
      rates: (now) => [{ start: now, end: now + 86_400_000, price: 0.3 }],
    });
    await house.run(120);
    const { state } = house.runtime.evcc;
    const published = [
      ...[...state.site].map(([key, value]) => ({ key: state.describe('site', key), value })),
      ...[...(state.loadpoints[0] ?? [])].map(([key, value]) => ({ key: state.describe('loadpoint', key), value })),
    ];
    expect(published.length).toBeGreaterThan(80);
    const types = {
      number: 'number',
      integer: 'number',
      duration: 'number',
      time: 'number',
      text: 'string',
      flag: 'boolean',
    };
    for (const { key, value } of published) {
      expect(key).toBeDefined();
      const type = types[key?.kind as keyof typeof types];
      if (type !== undefined && value !== null) expect(typeof value, key?.name).toBe(type);
      if (key?.kind === 'list') expect(Array.isArray(value), key.name).toBe(true);
    }
  });
});
