import { describe, expect, type TestContext, test, vi } from 'vitest';
import type { LoadedPlugin, Plans, Store } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';
import { settle } from '../helpers/fake-clock.ts';
import { type FakeCharger, type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { logged } from '../helpers/probe.ts';

const keeping = (): Store => ({ ...createMemoryStore(), location: 'kept by the test' });

/** The same house as another process finds it, some s later. */
async function reopen(
  t: TestContext,
  before: FakeHouse,
  options: HouseOptions,
  { after = 0, change = () => {} }: { after?: number; change?: (charger: FakeCharger) => void } = {},
): Promise<FakeHouse> {
  return startHouse(t, {
    ...options,
    store: before.store,
    now: before.clock.now() + after * 1_000,
    charger: (charger, index) => {
      const { commands: _, ...state } = before.charger(index + 1);
      Object.assign(charger, state);
      change(charger);
    },
  });
}

const memoryOf = async (store: Store, key: string): Promise<Record<string, never>> =>
  JSON.parse((await store.memory.all()).get(key) ?? '{}') as Record<string, never>;

const PV: HouseOptions = {
  loadpoints: [{ name: 'garage', mode: 'pv', enable: { delay: 60 }, disable: { delay: 90 } }],
};
const NOW: HouseOptions = { loadpoints: [{ name: 'garage', mode: 'now', guardDuration: 300 }] };

describe('after a restart', () => {
  test.for([
    ['goes on when the house was away for a moment', 20, 20],
    ['begins anew when it was away for longer, since nobody watched', 120, 60],
  ] as const)('what is being waited for %s', async ([, after, left], t) => {
    const first = await startHouse(t, { ...PV, store: keeping() });
    await first.cycle();
    first.set({ pv: 6_000 });
    await first.run(20);
    await first.stop();
    const second = await reopen(t, first, PV, { after });
    second.set({ pv: 6_000 });
    await second.run(left);
    expect(second.commands()).toEqual([]);
    await second.run(20);
    expect(second.commands()).toContainEqual({ enable: true });
  });

  test('a pause counts on while the house is away', async (t) => {
    const first = await startHouse(t, { ...NOW, store: keeping() });
    await first.run(30);
    await first.command('mode', 'pv');
    await first.run(200);
    expect(first.charger().enabled).toBe(false);
    await first.stop();
    const options = { ...NOW, loadpoints: [{ name: 'garage', mode: 'minpv' as const, guardDuration: 300 }] };
    const second = await reopen(t, first, options, { after: 100 });
    second.set({ pv: 9_000 });
    await second.run(100);
    expect(second.commands()).toEqual([]);
    expect(second.loadpoint('guardAction')).toBe('enable');
    await second.run(150);
    expect(second.commands()).toContainEqual({ enable: true });
  });

  test('a charger that was switched by hand meanwhile is found so, as a running house would', async (t) => {
    const first = await startHouse(t, { ...NOW, store: keeping() });
    await first.run(120);
    await first.stop();
    const second = await reopen(t, first, NOW, {
      after: 60,
      change: (charger) => {
        charger.enabled = false;
      },
    });
    await second.cycle();
    expect(logged(second, 'switched off by something else')).toHaveLength(1);
  });

  test('the session goes on in its row while the car is still there', async (t) => {
    const first = await startHouse(t, { ...NOW, store: keeping() });
    await first.run(120);
    await first.stop();
    const second = await reopen(t, first, NOW, { after: 60 });
    await second.run(120);
    expect(second.commands()).toEqual([]);
    second.charger().status = 'A';
    await second.cycle();
    await settle();
    const sessions = await first.store.sessions.list();
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.energy).toBeCloseTo(second.charger().energy, -2);
  });

  test.for<[string, (charger: FakeCharger) => void]>([
    ['the counter is another one', (charger) => Object.assign(charger, { energy: 0 })],
    ['the charger says that it is another car', (charger) => Object.assign(charger.override, { identifier: 'other' })],
  ])('another session begins when %s', async ([, change], t) => {
    const options: HouseOptions = {
      ...NOW,
      charger: (charger) => {
        charger.override = { identifier: 'one' };
      },
    };
    const first = await startHouse(t, { ...options, store: keeping() });
    await first.run(600);
    await first.stop();
    const [closed] = await first.store.sessions.list();
    const second = await reopen(t, first, NOW, {
      after: 60,
      change: (charger) => {
        charger.override = { ...charger.override };
        change(charger);
      },
    });
    await second.run(120);
    await settle();
    const sessions = await first.store.sessions.list();
    expect(sessions).toHaveLength(2);
    expect(sessions[1]).toMatchObject({ id: closed?.id, created: closed?.created });
    expect(sessions[0]?.created).toBeGreaterThan(closed?.finished ?? 0);
    expect(logged(second, 'car disconnected')).toHaveLength(1);
    expect(logged(second, 'car connected')).toHaveLength(1);
  });

  test('a car that left meanwhile has left, and its session is closed', async (t) => {
    const first = await startHouse(t, { ...NOW, store: keeping() });
    await first.run(120);
    await first.stop();
    const second = await reopen(t, first, NOW, {
      after: 60,
      change: (charger) => Object.assign(charger, { status: 'A' }),
    });
    await second.cycle();
    second.charger().status = 'B';
    await second.run(60);
    await settle();
    expect(logged(second, 'car disconnected')).toHaveLength(1);
    expect(await first.store.sessions.list()).toHaveLength(2);
  });

  test('the vehicle that was chosen is still the one, unless it is none of the house any more', async (t) => {
    const vehicles = { ev6: { type: 'fake', title: 'EV6' }, bike: { type: 'fake', title: 'Bike' } };
    const options = { ...NOW, config: { vehicles } as never };
    const first = await startHouse(t, { ...options, store: keeping() });
    await first.run(20);
    await first.command('vehicle', 'bike');
    await first.run(20);
    await first.stop();
    const second = await reopen(t, first, options);
    await second.cycle();
    expect(second.loadpoint('vehicleName')).toBe('bike');
    await second.stop();
    const third = await reopen(t, second, { ...NOW, config: { vehicles: { ev6: vehicles.ev6 } } as never });
    await third.cycle();
    expect(third.loadpoint('vehicleName')).toBe('');
  });

  test('a charger whose entry changed is told everything anew', async (t) => {
    const first = await startHouse(t, { ...NOW, store: keeping() });
    await first.run(120);
    await first.stop();
    const changed = { ...NOW, config: { chargers: { charger1: { type: 'fake', n: 2 } } } as never };
    const second = await reopen(t, first, changed);
    await second.run(30);
    expect(second.commands()).toEqual([{ setMaxCurrent: 16 }, { enable: true }]);
  });

  test('a kill between a command and its storing lets no charger stay above a limit', async (t) => {
    const allows = { current: 6 };
    const limiter: LoadedPlugin = {
      name: 'limiter',
      apply: ({ hooks }) =>
        hooks.limit.tap('limiter', (setpoint) => ({
          ...setpoint,
          current: allows.current,
          reasons: [...setpoint.reasons, { code: 'test', text: 'limited' }],
        })),
    };
    const options = { ...NOW, plugins: [limiter] };
    const store = keeping();
    const first = await startHouse(t, { ...options, store });
    await first.run(120);
    expect(first.charger().maxCurrent).toBe(6);
    store.memory.save = async () => {
      throw new Error('killed');
    };
    // The car takes nothing for the moment, so that no measurement tells what is offered.
    first.charger().full = true;
    allows.current = 16;
    await first.run(20);
    expect(first.charger().maxCurrent).toBe(16);
    // Killed: what was stored says 6 A, and the charger does not say what it offers.
    allows.current = 6;
    store.memory.save = async () => {};
    const second = await reopen(t, first, options);
    await second.cycle();
    expect(second.charger().maxCurrent).toBe(6);
  });

  test('the history of decisions goes on', async (t) => {
    const first = await startHouse(t, { ...NOW, store: keeping() });
    await first.run(30);
    await first.command('mode', 'off');
    await first.run(30);
    const before = first.runtime.evcc.decisions.changes(1) ?? [];
    await first.stop();
    const second = await reopen(t, first, NOW);
    await second.run(30);
    expect(second.runtime.evcc.decisions.changes(1)).toEqual(JSON.parse(JSON.stringify(before)));
    expect(second.loadpoint('decision')).toMatchObject({ binding: { code: 'mode-off' } });
  });
});

