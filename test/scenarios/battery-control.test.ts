import { describe, expect, type TestContext, test } from 'vitest';
import type { BatteryMode, EvccConfig, LoadpointOptions, Plugin } from '../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, MINIMUM } from './situations.ts';

const HOUR = 3_600_000;

/** A house whose battery can be told a mode; the modes come with it, in the order in which they arrived. */
async function controlled(
  t: TestContext,
  loadpoint: Partial<LoadpointOptions> = {},
  options: HouseOptions = {},
): Promise<FakeHouse & { readonly modes: BatteryMode[] }> {
  const modes: BatteryMode[] = [];
  const house = await startHouse(t, {
    loadpoints: [loadpoint],
    battery: { soc: 60, capacity: 10_000 },
    batteryMode: async (mode) => void modes.push(mode),
    ...options,
  });
  return Object.assign(house, { modes });
}

/** The meters of the house, with further options. */
const meters = (options: Readonly<Record<string, object>>): NonNullable<EvccConfig['meters']> =>
  Object.fromEntries(['grid', 'pv', 'battery'].map((name) => [name, { type: 'fake', ...options[name] } as never]));

/** Modes that arrived since the last call. */
const told = (house: { readonly modes: BatteryMode[] }): BatteryMode[] => house.modes.splice(0);

describe('discharge control', () => {
  test('holds the battery while a car is charged at full power, and lets it go afterwards', async (t) => {
    const house = await controlled(t, { mode: 'now' });
    await house.commandSite('batteryDischargeControl', true);
    await play(house, [{ writes: '16 A, on', for: 30 }]);
    expect(told(house)).toEqual(['hold']);
    expect(house.site('batteryMode')).toBe('hold');
    await house.command('mode', 'off');
    await house.run(30);
    expect(told(house)).toEqual(['normal']);
  });

  test('leaves it alone for solar charging, and where it is switched off', async (t) => {
    const house = await controlled(t, { mode: 'pv' });
    await house.commandSite('batteryDischargeControl', true);
    await play(house, [{ set: { pv: MINIMUM }, for: 120, writes: '6 A, on' }]);
    await house.commandSite('batteryDischargeControl', false);
    await house.command('mode', 'now');
    await house.run(60);
    expect(told(house)).toEqual([]);
  });

  test('does not hold for a car that is told to charge, but does not', async (t) => {
    const house = await controlled(
      t,
      { mode: 'now' },
      { charger: (charger) => void Object.assign(charger, { full: true }) },
    );
    await house.commandSite('batteryDischargeControl', true);
    await house.run(60);
    expect(told(house)).toEqual([]);
  });

  test('cannot be switched on where no battery can be told a mode', async (t) => {
    const house = await startHouse(t, { battery: { soc: 60 } });
    await house.cycle();
    await expect(house.commandSite('batteryDischargeControl', true)).rejects.toThrow('no battery of the site can');
    const none = await startHouse(t);
    await expect(none.commandSite('batteryMode', 'hold')).rejects.toThrow('battery not configured');
  });
});

describe('charging from the grid', () => {
  const rates = (now: number) => {
    const start = Math.floor(now / HOUR) * HOUR;
    return [0.1, 0.3, 0.1].map((price, hour) => ({
      start: start + hour * HOUR,
      end: start + (hour + 1) * HOUR,
      price,
    }));
  };

  test('goes on while the price is within the limit, and ends with it', async (t) => {
    const house = await controlled(t, {}, { rates, now: Date.parse('2025-06-15T12:59:00Z') });
    await house.commandSite('batteryGridChargeLimit', 0.1);
    await house.run(40);
    expect(told(house)).toEqual(['charge']);
    expect(house.site('batteryGridChargeActive')).toBe(true);
    await house.run(60);
    expect(told(house)).toEqual(['normal']);
    expect(house.site('batteryGridChargeActive')).toBe(false);
    await house.commandSite('batteryGridChargeLimit', null);
    await house.run(HOUR / 1_000);
    expect(told(house)).toEqual([]);
  });

  test('a static price and a missing one never do', async (t) => {
    const house = await controlled(t, {}, { rates, tariffKind: 'pricestatic' });
    await house.commandSite('batteryGridChargeLimit', 1);
    await house.run(60);
    expect(told(house)).toEqual([]);
  });

  test('holds a battery at its own largest soc, until it fell below', async (t) => {
    const house = await controlled(
      t,
      {},
      {
        rates,
        config: { meters: meters({ battery: { maxSoc: 80 } }) },
      },
    );
    await house.commandSite('batteryGridChargeLimit', 0.3);
    await house.run(20);
    expect(told(house)).toEqual(['charge']);
    house.batteryMeter.reading = { power: 0, soc: 80 };
    await house.run(20);
    expect(told(house)).toEqual(['hold']);
  });
});

