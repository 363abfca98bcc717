import { describe, expect, test } from 'vitest';
import { type FakeCharger, type FakeHouse, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, chargingHouse, MINIMUM } from './situations.ts';

/** A charger as it stands when the runtime starts */
const as =
  (values: Partial<FakeCharger>) =>
  (charger: FakeCharger): void => {
    Object.assign(charger, values);
  };

describe('a charger that is charging when the runtime starts', () => {
  test('is not cut in mode now, and gets the maximum', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now' }],
      charger: as({ enabled: true, maxCurrent: 10 }),
    });
    await play(house, [{ writes: '16 A', shows: { charging: true, enabled: true } }, { for: 60 }]);
  });

  test('is taken as it is: a reported limit that is right needs no command', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now' }],
      charger: as({ enabled: true, maxCurrent: 16, override: { maxCurrent: 16 } }),
    });
    await play(house, [{ for: 120, shows: { chargeCurrent: 16 } }]);
  });

  test('goes on with the surplus in mode pv', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv' }], charger: as({ enabled: true, maxCurrent: 10 }) });
    await play(house, [
      // What it takes is not what it is offered: it is told once.
      { set: { pv: 10 * AMPERE }, writes: '10 A', shows: { charging: true }, why: ['surplus'] },
      { set: { pv: 12 * AMPERE }, writes: '12 A' },
    ]);
  });

  test('goes on with the minimum for the disable delay in mode pv without surplus', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv' }], charger: as({ enabled: true, maxCurrent: 10 }) });
    await play(house, [
      { writes: '6 A', shows: { pvAction: 'disable', pvRemaining: 180_000 } },
      { for: 170 },
      { writes: 'off' },
    ]);
  });

  test('is not cut when neither limit nor currents are known', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'minpv' }],
      charger: as({ enabled: true, maxCurrent: 6, override: { currents: undefined, power: undefined } }),
    });
    await play(house, [
      { writes: '6 A' },
      { for: 50, shows: { charging: true, chargeCurrent: 6, chargePower: MINIMUM } },
    ]);
  });
});

describe('a charger that something else switches', () => {
  test('on: it is switched off again when nothing shall be charged', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'off' }], charger: as({ maxCurrent: 16 }) });
    await play(house, [
      { for: 30 },
      { charger: { enabled: true }, writes: 'off' },
      { for: 300, shows: { enabled: false } },
      { charger: { enabled: true }, writes: 'off' },
    ]);
    expect(house.log.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'Loadpoint 1: charger was switched on by something else',
      'Loadpoint 1: charger was switched on by something else',
    ]);
  });

  test('off: it is switched on again when the car shall be charged', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { for: 120, writes: '16 A, on' },
      { charger: { enabled: false }, writes: '16 A, on' },
      { for: 60, shows: { charging: true } },
    ]);
  });

  test('off: the pause between off and on is not for what the house did not do', async (t) => {
    const house = await chargingHouse(t, { guardDuration: 600 });
    await play(house, [
      { charger: { enabled: false }, for: 60, shows: { pvAction: 'enable', guardAction: 'inactive' } },
      { writes: '6 A, on' },
    ]);
  });

  test('within a minute after a command its old state is not held against it', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { writes: '16 A, on' },
      { charger: { override: { enabled: false } }, for: 50, shows: { enabled: true } },
      { charger: { override: {} }, for: 120 },
    ]);
  });

  test('charges though it says that it is off: it counts as on', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'off' }],
      charger: as({ enabled: true, maxCurrent: 16, override: { enabled: false } }),
    });
    await play(house, [{ for: 20, writes: 'off', shows: { enabled: false } }]);
  });
});

