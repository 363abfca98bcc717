import { describe, expect, test } from 'vitest';
import type { CircuitOptions, LoadedPlugin, LoadpointOptions } from '../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';

/** Loadpoints that share circuits, through the whole runtime. */

type Circuits = Readonly<Record<string, CircuitOptions>>;

async function houseWith(
  t: Parameters<typeof startHouse>[0],
  circuits: Circuits,
  loadpoints: readonly Partial<LoadpointOptions>[],
  options: HouseOptions = {},
): Promise<FakeHouse> {
  return startHouse(t, {
    ...options,
    config: { circuits, ...options.config },
    loadpoints: loadpoints.map((loadpoint) => ({ mode: 'now', guardDuration: 0, ...loadpoint })),
  });
}

/** Currents on offer; what was written until now is forgotten. */
const currents = (house: FakeHouse): unknown[] =>
  house.runtime.evcc.state.loadpoints.map((_, index) => {
    house.commands(index + 1);
    return house.loadpoint('chargeCurrent', index + 1);
  });

/** The car of a loadpoint is away. */
const without =
  (...ids: readonly number[]): NonNullable<HouseOptions['charger']> =>
  (charger, index) =>
    Object.assign(charger, { status: ids.includes(index + 1) ? 'A' : 'B' });

describe('one circuit', () => {
  test('is shared as soon as a second car comes: who charges is lowered first, then the other one starts', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 20 } }, [{}, {}], { charger: without(2) });
    await play(house, [{ writes: '16 A, on' }, { for: 30 }]);
    house.charger(2).status = 'B';
    await play(house, [
      { writes: { 1: '14 A' }, why: ['mode-now', 'circuit'] },
      { writes: { 2: '6 A, on' } },
      { writes: { 1: '10 A' } },
      { writes: { 2: '10 A' } },
      { for: 60 },
    ]);
    house.charger(1).status = 'A';
    await play(house, [{ writes: { 1: 'off' } }, { writes: { 2: '16 A' } }, { for: 30 }]);
  });

  test('says why, and what would change it', async (t) => {
    const house = await houseWith(t, { main: { title: 'Main', maxCurrent: 20 } }, [{}, {}, { priority: -0 }, {}]);
    await house.run(60);
    expect(currents(house)).toEqual([7, 7, 6, 0]);
    expect(house.loadpoint('reasons', 4)).toEqual([
      expect.objectContaining({ code: 'mode-now' }),
      {
        code: 'circuit',
        by: 'circuits',
        text: 'circuit Main allows 20 A on L1, which leaves no current',
        change: 'starts when others take 6 A less on L1',
        current: 0,
      },
    ]);
    expect(house.loadpoint('reasons', 1)).toMatchObject([
      { code: 'mode-now' },
      {
        code: 'circuit',
        text: 'circuit Main allows 20 A on L1, which leaves 7 A',
        change: 'more when others take less on L1',
      },
    ]);
  });

  test('starts nobody at the cost of those who charge, whatever their priority', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 13 } }, [{}, {}, { priority: 5 }], { charger: without(3) });
    await house.run(60);
    house.charger(3).status = 'B';
    await house.run(120);
    expect(currents(house)).toEqual([7, 6, 0]);
    house.charger(1).status = 'A';
    await house.run(60);
    expect(currents(house)).toEqual([0, 6, 7]);
  });

  test('keeps the most important ones when it does not suffice for all any more', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 20, meter: 'main' } }, [{}, { priority: 5 }, {}], {
      meters: ['main'],
    });
    const others = (current: number) => () => {
      house.meter('main').reading = {
        power: 0,
        get currents(): [number, number, number] {
          const all = [1, 2, 3].reduce((sum, id) => sum + house.charger(id).current, current);
          return [all, all, all];
        },
      };
    };
    others(0)();
    await house.run(60);
    expect(currents(house)).toEqual([7, 7, 6]);
    await play(house, [{ when: others(7), writes: { 1: '6 A', 3: 'off' } }, { for: 60 }]);
    expect(currents(house)).toEqual([6, 7, 0]);
    await play(house, [{ when: others(12), writes: { 1: 'off' } }, { writes: { 2: '8 A' } }, { for: 60 }]);
    await play(house, [{ when: others(15), writes: { 2: 'off' } }, { for: 60 }]);
    expect(house.reasons(2)).toEqual(['mode-now', 'circuit']);
    others(0)();
    await house.run(60);
    expect(currents(house)).toEqual([7, 7, 6]);
  });

  test('limits power as well', async (t) => {
    const house = await houseWith(t, { main: { maxPower: 11_000 } }, [{}, {}]);
    await house.run(60);
    expect(currents(house)).toEqual([8, 7]);
    expect(house.site('circuits')).toEqual({ main: { title: 'main', power: 10_350, current: 15, maxPower: 11_000 } });
  });

  test('does nothing where no loadpoint wants anything', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 20 } }, [{ mode: 'off' }, {}]);
    await play(house, [{ writes: { 2: '16 A, on' } }, { for: 30, why: ['mode-off'] }]);
  });
});