describe('plans', () => {
  const HOUR = 3_600_000;
  const start = Date.parse('2025-06-15T12:00:00Z');

  /** A strategy that charges in the slots of the plan. */
  function planner(plan: () => Plans): LoadedPlugin {
    return {
      name: 'test-planner',
      apply({ hooks, stages }) {
        hooks.plan.tapPromise('test-planner', async () => plan());
        hooks.decide.tap({ name: 'test-planner', stage: stages.decide.off - 1 }, ({ id }, { plans, now }) => {
          const active = plans.get(id)?.slots.some((slot) => slot.start <= now && now < slot.end);
          return { current: active ? 16 : 0, reason: { code: 'test', text: 'as planned' } };
        });
      },
    };
  }
  const PLAN: Plans = new Map([[1, { target: start + 2 * HOUR, slots: [{ start, end: start + HOUR, price: 0.1 }] }]]);

  test('are in force right after the start, and not made anew without the prices they were made of', async (t) => {
    const options = (rates: HouseOptions['rates'], plan: () => Plans): HouseOptions => ({
      ...NOW,
      ...(rates && { rates }),
      plugins: [planner(plan)],
    });
    const rates = (now: number) => [{ start: now - HOUR, end: now + 24 * HOUR, price: 0.1 }];
    const first = await startHouse(t, { ...options(rates, () => PLAN), store: keeping(), now: start });
    await first.run(60);
    expect(first.charger().enabled).toBe(true);
    await first.stop();
    // Not even those that were known before.
    await first.store.memory.save(new Map([['tariff.grid', null]]));
    // Without rates, nothing would be planned.
    const none = vi.fn((): Plans => new Map());
    let known = false;
    const later = (now: number) => {
      if (!known) throw new Error('no internet');
      return rates(now);
    };
    const second = await reopen(t, first, options(later, none));
    await second.run(120);
    expect(none).not.toHaveBeenCalled();
    expect(second.commands()).toEqual([]);
    known = true;
    await second.run(300);
    expect(none).toHaveBeenCalled();
    expect(second.charger().enabled).toBe(false);
  });

  test('that are none are left out', async (t) => {
    const store = keeping();
    const plans = JSON.stringify({ tariffs: [], plans: [['garage', { target: 'soon', slots: 'all' }], 5, ['x']] });
    await store.memory.save(new Map([['plans', plans]]));
    const house = await startHouse(t, { ...NOW, store, plugins: [planner(() => new Map())] });
    await house.run(60);
    expect(house.charger().enabled).toBe(false);
  });
});