describe('a charger that switches itself off to switch phases', () => {
  const dropping = as({ canSwitchPhases: true, traits: { phaseSwitching: 'live' }, phases: 3 });

  test('is switched on again, without the pause between off and on', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now', guardDuration: 300 }], charger: dropping });
    await play(house, [
      { writes: '3p, 16 A, on' },
      { for: 120 },
      { when: () => house.command('phases', 1), writes: '1p' },
      { charger: { enabled: false }, writes: 'on', shows: { enabled: true } },
      { for: 300, shows: { charging: true, phasesEnabled: 1 } },
    ]);
    expect(house.log.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  test('stays off when nothing shall be charged any more', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }], charger: dropping });
    await play(house, [
      { writes: '3p, 16 A, on' },
      { for: 120 },
      { when: () => house.command('phases', 1), writes: '1p' },
      { charger: { enabled: false }, when: () => house.command('mode', 'off'), writes: 'off' },
      { for: 300 },
    ]);
  });
});

describe('what does not fit', () => {
  const told = (house: FakeHouse): string[] =>
    house.log.filter(({ level }) => level === 'warn').map(({ message }) => message.replace('Loadpoint 1: ', ''));

  test('is said once, however long it lasts, and again when it comes back', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [{ for: 120, writes: '16 A, on' }]);
    house.charger().override = { maxCurrent: 10 };
    await house.run(600);
    expect(told(house)).toEqual(['charger offers 10 A instead of 16 A']);
    house.charger().override = { maxCurrent: 16 };
    await house.run(120);
    house.charger().override = { maxCurrent: 8 };
    await house.run(600);
    expect(told(house)).toEqual(['charger offers 10 A instead of 16 A', 'charger offers 8 A instead of 16 A']);
  });

  test('a charger that its app switches off again and again', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await house.run(120);
    house.charger().refuses = (command) => 'enable' in command;
    house.charger().enabled = false;
    await house.run(600);
    expect(told(house).filter((text) => text.includes('something else'))).toEqual([
      'charger was switched off by something else',
    ]);
  });

  test.for([
    [[230, 230, 0], 'voltages of 230, 230, 0 V do not fit a proper wiring'],
    [[0, 0, 230], 'voltages of 0, 0, 230 V do not fit a proper wiring'],
    [[230, 0, 0], undefined],
    [[230, 229, 231], undefined],
    [[0, 0, 0], undefined],
  ] as const)('phases that are wired as %o', async ([voltages, text], t) => {
    const house = await startHouse(t, { charger: as({ override: { voltages } }) });
    await house.run(60);
    expect(told(house)).toEqual(text === undefined ? [] : [text]);
  });

  test('currents on more phases than the charger speaks of: the currents are believed', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv' }],
      charger: as({ canSwitchPhases: true, enabled: true, maxCurrent: 6, phases: 3, override: { phases: 1 } }),
    });
    house.set({ pv: 10 * AMPERE });
    await house.run(10);
    expect(house.loadpoint('phasesActive')).toBe(3);
    expect(told(house)).toEqual(['car takes current on 3 phases, charger speaks of 1']);
    await house.run(120);
    expect(house.charger().power).toBe(10 * AMPERE);
  });
});

describe('a charger whose current something else sets', () => {
  test('reports its limit: it is set again, not more often than twice a minute', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { for: 120, writes: '16 A, on' },
      { charger: { override: { maxCurrent: 10 } }, writes: '16 A' },
      { for: 20 },
      { for: 30, writes: '16 A' },
    ]);
    expect(house.log.map(({ message }) => message)).toContain('Loadpoint 1: charger offers 10 A instead of 16 A');
  });

  test('reports its limit: small differences are what the charger makes of a current', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now' }],
      charger: as({ override: { maxCurrent: 15.8 } }),
    });
    await play(house, [{ for: 300, writes: '16 A, on' }]);
  });

  test('reports no limit: a car that takes clearly more shows it', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { charger: { override: { currents: [7, 7, 7] } }, for: 60 },
      { charger: { override: { currents: [7.1, 7.1, 7.1] } }, writes: '7 A' },
    ]);
    expect(house.log.map(({ message }) => message)).toContain(
      'Loadpoint 1: car takes 7.1 A, more than the 6 A on offer',
    );
  });
});

