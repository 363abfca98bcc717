import { expect, test } from 'vitest';
import type { LoadedPlugin } from '../../core/index.ts';
import { startHouse } from '../helpers/house.ts';

declare module 'evcc' {
  interface Services {
    testLamp: string;
  }
}

/** A plugin that offers a lamp; its section makes it another one. */
const provider = (lamp: string, name = 'provider'): LoadedPlugin => ({
  name,
  apply: ({ services, hooks }) => hooks.setup.tapPromise(name, async () => services.provide('testLamp', lamp)),
});

/** A plugin that notes which lamps it was given and had to give back. */
const user = (notes: string[], name = 'user'): LoadedPlugin => ({
  name,
  apply({ services }) {
    services.use('testLamp', (lamp) => {
      notes.push(`+${lamp}`);
      return () => void notes.push(`-${lamp}`);
    });
  },
});

test.each(['provider first', 'user first'])('a plugin gets what another one offers: %s', async (order) => {
  const notes: string[] = [];
  const plugins = [provider('red'), user(notes)];
  const house = await startHouse(
    { onTestFinished: () => {} },
    { plugins: order === 'user first' ? plugins.toReversed() : plugins },
  );
  expect(notes).toEqual(['+red']);
  await house.stop();
  expect(notes).toEqual(['+red', '-red']);
});

test('what nobody offers is never given', async (t) => {
  const notes: string[] = [];
  await startHouse(t, { plugins: [user(notes)] });
  expect(notes).toEqual([]);
});

test('a service that goes is taken back, and another one takes its place', async (t) => {
  const notes: string[] = [];
  const [red, own] = [provider('red'), user(notes)];
  const house = await startHouse(t, { plugins: [red, own] });
  const [fake] = house.config.plugins ?? [];
  const change = async (...plugins: LoadedPlugin[]): Promise<void> => {
    const changed = { ...house.config, plugins: [fake, ...plugins] };
    expect(await house.clock.until(house.runtime.reconfigure(changed), 100)).toEqual([]);
  };
  await change(red, own, provider('green', 'other'));
  expect(notes).toEqual(['+red', '-red', '+green']);
  await change(red, own);
  expect(notes.slice(3)).toEqual(['-green', '+red']);
  await change(own);
  expect(notes.slice(5)).toEqual(['-red']);
  await change();
  expect(notes).toHaveLength(6);
});

test('who uses a service and leaves gives it back', async (t) => {
  const notes: string[] = [];
  const red = provider('red');
  const house = await startHouse(t, { plugins: [red, user(notes)] });
  const [fake] = house.config.plugins ?? [];
  const changed = { ...house.config, plugins: [fake, red] };
  expect(await house.clock.until(house.runtime.reconfigure(changed), 100)).toEqual([]);
  expect(notes).toEqual(['+red', '-red']);
});

test('a user that fails is named in the log and disturbs nobody', async (t) => {
  const notes: string[] = [];
  const clumsy: LoadedPlugin = {
    name: 'clumsy',
    apply({ services }) {
      services.use('testLamp', () => {
        throw new Error('dropped it');
      });
    },
  };
  const house = await startHouse(t, { plugins: [clumsy, provider('red'), user(notes)] });
  expect(notes).toEqual(['+red']);
  expect(house.log).toContainEqual(expect.objectContaining({ level: 'error', message: 'plugin clumsy: dropped it' }));
});
