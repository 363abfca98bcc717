import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chargeCapacity,
  followSoc,
  followSteps,
  type SocInputs,
  type SocMemory,
  type ToldSoc,
  toldSoc,
  UNKNOWN_SOC,
} from '../../../core/cycle/soc.ts';
import { NOW, sampled } from './builders.ts';

/** Wh; 600 Wh at the charger per percent */
const CAPACITY = 51_000;
const MINUTE = 60_000;

const by = (soc: number, at: number, who: ToldSoc['by'] = 'vehicle'): ToldSoc => ({ soc, at, by: who });

interface Row extends Partial<SocInputs> {
  /** min since the beginning */
  readonly after: number;
  /** % that the car tells then */
  readonly tells?: number;
}

/** Follows a table of moments. */
function follow(rows: readonly Row[], memory: SocMemory = UNKNOWN_SOC): SocMemory {
  return rows.reduce((before, { after, tells, ...inputs }) => {
    const now = NOW + after * MINUTE;
    const told = tells === undefined ? undefined : by(tells, now);
    return followSoc(before, { now, told, energy: 0, capacity: CAPACITY, estimate: true, ...inputs });
  }, memory);
}

describe('the soc', () => {
  test('is unknown until it is told, and 0 is a value', () => {
    expect(follow([{ after: 0, energy: 5_000 }]).soc).toBeUndefined();
    expect(follow([{ after: 0, tells: 0 }]).soc).toBe(0);
  });

  test('rises with the energy between two readings', () => {
    const rows: Row[] = [{ after: 0, tells: 50 }];
    expect(follow([...rows, { after: 10, energy: 600 }]).soc).toBeCloseTo(51);
    expect(follow([...rows, { after: 10, energy: 6_000 }]).soc).toBeCloseTo(60);
    expect(follow([...rows, { after: 99, energy: 600_000 }]).soc).toBe(100);
  });

  test('goes on where the same value is told again, from a cache or in whole percents', () => {
    const rows: Row[] = [
      { after: 0, tells: 50 },
      { after: 5, tells: 50, energy: 300 },
      { after: 9, tells: 50, energy: 540 },
    ];
    expect(follow(rows).soc).toBeCloseTo(50.9);
  });

  test('is what the car says when that is another value, be it less', () => {
    const rows: Row[] = [
      { after: 0, tells: 50 },
      { after: 10, energy: 1_200 },
    ];
    expect(follow([...rows, { after: 20, tells: 51, energy: 1_500 }]).soc).toBe(51);
    expect(follow([...rows, { after: 20, tells: 48, energy: 1_500 }]).soc).toBe(48);
  });

  test('is not taken from a reading that is older than what is known', () => {
    const memory = follow([{ after: 10, tells: 60 }]);
    expect(follow([{ after: 11, told: by(40, NOW) }], memory).soc).toBe(60);
  });

  test('goes on from the estimate when the energy is counted from zero again', () => {
    const rows: Row[] = [
      { after: 0, tells: 50, energy: 1_000 },
      { after: 10, energy: 2_200 },
      { after: 11, energy: 0 },
    ];
    expect(follow(rows).soc).toBeCloseTo(52);
    expect(follow([...rows, { after: 20, energy: 600 }]).soc).toBeCloseTo(53);
  });

  test.for([
    { title: 'without a capacity', inputs: { capacity: undefined } },
    { title: 'when it is not wanted', inputs: { estimate: false } },
  ])('is not estimated $title, and unknown an hour after the car was last heard of while it charges', ({ inputs }) => {
    const at = (after: number, energy: number) =>
      follow([
        { after: 0, tells: 50, ...inputs },
        { after, energy, ...inputs },
      ]);
    expect(at(60, 3_000).soc).toBe(50);
    expect(at(61, 3_000).soc).toBeUndefined();
    expect(at(6_000, 0).soc).toBe(50);
  });

  test('keeps its memory as it is while nothing changes', () => {
    const memory = follow([{ after: 0, tells: 50 }]);
    expect(follow([{ after: 1 }], memory)).toBe(memory);
  });
});

describe('what counts of what is told', () => {
  const vehicle = (soc: number | undefined, at = NOW, stale = false) => ({
    value: soc === undefined ? {} : { soc },
    at,
    stale,
  });
  test.for([
    { title: 'the charger goes first', from: [sampled({ soc: 55 }), vehicle(40)], is: 55 },
    { title: 'else the car', from: [sampled(), vehicle(40)], is: 40 },
    {
      title: 'a charger that is stale says nothing',
      from: [{ ...sampled({ soc: 55 }), stale: true }, vehicle(40)],
      is: 40,
    },
    { title: 'nor does one that says what no battery has', from: [sampled({ soc: 655 }), vehicle(40)], is: 40 },
    { title: 'a car need not say anything', from: [sampled(), vehicle(undefined)], is: undefined },
    { title: 'what it said before it came does not count', from: [sampled(), vehicle(40, NOW - 1)], is: undefined },
    { title: 'what it said long ago does, while it stands there', from: [sampled(), vehicle(40, NOW, true)], is: 40 },
    { title: 'nobody is there', from: [undefined, undefined], is: undefined },
  ] as const)('$title', ({ from: [charger, car], is }) => {
    expect(toldSoc(charger, car, NOW)?.soc).toBe(is);
  });

  test('of a car that is away only what is not old', () => {
    expect(toldSoc(undefined, vehicle(40), undefined)?.soc).toBe(40);
    expect(toldSoc(undefined, vehicle(40, NOW, true), undefined)).toBeUndefined();
  });
});

