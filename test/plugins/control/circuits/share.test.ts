import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Claim, type Party, share } from '../../../../plugins/control/circuits/share.ts';

const TOLERANCE = 1e-5;

/** A party that loads limit 0 with one for each ampere, unless said otherwise. */
const party = (changes: Partial<Party> & { readonly held?: number } = {}): Party => {
  const { held = 0, ...rest } = changes;
  const wanted = rest.wanted ?? 16;
  return {
    min: 6,
    max: 16,
    step: 1,
    wanted,
    needs: wanted,
    kept: held,
    rank: 0,
    ways: [[{ limit: 0, weight: 1, held }]],
    ...rest,
  };
};

const currents = (room: number, parties: readonly Party[]): number[] =>
  share([room], parties).map(({ current }) => current);

describe('one limit', () => {
  test.each<[title: string, room: number, parties: Party[], expected: number[]]>([
    ['gives all what they want where there is enough', 40, [party(), party({ wanted: 10 })], [16, 16]],
    ['is divided equally', 20, [party(), party()], [10, 10]],
    ['is divided equally above what the others want', 24, [party(), party({ wanted: 7 }), party()], [9, 7, 8]],
    ['gives single steps that are left to the first ones', 20, [party(), party(), party()], [7, 7, 6]],
    ['is never exceeded by rounding', 12.9, [party(), party()], [6, 6]],
    ['goes by the steps of each', 13.3, [party({ step: 0.1 }), party()], [6.8, 6]],
    ['keeps as many minimums as fit, the first ones first', 17, [party(), party(), party()], [9, 8, 0]],
    [
      'goes on with a smaller one where a larger one does not fit',
      15,
      [party(), party({ min: 10 }), party()],
      [8, 0, 7],
    ],
    ['starts nobody at the cost of those who run', 13, [party({ rank: 1 }), party(), party()], [0, 7, 6]],
    ['starts by rank', 13, [party({ rank: 2 }), party({ rank: 1 }), party()], [0, 7, 6]],
    ['raises different minimums to the same level', 22, [party({ min: 10 }), party()], [11, 11]],
    ['does not lower a minimum for the sake of equality', 18, [party({ min: 12 }), party()], [12, 6]],
    ['is not kept for those who do not use it', 24, [party({ needs: 8 }), party()], [8, 16]],
    ['goes to those who want more than they use only when it is left', 26, [party({ needs: 8 }), party()], [10, 16]],
    ['leaves room to grow in', 30, [party({ wanted: 7 }), party({ wanted: 0, rank: 3 })], [15, 15]],
    [
      'leaves nothing to those who want nothing where others need it',
      13,
      [party(), party({ wanted: 0, rank: 3 })],
      [13, 0],
    ],
    ['is not there', 0, [party()], [0]],
    ['is below zero', -5, [party(), party()], [0, 0]],
    ['gives nothing to those whose largest is below the smallest', 40, [party({ max: 5 })], [0]],
  ])('%s', (_, room, parties, expected) => {
    expect(currents(room, parties)).toEqual(expected);
  });

  test('nobody', () => {
    expect(share([10], [])).toEqual([]);
  });
});

describe('what parties may take before they are told anything', () => {
  test('is lowered at once, but given to others only when it is free', () => {
    expect(share([20], [party({ held: 16 }), party()])).toMatchObject([
      { current: 10, waits: false },
      { current: 0, waits: true },
    ]);
    expect(currents(20, [party({ held: 14 }), party()])).toEqual([10, 6]);
    expect(currents(20, [party({ held: 14 }), party({ held: 6 })])).toEqual([10, 6]);
    expect(currents(20, [party({ held: 10 }), party({ held: 6 })])).toEqual([10, 10]);
  });

  test('is cut for all when the limit falls', () => {
    expect(currents(13, [party({ held: 16 }), party({ held: 16 })])).toEqual([7, 6]);
    expect(currents(11, [party({ held: 16 }), party({ held: 16 })])).toEqual([11, 0]);
  });

  test('counts also where a party shall not take any of it', () => {
    const ways = (weights: readonly number[], held: readonly number[]): Claim[] =>
      weights.map((weight, limit) => ({ limit, weight, held: held[limit] ?? 0 }));
    const single = party({ ways: [ways([1, 0], [0, 9])] });
    const other = party({ ways: [ways([0, 1], [0, 0])] });
    expect(share([16, 16], [single, other]).map(({ current }) => current)).toEqual([16, 7]);
  });
});

