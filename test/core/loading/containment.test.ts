import { describe, expect, test } from 'vitest';
import type { Evcc, LoadedPlugin, Reason, SitePower } from '../../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../helpers/house.ts';
import { logged, probe, tapping, tappingLater } from '../../helpers/probe.ts';

const BROKEN = 'the tap is broken';
const REASON: Reason = { code: 'test', text: 'a test wants it' };

/** Hooks whose taps answer at once, and those whose taps may answer later. */
const AT_ONCE = ['sitePower', 'measured', 'decide', 'battery', 'written', 'event', 'session', 'publish'] as const;
const OBSERVERS = ['measured', 'written', 'event', 'session', 'publish'] as const;
const LATER = ['measure', 'rates', 'plan', 'command'] as const;

/** Every hook of the cycle is reached here. */
const everything = (plugin: LoadedPlugin): HouseOptions => ({
  battery: { soc: 50 },
  rates: (now) => [{ start: now, end: now + 86_400_000, price: 0.3 }],
  charger: (charger) => {
    charger.status = 'A';
  },
  plugins: [plugin],
});

/** A car comes, charges, stops and leaves, and an hour goes by; twice. */
async function live(house: FakeHouse): Promise<void> {
  for (const _ of ['once', 'twice']) {
    house.charger().status = 'B';
    await house.clock.until(house.command('mode', 'now'));
    await house.run(30);
    expect(house.charger().enabled).toBe(true);
    await house.clock.until(house.command('mode', 'off'));
    await house.run(10);
    expect(house.charger().enabled).toBe(false);
    house.charger().status = 'A';
    await house.run(10);
    await house.clock.advance(3_600_000);
    await house.run(20);
  }
}

describe('a tap that fails is named once, stops nothing else, and is heard of again when it works', () => {
  test.for([...AT_ONCE, ...LATER])('%s throws', async (hook, t) => {
    let broken = true;
    const plugin = tapping(hook, () => {
      if (broken) throw new Error(BROKEN);
    });
    const house = await startHouse(t, everything(plugin));
    await live(house);
    expect(logged(house, 'probe')).toEqual([`error: ${hook} of plugin probe failed: ${BROKEN}`]);
    broken = false;
    await live(house);
    expect(logged(house, 'probe').slice(1)).toEqual([`info: ${hook} of plugin probe works again`]);
    expect(logged(house, 'a cycle failed')).toEqual([]);
  });

  test.for(LATER)('%s rejects', async (hook, t) => {
    let broken = true;
    const plugin = tappingLater(hook, async () => {
      if (broken) throw new Error(BROKEN);
    });
    const house = await startHouse(t, everything(plugin));
    await live(house);
    expect(logged(house, 'probe')).toEqual([`error: ${hook} of plugin probe failed: ${BROKEN}`]);
    broken = false;
    await live(house);
    expect(logged(house, 'probe').slice(1)).toEqual([`info: ${hook} of plugin probe works again`]);
  });

  test.for([
    ['measure', 5],
    ['rates', 10],
    ['plan', 30],
    ['command', 5],
  ] as const)('%s hangs: it is given up after %i s', async ([hook, seconds], t) => {
    let end = (): void => {};
    const hung = new Promise<void>((resolve) => {
      end = resolve;
    });
    const signals: AbortSignal[] = [];
    const plugin = tappingLater(hook, (...args) => {
      for (const arg of args) if (arg instanceof AbortSignal) signals.push(arg);
      return hung;
    });
    const house = await startHouse(t, everything(plugin));
    await live(house);
    const what = `${hook} of plugin probe`;
    expect(logged(house, 'probe')).toEqual([`error: ${what} failed: ${what} took longer than ${seconds} s`]);
    expect(signals.every((signal) => signal.aborted)).toBe(true);
    expect(signals.length > 0).toBe(hook === 'measure' || hook === 'rates');
    end();
    await live(house);
    expect(logged(house, 'probe').slice(1)).toEqual([`info: ${what} works again`]);
  });

  test.for(OBSERVERS)('%s may be observed asynchronously; a rejection stays with the observer', async (hook, t) => {
    const house = await startHouse(t, everything(tapping(hook, () => Promise.reject(new Error(BROKEN)))));
    await live(house);
    expect(logged(house, 'probe')).toEqual([`error: ${hook} of plugin probe failed: ${BROKEN}`]);
  });

  test('a tap that hangs in every cycle does not hold up every cycle', async (t) => {
    const house = await startHouse(t, everything(tappingLater('measure', () => new Promise(() => {}))));
    const before = house.clock.now();
    await house.run(120);
    // The first call cost its deadline, the others nothing.
    expect(house.clock.now() - before).toBeLessThan(130_000);
  });
});

