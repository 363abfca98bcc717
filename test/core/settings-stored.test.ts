import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../core/store.ts';
import { settle } from '../helpers/fake-clock.ts';
import { type HouseOptions, startHouse } from '../helpers/house.ts';
import { stored, storeWith } from '../helpers/store.ts';

describe('a command', () => {
  test('is answered when it is stored, not before', async (t) => {
    let written = (): void => {};
    const store = storeWith(
      () =>
        new Promise((resolve) => {
          written = resolve;
        }),
    );
    const house = await startHouse(t, { store });
    let answered = false;
    const answer = house.command('mode', 'now').then(() => {
      answered = true;
    });
    await settle();
    // It is in force already: a slow disk must not keep a car from charging.
    expect(house.loadpoint('mode')).toBe('now');
    expect(answered).toBe(false);
    written();
    await answer;
  });

  test('that cannot be stored says so; it is in force until the restart', async (t) => {
    const store = storeWith(() => Promise.reject(new Error('disk full')));
    const house = await startHouse(t, { store });
    await expect(house.command('mode', 'now')).rejects.toMatchObject({
      code: 'EVCC_STORE_FAILED',
      message: 'mode is set, but could not be stored: disk full',
    });
    await house.cycle();
    expect(house.charger().charging).toBe(true);
  });

  test('is stored under the name of the loadpoint, and read again at the next start', async (t) => {
    const store = createMemoryStore();
    const first = await startHouse(t, { store, loadpoints: [{ name: 'garage' }, {}] });
    await first.command('mode', 'pv', 1);
    await first.command('maxCurrent', 10, 2);
    await first.commandSite('residualPower', 100);
    expect(await stored(store)).toEqual({
      'loadpoint.garage.mode': 'pv',
      'loadpoint.charger2.maxCurrent': 10,
      'site.residualPower': 100,
    });
    await first.stop();
    const second = await startHouse(t, { store, loadpoints: [{}, { name: 'garage' }] });
    expect(second.loadpoint('mode', 2)).toBe('pv');
    expect(second.loadpoint('mode', 1)).toBe('off');
    expect(second.site('residualPower')).toBe(100);
  });

  test('in a crowd: each is applied, the last one stays, and what is stored is in force', async (t) => {
    const store = createMemoryStore();
    const house = await startHouse(t, { store });
    const currents = Array.from({ length: 50 }, (_, index) => 7 + (index % 9));
    await Promise.all(currents.map((current) => house.command('maxCurrent', current)));
    expect(house.loadpoint('maxCurrent')).toBe(currents.at(-1));
    expect(await stored(store)).toEqual({ 'loadpoint.charger1.maxCurrent': currents.at(-1) });
  });

  test('that another one made impossible while a plugin thought about it is refused', async (t) => {
    const house = await startHouse(t, {
      plugins: [
        {
          name: 'slow',
          apply: (evcc) =>
            evcc.hooks.command.tapPromise('slow', ({ name }) => evcc.clock.sleep(name === 'minCurrent' ? 1_000 : 0)),
        },
      ],
    });
    const refused = expect(house.command('minCurrent', 12)).rejects.toThrow('must not be above maxCurrent (10 A)');
    const lower = house.command('maxCurrent', 10);
    await house.clock.advance(2_000);
    await lower;
    await refused;
    expect([house.loadpoint('minCurrent'), house.loadpoint('maxCurrent')]).toEqual([6, 10]);
  });

  test('that waits while loadpoints change places reaches its loadpoint', async (t) => {
    const store = createMemoryStore();
    const house = await startHouse(t, {
      store,
      loadpoints: [{ name: 'one' }, { name: 'two' }],
      plugins: [
        { name: 'slow', apply: (evcc) => evcc.hooks.command.tapPromise('slow', () => evcc.clock.sleep(3_000)) },
      ],
    });
    const waiting = house.command('mode', 'now', 1);
    const [one, two] = house.config.loadpoints ?? [];
    expect(await house.runtime.reconfigure({ ...house.config, loadpoints: [two, one] } as never)).toEqual([]);
    await house.clock.advance(3_000);
    await waiting;
    expect([house.loadpoint('mode', 1), house.loadpoint('mode', 2)]).toEqual(['off', 'now']);
    expect(await stored(store)).toEqual({ 'loadpoint.one.mode': 'now' });
    const lost = expect(house.command('mode', 'pv', 2)).rejects.toMatchObject({ code: 'EVCC_NOT_FOUND' });
    expect(await house.runtime.reconfigure({ ...house.config, loadpoints: [two] } as never)).toEqual([]);
    await house.clock.advance(3_000);
    await lost;
  });
});

describe('what is stored and what is configured', () => {
  const configured = (mode: 'off' | 'pv' | 'now'): HouseOptions => ({ loadpoints: [{ mode }] });

  test('the stored value goes before the configured one', async (t) => {
    const store = createMemoryStore();
    const first = await startHouse(t, { store, ...configured('pv') });
    await first.command('mode', 'now');
    await first.stop();
    const second = await startHouse(t, { store, ...configured('pv') });
    expect(second.loadpoint('mode')).toBe('now');
  });

  test('unless the configuration was edited since; then the stored value is forgotten for good', async (t) => {
    const store = createMemoryStore();
    const first = await startHouse(t, { store, ...configured('pv') });
    await first.command('mode', 'now');
    await first.stop();
    const second = await startHouse(t, { store, ...configured('off') });
    expect(second.loadpoint('mode')).toBe('off');
    await second.stop();
    expect(await stored(store)).toEqual({});
    const third = await startHouse(t, { store, ...configured('pv') });
    expect(third.loadpoint('mode')).toBe('pv');
  });

  test('also while the house runs', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv', maxCurrent: 12 }] });
    await house.command('mode', 'now');
    await house.command('maxCurrent', 10);
    const edited = [{ charger: 'charger1', mode: 'off', maxCurrent: 12 }];
    expect(await house.runtime.reconfigure({ ...house.config, loadpoints: edited })).toEqual([]);
    expect(house.loadpoint('mode')).toBe('off');
    expect(house.loadpoint('maxCurrent')).toBe(10);
  });

  test.for([
    ['no JSON', 'now'],
    ['no record', '"now"'],
    ['nothing', ''],
    ['null', 'null'],
    ['a value out of range', JSON.stringify({ value: 'warp', base: 'pv' })],
    ['another type', JSON.stringify({ value: 5, base: 'pv' })],
  ] as const)('%s in the store counts as nothing', async ([, text], t) => {
    const store = createMemoryStore();
    await store.settings.set('loadpoint.charger1.mode', text);
    await store.settings.set('of.a.later.version', JSON.stringify({ value: 5, base: null }));
    const house = await startHouse(t, { store, ...configured('pv') });
    expect(house.loadpoint('mode')).toBe('pv');
    await house.command('mode', 'now');
    expect(await stored(store)).toMatchObject({ 'loadpoint.charger1.mode': 'now', 'of.a.later.version': 5 });
  });

  test('a store that cannot be read fails the start', async (t) => {
    const store = createMemoryStore();
    const broken = {
      ...store,
      settings: { ...store.settings, all: () => Promise.reject(new Error('disk I/O error')) },
    };
    const house = await startHouse(t, { store: broken, unprepared: true });
    await expect(house.runtime.start()).rejects.toMatchObject({ code: 'EVCC_STORE_FAILED' });
    expect(house.created).toEqual([]);
  });
});
