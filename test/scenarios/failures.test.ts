import { describe, expect, test } from 'vitest';
import type { LoadedPlugin } from '../../core/index.ts';
import { type FakeCharger, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, chargingHouse, MINIMUM } from './situations.ts';

const GONE: Partial<FakeCharger> = { failure: new Error('connection refused') };
const BACK: Partial<FakeCharger> = { failure: undefined as unknown as Error };

describe('a charger that does not answer', () => {
  test('is told nothing once its last reading is stale, and goes on when it is back', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { for: 60, writes: '16 A, on' },
      { charger: GONE, for: 70 },
      { for: 200, why: ['mode-now', 'charger-unavailable'] },
      { when: () => house.command('maxCurrent', 10) },
      { for: 100 },
    ]);
    house.charger().failure = undefined;
    while (house.reasons().includes('charger-unavailable')) await house.cycle();
    expect(house.commands()).toEqual([{ setMaxCurrent: 10 }]);
    await play(house, [{ for: 120, shows: { charging: true } }]);
  });

  test('is tried once a cycle while its last reading is fresh, and once a minute after that', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [{ for: 60, writes: '16 A, on' }, { charger: GONE }]);
    await house.command('mode', 'off');
    await house.run(300);
    const attempts = house.commands();
    expect(attempts.length).toBeGreaterThan(1);
    expect(attempts.length).toBeLessThanOrEqual(6 + 4);
    expect(new Set(attempts.map((command) => JSON.stringify(command)))).toEqual(new Set(['{"enable":false}']));
  });

  test('at start, is told nothing, and is charged with as soon as it is there', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now' }],
      charger: (charger) => Object.assign(charger, GONE),
    });
    await play(house, [{ for: 20, why: ['mode-now', 'charger-unavailable'], shows: { connected: false } }]);
    house.charger().failure = undefined;
    while (!house.loadpoint('connected')) await house.cycle();
    await play(house, [{ writes: '16 A, on' }].slice(house.charger().commands.length > 0 ? 1 : 0));
    expect(house.commands()).toEqual([{ setMaxCurrent: 16 }, { enable: true }]);
  });

  test('that hangs, leaves the other loadpoints alone', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }, { mode: 'pv', enable: { delay: 0 } }] });
    await play(house, [{ for: 20, writes: '16 A, on' }]);
    house.charger(1).hangs = true;
    house.set({ pv: 16 * AMPERE + MINIMUM });
    await play(house, [
      { writes: { 2: '6 A, on' } },
      { set: { pv: 16 * AMPERE + 9 * AMPERE }, writes: { 2: '9 A' } },
      { for: 120 },
    ]);
    expect(house.reasons(1)).toContain('charger-unavailable');
  });

  test('one that is unavailable does not end the session', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { for: 360, writes: '16 A, on' },
      { charger: GONE, for: 300 },
      { charger: BACK, shows: { connected: true } },
    ]);
    expect(Number(house.loadpoint('chargedEnergy'))).toBeGreaterThan(900);
    expect(Number(house.loadpoint('connectedDuration'))).toBeGreaterThanOrEqual(650_000);
  });
});

describe('a command that fails', () => {
  test.for([
    { command: 'setMaxCurrent', tries: '16 A', rest: '16 A, on' },
    { command: 'enable', tries: '16 A, on', rest: 'on' },
  ])('$command is sent again in the next cycle, what follows it is not sent', async ({ command, tries, rest }, t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now' }],
      charger: (charger) => Object.assign(charger, { refuses: (sent: object) => command in sent }),
    });
    await play(house, [
      { writes: tries, shows: { enabled: false } },
      { writes: command === 'enable' ? 'on' : tries },
      { charger: { refuses: () => false }, writes: rest, shows: { enabled: true, chargeCurrent: 16 } },
      { for: 60 },
    ]);
    const messages = house.log.filter(({ message }) => message.includes('commanding charger'));
    expect(messages.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  test('switching off is sent until it worked', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { charger: { refuses: () => true }, when: () => house.command('mode', 'off'), writes: 'off' },
      { writes: 'off', shows: { enabled: true } },
      { charger: { refuses: () => false }, writes: 'off', shows: { enabled: false } },
      { for: 60 },
    ]);
  });

  test('one that hangs is not sent a second time before its deadline, and others are served', async (t) => {
    const house = await startHouse(t, { interval: 5, loadpoints: [{ mode: 'off' }, { mode: 'now' }] });
    await play(house, [
      { writes: { 2: '16 A, on' } },
      { charger: { hangs: 'commands' }, when: () => house.command('mode', 'now'), writes: '16 A' },
      { when: () => house.command('maxCurrent', 10, 2), writes: { 2: '10 A' } },
      { charger: { hangs: false }, writes: '16 A, on' },
      { for: 60 },
    ]);
  });
});

