import { expect, test } from 'vitest';
import type { LoadedPlugin } from '../../core/index.ts';
import { startHouse } from '../helpers/house.ts';
import { type AnyHook, logged, probe, tapping, tappingLater } from '../helpers/probe.ts';

const BROKEN = 'the plugin is broken';

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
