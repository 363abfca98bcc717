import { describe, expect, test } from 'vitest';
import { startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, chargingHouse, MINIMUM } from './situations.ts';

/** What somebody outside asks of a loadpoint. */

describe('a hard demand', () => {
  test.for(['now', 'pv', 'minpv'] as const)(
    'ends charging in mode %s, and goes on when it is taken back',
    async (mode, t) => {
      const house = await startHouse(t, { loadpoints: [{ mode, enable: { delay: 0 } }] });
      house.set({ pv: MINIMUM });
      await house.run(120);
      house.commands();
      await play(house, [
        {
          when: () => house.command('remoteDemand', 'hard/:grid'),
          writes: 'off',
          why: ['remote-hard'],
          shows: { remoteDisabled: 'hard', remoteDisabledSource: ':grid', pvAction: 'inactive' },
        },
        { for: 300 },
        {
          when: () => house.command('remoteDemand', 'enable'),
          writes: mode === 'now' ? '16 A, on' : '6 A, on',
          shows: { remoteDisabled: '', remoteDisabledSource: '' },
        },
      ]);
    },
  );

  test('does not skip the pause between off and on', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await play(house, [
      { for: 60, writes: '16 A, on' },
      { when: () => house.command('remoteDemand', 'hard/grid'), writes: 'off' },
      { when: () => house.command('remoteDemand', ''), for: 50, shows: { guardAction: 'enable' } },
      { writes: '16 A, on' },
    ]);
  });

  test('goes before the minimum soc', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv', vehicle: 'car', minSoc: 50 }],
      config: { vehicles: { car: { type: 'fake' } } } as never,
    });
    Object.assign(house.vehicles.car ?? {}, { reading: { soc: 20 } });
    await play(house, [
      { for: 60, writes: '16 A, on' },
      { when: () => house.command('remoteDemand', 'hard'), writes: 'off', why: ['remote-hard'] },
    ]);
  });
});

describe('a soft demand', () => {
  test('ends solar charging', async (t) => {
    const house = await chargingHouse(t);
    await play(house, [
      { when: () => house.command('remoteDemand', 'soft/grid'), writes: 'off', why: ['remote-soft'] },
      { for: 300 },
      { when: () => house.command('mode', 'minpv'), for: 60, why: ['remote-soft'] },
      { when: () => house.command('mode', 'now'), writes: '16 A, on', shows: { remoteDisabled: 'soft' } },
    ]);
  });

  test('leaves the minimum soc alone', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv', vehicle: 'car', minSoc: 50 }],
      config: { vehicles: { car: { type: 'fake' } } } as never,
    });
    Object.assign(house.vehicles.car ?? {}, { reading: { soc: 20 } });
    house.set({ pv: 2 * AMPERE });
    await house.run(60);
    house.commands();
    await play(house, [{ when: () => house.command('remoteDemand', 'soft'), for: 60, why: ['min-soc'] }]);
  });
});

describe('a demand', () => {
  test.for([
    ['hard', { demand: 'hard', source: '' }],
    [' HARD/:evu ', { demand: 'hard', source: ':evu' }],
    ['soft/home_1', { demand: 'soft', source: 'home_1' }],
    ['anything/x', { demand: '', source: 'x' }],
    [
      { demand: 'soft', source: 'x' },
      { demand: 'soft', source: 'x' },
    ],
  ] as const)('%o is %o', async ([given, taken], t) => {
    const house = await startHouse(t);
    expect(await house.command('remoteDemand', given)).toEqual(taken);
  });

  test.for(['hard/a b', 'hard/a/b', `soft/${'x'.repeat(65)}`, 5, null, { demand: 'full', source: '' }] as const)(
    '%o is refused and changes nothing',
    async (given, t) => {
      const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
      await expect(house.command('remoteDemand', given)).rejects.toMatchObject({ code: 'EVCC_COMMAND_INVALID' });
      await play(house, [{ writes: '16 A, on' }]);
    },
  );

  test('holds over a restart, until it is taken back', async (t) => {
    const first = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await first.command('remoteDemand', 'hard');
    await first.stop();
    const second = await startHouse(t, { loadpoints: [{ mode: 'now' }], store: first.store });
    await play(second, [
      { why: ['remote-hard'], shows: { remoteDisabled: 'hard' } },
      { when: () => second.command('remoteDemand', ''), writes: '16 A, on', shows: { remoteDisabled: '' } },
    ]);
  });
});
