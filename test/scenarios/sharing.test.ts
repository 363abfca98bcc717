import { describe, expect, test } from 'vitest';
import type { LoadpointOptions } from '../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, MINIMUM } from './situations.ts';

/** Loadpoints without delays, so that one cycle shows what the ledger says. */
async function sharedHouse(
  t: Parameters<typeof startHouse>[0],
  loadpoints: readonly Partial<LoadpointOptions>[],
  options: HouseOptions = {},
): Promise<FakeHouse> {
  const quick = { mode: 'pv' as const, enable: { delay: 0 }, disable: { delay: 0 }, guardDuration: 0 };
  return startHouse(t, { ...options, loadpoints: loadpoints.map((loadpoint) => ({ ...quick, ...loadpoint })) });
}

const power = (house: FakeHouse, id: number): unknown => house.loadpoint('chargePower', id);

describe('loadpoints of equal priority', () => {
  test('are served in the order of the configuration, in every cycle, against what is left', async (t) => {
    const house = await sharedHouse(t, [{}, {}, {}]);
    await play(house, [
      { set: { pv: MINIMUM - 1 } },
      { set: { pv: MINIMUM }, writes: { 1: '6 A, on' } },
      { set: { pv: 2 * MINIMUM }, writes: { 1: '12 A' } },
      { set: { pv: 2 * MINIMUM + 4 * AMPERE }, writes: { 1: '16 A' } },
      { set: { pv: 16 * AMPERE + MINIMUM }, writes: { 2: '6 A, on' } },
      { set: { pv: 16 * AMPERE + 2 * MINIMUM }, writes: { 2: '12 A' } },
      { set: { pv: 32 * AMPERE + MINIMUM }, writes: { 2: '16 A', 3: '6 A, on' } },
      { for: 60, writes: {} },
    ]);
    expect(house.site('gridPower')).toBe(0);
  });

  test('a lack of surplus lowers the first one that is served', async (t) => {
    const house = await sharedHouse(t, [{}, {}]);
    await play(house, [
      { set: { pv: 32 * AMPERE }, for: 30, writes: { 1: '6 A, on, 16 A', 2: '6 A, on, 16 A' } },
      { for: 30 },
    ]);
    house.set({ pv: 25 * AMPERE });
    await house.run(60);
    expect([power(house, 1), power(house, 2)]).toEqual([9 * AMPERE, 16 * AMPERE]);
  });
});

describe('loadpoints of different priority', () => {
  test('the more important one is served first, wherever it stands in the configuration', async (t) => {
    const house = await sharedHouse(t, [{}, { priority: 1 }]);
    await play(house, [{ set: { pv: 8 * AMPERE }, writes: { 2: '6 A, on' } }, { writes: { 2: '8 A' } }]);
  });

  test('the more important one claims what the others could give up', async (t) => {
    const house = await sharedHouse(t, [{ priority: 0 }, { priority: 5 }], {
      charger: (charger, index) => Object.assign(charger, { status: index === 1 ? 'A' : 'B' }),
    });
    await play(house, [
      { set: { pv: 13 * AMPERE }, writes: { 1: '6 A, on' } },
      { for: 30, writes: { 1: '13 A' } },
    ]);
    house.charger(2).status = 'B';
    await play(house, [{ writes: { 1: '7 A', 2: '6 A, on' } }, { writes: { 1: 'off', 2: '13 A' } }, { for: 60 }]);
    expect([power(house, 1), power(house, 2)]).toEqual([0, 13 * AMPERE]);
  });

  test('one in mode minpv gives up what is above its minimum, one in mode now nothing', async (t) => {
    const house = await sharedHouse(t, [{ mode: 'minpv' }, { mode: 'now' }, { priority: 1 }], {
      charger: (charger, index) => Object.assign(charger, { status: index === 2 ? 'A' : 'B' }),
    });
    house.set({ pv: 30 * AMPERE });
    await house.run(60);
    expect([power(house, 1), power(house, 2)]).toEqual([14 * AMPERE, 16 * AMPERE]);
    house.charger(3).status = 'B';
    await house.run(60);
    expect([1, 2, 3].map((id) => power(house, id))).toEqual([6 * AMPERE, 16 * AMPERE, 8 * AMPERE]);
  });

  test('a change of the priority takes effect in the next cycle', async (t) => {
    const house = await sharedHouse(t, [{}, {}]);
    house.set({ pv: 10 * AMPERE });
    await house.run(60);
    expect([power(house, 1), power(house, 2)]).toEqual([10 * AMPERE, 0]);
    await house.command('priority', 3, 2);
    await house.run(60);
    expect([power(house, 1), power(house, 2)]).toEqual([0, 10 * AMPERE]);
  });

  test('delays apply: the less important one keeps its minimum until its disable delay is over', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [
        { mode: 'pv', priority: 0 },
        { mode: 'pv', priority: 1 },
      ],
      charger: (charger, index) => Object.assign(charger, { status: index === 1 ? 'A' : 'B' }),
    });
    house.set({ pv: 10 * AMPERE });
    await house.run(120);
    expect(power(house, 1)).toBe(10 * AMPERE);
    house.commands(1);
    house.charger(2).status = 'B';
    await play(house, [
      { writes: { 1: '6 A', 2: '6 A, on' }, shows: { pvAction: 'disable', pvRemaining: 180_000 } },
      { writes: { 2: '10 A' } },
      { for: 160 },
      { writes: { 1: 'off' } },
    ]);
  });
});