describe('what is stored', () => {
  test('what switches at once, the rest about once a minute', async (t) => {
    const store = keeping();
    const save = vi.spyOn(store.memory, 'save');
    const house = await startHouse(t, { ...NOW, store });
    await house.run(40);
    save.mockClear();
    await house.run(600);
    expect(save.mock.calls.length).toBeGreaterThanOrEqual(9);
    expect(save.mock.calls.length).toBeLessThanOrEqual(12);
    save.mockClear();
    await house.command('mode', 'off');
    await house.cycle();
    await settle();
    expect(save.mock.calls.length).toBe(1);
    expect((await memoryOf(store, 'loadpoint.garage')).memory).toMatchObject({ enabled: false });
  });

  test('nothing in a store that keeps nothing', async (t) => {
    const store = createMemoryStore();
    const save = vi.spyOn(store.memory, 'save');
    const house = await startHouse(t, { ...NOW, store });
    await house.run(120);
    await house.stop();
    expect(save).not.toHaveBeenCalled();
  });

  test('no secret of a charger', async (t) => {
    const store = keeping();
    const config = { chargers: { charger1: { type: 'fake', password: 'hush-hush' } } } as never;
    const house = await startHouse(t, { ...NOW, config, store });
    await house.run(60);
    await house.stop();
    expect(JSON.stringify([...(await store.memory.all())])).not.toContain('hush-hush');
  });

  test('is forgotten with the loadpoint', async (t) => {
    const store = keeping();
    const two = { ...NOW, loadpoints: [{ name: 'garage' }, { name: 'yard' }] };
    const first = await startHouse(t, { ...two, store });
    await first.run(20);
    await first.stop();
    expect([...(await store.memory.all()).keys()].sort()).toEqual([
      'alive',
      'decisions.garage',
      'decisions.yard',
      'loadpoint.garage',
      'loadpoint.yard',
      'plans',
    ]);
    const second = await reopen(t, first, NOW);
    await second.run(20);
    expect([...(await store.memory.all()).keys()].sort()).toEqual([
      'alive',
      'decisions.garage',
      'loadpoint.garage',
      'plans',
    ]);
  });

  test('a store that fails is said once, and the house runs on', async (t) => {
    const store = keeping();
    let failing = true;
    const { save } = store.memory;
    store.memory.save = async (changes) => {
      if (failing) throw new Error('disk is full');
      await save(changes);
    };
    const house = await startHouse(t, { ...NOW, store });
    await house.run(180);
    expect(house.charger().charging).toBe(true);
    failing = false;
    await house.run(30);
    expect(logged(house, 'storing what the house remembers')).toEqual([
      'error: storing what the house remembers failed: disk is full',
      'info: storing what the house remembers works again',
    ]);
    expect((await memoryOf(store, 'loadpoint.garage')).memory).toMatchObject({ enabled: true });
  });

  test('what plugins keep stays as it is', async (t) => {
    const store = keeping();
    await store.memory.save(new Map([['token.abc', 'theirs']]));
    const house = await startHouse(t, { ...PV, store });
    await house.run(120);
    await house.stop();
    expect((await store.memory.all()).get('token.abc')).toBe('theirs');
  });

  test('a store that cannot be read is said, and the house starts without memory', async (t) => {
    const store = keeping();
    store.memory.all = async () => {
      throw new Error('damaged');
    };
    const house = await startHouse(t, { ...NOW, store });
    await house.run(60);
    expect(house.charger().charging).toBe(true);
    expect(logged(house, 'remembered')).toEqual(['warn: what the house remembered cannot be read: damaged']);
    expect(logged(house, 'stored devices')).toEqual(['warn: stored devices cannot be read: damaged']);
    const adding = house.runtime.evcc.configuration.create('vehicle', { type: 'fake' });
    await expect(house.clock.until(adding)).rejects.toMatchObject({ code: 'EVCC_STORE_FAILED' });
  });
});

