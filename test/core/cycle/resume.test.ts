import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LoadpointMemory, NEW_MEMORY } from '../../../core/cycle/memory.ts';
import { afterKill, aged, isMomentous, isSameCar, memoryOf } from '../../../core/cycle/resume.ts';
import { NOW, sampled } from './builders.ts';

const time = fc.integer({ min: 0, max: 4e12 });
const perhaps = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const number = fc.double({ min: 0, max: 1e6, noNaN: true });
const timer = fc.record({ action: fc.string(), since: time, delay: fc.nat() });

/** Memories as cycles may leave them behind. */
const memories: fc.Arbitrary<LoadpointMemory> = fc
  .record({
    status: perhaps(fc.constantFrom('A' as const, 'B' as const, 'C' as const)),
    enabled: fc.boolean(),
    offeredCurrent: number,
    currentSetAt: perhaps(time),
    phasesEnabled: fc.constantFrom(0 as const, 1 as const, 3 as const),
    phasesMeasured: perhaps(fc.constantFrom(1 as const, 2 as const, 3 as const)),
    switchedAt: perhaps(time),
    pendingPhases: perhaps(fc.record({ since: time, resumes: fc.boolean() })),
    connectedAt: perhaps(time),
    wakeUp: perhaps(fc.record({ since: time, left: fc.nat(5) })),
    waking: perhaps(fc.constantFrom('charger' as const, 'vehicle' as const)),
    mismatches: fc.array(fc.string()),
    vehicle: fc.option(fc.string(), { nil: null }),
    identifier: fc.string(),
    soc: fc.record({
      soc: perhaps(number),
      told: perhaps(fc.record({ soc: number, at: time, by: fc.constantFrom('charger', 'user'), energy: number })),
      first: perhaps(fc.record({ soc: number, energy: number })),
      energyPerPercent: perhaps(number),
      step: perhaps(number),
    }),
    yieldsTo: perhaps(number),
    timers: fc.dictionary(fc.string({ minLength: 1 }), timer),
  })
  .map((fields) => ({ ...NEW_MEMORY, ...fields }) as LoadpointMemory);

test('a memory is the same after it was a text, but for the set-point', () => {
  fc.assert(
    fc.property(memories, (memory) => {
      const setpoint = { current: 6, reasons: [] };
      expect(memoryOf(JSON.parse(JSON.stringify({ ...memory, setpoint })))).toEqual(memory);
    }),
  );
});

test('nothing else is a memory, whatever it is', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(memoryOf(value)).toBeUndefined();
    }),
  );
});

describe('after a pause', () => {
  const waiting: LoadpointMemory = {
    ...NEW_MEMORY,
    switchedAt: NOW - 500_000,
    phasesSwitchedAt: NOW - 400_000,
    undershootSince: NOW - 300_000,
    pendingPhases: { since: NOW - 310_000, resumes: true },
    timers: {
      pv: { action: 'enable', since: NOW - 330_000, delay: 60_000 },
      phase: { action: 'inactive', since: NOW - 330_000, delay: 0 },
    },
    waking: 'charger',
    yieldsTo: 6,
  };

  test('of a few cycles everything goes on but what belongs to the last order', () => {
    expect(aged(waiting, 'shortly', NOW)).toEqual({ ...waiting, waking: undefined, yieldsTo: undefined });
  });

  test('of a longer time pauses count, and what was waited for begins anew', () => {
    expect(aged(waiting, 'long', NOW)).toEqual({
      ...waiting,
      waking: undefined,
      yieldsTo: undefined,
      undershootSince: undefined,
      pendingPhases: { since: NOW, resumes: true },
      timers: { pv: { action: 'enable', since: NOW, delay: 60_000 } },
    });
  });
});

describe('after a kill', () => {
  const on: LoadpointMemory = { ...NEW_MEMORY, enabled: true, offeredCurrent: 6 };

  test.for([
    ['what the charger says that it offers is known', { maxCurrent: 16 }, { offeredCurrent: 16, currentKnown: true }],
    [
      'what the car takes is the least that is offered',
      { currents: [13, 12, 13] },
      { offeredCurrent: 13, currentKnown: false },
    ],
    ['a car that takes little says nothing', { currents: [2, 0, 0] }, { offeredCurrent: 6, currentKnown: false }],
    ['without currents the last known one is assumed', {}, { offeredCurrent: 6, currentKnown: false }],
  ] as const)('%s', ([, reading, expected]) => {
    const { value } = sampled({ status: 'C', enabled: true, ...reading } as never);
    expect(afterKill(on, value)).toEqual({ ...on, ...expected });
  });

  test('a charger that was off offers nothing', () => {
    expect(afterKill(NEW_MEMORY, sampled({ maxCurrent: 16 }).value)).toEqual(NEW_MEMORY);
  });
});

test.for([
  ['nothing is known', { identifier: '', counter: undefined }, { identifier: undefined, counter: undefined }, true],
  ['the counter went on', { identifier: '', counter: 100 }, { identifier: '', counter: 500 }, true],
  ['the counter is a little lower', { identifier: '', counter: 100.4 }, { identifier: '', counter: 100 }, true],
  ['the counter is lower', { identifier: '', counter: 100 }, { identifier: '', counter: 50 }, false],
  ['the identifier is the same', { identifier: 'a', counter: 1 }, { identifier: 'a', counter: 1 }, true],
  ['the identifier is not told any more', { identifier: 'a', counter: 1 }, { identifier: '', counter: 1 }, true],
  ['the identifier is told only now', { identifier: '', counter: 1 }, { identifier: 'a', counter: 1 }, true],
  ['the identifier is another one', { identifier: 'a', counter: 1 }, { identifier: 'b', counter: 1 }, false],
] as const)('when %s', ([, before, now, expected]) => {
  expect(isSameCar(before, now)).toBe(expected);
});

test.for<[string, Partial<LoadpointMemory>, boolean]>([
  ['nothing', {}, false],
  ['a new object of the same timers', { timers: { pv: { action: 'enable', since: NOW, delay: 1 } } }, false],
  ['the current', { offeredCurrent: 8 }, false],
  ['a measurement', { phasesMeasured: 1 }, false],
  ['being switched', { enabled: true }, true],
  ['a failed command', { enabledKnown: false }, true],
  ['the time of switching', { switchedAt: NOW }, true],
  ['phases', { phasesEnabled: 1 }, true],
  ['the time of a phase switch', { phasesSwitchedAt: NOW }, true],
  ['a wish', { wishedAt: NOW }, true],
  ['a connection', { connectedAt: NOW }, true],
  ['the status', { status: 'C' }, true],
  ['the vehicle', { vehicle: 'ev6' }, true],
  ['a timer that is gone', { timers: {} }, true],
  ['a timer that began again', { timers: { pv: { action: 'enable', since: NOW + 1, delay: 1 } } }, true],
  ['another timer', { timers: { phase: { action: 'enable', since: NOW, delay: 1 } } }, true],
])('%s is (not) stored at once', ([, change, expected]) => {
  const before = { ...NEW_MEMORY, timers: { pv: { action: 'enable', since: NOW, delay: 1 } } };
  expect(isMomentous(before, { ...before, timers: { ...before.timers }, ...change })).toBe(expected);
});
