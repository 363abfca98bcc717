import { describe, expect, test } from 'vitest';
import { type LoadpointMemory, NEW_MEMORY } from '../../../core/cycle/memory.ts';
import { armed, due, wakeUp } from '../../../core/cycle/wake-up.ts';
import { applied, commandsFor } from '../../../core/cycle/write.ts';
import { EvccError } from '../../../core/errors.ts';
import type { LoadpointState, VehicleState } from '../../../core/index.ts';
import { LOADPOINT_SETTINGS, NOW, sampled, stateOf } from './builders.ts';

const CAR: VehicleState = { name: 'car', title: 'Car', icon: '', features: [], canWakeUp: true };
const waiting = (seconds: number, left = 6): LoadpointMemory => ({
  ...NEW_MEMORY,
  wakeUp: { since: NOW - seconds * 1_000, left },
});
const sleeper = (changes: Partial<LoadpointState> = {}): LoadpointState => stateOf({ connected: true, ...changes });

describe('whom to wake up', () => {
  test.for([
    { title: 'charger and vehicle can', who: { canWakeUp: true, vehicle: CAR }, turns: 'cvcvcv' },
    { title: 'only the charger can', who: { canWakeUp: true }, turns: 'c-c-c-' },
    { title: 'only the vehicle can', who: { vehicle: CAR }, turns: 'v-v-v-' },
    { title: 'nobody can', who: {}, turns: '------' },
  ])('where $title, six attempts go to $turns, and then the car is taken to sleep', ({ who, turns }) => {
    let memory = waiting(30);
    let told = '';
    for (let now = NOW, attempt = 1; attempt <= 6; attempt += 1, now += 30_000) {
      const { asleep, ...next } = wakeUp(true, sleeper(who), memory, now);
      expect(asleep).toBeUndefined();
      told += next.waking?.[0] ?? '-';
      memory = { ...memory, ...next };
      // Nothing more within half a minute.
      expect(wakeUp(true, sleeper(who), memory, now + 29_999)).toEqual({ wakeUp: memory.wakeUp, waking: undefined });
    }
    expect(told).toBe(turns);
    const last = wakeUp(true, sleeper(who), memory, NOW + 180_000);
    expect(last).toEqual({ wakeUp: undefined, waking: undefined, asleep: true });
    expect(wakeUp(true, sleeper(who), { ...memory, ...last }, NOW + 300_000).asleep).toBeUndefined();
  });

  test.for([
    { title: 'nothing is offered', offered: false, changes: {}, left: true },
    { title: 'it is full', offered: true, changes: { soc: 100 }, left: true },
    {
      title: 'it has what it shall get',
      offered: true,
      changes: { soc: 80, settings: { ...LOADPOINT_SETTINGS, targetSoc: 80 } },
      left: true,
    },
    { title: 'it charges', offered: true, changes: { charging: true }, left: false },
    { title: 'it is gone', offered: true, changes: { connected: false }, left: false },
    {
      title: 'the charger waits for something else',
      offered: true,
      changes: { charger: sampled({ statusReason: 'waitingforauthorization' }) },
      left: false,
    },
    { title: 'it is no car', offered: true, changes: { traits: { integrated: true } }, left: false },
    {
      title: 'it must not be woken up',
      offered: true,
      changes: { vehicle: { ...CAR, features: ['wakeUpDisabled'] as const } },
      left: false,
    },
  ])('nobody while $title', ({ offered, changes, left }) => {
    const memory = waiting(3_600);
    const result = wakeUp(offered, sleeper({ canWakeUp: true, ...changes }), memory, NOW);
    expect(result).toEqual({ wakeUp: left ? memory.wakeUp : undefined, waking: undefined });
  });

  test('a car with a soc below the target is woken up', () => {
    expect(wakeUp(true, sleeper({ canWakeUp: true, soc: 99 }), waiting(30), NOW).waking).toBe('charger');
  });

  test('nobody while nobody was offered anything', () => {
    expect(wakeUp(true, sleeper({ canWakeUp: true }), NEW_MEMORY, NOW).waking).toBeUndefined();
  });
});

describe('waiting for a car', () => {
  test('that is offered current again refills the attempts, but waits no longer', () => {
    expect(armed(waiting(20, 2), NOW)).toEqual({ wakeUp: { since: NOW - 20_000, left: 6 } });
    expect(armed(NEW_MEMORY, NOW)).toEqual({ wakeUp: { since: NOW, left: 6 } });
  });

  test('ends when it is switched off', () => {
    expect(applied({ ...waiting(20), waking: 'charger' }, { enable: false }, NOW, true)).toMatchObject({
      wakeUp: undefined,
      waking: undefined,
    });
  });

  test('a command that failed because it sleeps wakes it up with the next order, other failures do not', () => {
    const asleep = new EvccError('EVCC_ASLEEP', 'car sleeps');
    expect(applied(NEW_MEMORY, { enable: true }, NOW, false, asleep).wakeUp).toEqual(due(NOW).wakeUp);
    expect(applied(waiting(5), { enable: true }, NOW, false, asleep).wakeUp).toEqual(waiting(5).wakeUp);
    expect(applied(NEW_MEMORY, { enable: true }, NOW, false, new Error('other')).wakeUp).toBeUndefined();
  });
});

test('waking up is the first command, and is done whether it works or not', () => {
  const memory: LoadpointMemory = { ...NEW_MEMORY, waking: 'vehicle' };
  expect(commandsFor({ enabled: true, current: 6 }, memory)).toEqual([
    { wakeUp: 'vehicle' },
    { setMaxCurrent: 6 },
    { enable: true },
  ]);
  expect(commandsFor({ enabled: false, current: 0 }, memory)).toEqual([]);
  expect(applied(memory, { wakeUp: 'vehicle' }, NOW, false)).toEqual({ ...memory, waking: undefined });
  expect(applied(memory, { wakeUp: 'vehicle' }, NOW, true)).toEqual({ ...memory, waking: undefined });
});