describe('ways', () => {
  const three = [0, 1, 2].map((limit): Claim => ({ limit, weight: 1, held: 0 }));
  const one = three.map((claim): Claim => ({ ...claim, weight: claim.limit === 0 ? 1 : 0 }));

  test('the first that has room for the minimum is taken', () => {
    expect(share([16, 6, 16], [party({ ways: [three, one] })])).toMatchObject([{ current: 6, way: 0 }]);
    expect(share([16, 5, 16], [party({ ways: [three, one] })])).toMatchObject([{ current: 16, way: 1 }]);
    expect(share([5, 16, 16], [party({ ways: [three, one] })])).toMatchObject([
      { current: 0, bound: { limit: 0, left: 5 } },
    ]);
  });

  test('a charge stays on fewer phases until the others are free', () => {
    const held = (claims: readonly Claim[], ...values: readonly number[]): Claim[] =>
      claims.map((claim, index) => ({ ...claim, held: values[index] ?? 0 }));
    const switching = party({ ways: [held(three, 10, 0, 0), held(one, 10, 0, 0)] });
    const lowered = party({ wanted: 6, max: 6, ways: [held(three, 0, 12, 12)] });
    expect(share([16, 16, 16], [switching, lowered])).toMatchObject([
      { current: 10, way: 1, waits: true },
      { current: 6, waits: false },
    ]);
    const free = party({ wanted: 6, max: 6, ways: [held(three, 0, 6, 6)] });
    expect(share([16, 16, 16], [switching, free])).toMatchObject([{ current: 10, way: 0 }, { current: 6 }]);
  });
});

test('what binds is named', () => {
  const claims: Claim[] = [
    { limit: 0, weight: 1, held: 0 },
    { limit: 1, weight: 690, held: 0 },
  ];
  expect(share([10, 4_830], [party({ ways: [claims] })])).toEqual([
    { current: 7, way: 0, waits: false, bound: { limit: 1, left: 0 } },
  ]);
  expect(share([9, 9_000], [party({ ways: [claims] })])).toEqual([
    { current: 9, way: 0, waits: false, bound: { limit: 0, left: 0 } },
  ]);
  expect(share([32, 32_000], [party({ ways: [claims] })])).toEqual([{ current: 16, way: 0, waits: false }]);
});