describe('nested circuits', () => {
  const tree: Circuits = {
    main: { maxCurrent: 32 },
    garage: { parent: 'main', maxCurrent: 20 },
    yard: { parent: 'main' },
  };

  test('every level is kept, and what one part leaves goes to the other', async (t) => {
    const house = await houseWith(t, tree, [
      { circuit: 'garage' },
      { circuit: 'garage' },
      { circuit: 'yard', maxCurrent: 32 },
    ]);
    await house.run(90);
    expect(currents(house)).toEqual([10, 10, 12]);
    expect(house.site('circuits')).toEqual({
      main: { title: 'main', power: 22_080, current: 32, maxCurrent: 32 },
      garage: { title: 'garage', parent: 'main', power: 13_800, current: 20, maxCurrent: 20 },
      yard: { title: 'yard', parent: 'main', power: 8_280, current: 12 },
    });
    house.charger(2).status = 'A';
    await house.run(60);
    expect(currents(house)).toEqual([16, 0, 16]);
  });

  test('a loadpoint that names no circuit is part of the root', async (t) => {
    const house = await houseWith(t, tree, [{ circuit: 'garage' }, { maxCurrent: 32 }]);
    await house.run(60);
    expect(currents(house)).toEqual([16, 16]);
  });

  test('a change of the configuration is in force with the next cycle', async (t) => {
    const house = await houseWith(t, tree, [{ circuit: 'garage' }, { circuit: 'garage' }]);
    await house.run(60);
    expect(currents(house)).toEqual([10, 10]);
    const garage = { parent: 'main', maxCurrent: 13 };
    expect(await house.runtime.reconfigure({ ...house.config, circuits: { ...tree, garage } })).toEqual([]);
    await play(house, [{ writes: { 1: '7 A', 2: '6 A' } }]);
    const { circuits: _, ...none } = house.config;
    const loadpoints = none.loadpoints?.map(({ circuit: __, ...loadpoint }) => loadpoint) ?? [];
    expect(await house.runtime.reconfigure({ ...none, loadpoints })).toEqual([]);
    await play(house, [{ writes: { 1: '16 A', 2: '16 A' } }]);
    expect(house.site('circuits')).toBeNull();
  });
});