describe('garbage', () => {
  const good = async (t: TestContext): Promise<Record<string, Record<string, unknown>>> => {
    const house = await startHouse(t, { ...NOW, store: keeping() });
    await house.run(60);
    await house.stop();
    return (await memoryOf(house.store, 'loadpoint.garage')) as never;
  };

  test.for<[string, (kept: Record<string, Record<string, unknown>>) => unknown]>([
    ['no JSON', () => undefined],
    ['a number', () => 7],
    ['a list', () => []],
    ['without memory', ({ account, session }) => ({ account, session })],
    ['a field missing', ({ memory, ...kept }) => ({ ...kept, memory: { ...memory, enabled: undefined } })],
    ['a text for a flag', ({ memory, ...kept }) => ({ ...kept, memory: { ...memory, enabled: 'yes' } })],
    ['a negative current', ({ memory, ...kept }) => ({ ...kept, memory: { ...memory, offeredCurrent: -5 } })],
    ['two phases', ({ memory, ...kept }) => ({ ...kept, memory: { ...memory, phasesEnabled: 2 } })],
    ['another status', ({ memory, ...kept }) => ({ ...kept, memory: { ...memory, status: 'X' } })],
    [
      'a broken timer',
      ({ memory, ...kept }) => ({ ...kept, memory: { ...memory, timers: { pv: { action: 'enable' } } } }),
    ],
    ['a text in the account', ({ account, ...kept }) => ({ ...kept, account: { ...account, energy: 'much' } })],
    ['a session that is none', (kept) => ({ ...kept, session: { id: 'one' } })],
  ])('%s is ignored with a warning, and the charger is taken as it is', async ([, spoil], t) => {
    const text = JSON.stringify(spoil(await good(t)));
    const store = keeping();
    await store.memory.save(
      new Map([
        ['loadpoint.garage', text ?? '{'],
        ['alive', 'x'],
        ['plans', '[1]'],
        ['decisions.garage', '[{"at":"x"},null]'],
      ]),
    );
    const house = await startHouse(t, {
      ...NOW,
      store,
      charger: (charger) => Object.assign(charger, { enabled: true, maxCurrent: 10 }),
    });
    await house.run(30);
    expect(logged(house, 'is ignored')).toEqual([
      'warn: garage: what was remembered of it is not readable and is ignored',
    ]);
    expect(house.charger().charging).toBe(true);
    expect(house.commands()).toEqual([{ setMaxCurrent: 16 }]);
  });
});
