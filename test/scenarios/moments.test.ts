import { describe, expect, test } from 'vitest';
import { type FakeCharger, type FakeCommand, type FakeHouse, startHouse } from '../helpers/house.ts';
import { AMPERE } from './situations.ts';

/** A charger that fails at each moment of a charge; whatever happens, it charges as it shall when it is back. */

const GONE = new Error('connection refused');

const switching = (charger: FakeCharger): void => {
  Object.assign(charger, { canSwitchPhases: true, phases: 1 });
};

/** A charge with everything in it: start, more current, another number of phases, the end. */
const STORY: readonly { readonly what: string; readonly pv: number; readonly cycles: number }[] = [
  { what: 'no surplus', pv: 0, cycles: 2 },
  { what: 'one phase', pv: 2_300, cycles: 6 },
  { what: 'more of it', pv: 3_200, cycles: 6 },
  { what: 'three phases', pv: 10 * AMPERE, cycles: 12 },
  { what: 'the end of the sun', pv: 0, cycles: 8 },
  { what: 'the sun is back', pv: 10 * AMPERE, cycles: 12 },
];
const CYCLES = STORY.reduce((sum, { cycles }) => sum + cycles, 0);

async function storyHouse(t: Parameters<typeof startHouse>[0]): Promise<FakeHouse> {
  return startHouse(t, {
    loadpoints: [{ mode: 'pv', enable: { delay: 20 }, disable: { delay: 20 }, guardDuration: 30 }],
    charger: switching,
  });
}

/** Plays the story; `at` is called before each cycle. */
async function tell(house: FakeHouse, at: (cycle: number) => void = () => {}): Promise<void> {
  let number = 0;
  for (const { pv, cycles } of STORY) {
    house.set({ pv });
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      at(number);
      number += 1;
      await house.cycle();
      watch(house);
    }
  }
}

/** What holds in every cycle, whatever fails. */
function watch(house: FakeHouse): void {
  const charger = house.charger();
  for (const command of charger.commands) {
    if (!('setMaxCurrent' in command)) continue;
    expect(command.setMaxCurrent).toBeGreaterThanOrEqual(6);
    expect(command.setMaxCurrent).toBeLessThanOrEqual(16);
  }
  expect(house.log.filter(({ message }) => message.startsWith('a cycle failed'))).toEqual([]);
}

/** After a while without failures it charges with what the sun gives, as if nothing had happened. */
async function recovers(house: FakeHouse): Promise<void> {
  const charger = house.charger();
  Object.assign(charger, { failure: undefined, hangs: false, losesAnswers: false, refuses: () => false });
  // A device that was away for long is asked every five minutes only, and phases that failed often pause for longer.
  await house.run(1_800);
  expect({ power: charger.power, phases: charger.phases, shown: house.loadpoint('chargePower') }).toEqual({
    power: 10 * AMPERE,
    phases: 3,
    shown: 10 * AMPERE,
  });
  expect(house.reasons()).toEqual(['surplus']);
}

test('the story ends with a charge on three phases when nothing fails', async (t) => {
  const house = await storyHouse(t);
  await tell(house);
  await recovers(house);
  const kinds = new Set(house.charger().commands.map((command) => Object.keys(command)[0]));
  expect([...kinds].sort()).toEqual(['enable', 'setMaxCurrent', 'setPhases']);
});