describe('phases', () => {
  test('one-phase cars on different phases of the house do not share', async (t) => {
    const onePhase = { charger: (charger: { carPhases: number }) => Object.assign(charger, { carPhases: 1 }) };
    const vehicles = {
      zoe: { type: 'offline' as const, phases: 1 as const },
      leaf: { type: 'offline' as const, phases: 1 as const },
    };
    const cars = [{ vehicle: 'zoe' }, { vehicle: 'leaf' }] as const;
    const shared = await houseWith(t, { main: { maxCurrent: 20 } }, cars, { ...onePhase, config: { vehicles } });
    await shared.run(60);
    expect(currents(shared)).toEqual([10, 10]);
    const [zoe, leaf] = cars;
    const rotated = await houseWith(t, { main: { maxCurrent: 20 } }, [zoe, { ...leaf, phaseOrder: 'L2 L3 L1' }], {
      ...onePhase,
      config: { vehicles },
    });
    await rotated.run(60);
    expect(currents(rotated)).toEqual([16, 16]);
  });

  test('a car that turns out to use one phase leaves the others free', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 20 } }, [{}, { phaseOrder: 'L2 L3 L1' }], {
      charger: (charger) => Object.assign(charger, { carPhases: 1 }),
    });
    await house.run(120);
    expect(currents(house)).toEqual([16, 16]);
  });

  test('a charger that can switch charges on one phase while there is no room on three', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 20, meter: 'main' } }, [{ phases: 0 }], {
      meters: ['main'],
      charger: (charger) => Object.assign(charger, { canSwitchPhases: true }),
    });
    const others = (l1: number, l2: number, l3: number) => () => {
      house.meter('main').reading = {
        power: 0,
        get currents(): [number, number, number] {
          const { current, phases } = house.charger();
          const more = phases === 3 ? current : 0;
          return [l1 + current, l2 + more, l3 + more];
        },
      };
    };
    others(0, 15, 0)();
    await play(house, [
      { writes: '1p, 6 A, on', why: ['mode-now', 'circuit-phases'] },
      { writes: '16 A' },
      { for: 60 },
    ]);
    others(0, 0, 0)();
    await house.run(200);
    expect(house.charger().phases).toBe(1);
    await house.run(120);
    expect(house.charger()).toMatchObject({ phases: 3, current: 16 });
    house.commands();
    others(0, 10, 0)();
    await play(house, [{ writes: '10 A' }, { for: 60 }]);
    others(0, 16, 0)();
    await house.run(40);
    expect(house.charger()).toMatchObject({ phases: 1, current: 16 });
  });

  test('one that the user fixed to three phases waits', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 20, meter: 'main' } }, [{ phases: 3 }], {
      meters: ['main'],
      charger: (charger) => Object.assign(charger, { canSwitchPhases: true, phases: 3 }),
    });
    house.meter('main').reading = { power: 3_450, currents: [0, 15, 0] };
    await house.run(60);
    expect(currents(house)).toEqual([0]);
  });
});

describe('solar surplus', () => {
  const AMPERE = 690;

  test('surplus for three phases stays on one where the circuit has no room for more, without wavering', async (t) => {
    const house = await houseWith(
      t,
      { main: { maxCurrent: 20, meter: 'main' } },
      [{ mode: 'pv', phases: 0, enable: { delay: 30 } }],
      { meters: ['main'], charger: (charger) => Object.assign(charger, { canSwitchPhases: true, phases: 1 }) },
    );
    house.meter('main').reading = {
      power: 0,
      get currents(): [number, number, number] {
        return [house.charger().current, 16, 0];
      },
    };
    house.set({ pv: 12 * AMPERE });
    await house.run(120);
    expect(house.charger()).toMatchObject({ phases: 1, current: 16 });
    house.commands();
    await play(house, [{ for: 600, writes: '' }]);
  });

  test('what a circuit keeps from one car goes to the other', async (t) => {
    const house = await houseWith(
      t,
      { main: {}, garage: { parent: 'main', maxCurrent: 8 }, yard: { parent: 'main' } },
      [
        { mode: 'pv', circuit: 'garage', priority: 1, enable: { delay: 0 } },
        { mode: 'pv', circuit: 'yard', enable: { delay: 0 } },
      ],
    );
    house.set({ pv: 20 * AMPERE });
    await house.run(90);
    expect(currents(house)).toEqual([8, 12]);
    expect(house.site('gridPower')).toBe(0);
    house.set({ pv: 13 * AMPERE });
    await house.run(30);
    expect(house.loadpoint('chargePower', 1)).toBe(8 * AMPERE);
  });

  test('who follows the sun makes way for full power when there is no room for both any more', async (t) => {
    const house = await houseWith(
      t,
      { main: { maxCurrent: 16, meter: 'main' } },
      [{ mode: 'pv', priority: 1, enable: { delay: 0 } }, {}],
      { meters: ['main'] },
    );
    let oven = 0;
    house.meter('main').reading = {
      power: 0,
      get currents(): [number, number, number] {
        const taken = house.charger(1).current + house.charger(2).current + oven;
        return [taken, taken, taken];
      },
    };
    house.set({ pv: 12 * AMPERE });
    await house.run(120);
    expect(currents(house)).toEqual([6, 10]);
    oven = 6;
    await house.run(30);
    expect(currents(house)).toEqual([0, 10]);
  });

  test('a loadpoint that waits for the sun takes nothing from the others', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 16 } }, [{ mode: 'pv', priority: 3 }, {}]);
    await house.run(60);
    expect(currents(house)).toEqual([0, 16]);
  });
});

