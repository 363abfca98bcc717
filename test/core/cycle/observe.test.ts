import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadpointMemory } from '../../../core/cycle/memory.ts';
import { NEW_MEMORY } from '../../../core/cycle/memory.ts';
import { isPast, type ObservedLoadpoint, observe } from '../../../core/cycle/observe.ts';
import type { ChargerReading } from '../../../core/index.ts';
import { NOW, sampled } from './builders.ts';

const FIXED: ObservedLoadpoint = { canSwitchPhases: false, fixedPhases: 3, minCurrent: 6, switchOnly: false };
const SWITCHING: ObservedLoadpoint = { ...FIXED, canSwitchPhases: true };
const AGO = (seconds: number): number => NOW - seconds * 1_000;

/** A charger that was seen before and is on */
const ON: LoadpointMemory = { ...NEW_MEMORY, status: 'B', enabled: true, offeredCurrent: 10, phasesEnabled: 3 };

const see = (memory: LoadpointMemory, reading: Partial<ChargerReading>, loadpoint = FIXED, at = NOW) =>
  observe(memory, sampled(reading, at), loadpoint, NOW);

describe('events', () => {
  test.for([
    [undefined, 'A', []],
    [undefined, 'B', ['connect']],
    [undefined, 'C', ['connect', 'start']],
    ['A', 'A', []],
    ['A', 'B', ['connect']],
    ['A', 'C', ['connect', 'start']],
    ['B', 'A', ['disconnect']],
    ['B', 'B', []],
    ['B', 'C', ['start']],
    ['C', 'A', ['stop', 'disconnect']],
    ['C', 'B', ['stop']],
    ['C', 'C', []],
    [undefined, 'F', []],
    ['A', 'E', []],
    ['B', 'E', []],
    ['C', 'E', ['stop']],
    ['C', 'F', ['stop']],
  ] as const)('from %s to %s: %s', ([before, after, events]) => {
    const memory = before === undefined ? NEW_MEMORY : { ...NEW_MEMORY, status: before };
    expect(see(memory, { status: after }).events).toEqual(events);
  });

  test('any sequence of them fits together: a car starts only when connected, and stops only when charging', () => {
    const statuses = fc.array(fc.constantFrom('A', 'B', 'C', 'E', 'F' as const), { maxLength: 30 });
    fc.assert(
      fc.property(statuses, (sequence) => {
        let memory = NEW_MEMORY;
        let connected = false;
        let charging = false;
        for (const status of sequence) {
          const { events, memory: next } = see(memory, { status });
          for (const event of events) {
            expect({ connected, charging }).toEqual({
              connected: event !== 'connect',
              charging: event === 'stop',
            });
            if (event === 'connect' || event === 'disconnect') connected = event === 'connect';
            else charging = event === 'start';
          }
          expect(next.connectedAt !== undefined).toBe(connected);
          expect(next.status === 'C').toBe(charging);
          memory = next;
        }
      }),
    );
  });

  test('a connection is remembered with its time and counts as a wish, until the car leaves', () => {
    const { memory } = see(NEW_MEMORY, { status: 'B' });
    expect(memory).toMatchObject({ connectedAt: NOW, wishedAt: NOW });
    const left = see({ ...memory, phasesMeasured: 2, undershootSince: NOW }, { status: 'A' }).memory;
    expect(left.connectedAt).toBeUndefined();
    expect(left.phasesMeasured).toBeUndefined();
    expect(left.undershootSince).toBeUndefined();
  });
});

describe('readings that are missing or stale', () => {
  test('change nothing', () => {
    expect(observe(ON, undefined, FIXED, NOW)).toEqual({ memory: ON, events: [], corrections: [] });
    const stale = { ...sampled({ status: 'A' }), stale: true };
    expect(observe(ON, stale, FIXED, NOW)).toEqual({ memory: ON, events: [], corrections: [] });
  });

  test('the same reading again changes nothing, however often', () => {
    const first = see(NEW_MEMORY, { status: 'C', enabled: true, maxCurrent: 13, currents: [13, 13, 0] }).memory;
    const again = see(first, { status: 'C', enabled: true, maxCurrent: 13, currents: [13, 13, 0] });
    expect(again).toEqual({ memory: first, events: [], corrections: [] });
  });
});

