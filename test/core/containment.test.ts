import { describe, expect, test } from 'vitest';
import type { Evcc, LoadedPlugin, Reason, Setpoint, SitePower } from '../../core/index.ts';
import { type FakeHouse, startHouse } from '../helpers/house.ts';

const BROKEN = 'the tap is broken';
const REASON: Reason = { code: 'test', text: 'a test wants it' };

/** Hooks whose taps answer at once, and those whose taps may answer later. */
const AT_ONCE = ['sitePower', 'measured', 'decide', 'battery', 'written', 'event', 'session', 'publish'] as const;
const OBSERVERS = ['measured', 'written', 'event', 'session', 'publish'] as const;
const LATER = ['measure', 'rates', 'plan', 'command'] as const;

type AnyHook = Evcc['hooks']['measured'] & Evcc['hooks']['setup'];

const probe = (apply: (evcc: Evcc) => void): LoadedPlugin => ({ name: 'probe', apply });

/** A plugin with one tap. */
const tapping = (hook: keyof Evcc['hooks'], tap: (...args: readonly unknown[]) => unknown): LoadedPlugin =>
  probe((evcc) => (evcc.hooks[hook] as AnyHook).tap('probe', tap as () => void));

const tappingLater = (
  hook: keyof Evcc['hooks'],
  tap: (...args: readonly unknown[]) => Promise<unknown>,
): LoadedPlugin => probe((evcc) => (evcc.hooks[hook] as AnyHook).tapPromise('probe', tap as () => Promise<void>));

const logged = (house: FakeHouse, text: string): string[] =>
  house.log.filter(({ message }) => message.includes(text)).map(({ level, message }) => `${level}: ${message}`);