describe('a mode from outside', () => {
  test('goes before all else, and lapses when it is not repeated within a minute', async (t) => {
    const house = await controlled(t, { mode: 'now' });
    await house.commandSite('batteryDischargeControl', true);
    await house.commandSite('batteryMode', 'holdcharge');
    await house.run(50);
    expect(told(house)).toEqual(['holdcharge']);
    expect(house.site('batteryModeExternal')).toBe('holdcharge');
    await house.commandSite('batteryMode', 'holdcharge');
    await house.run(50);
    expect(told(house)).toEqual([]);
    await house.run(30);
    expect(told(house)).toEqual(['hold']);
    expect(house.site('batteryModeExternal')).toBeNull();
    expect(house.log.some(({ message }) => message.includes('batteryMode was not set again within 60 s'))).toBe(true);
  });

  test('outlives an edit of the configuration, but no longer than it may', async (t) => {
    const house = await controlled(t);
    await house.commandSite('batteryMode', 'hold');
    await house.run(20);
    const site = { ...house.config.site, title: 'Renamed' };
    expect(await house.clock.until(house.runtime.reconfigure({ ...house.config, site }), 10)).toEqual([]);
    await house.run(20);
    expect([house.site('siteTitle'), house.site('batteryModeExternal')]).toEqual(['Renamed', 'hold']);
    await house.run(40);
    expect(house.site('batteryModeExternal')).toBeNull();
    expect(told(house)).toEqual(['hold', 'normal']);
  });

  test('is given up at once when it is cleared', async (t) => {
    const house = await controlled(t);
    await house.commandSite('batteryMode', 'charge');
    await house.run(20);
    await house.commandSite('batteryMode', null);
    await house.run(20);
    expect(told(house)).toEqual(['charge', 'normal']);
  });

  test('a command that failed is repeated in the next cycle', async (t) => {
    let failures = 2;
    const modes: BatteryMode[] = [];
    const house = await startHouse(t, {
      battery: { soc: 60 },
      batteryMode: async (mode) => {
        modes.push(mode);
        if (failures-- > 0) throw new Error('busy');
      },
    });
    await house.cycle();
    await house.commandSite('batteryMode', 'hold');
    await house.run(40);
    expect(modes).toEqual(['hold', 'hold', 'hold']);
    expect(house.site('batteryMode')).toBe('hold');
  });

  test('is back to normal when the house stops', async (t) => {
    const house = await controlled(t);
    await house.commandSite('batteryMode', 'hold');
    await house.run(20);
    await house.stop();
    expect(told(house)).toEqual(['hold', 'normal']);
  });
});

