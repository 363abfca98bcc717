import { expect, type TestContext, test } from 'vitest';
import type { Store } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';
import { type FakeCharger, type FakeCommand, type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';

/** A restart in any phase of a charge: the commands are those that would have come without it. */

const START = Date.parse('2025-06-15T12:00:00Z');

/** Each test plays its script once for every moment. */
const LONG = { timeout: 60_000 };

interface Script {
  readonly options: HouseOptions;
  readonly cycles: number;
  /** What happens before a cycle, by its number */
  readonly happens: Readonly<Record<number, (house: FakeHouse) => unknown>>;
}

interface Course {
  /** Cycle and command */
  readonly commands: readonly string[];
  readonly sessions: readonly unknown[];
}

type End = 'stopped' | 'killed';

const keeping = (): Store => ({ ...createMemoryStore(), location: 'kept by the test' });

/** Plays a script, with a restart before some cycle. */
async function course(t: TestContext, script: Script, restart?: { before: number; end: End }): Promise<Course> {
  const store = keeping();
  const commands: string[] = [];
  let house = await startHouse(t, { ...script.options, store, now: START });
  const powers: Parameters<FakeHouse['set']>[0] = {};
  const remember = (each: FakeHouse): FakeHouse => ({
    ...each,
    set: (changed) => each.set(Object.assign(powers, changed)),
  });
  for (let cycle = 0; cycle < script.cycles; cycle += 1) {
    if (cycle === restart?.before) {
      if (restart.end === 'stopped') await house.stop();
      house = await reopen(t, house, script.options, store, START + cycle * (script.options.interval ?? 10) * 1_000);
      house.set(powers);
    }
    await script.happens[cycle]?.(remember(house));
    await house.cycle();
    for (const command of house.commands()) commands.push(`${cycle}: ${brief(command)}`);
  }
  await house.stop();
  const sessions = await store.sessions.list();
  return { commands, sessions: sessions.map(({ energy, created }) => [created, Math.round(energy)]) };
}

/** The same house as another process finds it. */
function reopen(
  t: TestContext,
  before: FakeHouse,
  options: HouseOptions,
  store: Store,
  now: number,
): Promise<FakeHouse> {
  return startHouse(t, {
    ...options,
    store,
    now,
    charger: (charger, index) => {
      const { commands: _, ...state } = before.charger(index + 1);
      Object.assign(charger, state);
    },
  });
}

const brief = (command: FakeCommand): string => JSON.stringify(command);

const PV: HouseOptions = { loadpoints: [{ mode: 'pv', enable: { delay: 60 }, disable: { delay: 90 } }] };
const SWITCHING: HouseOptions = {
  ...PV,
  charger: (charger: FakeCharger) => {
    charger.canSwitchPhases = true;
  },
};

/** A day in short: waits to start, charges, waits to stop, pauses, starts again. */
const SURPLUS: Script = {
  options: PV,
  cycles: 60,
  happens: {
    1: (house) => house.set({ pv: 5_000 }),
    15: (house) => house.set({ pv: 6_500 }),
    20: (house) => house.set({ pv: 500 }),
    33: (house) => house.set({ pv: 5_000 }),
    50: (house) => Object.assign(house.charger(), { status: 'A' }),
    54: (house) => Object.assign(house.charger(), { status: 'B' }),
  },
};

/** Surplus that comes and goes: what is waited for must be forgotten in time. */
const CLOUDS: Script = {
  options: PV,
  cycles: 40,
  happens: Object.fromEntries(
    [2, 6, 8, 17, 20, 23, 26, 30, 34, 37].map((cycle, index) => [
      cycle,
      (house: FakeHouse) => house.set({ pv: index % 2 === 0 ? 5_500 : 600 }),
    ]),
  ),
};

/** One phase, then three, then one again. */
const PHASES: Script = {
  options: SWITCHING,
  cycles: 60,
  happens: {
    1: (house) => house.set({ pv: 2_500 }),
    15: (house) => house.set({ pv: 9_000 }),
    35: (house) => house.set({ pv: 2_000 }),
  },
};

/** A user switches on and off within the pause. */
const USER: Script = {
  options: { loadpoints: [{ mode: 'now', guardDuration: 60 }] },
  cycles: 30,
  happens: {
    5: (house) => house.command('mode', 'off'),
    7: (house) => house.command('mode', 'now'),
    12: (house) => house.command('mode', 'pv'),
    20: (house) => house.command('mode', 'minpv'),
  },
};

const QUARTER = 900_000;

/** A plan charges in the cheap quarters of an hour, from its making to its end. */
const PLAN: Script = {
  options: {
    interval: 120,
    loadpoints: [{ mode: 'pv' }],
    rates: () =>
      [0.3, 0.1, 0.3, 0.3, 0.3, 0.3, 0.3, 0.1, 0.3, 0.3].map((price, index) => ({
        start: START + index * QUARTER,
        end: START + (index + 1) * QUARTER,
        price,
      })),
  },
  cycles: 75,
  happens: {
    2: async (house) => {
      await house.command('targetEnergy', 4.4);
      await house.command('targetTime', '2025-06-15T14:30:00Z');
    },
  },
};

/** Somebody outside holds charging back, and lets it go on. */
const DEMAND: Script = {
  options: { loadpoints: [{ mode: 'now', guardDuration: 0 }] },
  cycles: 30,
  happens: {
    5: (house) => house.command('remoteDemand', 'hard/grid'),
    15: (house) => house.command('remoteDemand', ''),
    20: (house) => house.command('mode', 'pv'),
  },
};

/** The surplus is back before the pause is over. */
const PAUSE: Script = {
  options: { loadpoints: [{ mode: 'pv', enable: { delay: 40 }, disable: { delay: 0 }, guardDuration: 120 }] },
  cycles: 40,
  happens: {
    1: (house) => house.set({ pv: 6_000 }),
    15: (house) => house.set({ pv: 0 }),
    17: (house) => house.set({ pv: 6_000 }),
  },
};

/** The home battery is emptied into the car. */
const BOOST: Script = {
  options: { ...PV, battery: { soc: 80, capacity: 10_000 } },
  cycles: 40,
  happens: {
    3: (house) => house.command('batteryBoost', true),
    6: (house) => house.set({ battery: 5_000 }),
    25: (house) => house.command('batteryBoost', false),
  },
};

const SCRIPTS: Readonly<Record<string, Script>> = {
  SURPLUS,
  CLOUDS,
  PHASES,
  USER,
  PLAN,
  DEMAND,
  PAUSE,
  BOOST,
};

/** The cycles around which something happens, and some of those between. */
function moments({ commands }: Course, { happens, cycles }: Script): number[] {
  const eventful = [...commands.map((command) => Number.parseInt(command, 10)), ...Object.keys(happens).map(Number)];
  const near = eventful.flatMap((cycle) => [cycle, cycle + 1]);
  const all = [...near, ...Array.from({ length: cycles / 5 }, (_, index) => index * 5)];
  return [...new Set(all)].filter((cycle) => cycle > 0 && cycle < cycles).sort((a, b) => a - b);
}

test.for(Object.entries(SCRIPTS))(
  '%s: an orderly restart at any moment changes neither commands nor sessions',
  LONG,
  async ([, script], t) => {
    const straight = await course(t, script);
    expect(straight.commands.length, straight.commands.join(' ')).toBeGreaterThan(3);
    for (const before of moments(straight, script)) {
      const restarted = await course(t, script, { before, end: 'stopped' });
      expect(restarted, `restart before cycle ${before}`).toEqual(straight);
    }
  },
);

test.for(Object.entries(SCRIPTS))(
  '%s: a kill at any moment switches nothing that would not have been switched; a current may be sent again',
  LONG,
  async ([, script], t) => {
    const switches = ({ commands }: Course): string[] => commands.filter((each) => !each.includes('setMaxCurrent'));
    const straight = await course(t, script);
    for (const before of moments(straight, script)) {
      const restarted = await course(t, script, { before, end: 'killed' });
      expect(switches(restarted), `kill before cycle ${before}`).toEqual(switches(straight));
      expect(restarted.sessions, `kill before cycle ${before}`).toEqual(straight.sessions);
      const added = restarted.commands.filter((command) => !straight.commands.includes(command));
      expect(added.length, `kill before cycle ${before}: ${added.join(', ')}`).toBeLessThanOrEqual(1);
    }
  },
);