describe('plugins that fail', () => {
  const limiter = (limit: () => unknown): LoadedPlugin => ({
    name: 'limiter',
    apply(evcc) {
      evcc.hooks.limit.tap('limiter', (setpoint) => {
        const answer = limit();
        return typeof answer === 'number' ? { ...setpoint, current: answer } : (answer as typeof setpoint);
      });
    },
  });

  test('a limiter that throws means no current, and it is back with the limiter', async (t) => {
    let failing = false;
    const plugin = limiter(() => {
      if (failing) throw new Error('no data');
      return 12;
    });
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }], plugins: [plugin] });
    await play(house, [
      { writes: '12 A, on', why: ['mode-now', 'limited'] },
      {
        when: () => {
          failing = true;
        },
        writes: 'off',
        why: ['mode-now', 'limiter-failed'],
      },
      { for: 60 },
      {
        when: () => {
          failing = false;
        },
        writes: '12 A, on',
      },
    ]);
    const messages = house.log.filter(({ message }) => message.includes('limit of plugin limiter'));
    expect(messages.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  test.for([
    { title: 'less than the minimum', answer: 5, writes: '' },
    { title: 'less than is wanted', answer: 9.7, writes: '9 A, on' },
    { title: 'more than is wanted', answer: 32, writes: '16 A, on' },
    { title: 'without an end', answer: Number.POSITIVE_INFINITY, writes: '16 A, on' },
    { title: 'below nothing', answer: -5, writes: '' },
    { title: 'not a number', answer: Number.NaN, writes: '' },
    { title: 'a text', answer: 'lots', writes: '' },
    { title: 'nothing', answer: undefined, writes: '16 A, on' },
  ])('a limiter that allows $title', async ({ answer, writes }, t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }], plugins: [limiter(() => answer)] });
    await play(house, [{ writes }, { for: 60 }]);
  });

  const strategy = (decide: () => unknown): LoadedPlugin => ({
    name: 'strategy',
    apply(evcc) {
      evcc.hooks.decide.tap({ name: 'strategy', stage: -1 }, () => decide() as undefined);
    },
  });

  test('a strategy that throws has no opinion, the next one decides', async (t) => {
    const plugin = strategy(() => {
      throw new Error('bug');
    });
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }], plugins: [plugin] });
    await play(house, [{ writes: '16 A, on', why: ['mode-now'] }, { for: 60 }]);
  });

  const sane = { code: 'test', text: 'the test wants it' };
  test.for([
    { title: 'all there is', decision: { current: 1e9, reason: sane }, writes: '16 A, on' },
    { title: 'between 0 and the minimum', decision: { current: 3, reason: sane }, writes: '' },
    { title: 'below 0', decision: { current: -7, reason: sane }, writes: '' },
    { title: 'two phases', decision: { current: 8, phases: 2, reason: sane }, writes: '8 A, on' },
    { title: 'without a reason', decision: { current: 8 }, writes: '8 A, on' },
    { title: 'with a reason that is none', decision: { current: 8, reason: 5 }, writes: '8 A, on' },
    {
      title: 'with timers that are none',
      decision: { current: 8, reason: sane, timers: { pv: 5 } },
      writes: '8 A, on',
    },
    {
      title: 'with a timer of a time that is none',
      decision: { current: 8, reason: sane, timers: { pv: { action: 'enable', since: Number.NaN, delay: 5 } } },
      writes: '8 A, on',
    },
    { title: 'with timers that are a text', decision: { current: 8, reason: sane, timers: 'soon' }, writes: '8 A, on' },
    {
      title: 'to give way to less than nothing',
      decision: { current: 8, reason: sane, yieldsTo: -100 },
      writes: '8 A, on',
    },
  ])('a strategy that wants $title', async ({ decision, writes }, t) => {
    let wants = true;
    const house = await startHouse(t, {
      loadpoints: [
        { mode: 'pv', priority: 0 },
        { mode: 'pv', priority: 1 },
      ],
      plugins: [
        {
          name: 'first',
          apply: (evcc) =>
            evcc.hooks.decide.tap({ name: 'first', stage: -1 }, (loadpoint) =>
              wants && loadpoint.id === 1 ? (decision as never) : undefined,
            ),
        },
      ],
    });
    await play(house, [{ for: 30, writes }]);
    for (const reason of house.loadpoint('reasons') as object[]) {
      expect(reason).toMatchObject({ code: expect.any(String), text: expect.any(String) });
    }
    expect(house.loadpoint('pvAction')).toBe('inactive');
    wants = false;
    house.set({ pv: 40_000 });
    await house.run(100);
    expect(house.loadpoint('charging', 2)).toBe(true);
    expect(house.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('the site power of a plugin that throws is unknown, which is the safe value', async (t) => {
    let failing = false;
    const plugin: LoadedPlugin = {
      name: 'heat-pump',
      apply(evcc) {
        evcc.hooks.sitePower.tap('heat-pump', (sitePower) => {
          if (failing) throw new Error('bug');
          return sitePower;
        });
      },
    };
    const house = await chargingHouse(t, {}, { plugins: [plugin] });
    await play(house, [
      {
        when: () => {
          failing = true;
        },
        writes: 'off',
        why: ['surplus-unknown'],
      },
      {
        when: () => {
          failing = false;
        },
        for: 10,
        shows: { pvAction: 'enable' },
      },
    ]);
  });

  test.for([
    { title: 'not a number', answer: { power: Number.NaN, batteryBuffered: false, batteryStart: false } },
    { title: 'nothing at all', answer: {} },
    { title: 'a number', answer: -5_000 },
    { title: 'a promise', answer: Promise.resolve({ power: -5_000 }) },
  ])('a site power that is $title is unknown', async ({ answer }, t) => {
    let broken = false;
    const plugin: LoadedPlugin = {
      name: 'heat-pump',
      apply(evcc) {
        evcc.hooks.sitePower.tap('heat-pump', (sitePower) => (broken ? (answer as never) : sitePower));
      },
    };
    const house = await chargingHouse(t, {}, { plugins: [plugin] });
    await play(house, [
      {
        when: () => {
          broken = true;
        },
        writes: 'off',
        why: ['surplus-unknown'],
      },
    ]);
  });
});