describe('cars that do not take what they are offered', () => {
  test('what the first one leaves goes to the next one', async (t) => {
    const house = await sharedHouse(t, [{}, {}], {
      charger: (charger, index) => Object.assign(charger, { carCurrent: index === 0 ? 8 : 32 }),
    });
    house.set({ pv: 20 * AMPERE });
    await house.run(150);
    expect([power(house, 1), power(house, 2)]).toEqual([8 * AMPERE, 12 * AMPERE]);
    expect(house.site('gridPower')).toBe(0);
  });

  test('a car that is full holds nothing back from the others for longer than a minute', async (t) => {
    const house = await sharedHouse(t, [{}, {}]);
    house.set({ pv: 10 * AMPERE });
    await house.run(60);
    house.charger(1).full = true;
    await house.run(90);
    expect([power(house, 1), power(house, 2)]).toEqual([0, 10 * AMPERE]);
  });

  test('a car that is full from the start holds nothing back either', async (t) => {
    const house = await sharedHouse(t, [{}, {}], {
      charger: (charger, index) => Object.assign(charger, { full: index === 0 }),
    });
    house.set({ pv: 10 * AMPERE });
    await house.run(60);
    expect(power(house, 2)).toBe(0);
    await house.run(40);
    expect(power(house, 2)).toBe(10 * AMPERE);
  });

  test('a full car whose charger was on when the runtime started holds nothing back', async (t) => {
    const house = await sharedHouse(t, [{ mode: 'now' }, {}], {
      charger: (charger, index) =>
        Object.assign(charger, index === 0 ? { full: true, enabled: true, maxCurrent: 16 } : {}),
    });
    house.set({ pv: 10 * AMPERE });
    await house.run(60);
    expect(power(house, 2)).toBe(0);
    await house.run(40);
    expect(power(house, 2)).toBe(10 * AMPERE);
  });

  test('a car that wakes up and charges again is counted at once', async (t) => {
    const house = await sharedHouse(t, [{ mode: 'minpv' }, {}]);
    house.set({ pv: 16 * AMPERE });
    house.charger(1).full = true;
    await house.run(120);
    expect(power(house, 2)).toBe(16 * AMPERE);
    house.charger(1).full = false;
    await house.run(60);
    expect([power(house, 1), power(house, 2), house.site('gridPower')]).toEqual([6 * AMPERE, 10 * AMPERE, 0]);
  });
});