/** Every hook of the cycle is reached here. */
const everything = (plugin: LoadedPlugin): Parameters<typeof startHouse>[1] => ({
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
  const refining = (refine: (power: SitePower) => SitePower): LoadpointHouse => ({
    loadpoints: [{ mode: 'pv' }],
    plugins: [probe((evcc) => evcc.hooks.sitePower.tap('probe', refine))],
  });
  type LoadpointHouse = Parameters<typeof startHouse>[1];

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

describe('limit', () => {
  type Limit = (setpoint: Setpoint) => Setpoint | undefined;
  const limited = (...limits: Limit[]): Parameters<typeof startHouse>[1] => ({
    loadpoints: [{ mode: 'now', phases: 3 }],
    charger: (charger) => {
      charger.canSwitchPhases = true;
    },
    plugins: limits.map((limit, index) => ({
      name: `limiter${index + 1}`,
      apply: (evcc) => evcc.hooks.limit.tap(`limiter${index + 1}`, limit as (setpoint: Setpoint) => Setpoint),
    })),
  });
  const to =
    (current: number): Limit =>
    (setpoint) => ({ ...setpoint, current });

  test.for([
    ['lower counts', [to(10)], 10],
    ['the lowest of several counts', [to(12), to(8), to(14)], 8],
    ['higher has no effect', [to(99)], 16],
    ['negative is none', [to(-5)], 0],
    ['no opinion changes nothing', [() => undefined], 16],
    ['below the minimum there is nothing but 0', [to(5.9)], 0],
    ['NaN is a failure', [to(Number.NaN)], 0],
    ['no current at all is a failure', [() => ({}) as Setpoint], 0],
    ['a text is a failure', [() => 'much' as unknown as Setpoint], 0],
    ['one that throws means no current, whatever the others say', [to(10), fails, to(32)], 0],
  ] as const)('%s', async ([, limits, expected], t) => {
    const house = await startHouse(t, limited(...limits));
    await house.run(30);
    expect(house.charger().enabled ? house.charger().maxCurrent : 0).toBe(expected);
  });

  function fails(): never {
    throw new Error(BROKEN);
  }

  test('fewer phases count, more do not', async (t) => {
    const fewer = await startHouse(
      t,
      limited((setpoint) => ({ ...setpoint, phases: 1 })),
    );
    await fewer.run(120);
    expect(fewer.charger().phases).toBe(1);
    const options = limited((setpoint) => ({ ...setpoint, phases: 3 }));
    const more = await startHouse(t, { ...options, loadpoints: [{ mode: 'now', phases: 1 }] });
    await more.run(120);
    expect(more.charger().phases).toBe(1);
  });

  test('the reason says who limited, also when the limiter gave none', async (t) => {
    const house = await startHouse(
      t,
      limited(to(10), (setpoint) => ({ ...setpoint, current: 8, reasons: [...setpoint.reasons, REASON] })),
    );
    await house.cycle();
    const reasons = house.loadpoint('reasons') as Reason[];
    expect(reasons.slice(1)).toEqual([
      { by: 'limiter1', code: 'limited', text: 'limiter1 allows 10 A' },
      { by: 'limiter2', code: 'test', text: 'a test wants it' },
    ]);
  });

  test('a limiter cannot take away the reasons of others', async (t) => {
    const house = await startHouse(
      t,
      limited(to(10), (setpoint) => ({ ...setpoint, current: 8, reasons: [] })),
    );
    await house.cycle();
    expect(house.reasons()).toEqual(['mode-now', 'limited', 'limited']);
  });

  test('a limiter that fails stops a running charge, says why, and lets it go on when it works again', async (t) => {
    let broken = false;
    const house = await startHouse(
      t,
      limited(() => {
        if (broken) throw new Error(BROKEN);
        return undefined;
      }),
    );
    await house.run(30);
    expect(house.charger().charging).toBe(true);
    broken = true;
    await house.run(10);
    expect(house.charger().charging).toBe(false);
    expect(house.loadpoint('reasons')).toContainEqual({
      by: 'limiter1',
      code: 'limiter-failed',
      text: `no current, because the limiter limiter1 failed: ${BROKEN}`,
    });
    broken = false;
    await house.run(120);
    expect(house.charger().charging).toBe(true);
    expect(logged(house, 'limit of plugin')).toEqual([
      `error: limit of plugin limiter1 failed: ${BROKEN}`,
      'info: limit of plugin limiter1 works again',
    ]);
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

describe('the life of a plugin', () => {
  test.for([
    ['throws', () => Promise.reject(new Error('the port is taken')), 'the port is taken'],
    ['hangs', () => new Promise(() => {}), 'setup of plugin probe took longer than 10 s'],
  ] as const)('setup %s: the start fails and names the plugin', async ([, setup, message], t) => {
    const house = await startHouse(t, { plugins: [tappingLater('setup', setup)], unprepared: true });
    await expect(house.clock.until(house.runtime.start())).rejects.toMatchObject({
      code: 'EVCC_PLUGIN_FAILED',
      plugin: 'probe',
      message: `plugin probe: ${message}`,
    });
  });

  test('setup that throws in a synchronous tap fails the start too', async (t) => {
    const plugin = tapping('setup', () => {
      throw new Error(BROKEN);
    });
    const house = await startHouse(t, { plugins: [plugin], unprepared: true });
    await expect(house.runtime.start()).rejects.toMatchObject({ code: 'EVCC_PLUGIN_FAILED' });
  });

  test('a failed start waits for the setup of the others, so that they can be closed', async (t) => {
    const calls: string[] = [];
    const slow: LoadedPlugin = {
      name: 'slow',
      apply(evcc) {
        evcc.hooks.setup.tapPromise('slow', async () => {
          await evcc.clock.sleep(3_000);
          calls.push('open');
        });
        evcc.hooks.stop.tap('slow', () => void calls.push('stop'));
        return () => void calls.push('release');
      },
    };
    const broken = tappingLater('setup', () => Promise.reject(new Error(BROKEN)));
    const house = await startHouse(t, { plugins: [broken, slow], unprepared: true });
    await expect(house.clock.until(house.runtime.start())).rejects.toThrow(BROKEN);
    await house.stop();
    expect(calls).toEqual(['open', 'stop', 'release']);
  });

  test.for(['started', 'stop'] as const)('%s may fail: the others are not kept from theirs', async (hook, t) => {
    const calls: string[] = [];
    const good: LoadedPlugin = {
      name: 'good',
      apply: (evcc) => (evcc.hooks[hook] as AnyHook).tap('good', () => void calls.push('good')),
    };
    const hangs: LoadedPlugin = {
      name: 'hangs',
      apply: (evcc) => (evcc.hooks[hook] as AnyHook).tapPromise('hangs', () => new Promise(() => {})),
    };
    const throws = tapping(hook, () => {
      throw new Error(BROKEN);
    });
    const house = await startHouse(t, { plugins: [throws, hangs, good], unprepared: true });
    await house.clock.until(house.runtime.start());
    await house.stop();
    expect(calls).toEqual(['good']);
    expect(logged(house, `${hook} of plugin`).sort()).toEqual([
      `error: ${hook} of plugin hangs failed: ${hook} of plugin hangs took longer than ${hook === 'stop' ? 5 : 10} s`,
      `error: ${hook} of plugin probe failed: ${BROKEN}`,
    ]);
  });

  test('a plugin whose apply fails is a problem of the configuration', async (t) => {
    const plugin = probe(() => {
      throw new Error(BROKEN);
    });
    await expect(startHouse(t, { plugins: [plugin] })).rejects.toMatchObject({
      code: 'EVCC_CONFIG_INVALID',
      problems: [{ path: 'plugins', message: `plugin probe: ${BROKEN}` }],
    });
  });

  test('taps do nothing before the house is prepared and after it was stopped', async (t) => {
    const calls: string[] = [];
    let tap = (): void => {};
    const house = await startHouse(t, {
      unprepared: true,
      plugins: [
        probe((evcc) => {
          evcc.hooks.measured.tap('probe', () => void calls.push('measured'));
          tap = () => evcc.hooks.measured.call({} as never);
        }),
      ],
    });
    tap();
    expect(calls).toEqual([]);
    await house.runtime.prepare();
    await house.cycle();
    expect(calls).toEqual(['measured']);
    await house.stop();
    tap();
    expect(calls).toEqual(['measured']);
  });

  test('a plugin taps with tap and tapPromise only', async (t) => {
    const plugin = probe((evcc) => evcc.hooks.setup.tapAsync('probe', (done) => done()));
    await expect(startHouse(t, { plugins: [plugin] })).rejects.toThrow('hook setup is used by tap and tapPromise only');
  });

  test('a listener of the log that fails, or logs, keeps nobody from logging', async (t) => {
    const seen: string[] = [];
    const plugin = probe((evcc) => {
      evcc.onLog(({ message }) => {
        seen.push(message);
        evcc.log.warn('heard of it');
        throw new Error(BROKEN);
      });
      evcc.hooks.measured.tap('probe', () => evcc.log.warn('too warm'));
    });
    const house = await startHouse(t, { plugins: [plugin] });
    await house.cycle();
    await house.cycle();
    expect(seen).toEqual(['too warm', 'too warm']);
    expect(logged(house, 'a cycle failed')).toEqual([]);
  });
});