describe('boost', () => {
  test('starts at once without surplus, and raises the current until the battery gives no more', async (t) => {
    const house = await controlled(t, { mode: 'pv' });
    await house.cycle();
    await house.command('batteryBoost', true);
    await play(house, [
      { writes: '6 A, on', why: ['battery-boost'] },
      { writes: '16 A', why: ['battery-boost'] },
      // It gives 5 kW of the 11 kW; the rest is not taken from the grid.
      { set: { battery: 5_000 }, writes: '7 A' },
      { set: { battery: 7 * AMPERE }, for: 60 },
      // Some 100 W of import do not end it, and neither does a cloud.
      { set: { battery: 7 * AMPERE - 90 }, for: 600, why: ['battery-boost'] },
    ]);
    expect(house.loadpoint('batteryBoost')).toBe(true);
  });

  test('uses what battery priority would keep back', async (t) => {
    const house = await controlled(t, { mode: 'pv' }, { site: { prioritySoc: 90 } });
    await play(house, [{ set: { pv: 7 * AMPERE, battery: -7 * AMPERE }, for: 200 }]);
    await play(house, [{ when: () => house.command('batteryBoost', true), writes: '6 A, on' }]);
  });

  test('stops draining at its limit for good, but goes on with surplus', async (t) => {
    const house = await controlled(t, { mode: 'pv' });
    await house.command('batteryBoostLimit', 50);
    await house.command('batteryBoost', true);
    await play(house, [{ writes: '6 A, on' }]);
    const reading = (soc: number, power: number) => () => {
      house.set({ battery: power });
      house.batteryMeter.reading = { power, soc };
    };
    await play(house, [
      { when: reading(49, 6 * AMPERE), why: ['battery-boost-held'] },
      { when: reading(51, 6 * AMPERE), why: ['battery-boost-held'], for: 170 },
      { writes: 'off' },
    ]);
  });

  test('takes nothing from the grid instead while the battery may not discharge', async (t) => {
    const house = await controlled(t, { mode: 'pv' });
    await house.command('batteryBoost', true);
    const say = () => house.commandSite('batteryMode', 'hold');
    await play(house, [
      { writes: '6 A, on' },
      { set: { battery: 7 * AMPERE }, writes: '16 A' },
      { when: say, set: { battery: 0 }, writes: '6 A', why: ['battery-boost-held'] },
      ...[1, 2, 3].map(() => ({ when: say, for: 50 })),
      { when: say, for: 40, writes: 'off', why: ['battery-boost-held'] },
      {
        when: () => house.commandSite('batteryMode', null),
        for: 300,
        writes: '6 A, on, 16 A, 6 A',
        why: ['battery-boost'],
      },
    ]);
  });

  test('waits while the battery is held for another car that charges at full power', async (t) => {
    const house = await controlled(t, {}, { loadpoints: [{ mode: 'pv' }, { mode: 'now' }] });
    await house.commandSite('batteryDischargeControl', true);
    await play(house, [{ for: 30, writes: { 2: '16 A, on' } }]);
    await house.command('batteryBoost', true);
    await play(house, [{ for: 300, why: ['battery-boost-held'] }]);
  });

  test('ends with the solar modes and with the car', async (t) => {
    const house = await controlled(t, { mode: 'pv' });
    await house.command('batteryBoost', true);
    await house.cycle();
    await house.command('mode', 'now');
    await house.run(20);
    expect(house.loadpoint('batteryBoost')).toBe(false);
    await expect(house.command('batteryBoost', true)).rejects.toThrow('boost needs mode pv or minpv; the mode is now');
    await house.command('mode', 'minpv');
    await house.command('batteryBoost', true);
    await house.cycle();
    house.charger().status = 'A';
    await house.run(20);
    expect(house.loadpoint('batteryBoost')).toBe(false);
  });

  test('that another plugin does not let end does no harm', async (t) => {
    const keeper: Plugin = {
      name: 'keeper',
      apply: ({ hooks, fail }) =>
        hooks.command.tap('keeper', ({ name, value }) => {
          if (name === 'batteryBoost' && value === false) fail('EVCC_COMMAND_INVALID', 'boost is kept');
        }),
    };
    const house = await controlled(t, { mode: 'pv' }, { plugins: [keeper] });
    await house.command('batteryBoost', true);
    await house.command('mode', 'now');
    await house.run(20);
    expect(house.log.map(({ message }) => message).join()).toContain('boost of loadpoint 1 could not be ended');
    expect(house.charger().current).toBe(16);
  });

  test('is not possible without a battery', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv' }] });
    await expect(house.command('batteryBoost', true)).rejects.toThrow('battery not configured');
  });
});

test('power that an inverter cannot deliver to the house is no surplus', async (t) => {
  // 6 kW on the roof, 4 kW of AC: 2 kW go straight into the battery, another 1 kW comes from the AC side.
  const house = await controlled(t, { mode: 'pv' }, { config: { meters: meters({ pv: { maxACPower: 4_000 } }) } });
  await play(house, [
    { set: { pv: 6_000, base: 2_000, battery: -3_000 }, for: 200, shows: { pvAction: 'inactive' } },
    { set: { base: 0 }, for: 40, shows: { pvAction: 'inactive' } },
  ]);
  expect(house.site('gridPower')).toBe(-3_000);
});