describe('answers of another shape', () => {
  test.for([
    ['sitePower', { power: Number.NaN }],
    ['sitePower', { power: '5' }],
    ['sitePower', 5],
    ['sitePower', Promise.resolve({})],
    ['decide', { current: Number.NaN, reason: REASON }],
    ['decide', { current: '6' }],
    ['decide', { current: 6, yieldsTo: Number.NaN, reason: REASON }],
    ['decide', 'yes'],
    ['decide', Promise.resolve({ current: 6, reason: REASON })],
    ['battery', { mode: 'turbo', reason: REASON }],
    ['battery', { mode: 'hold' }],
    ['rates', { grid: 0.3 }],
    ['rates', 'cheap'],
    ['plan', {}],
  ] as const)('%s: %j is a failure of the plugin, and the others go on', async ([hook, answer], t) => {
    const house = await startHouse(t, everything(tapping(hook, () => answer)));
    await live(house);
    const [failure, ...more] = logged(house, 'probe');
    expect(failure).toMatch(new RegExp(`^error: ${hook} of plugin probe failed: it`));
    expect(more).toEqual([]);
    expect(logged(house, 'a cycle failed')).toEqual([]);
  });

  test.for(['sitePower', 'decide', 'limit', 'battery', 'rates', 'plan'] as const)(
    '%s: null is no opinion, like undefined',
    async (hook, t) => {
      const house = await startHouse(t, everything(tapping(hook, () => null)));
      await live(house);
      expect(logged(house, 'probe')).toEqual([]);
    },
  );

  test('an asynchronous strategy that rejects is caught', async (t) => {
    const house = await startHouse(t, everything(tapping('decide', () => Promise.reject(new Error(BROKEN)))));
    await live(house);
    expect(logged(house, 'probe')).toEqual([
      'error: decide of plugin probe failed: it answered with a promise, but must answer at once',
    ]);
  });
});

describe('sitePower', () => {
  const refining = (refine: (power: SitePower) => SitePower): HouseOptions => ({
    loadpoints: [{ mode: 'pv' }],
    plugins: [probe((evcc) => evcc.hooks.sitePower.tap('probe', refine))],
  });

  test('a tap that fails makes the power unknown, so nothing starts', async (t) => {
    const house = await startHouse(
      t,
      refining(() => {
        throw new Error(BROKEN);
      }),
    );
    house.set({ pv: 11_000 });
    await house.run(300);
    expect(house.charger().enabled).toBe(false);
    expect(house.runtime.evcc.healthy()).toBe(false);
  });

  test('a tap sees what the one before it made of it', async (t) => {
    const house = await startHouse(
      t,
      refining((power) => ({ ...power, power: (power.power ?? 0) + 20_000 })),
    );
    house.set({ pv: 11_000 });
    await house.run(300);
    expect(house.charger().enabled).toBe(false);
    expect(house.runtime.evcc.healthy()).toBe(true);
  });
});

describe('command', () => {
  const asked = (answer: (evcc: Evcc) => void): LoadedPlugin =>
    probe((evcc) => evcc.hooks.command.tapPromise('probe', async () => answer(evcc)));

  test('is refused by EVCC_COMMAND_INVALID, with the words of the plugin', async (t) => {
    const plugin = asked((evcc) => evcc.fail('EVCC_COMMAND_INVALID', 'not while the oven is on'));
    const house = await startHouse(t, { plugins: [plugin] });
    await expect(house.command('mode', 'now')).rejects.toMatchObject({
      code: 'EVCC_COMMAND_INVALID',
      message: 'not while the oven is on',
    });
    expect(house.loadpoint('mode')).toBe('off');
    expect([...(await house.store.settings.all())]).toEqual([]);
    expect(logged(house, 'probe')).toEqual([]);
  });

  test('is applied when the plugin fails in another way', async (t) => {
    const house = await startHouse(t, {
      plugins: [asked((evcc) => evcc.fail('EVCC_DEVICE_UNAVAILABLE', 'no answer'))],
    });
    await house.command('mode', 'now');
    expect(house.loadpoint('mode')).toBe('now');
    expect(logged(house, 'probe')).toEqual(['error: command of plugin probe failed: no answer']);
  });

  test('is applied when the plugin does not answer in time', async (t) => {
    const house = await startHouse(t, { plugins: [tappingLater('command', () => new Promise(() => {}))] });
    const before = house.clock.now();
    await house.clock.until(house.command('mode', 'now'));
    expect(house.clock.now() - before).toBe(5_000);
    expect(house.loadpoint('mode')).toBe('now');
  });

  test('is shown to plugins as it will be applied, and only when it is valid', async (t) => {
    const seen: unknown[] = [];
    const plugin = tappingLater('command', async (command) => void seen.push(command));
    const house = await startHouse(t, { plugins: [plugin] });
    await house.command('maxCurrent', '10');
    await expect(house.command('maxCurrent', '1000')).rejects.toThrow();
    expect(seen).toEqual([{ scope: 'loadpoint', id: 1, name: 'maxCurrent', value: 10, source: 'test' }]);
  });
});