describe('a charger that is away', () => {
  test.for(Array.from({ length: Math.ceil(CYCLES / 3) }, (_, index) => index * 3))(
    'for a minute and a half from cycle %i of the charge on',
    async (from, t) => {
      const house = await storyHouse(t);
      await tell(house, (cycle) => {
        house.charger().failure = cycle >= from && cycle < from + 9 ? GONE : undefined;
      });
      await recovers(house);
    },
  );

  test('at the start', async (t) => {
    const house = await storyHouse(t);
    house.charger().failure = GONE;
    await tell(house);
    expect(house.charger().commands).toEqual([]);
    await recovers(house);
  });

  test.for(['while it waits', 'while it charges'] as const)('for an hour %s', async (when, t) => {
    const house = await storyHouse(t);
    const from = when === 'while it waits' ? 4 : 24;
    await tell(house, (cycle) => {
      if (cycle === from) house.charger().failure = GONE;
    });
    await house.run(3_600);
    await recovers(house);
  });

  test('and whose car left meanwhile', async (t) => {
    const house = await storyHouse(t);
    await tell(house);
    house.charger().failure = GONE;
    await house.run(600);
    Object.assign(house.charger(), { failure: undefined, status: 'A', enabled: false, maxCurrent: 0 });
    await house.run(600);
    expect([house.loadpoint('connected'), house.charger().enabled]).toEqual([false, false]);
    house.charger().status = 'B';
    await recovers(house);
  });
});

/** The commands of an undisturbed story, with their places in it. */
const KINDS = ['enable', 'setMaxCurrent', 'setPhases'] as const;
type Kind = (typeof KINDS)[number];
const isOf = (kind: Kind, command: FakeCommand): boolean => kind in command;

describe.for(KINDS)('a charger that fails with %s', (kind) => {
  test.for([1, 2, 3])('the %ith time, before it takes effect', async (nth, t) => {
    const house = await storyHouse(t);
    let count = 0;
    house.charger().refuses = (command) => {
      if (isOf(kind, command)) count += 1;
      return isOf(kind, command) && count === nth;
    };
    await tell(house);
    expect(count).toBeGreaterThanOrEqual(Math.min(nth, 2));
    await recovers(house);
  });

  test('always for a while, before it takes effect', async (t) => {
    const house = await storyHouse(t);
    house.charger().refuses = (command) => isOf(kind, command);
    await tell(house);
    await recovers(house);
  });

  test('and dies with it for ten minutes', async (t) => {
    const house = await storyHouse(t);
    let died = false;
    house.charger().refuses = (command) => {
      if (!isOf(kind, command) || died) return false;
      died = true;
      house.charger().failure = GONE;
      return true;
    };
    await tell(house);
    expect(died).toBe(true);
    await house.run(600);
    await recovers(house);
  });
});

describe('a charger whose answers are lost', () => {
  test('from the start', async (t) => {
    const house = await storyHouse(t);
    house.charger().losesAnswers = true;
    await tell(house);
    await recovers(house);
  });

  test.for([6, 14, 20, 28, 36])('from cycle %i on', async (from, t) => {
    const house = await storyHouse(t);
    await tell(house, (cycle) => {
      house.charger().losesAnswers = cycle >= from;
    });
    await recovers(house);
  });
});

test.for([6, 16, 30])('a charger whose commands never end from cycle %i on', async (from, t) => {
  const house = await storyHouse(t);
  await tell(house, (cycle) => {
    house.charger().hangs = cycle >= from && cycle < from + 6 ? 'commands' : false;
  });
  await recovers(house);
});

describe('a charger that contradicts itself', () => {
  test.for([
    { title: 'charges, but says that it is off', override: { enabled: false } },
    { title: 'says that it is on while it is off', override: { enabled: true } },
    { title: 'has no idea of phases and currents', override: { phases: undefined, currents: undefined } },
    { title: 'speaks of one phase whatever it does', override: { phases: 1 } },
    { title: 'speaks of three phases whatever it does', override: { phases: 3 } },
    { title: 'offers 16 A whatever it is told', override: { maxCurrent: 16 } },
    { title: 'says that it charges without power', override: { power: 0, currents: [0, 0, 0] } },
    { title: 'measures nothing', override: { power: undefined, currents: undefined, energy: undefined } },
  ])('$title', async ({ override }, t) => {
    const house = await storyHouse(t);
    house.charger().override = override;
    await tell(house);
    const charger = house.charger();
    const truth = {
      get phases() {
        return charger.phases;
      },
    };
    charger.override = 'phases' in override ? truth : {};
    // Attempts to switch phases in vain pause for up to an hour.
    await house.run(3_600);
    await recovers(house);
  });
});