describe('the first reading', () => {
  test.for([
    { reading: { enabled: false }, enabled: false, offeredCurrent: 0 },
    { reading: { enabled: false, maxCurrent: 16 }, enabled: false, offeredCurrent: 0 },
    { reading: { enabled: true, maxCurrent: 13, currents: [10, 10, 10] }, enabled: true, offeredCurrent: 13 },
    { reading: { enabled: true, currents: [9.5, 10, 9.7] }, enabled: true, offeredCurrent: 10 },
    { reading: { enabled: true }, enabled: true, offeredCurrent: 6 },
    { reading: { enabled: false, status: 'C', currents: [8, 8, 8] }, enabled: true, offeredCurrent: 8 },
  ] as { reading: Partial<ChargerReading>; enabled: boolean; offeredCurrent: number }[])(
    '$reading: taken as it is',
    ({ reading, enabled, offeredCurrent }) => {
      const { memory, corrections } = see(NEW_MEMORY, reading);
      expect(memory).toMatchObject({ enabled, offeredCurrent });
      expect(memory.switchedAt).toBeUndefined();
      expect(corrections).toEqual([]);
    },
  );
});

describe('a charger that is not as it was told', () => {
  test.for([
    { title: 'less than a minute after switching', memory: { switchedAt: AGO(59) }, corrected: false },
    { title: 'a minute after switching', memory: { switchedAt: AGO(60) }, corrected: true },
    { title: 'less than a minute after a phase switch', memory: { phasesSwitchedAt: AGO(59) }, corrected: false },
    { title: 'never switched', memory: {}, corrected: true },
    { title: 'after the clock was set back', memory: { switchedAt: NOW + 3_600_000 }, corrected: true },
  ])('off, $title', ({ memory, corrected }) => {
    const result = see({ ...ON, ...memory }, { enabled: false });
    expect(result.memory.enabled).toBe(!corrected);
    expect(result.memory.offeredCurrent).toBe(corrected ? 0 : 10);
    expect(result.corrections.length).toBe(corrected ? 1 : 0);
  });

  test('a reading from before a command proves nothing, however long ago that is', () => {
    const memory = { ...ON, switchedAt: AGO(100) };
    expect(see(memory, { enabled: false }, FIXED, AGO(101)).memory.enabled).toBe(true);
    expect(see(memory, { enabled: false }, FIXED, AGO(45)).memory.enabled).toBe(true);
    expect(see(memory, { enabled: false }, FIXED, AGO(40)).memory.enabled).toBe(false);
  });

  test('on, is taken as it is', () => {
    const off: LoadpointMemory = { ...NEW_MEMORY, status: 'B', phasesEnabled: 3 };
    const { memory, corrections } = see(off, { status: 'C', enabled: true, maxCurrent: 20 });
    expect(memory).toMatchObject({ enabled: true, offeredCurrent: 20 });
    expect(corrections).toEqual(['charger was switched on by something else']);
  });

  test.for([
    { reading: { maxCurrent: 10.2 }, offered: 10, corrections: 0 },
    { reading: { maxCurrent: 10.5 }, offered: 10.5, corrections: 0 },
    { reading: { maxCurrent: 8 }, offered: 8, corrections: 1 },
    { reading: { maxCurrent: 10, currents: [16, 16, 16] }, offered: 10, corrections: 0 },
    { reading: { currents: [11, 11, 11] }, offered: 10, corrections: 0 },
    { reading: { currents: [9, 11.1, 9] }, offered: 11.1, corrections: 1 },
    { reading: { currents: [2, 2, 2] }, offered: 10, corrections: 0 },
  ] as { reading: Partial<ChargerReading>; offered: number; corrections: number }[])(
    '$reading: $offered A are on offer',
    ({ reading, offered, corrections }) => {
      const result = see(ON, { enabled: true, ...reading });
      expect(result.memory.offeredCurrent).toBe(offered);
      expect(result.corrections.length).toBe(corrections);
    },
  );

  test('a current is given half a minute to arrive', () => {
    const reading = { enabled: true, maxCurrent: 6 };
    expect(see({ ...ON, currentSetAt: AGO(29) }, reading).memory.offeredCurrent).toBe(10);
    expect(see({ ...ON, currentSetAt: AGO(30) }, reading).memory.offeredCurrent).toBe(6);
  });

  test('a limit of a charger that is off means nothing', () => {
    const off: LoadpointMemory = { ...NEW_MEMORY, status: 'B', phasesEnabled: 3 };
    expect(see(off, { maxCurrent: 16 }).memory.offeredCurrent).toBe(0);
  });
});

