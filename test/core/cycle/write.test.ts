import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Order } from '../../../core/cycle/guard.ts';
import { type LoadpointMemory, NEW_MEMORY } from '../../../core/cycle/memory.ts';
import { applied, type ChargerCommand, commandsFor } from '../../../core/cycle/write.ts';
import { NOW } from './builders.ts';

const OFF: LoadpointMemory = { ...NEW_MEMORY, phasesEnabled: 3 };
const ON: LoadpointMemory = { ...OFF, enabled: true, offeredCurrent: 10 };

describe('commands for an order', () => {
  test.for([
    {
      title: 'on',
      memory: OFF,
      order: { enabled: true, current: 10 },
      commands: [{ setMaxCurrent: 10 }, { enable: true }],
    },
    { title: 'off', memory: ON, order: { enabled: false, current: 0 }, commands: [{ enable: false }] },
    { title: 'more', memory: ON, order: { enabled: true, current: 16 }, commands: [{ setMaxCurrent: 16 }] },
    { title: 'less', memory: ON, order: { enabled: true, current: 6 }, commands: [{ setMaxCurrent: 6 }] },
    { title: 'the same', memory: ON, order: { enabled: true, current: 10 }, commands: [] },
    { title: 'still off', memory: OFF, order: { enabled: false, current: 0 }, commands: [] },
    {
      title: 'phases while off',
      memory: OFF,
      order: { enabled: false, current: 0, phases: 1 },
      commands: [{ setPhases: 1 }],
    },
    { title: 'the same phases', memory: ON, order: { enabled: true, current: 10, phases: 3 }, commands: [] },
    {
      title: 'on with other phases',
      memory: OFF,
      order: { enabled: true, current: 10, phases: 1 },
      commands: [{ setPhases: 1 }, { setMaxCurrent: 10 }, { enable: true }],
    },
    {
      title: 'more phases and less current: less comes first',
      memory: { ...ON, phasesEnabled: 1 },
      order: { enabled: true, current: 6, phases: 3 },
      commands: [{ setMaxCurrent: 6 }, { setPhases: 3 }],
    },
    {
      title: 'fewer phases and more current: more comes last',
      memory: ON,
      order: { enabled: true, current: 16, phases: 1 },
      commands: [{ setPhases: 1 }, { setMaxCurrent: 16 }],
    },
    {
      title: 'off with other phases: off comes first',
      memory: ON,
      order: { enabled: false, current: 0, phases: 1 },
      commands: [{ enable: false }, { setPhases: 1 }],
    },
  ] as { title: string; memory: LoadpointMemory; order: Order; commands: ChargerCommand[] }[])(
    '$title',
    ({ memory, order, commands }) => {
      expect(commandsFor(order, memory)).toEqual(commands);
    },
  );
});

/** A car that is offered current from now on */
const ARMED = { since: NOW, left: 6 };

describe('what is remembered of a command', () => {
  test.for([
    {
      command: { enable: true },
      memory: OFF,
      after: { enabled: true, switchedAt: NOW, switchedOn: true, wakeUp: ARMED },
    },
    { command: { enable: false }, memory: ON, after: { enabled: false, offeredCurrent: 0, switchedAt: NOW } },
    { command: { setMaxCurrent: 13 }, memory: ON, after: { offeredCurrent: 13, currentSetAt: NOW } },
    {
      command: { setPhases: 1 },
      memory: { ...ON, phasesMeasured: 3 },
      after: { phasesEnabled: 1, phasesSwitchedAt: NOW, phasesMeasured: undefined, wakeUp: ARMED },
    },
  ] as { command: ChargerCommand; memory: LoadpointMemory; after: Partial<LoadpointMemory> }[])(
    '$command',
    ({ command, memory, after }) => {
      expect(applied(memory, command, NOW, true)).toEqual({ ...memory, ...after });
    },
  );

  test('one that failed leaves open whether it took effect; phases keep their pause', () => {
    expect(applied(ON, { enable: false }, NOW, false)).toEqual({
      ...ON,
      failedAt: NOW,
      switchedAt: NOW,
      enabledKnown: false,
    });
    expect(applied(ON, { setMaxCurrent: 6 }, NOW, false)).toEqual({ ...ON, failedAt: NOW, currentKnown: false });
    expect(applied(ON, { setPhases: 1 }, NOW, false)).toEqual({
      ...ON,
      failedAt: NOW,
      phasesSwitchedAt: NOW,
      phaseFailures: 1,
    });
  });
});

test('after an order was carried out there is nothing left to do; after a failure the rest is', () => {
  const order = fc
    .record({
      enabled: fc.boolean(),
      current: fc.integer({ min: 6, max: 32 }),
      phases: fc.constantFrom(1, 3, undefined),
    })
    .map(({ enabled, current, phases }) => ({ enabled, current: enabled ? current : 0, ...(phases && { phases }) }));
  fc.assert(
    fc.property(order, order, fc.nat(3), (first, second, failing) => {
      let memory = OFF;
      for (const each of [first, second] as Order[]) {
        const commands = commandsFor(each, memory);
        for (const command of commands.slice(0, failing)) memory = applied(memory, command, NOW, true);
        const rest = commandsFor(each, memory);
        expect(rest).toEqual(commands.slice(failing));
        for (const command of rest) memory = applied(memory, command, NOW, true);
        expect(commandsFor(each, memory)).toEqual([]);
        expect(memory.enabled).toBe(each.enabled);
        expect(memory.offeredCurrent).toBe(each.current);
      }
    }),
  );
});