describe('cars that do not take what they are offered', () => {
  test('what a car does not use goes to the others, step by step', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 24 } }, [{}, {}], {
      charger: (charger, index) => Object.assign(charger, { carCurrent: index === 0 ? 7 : 32 }),
    });
    await house.run(120);
    expect(currents(house)).toEqual([9, 15]);
  });

  test('a full car keeps its minimum for a while, then those who want to start have a turn', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 10 } }, [{}, {}], {
      charger: (charger, index) => Object.assign(charger, { full: index === 0 }),
    });
    await house.run(890);
    expect([house.loadpoint('enabled', 1), house.loadpoint('enabled', 2)]).toEqual([true, false]);
    await house.run(60);
    expect([house.loadpoint('enabled', 1), house.loadpoint('charging', 2)]).toEqual([false, true]);
    await house.run(1_800);
    expect([house.loadpoint('enabled', 1), house.loadpoint('charging', 2)]).toEqual([false, true]);
  });
});

describe('commands that fail', () => {
  test('nobody is raised before those who have to give something up have done so', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 20 } }, [{}, {}], { charger: without(2) });
    await house.run(30);
    house.charger(1).refuses = () => true;
    house.charger(2).status = 'B';
    await house.run(300);
    expect(house.charger(1).current).toBe(16);
    expect(house.charger(2).commands).toEqual([]);
    house.charger(1).refuses = () => false;
    await house.run(60);
    expect(currents(house)).toEqual([10, 10]);
  });

  test('a charger that gives no readings keeps what it has', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 20 } }, [{}, {}]);
    await house.run(60);
    house.charger(1).failure = new Error('gone');
    await house.run(200);
    house.charger(2).maxCurrent = 10;
    expect(currents(house)).toEqual([10, 10]);
    expect(house.charger(1).current).toBe(10);
  });

  test('an answer that was lost counts as taken', async (t) => {
    const house = await houseWith(t, { main: { maxCurrent: 20 } }, [{}, {}], { charger: without(2) });
    await house.run(30);
    await house.command('maxCurrent', 8);
    await house.run(30);
    house.charger(1).losesAnswers = true;
    await house.command('maxCurrent', 16);
    await house.cycle();
    house.charger(2).status = 'B';
    for (let cycle = 0; cycle < 20; cycle += 1) {
      await house.cycle();
      expect(house.charger(1).current + house.charger(2).current).toBeLessThanOrEqual(20);
    }
  });
});