describe('phases of a charger that cannot switch', () => {
  test.for([
    { reading: {}, phases: 3 },
    { reading: { phases: 1 }, phases: 1 },
    { reading: { voltages: [230, 2, 1] }, phases: 1 },
    { reading: { voltages: [207, 206, 206] }, phases: 1 },
    { reading: { voltages: [230, 231, 0] }, phases: 3 },
    { reading: { voltages: [0, 230, 0] }, phases: 3 },
    { reading: { voltages: [0, 0, 0] }, phases: 3 },
    { reading: { phases: 3, voltages: [230, 0, 0] }, phases: 3 },
  ] as { reading: Partial<ChargerReading>; phases: number }[])('$reading: $phases', ({ reading, phases }) => {
    expect(see(ON, reading).memory.phasesEnabled).toBe(phases);
  });

  test('are what is set when nothing is reported', () => {
    expect(see(ON, {}, { ...FIXED, fixedPhases: 1 }).memory.phasesEnabled).toBe(1);
  });
});

describe('phases of a charger that can switch', () => {
  test.for([
    { title: 'reported', before: 3, reading: { phases: 1 }, phases: 1, corrections: 1 },
    { title: 'reported for the first time', before: 0, reading: { phases: 3 }, phases: 3, corrections: 0 },
    { title: 'not reported', before: 3, reading: {}, phases: 3, corrections: 0 },
    { title: 'voltages, which say nothing', before: 3, reading: { voltages: [230, 0, 0] }, phases: 3, corrections: 0 },
    { title: 'measured, more', before: 1, reading: { status: 'C', currents: [9, 9, 0] }, phases: 3, corrections: 0 },
    { title: 'measured, fewer', before: 3, reading: { status: 'C', currents: [9, 0, 0] }, phases: 3, corrections: 0 },
    { title: 'measured, unknown', before: 0, reading: { status: 'C', currents: [9, 0, 0] }, phases: 1, corrections: 0 },
  ] as { title: string; before: 0 | 1 | 3; reading: Partial<ChargerReading>; phases: number; corrections: number }[])(
    '$title: $phases',
    ({ before, reading, phases, corrections }) => {
      const result = see({ ...ON, phasesEnabled: before }, { enabled: true, ...reading }, SWITCHING);
      expect(result.memory.phasesEnabled).toBe(phases);
      expect(result.corrections.length).toBe(corrections);
    },
  );

  test('are not looked at for a minute after a switch', () => {
    const memory: LoadpointMemory = { ...ON, phasesEnabled: 1, phasesSwitchedAt: AGO(59) };
    const reading = { status: 'C', enabled: true, phases: 3, currents: [9, 9, 9] } as const;
    expect(see(memory, reading, SWITCHING).memory).toMatchObject({ phasesEnabled: 1 });
    expect(see(memory, reading, SWITCHING).memory.phasesMeasured).toBeUndefined();
    const later = { ...memory, phasesSwitchedAt: AGO(60) };
    expect(see(later, reading, SWITCHING).memory).toMatchObject({ phasesEnabled: 3, phasesMeasured: 3 });
  });

  test('what was measured is forgotten when they change', () => {
    const memory: LoadpointMemory = { ...ON, phasesMeasured: 3 };
    expect(see(memory, { enabled: true, phases: 1 }, SWITCHING).memory.phasesMeasured).toBeUndefined();
  });
});