describe('the energy per percent', () => {
  const learned = (rows: readonly Row[]) => chargeCapacity(follow(rows), CAPACITY);

  test('is that of usual losses, until more than 10 % were charged', () => {
    expect(chargeCapacity(UNKNOWN_SOC, CAPACITY)).toBe(60_000);
    expect(chargeCapacity(UNKNOWN_SOC, undefined)).toBeUndefined();
    expect(
      learned([
        { after: 0, tells: 40 },
        { after: 50, tells: 50, energy: 7_000 },
      ]),
    ).toBe(60_000);
    expect(
      learned([
        { after: 0, tells: 40 },
        { after: 50, tells: 51, energy: 7_150 },
      ]),
    ).toBeCloseTo(65_000);
  });

  test('is never less than the capacity, and what is not plausible is not learned', () => {
    expect(
      learned([
        { after: 0, tells: 40 },
        { after: 50, tells: 60, energy: 1_000 },
      ]),
    ).toBe(CAPACITY);
    expect(
      learned([
        { after: 0, tells: 40 },
        { after: 50, tells: 60, energy: 100_000 },
      ]),
    ).toBe(60_000);
    expect(
      learned([
        { after: 0, tells: 40 },
        { after: 50, tells: 60 },
      ]),
    ).toBe(60_000);
  });

  test('begins anew where the soc fell, the energy was reset, or somebody else tells it', () => {
    const start: Row[] = [{ after: 0, tells: 40 }];
    expect(learned([...start, { after: 5, tells: 35 }, { after: 60, tells: 47, energy: 7_800 }])).toBeCloseTo(65_000);
    const reset: Row[] = [...start, { after: 5, tells: 42, energy: 1_300 }, { after: 6, energy: 0 }];
    expect(learned([...reset, { after: 60, tells: 52, energy: 6_500 }])).toBe(60_000);
    const other: Row[] = [...start, { after: 5, told: by(20, NOW + 5 * MINUTE, 'user') }];
    expect(learned([...other, { after: 60, tells: 52, energy: 6_500 }])).toBe(60_000);
  });

  test('is not learned where nothing is estimated', () => {
    const rows: Row[] = [
      { after: 0, tells: 40 },
      { after: 50, tells: 60, energy: 13_000 },
    ];
    expect(learned(rows.map((row) => ({ ...row, estimate: false })))).toBe(60_000);
  });
});

describe('the full tens', () => {
  test('are reached once each, upwards from where the soc was first known', () => {
    const reached: (number | undefined)[] = [];
    let memory = UNKNOWN_SOC;
    for (const soc of [undefined, 0, 9.9, 10, 12, 31, 28, 30, 39.9, 40, 100, 100]) {
      const steps = followSteps({ ...memory, soc });
      reached.push(steps.reached);
      memory = steps.memory;
    }
    expect(reached).toEqual([
      ...[undefined, undefined, undefined, 10, undefined, 30, undefined, undefined, undefined],
      ...[40, 100, undefined],
    ]);
  });
});

describe('whatever is told and charged', () => {
  const step = fc.record({
    minutes: fc.integer({ min: 0, max: 90 }),
    energy: fc.integer({ min: 0, max: 9_000 }),
    reset: fc.boolean(),
    tells: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
    who: fc.constantFrom('charger', 'vehicle', 'user'),
    estimate: fc.boolean(),
  });
  const capacity = fc.option(fc.integer({ min: 1_000, max: 200_000 }), { nil: undefined });

  test('the soc stays from 0 to 100 %, and the energy for it between capacity and a multiple of it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), capacity, (steps, wh) => {
        let memory = UNKNOWN_SOC;
        let [now, energy] = [NOW, 0];
        for (const { minutes, energy: more, reset, tells, who, estimate } of steps) {
          now += minutes * MINUTE;
          energy = reset ? 0 : energy + more;
          const told = tells === undefined ? undefined : by(tells, now, who as ToldSoc['by']);
          memory = followSoc(memory, { now, told, energy, capacity: wh, estimate });
          if (memory.soc !== undefined) {
            expect(memory.soc).toBeGreaterThanOrEqual(0);
            expect(memory.soc).toBeLessThanOrEqual(100);
          }
          const full = chargeCapacity(memory, wh);
          expect(full === undefined).toBe(wh === undefined);
          if (full !== undefined && wh !== undefined) {
            expect(full).toBeGreaterThanOrEqual(wh);
            expect(full).toBeLessThanOrEqual(wh * 3.001);
          }
        }
      }),
    );
  });

  test('between readings the soc never falls while energy is charged', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 60 }),
        (start, portions) => {
          let memory = follow([{ after: 0, tells: start }]);
          let energy = 0;
          for (const [index, portion] of portions.entries()) {
            energy += portion;
            const next = follow([{ after: index + 1, energy }], memory);
            expect(next.soc).toBeGreaterThanOrEqual(memory.soc ?? 0);
            memory = next;
          }
        },
      ),
    );
  });

  test('the capacity with its losses is found out, from whole percents of a car too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.double({ min: 1.02, max: 2.5, noNaN: true }),
        fc.integer({ min: 20, max: 300 }),
        fc.boolean(),
        (start, loss, portion, whole) => {
          const perPercent = (CAPACITY * loss) / 100;
          let memory = UNKNOWN_SOC;
          let told = start;
          for (let energy = 0, after = 0; told < 98; energy += portion, after += 1) {
            const soc = start + energy / perPercent;
            told = whole ? Math.floor(soc) : soc;
            memory = follow([{ after, tells: told, energy }], memory);
          }
          const full = chargeCapacity(memory, CAPACITY) ?? 0;
          // What was charged between two looks at a car that counts in percents is all that may be wrong.
          const span = told - start;
          expect(Math.abs(full - perPercent * 100)).toBeLessThanOrEqual((portion * 100) / span + 1e-6 * full);
        },
      ),
      { numRuns: 60 },
    );
  });
});