describe('random limits and parties', () => {
  const LIMITS = 4;
  const amount = (max: number) => fc.double({ min: 0, max, noNaN: true });
  const anyParty = fc
    .record({
      min: fc.constantFrom(1.4, 6, 6, 6, 10),
      span: fc.constantFrom(-2, 0, 10, 26),
      step: fc.constantFrom(0.1, 0.5, 1, 1),
      want: fc.double({ min: 0, max: 1, noNaN: true }),
      need: fc.double({ min: 0, max: 1, noNaN: true }),
      rank: fc.constantFrom(0, 0, 1, 2),
      held: fc.array(fc.oneof(fc.constant(0), amount(32)), { minLength: LIMITS, maxLength: LIMITS }),
      used: fc.array(fc.boolean(), { minLength: LIMITS, maxLength: LIMITS }),
      both: fc.boolean(),
      sure: fc.constantFrom(0, 0.5, 1, 1),
    })
    .map(({ min, span, step, want, need, rank, held, used, both, sure }): Party => {
      const max = min + span;
      const wanted = want < 0.2 || max < min ? 0 : Math.max(min, want * max);
      const claims = held.map(
        (each, limit): Claim => ({
          limit,
          weight: used[limit] ? (limit === 3 ? 230 : 1) : 0,
          held: limit === 3 ? each * 230 : each,
        }),
      );
      const fewer = claims.map(
        (claim): Claim => (claim.limit === 0 || claim.limit === 3 ? claim : { ...claim, weight: 0 }),
      );
      const needs = Math.max(min, need * max);
      const kept = sure * Math.min(32, ...claims.map(({ weight, held: load }) => (weight > 0 ? load / weight : 32)));
      const ways = both ? [claims, fewer] : [claims];
      return { min, max, step, wanted, needs, kept, rank: wanted > 0 ? rank : 3, ways };
    });
  const anyRooms = fc
    .tuple(amount(64), amount(64), amount(64), amount(15_000))
    .map((rooms) => rooms.map((room) => room - 5));
  const any = fc.tuple(anyRooms, fc.array(anyParty, { maxLength: 6 }));

  const loadsOf = (parties: readonly Party[], shares: readonly { current: number; way: number }[], limit: number) =>
    parties.map(({ ways }, index) => {
      const { current, way } = shares[index] ?? { current: 0, way: 0 };
      const claim = ways[way]?.[limit];
      return { told: current * (claim?.weight ?? 0), held: claim?.held ?? 0 };
    });

  test('what parties are told fits into every limit, together with what those still have who are lowered', () => {
    fc.assert(
      fc.property(any, ([rooms, parties]) => {
        const shares = share(rooms, parties);
        for (const [limit, room] of rooms.entries()) {
          const loads = loadsOf(parties, shares, limit);
          const told = loads.reduce((sum, load) => sum + load.told, 0);
          expect(told).toBeLessThanOrEqual(Math.max(0, room) + TOLERANCE);
          const raised = shares.some(
            ({ current }, index) => current > (parties[index]?.kept ?? 0) + TOLERANCE && (loads[index]?.told ?? 0) > 0,
          );
          const atMost = loads.reduce((sum, load) => sum + Math.max(load.told, load.held), 0);
          if (raised) expect(atMost).toBeLessThanOrEqual(Math.max(0, room) + TOLERANCE);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('shares are nothing or between minimum and maximum, on the steps', () => {
    fc.assert(
      fc.property(any, ([rooms, parties]) => {
        share(rooms, parties).forEach(({ current }, index) => {
          const { min = 0, max = 0, step = 1 } = parties[index] ?? {};
          if (current === 0) return;
          expect(current).toBeGreaterThanOrEqual(min);
          expect(current).toBeLessThanOrEqual(max + TOLERANCE);
          const steps = current / step;
          expect(current === min || Math.abs(steps - Math.round(steps)) < 1e-4).toBe(true);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('those who run keep their minimum whenever all minimums fit', () => {
    fc.assert(
      fc.property(any, ([rooms, parties]) => {
        const running = parties.map((each): Party => {
          const claims = (each.ways[0] ?? []).map((claim) => ({
            ...claim,
            held: Math.max(claim.held, claim.weight * each.min),
          }));
          return { ...each, kept: each.min, ways: [claims] };
        });
        const loads = rooms.map((_, limit) =>
          running.reduce(
            (sum, { rank, min, max, ways }) =>
              sum + (rank === 0 && max >= min ? min * (ways[0]?.[limit]?.weight ?? 0) : 0),
            0,
          ),
        );
        const fit = rooms.every((room, limit) => (loads[limit] ?? 0) === 0 || (loads[limit] ?? 0) <= room);
        fc.pre(fit);
        share(rooms, running).forEach(({ current }, index) => {
          const { rank, min = 0, max = 0 } = running[index] ?? {};
          if (rank === 0 && max >= min) expect(current).toBeGreaterThanOrEqual(min);
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test('nobody who can take more has a step less than another on the same limits', () => {
    const equals = fc.tuple(amount(100), fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(equals, ([room, count]) => {
        const all = currents(
          room,
          Array.from({ length: count }, () => party({ max: 32, wanted: 32 })),
        );
        const served = all.filter((current) => current > 0);
        expect(served.length).toBe(Math.min(count, Math.floor((room + 1e-6) / 6)));
        if (served.length > 0) expect(Math.max(...served) - Math.min(...served)).toBeLessThanOrEqual(1);
        const left = room - served.reduce((sum, current) => sum + current, 0);
        if (served.some((current) => current < 32)) expect(left).toBeLessThan(served.length > 0 ? 1.001 : 6.001);
      }),
      { numRuns: 1_000 },
    );
  });

  test('repeated shares settle: what all of them may take becomes what they are told', () => {
    fc.assert(
      fc.property(any, ([rooms, parties]) => {
        let present = parties.map((each): Party => ({ ...each, ways: [each.ways[0] ?? []] }));
        let before: number[] = [];
        for (let cycle = 0; cycle < 4; cycle += 1) {
          const shares = share(rooms, present);
          before = shares.map(({ current }) => current);
          present = present.map((each, index) => ({
            ...each,
            kept: before[index] ?? 0,
            ways: [(each.ways[0] ?? []).map((claim) => ({ ...claim, held: claim.weight * (before[index] ?? 0) }))],
          }));
        }
        expect(share(rooms, present).map(({ current }) => current)).toEqual(before);
        expect(share(rooms, present).some(({ waits }) => waits)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