describe('phase switches that failed or had no effect', () => {
  const remembered = (changes: Partial<LoadpointMemory>, reading: Partial<ChargerReading> = {}): number =>
    see({ ...ON, phaseFailures: 2, phasesSwitchedAt: AGO(60), ...changes }, { enabled: true, ...reading }, SWITCHING)
      .memory.phaseFailures;

  test('are forgotten once one worked, reported or not', () => {
    expect(remembered({})).toBe(0);
    expect(remembered({}, { phases: 3 })).toBe(0);
    expect(remembered({ failedAt: AGO(500) })).toBe(0);
  });

  test('are remembered while the last one failed, or is not a minute ago', () => {
    expect(remembered({ failedAt: AGO(60) })).toBe(2);
    expect(remembered({ failedAt: AGO(60) }, { phases: 3 })).toBe(2);
    expect(remembered({ phasesSwitchedAt: AGO(59) })).toBe(2);
  });

  test('are counted when the charger reports others than it was told', () => {
    expect(remembered({}, { phases: 1 })).toBe(3);
    expect(remembered({ phasesEnabled: 0 }, { phases: 1 })).toBe(2);
  });
});

describe('measured phases', () => {
  test.for([
    { currents: [10, 10, 10], measured: 3 },
    { currents: [10, 9, 0.5], measured: 2 },
    { currents: [0, 0, 1.1], measured: 1 },
    { currents: [1, 1, 1], measured: undefined },
  ] as { currents: [number, number, number]; measured: number | undefined }[])(
    '$currents A: $measured',
    ({ currents, measured }) => {
      expect(see(ON, { status: 'C', enabled: true, currents }).memory.phasesMeasured).toBe(measured);
    },
  );

  test('count only while charging', () => {
    expect(see(ON, { status: 'B', currents: [10, 10, 10] }).memory.phasesMeasured).toBeUndefined();
  });

  test('stay while the car pauses', () => {
    expect(see({ ...ON, phasesMeasured: 2 }, { enabled: true, currents: [0, 0, 0] }).memory.phasesMeasured).toBe(2);
  });
});

test('nothing that is given is changed, and all that comes out is plain data', () => {
  const status = fc.constantFrom('A', 'B', 'C', 'E', 'F' as const);
  const number = fc.double({ min: -10, max: 100, noNaN: true }).map((value) => value + 0); // no -0, which JSON does not know
  const perPhase = fc.tuple(number, number, number);
  const reading = fc.record(
    { status, enabled: fc.boolean(), maxCurrent: number, currents: perPhase, voltages: perPhase },
    { requiredKeys: ['status', 'enabled'] },
  );
  fc.assert(
    fc.property(reading, reading, fc.boolean(), (first, second, canSwitchPhases) => {
      const loadpoint = { ...FIXED, canSwitchPhases };
      const before = Object.freeze(observe(NEW_MEMORY, sampled(first), loadpoint, NOW).memory);
      const { memory } = observe(before, sampled(second), loadpoint, NOW);
      expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
      expect(memory.offeredCurrent > 0 ? memory.enabled : true).toBe(true);
    }),
  );
});

test('something is past when it is long enough ago, never happened, or lies in a future that is gone', () => {
  expect(isPast(undefined, 5_000, NOW)).toBe(true);
  expect(isPast(NOW - 4_999, 5_000, NOW)).toBe(false);
  expect(isPast(NOW - 5_000, 5_000, NOW)).toBe(true);
  expect(isPast(NOW, 0, NOW)).toBe(true);
  expect(isPast(NOW + 1, 5_000, NOW)).toBe(true);
});