describe('a loadpoint that is about to start', () => {
  const delays = [{ enable: { delay: 60 } }, { enable: { delay: 0 } }];

  test('has what it will take reserved: less important ones do not start with it', async (t) => {
    const house = await sharedHouse(t, [{ ...delays[0], priority: 1 }, { ...delays[1] }]);
    await house.run(120);
    await play(house, [
      { set: { pv: 8 * AMPERE }, for: 60, shows: { pvAction: 'enable' } },
      { writes: { 1: '6 A, on' } },
      { for: 60, writes: { 1: '8 A' } },
    ]);
  });

  test('leaves what it cannot take', async (t) => {
    const house = await sharedHouse(t, [{ ...delays[0], priority: 1 }, { ...delays[1] }]);
    await house.run(120);
    await play(house, [
      { set: { pv: 22.5 * AMPERE }, writes: { 2: '6 A, on' }, shows: { pvAction: 'enable' } },
      { for: 50 },
    ]);
    await house.run(120);
    expect([power(house, 1), power(house, 2)]).toEqual([16 * AMPERE, 6 * AMPERE]);
  });

  test('pushes less important ones down to their minimum before it starts', async (t) => {
    const house = await sharedHouse(
      t,
      [
        { ...delays[0], priority: 1 },
        { ...delays[1], disable: { delay: 180 } },
      ],
      {
        charger: (charger, index) => Object.assign(charger, { status: index === 0 ? 'A' : 'B' }),
      },
    );
    await play(house, [
      { set: { pv: 12 * AMPERE }, for: 120, writes: { 2: '6 A, on, 12 A' } },
      { when: () => house.command('mode', 'off') },
      { charger: { status: 'B' }, for: 120 },
      { when: () => house.command('mode', 'pv'), writes: { 2: '6 A' }, shows: { pvAction: 'enable' } },
    ]);
    await house.run(400);
    expect([power(house, 1), power(house, 2)]).toEqual([12 * AMPERE, 0]);
  });

  test('reserves nothing among equals', async (t) => {
    const house = await sharedHouse(t, [{ ...delays[0] }, { ...delays[1] }]);
    await house.run(120);
    await play(house, [{ set: { pv: 8 * AMPERE }, writes: { 2: '6 A, on' }, shows: { pvAction: 'enable' } }]);
  });
});

describe('a loadpoint that cannot be told anything', () => {
  test('keeps what it takes: the others get nothing of it', async (t) => {
    const house = await sharedHouse(t, [{}, {}]);
    house.set({ pv: 10 * AMPERE });
    await house.run(60);
    house.charger(1).failure = new Error('gone');
    await house.run(120);
    expect(house.reasons(1)).toContain('charger-unavailable');
    expect([power(house, 1), power(house, 2)]).toEqual([10 * AMPERE, 0]);
    expect(house.charger(2).commands).toEqual([]);
  });

  test('keeps its share while its phases are switched', async (t) => {
    const house = await sharedHouse(t, [{ phases: 3 }, {}], {
      charger: (charger, index) => Object.assign(charger, { canSwitchPhases: index === 0, carCurrent: 10 }),
    });
    house.set({ pv: 16 * AMPERE });
    await house.run(150);
    expect([power(house, 1), power(house, 2)]).toEqual([10 * AMPERE, 6 * AMPERE]);
    house.commands(1);
    house.commands(2);
    await play(house, [
      { when: () => house.command('phases', 1), writes: { 1: 'off' } },
      { writes: { 1: '1p, 6 A, on', 2: '14 A' } },
    ]);
  });
});

describe('many loadpoints', () => {
  test('all are served in every cycle, and never take more than there is', async (t) => {
    const house = await sharedHouse(
      t,
      Array.from({ length: 12 }, (_, index) => ({ priority: index % 3, minCurrent: 6 + (index % 2) })),
      { charger: (charger, index) => Object.assign(charger, { carPhases: (index % 3) + 1 }) },
    );
    for (const pv of [50_000, 20_000, 0, 80_000, 5_000, 33_333]) {
      house.set({ pv, base: 500 });
      await house.run(120);
      expect(Number(house.site('gridPower'))).toBeLessThanOrEqual(Math.max(0, 500 - pv));
    }
  });
});

describe('no loadpoints', () => {
  test('the house is measured', async (t) => {
    const house = await startHouse(t, { loadpoints: [] });
    house.set({ pv: 3_000, base: 1_000 });
    await house.run(30);
    expect([house.site('gridPower'), house.site('pvPower'), house.site('homePower')]).toEqual([-2_000, 3_000, 1_000]);
    expect(house.runtime.evcc.healthy()).toBe(true);
  });
});