describe('a charger that reports its phases', () => {
  test('is believed, also when its own app switched them', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'minpv', phases: 0 }],
      charger: as({ canSwitchPhases: true, override: { phases: 3 } }),
    });
    await play(house, [
      { set: { pv: MINIMUM }, writes: '6 A, on', shows: { phasesEnabled: 3 } },
      { for: 120 },
      { charger: { phases: 1, override: { phases: 1 } }, writes: '16 A', shows: { phasesEnabled: 1, phasesActive: 1 } },
    ]);
    expect(house.log.map(({ message }) => message)).toContain('Loadpoint 1: charger uses 1 instead of 3 phases');
  });

  test('within a minute after a switch its old count is not held against it', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now', phases: 1 }],
      charger: as({ canSwitchPhases: true, override: { phases: 3 } }),
    });
    await play(house, [
      { writes: '1p, 16 A, on' },
      { for: 50, shows: { phasesEnabled: 1 } },
      { charger: { override: { phases: 1 } }, for: 60, shows: { phasesEnabled: 1 } },
    ]);
  });

  test('fixed phases that something else changed are set again', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now', phases: 1 }],
      charger: as({ canSwitchPhases: true, phases: 1, override: { phases: 1 } }),
    });
    await play(house, [
      { for: 120, writes: '16 A, on' },
      { charger: { phases: 3, override: { phases: 3 } }, writes: 'off' },
      { writes: '1p, 16 A, on' },
    ]);
  });

  test('is believed also when it cannot switch', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv' }],
      charger: as({ phases: 1, override: { phases: 1 } }),
    });
    await play(house, [{ shows: { phasesEnabled: 1, phasesActive: 1 } }]);
  });
});

describe('phases that are measured', () => {
  test('more than believed are a fact, fewer say something of the car only', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now', phases: 0 }],
      charger: as({ canSwitchPhases: true, enabled: true, maxCurrent: 16, carPhases: 2 }),
    });
    await play(house, [
      { writes: '16 A', shows: { phasesEnabled: 3, phasesActive: 2 } },
      { charger: { carPhases: 1 }, shows: { phasesEnabled: 3, phasesActive: 1 } },
      { charger: { carPhases: 3 }, shows: { phasesEnabled: 3, phasesActive: 3 } },
    ]);
  });

  test('voltages tell how many phases are wired', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv' }],
      charger: as({ override: { voltages: [230, 0, 0] } }),
    });
    await play(house, [
      { shows: { phasesEnabled: 1, chargeVoltages: [230, 0, 0] } },
      { charger: { override: { voltages: [230, 231, 229] } }, shows: { phasesEnabled: 3 } },
      { charger: { override: { voltages: [0, 0, 0] } }, shows: { phasesEnabled: 3 } },
    ]);
  });
});

describe('a charge meter of its own', () => {
  test('gives power, currents and energy instead of the charger', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'now', meter: 'garage' }],
      meters: ['garage'],
      charger: as({ override: { power: undefined, currents: undefined, energy: undefined } }),
    });
    house.meter('garage').reading = { power: 0, energy: 5_000 };
    await play(house, [{ for: 20, writes: '16 A, on' }]);
    house.meter('garage').reading = { power: 7_000, currents: [10, 10, 10.5], energy: 5_400 };
    await play(house, [
      { shows: { chargePower: 7_000, chargeCurrents: [10, 10, 10.5], chargedEnergy: 400, chargeTotalImport: 5.4 } },
    ]);
  });

  test('while it fails the charger is asked', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now', meter: 'garage' }], meters: ['garage'] });
    house.meter('garage').reading = { power: 10_000 };
    await play(house, [{ for: 30, writes: '16 A, on', shows: { chargePower: 10_000 } }]);
    house.meter('garage').failure = new Error('broken');
    await play(house, [{ for: 100, shows: { chargePower: 16 * AMPERE } }]);
  });
});