describe('the meter of a circuit', () => {
  const metered = async (t: Parameters<typeof startHouse>[0], circuit: CircuitOptions, count = 2) => {
    const house = await houseWith(
      t,
      { main: { meter: 'main', ...circuit } },
      Array.from({ length: count }, () => ({})),
      {
        meters: ['main'],
      },
    );
    const total = (watts: number): number =>
      Array.from({ length: count }, (_, index) => house.charger(index + 1).power).reduce(
        (sum, each) => sum + each,
        watts,
      );
    const others = (watts: number, what: 'currents' | 'powers' = 'currents'): void => {
      house.meter('main').reading = {
        get power(): number {
          return total(watts);
        },
        get [what](): [number, number, number] {
          const each = total(watts) / (what === 'powers' ? 3 : 690);
          return [each, each, each];
        },
      };
    };
    return { house, others };
  };

  test('what else the circuit feeds is left to it', async (t) => {
    const { house, others } = await metered(t, { maxCurrent: 32 });
    others(8 * 690);
    await house.run(60);
    expect(currents(house)).toEqual([12, 12]);
    others(20 * 690);
    await play(house, [{ writes: { 1: '6 A', 2: '6 A' } }, { for: 30 }]);
  });

  test('powers of the phases serve where there are no currents; else all of it is taken to be on each phase', async (t) => {
    const { house, others } = await metered(t, { maxCurrent: 32 }, 1);
    others(20 * 690, 'powers');
    await house.run(60);
    expect(currents(house)).toEqual([12]);
    const simple = await metered(t, { maxCurrent: 32 }, 1);
    simple.house.meter('main').reading = { power: 10 * 230 };
    await simple.house.cycle();
    expect(currents(simple.house)).toEqual([16]);
    simple.house.meter('main').reading = { power: 3 * 16 * 230 + 10 * 230 };
    await simple.house.cycle();
    expect(currents(simple.house)).toEqual([0]);
  });

  test('what is generated makes room for power, not for current', async (t) => {
    const { house, others } = await metered(t, { maxPower: 5_000 }, 1);
    house.set({ pv: 6_000 });
    others(-6_000);
    await house.run(60);
    expect(currents(house)).toEqual([15]);
    const fuse = await metered(t, { maxCurrent: 10 }, 1);
    fuse.house.set({ pv: 6_000 });
    fuse.others(-6_000);
    await fuse.house.run(60);
    expect(currents(fuse.house)).toEqual([10]);
  });

  test('once it is silent, running charges go down to their minimum, and none starts', async (t) => {
    const { house, others } = await metered(t, { maxCurrent: 32, title: 'Main' }, 3);
    others(0);
    Object.assign(house.charger(3), { status: 'A' });
    await house.run(60);
    expect(currents(house)).toEqual([16, 16, 0]);
    house.meter('main').failure = new Error('gone');
    await play(house, [
      { for: 60, writes: {} },
      { writes: { 1: '6 A', 2: '6 A' }, why: ['mode-now', 'circuit-unknown'] },
    ]);
    house.charger(3).status = 'B';
    await house.run(60);
    expect(currents(house)).toEqual([6, 6, 0]);
    expect(house.loadpoint('reasons', 3)).toMatchObject([
      {},
      { text: 'the meter of circuit Main is silent, so there is no current', change: 'more when the meter answers' },
    ]);
    expect(house.site('circuits')).toMatchObject({ main: { power: null, current: null } });
    house.meter('main').failure = undefined;
    await house.run(400);
    expect(currents(house)).toEqual([11, 11, 10]);
  });

  test('once it is silent, there is nothing where equal parts are below the minimum', async (t) => {
    const { house, others } = await metered(t, { maxCurrent: 16 }, 3);
    others(0);
    await house.run(60);
    expect(currents(house)).toEqual([8, 8, 0]);
    house.meter('main').failure = new Error('gone');
    await house.run(90);
    expect(currents(house)).toEqual([0, 0, 0]);
  });

  test('one that never answered is silent at once', async (t) => {
    const { house } = await metered(t, { maxCurrent: 32 }, 1);
    house.meter('main').failure = new Error('gone');
    await house.run(60);
    expect(currents(house)).toEqual([0]);
    expect(house.reasons()).toEqual(['mode-now', 'circuit-unknown']);
  });

  test('an overload is logged once, and its end', async (t) => {
    const { house, others } = await metered(t, { maxCurrent: 20 }, 1);
    others(25 * 690);
    await house.run(60);
    others(0);
    await house.run(60);
    expect(house.log.filter(({ message }) => /circuit main/.test(message)).map(({ message }) => message)).toEqual([
      'circuit main carries 17250 W and 25.0 A, more than it may',
      'circuit main is within its limits again',
    ]);
  });
});

describe('plugins that share', () => {
  const sharing = (allot: () => unknown): LoadedPlugin => ({
    name: 'fair',
    apply: (evcc) => void evcc.hooks.allot.tap('fair', allot as never),
  });

  test.for([
    {
      title: 'throws',
      allot: () => {
        throw new Error('oops');
      },
    },
    { title: 'answers nonsense', allot: () => new Map([[1, { current: 'all' }]]) },
    { title: 'answers with a promise', allot: () => Promise.resolve(new Map()) },
  ])('one that $title means no current for anybody', async ({ allot }, t) => {
    const house = await houseWith(t, { main: { maxCurrent: 32 } }, [{}, {}], { plugins: [sharing(allot)] });
    await house.run(60);
    expect(currents(house)).toEqual([0, 0]);
    expect(house.reasons(2)).toEqual(['mode-now', 'limiter-failed']);
  });

  test('the lowest of several answers counts, and none raises anything', async (t) => {
    const reason = { code: 'fair', text: 'it is only fair' };
    const allot = () =>
      new Map([
        [1, { current: 9, reason }],
        [2, { current: 99, reason }],
      ]);
    const house = await houseWith(t, { main: { maxCurrent: 32 } }, [{}, {}, { maxCurrent: 7 }], {
      plugins: [sharing(allot)],
    });
    await house.run(60);
    expect(currents(house)).toEqual([9, 12, 7]);
    expect(house.loadpoint('reasons')).toMatchObject([{}, { code: 'fair', by: 'fair', current: 9 }]);
  });

  test('nobody is asked where nothing is shared', async (t) => {
    let asked = 0;
    const allot = () => {
      asked += 1;
    };
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }], plugins: [sharing(allot)] });
    await play(house, [{ writes: '16 A, on' }]);
    expect(asked).toBe(0);
  });
});
