import { describe, expect, test } from 'vitest';
import type { LoadedPlugin, SiteOptions } from '../../core/index.ts';
import { type FakeHouse, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { AMPERE, MINIMUM } from './situations.ts';

/** A waiting car in mode pv, and a home battery with a soc in %. */
async function batteryHouse(
  t: Parameters<typeof startHouse>[0],
  soc: number,
  site: Partial<SiteOptions> = {},
  mode: 'pv' | 'minpv' = 'pv',
): Promise<FakeHouse> {
  return startHouse(t, { loadpoints: [{ mode }], battery: { soc, capacity: 10_000 }, site });
}

const soc = (percent: number | undefined) => (house: FakeHouse) => {
  const { power } = house.batteryMeter.reading;
  house.batteryMeter.reading = percent === undefined ? { power } : { power, soc: percent };
};

describe('what the battery charges with', () => {
  test('is surplus for the car above prioritySoc', async (t) => {
    const house = await batteryHouse(t, 50, { prioritySoc: 50 });
    await play(house, [
      { set: { pv: MINIMUM, battery: -3_000 }, for: 60, shows: { pvAction: 'enable' } },
      { writes: '6 A, on' },
    ]);
    expect(house.site('batteryPower')).toBe(-3_000);
  });

  test('is not below prioritySoc: only what is left, less a margin of 100 W', async (t) => {
    const house = await batteryHouse(t, 49, { prioritySoc: 50 });
    await play(house, [
      { set: { pv: MINIMUM + 3_000 + 99, battery: -3_000 }, for: 120, shows: { pvAction: 'inactive' } },
      { set: { pv: MINIMUM + 3_000 + 100 }, for: 60, shows: { pvAction: 'enable' } },
      { writes: '6 A, on' },
    ]);
  });

  test('has no margin where the residual power already leaves one', async (t) => {
    const house = await batteryHouse(t, 10, { prioritySoc: 50, residualPower: 30 });
    await play(house, [
      { set: { pv: MINIMUM + 29 }, for: 120, shows: { pvAction: 'inactive' } },
      { set: { pv: MINIMUM + 30 }, for: 60, shows: { pvAction: 'enable' } },
    ]);
  });

  test('a change of prioritySoc takes effect in the next cycle', async (t) => {
    const house = await batteryHouse(t, 60);
    await play(house, [
      { set: { pv: MINIMUM, battery: -3_000 }, for: 70, writes: '6 A, on' },
      { when: () => house.commandSite('prioritySoc', 80), shows: { pvAction: 'disable' } },
      { when: () => house.commandSite('prioritySoc', 60), shows: { pvAction: 'inactive' } },
    ]);
  });
});

describe('what the battery supplies', () => {
  test('counts as consumption at any soc', async (t) => {
    const house = await batteryHouse(t, 95);
    await play(house, [{ set: { pv: 2_000, base: 500, battery: 2_640 }, for: 120, shows: { pvAction: 'inactive' } }]);
    expect(house.site('gridPower')).toBe(-4_140);
  });

  test('does not keep a charge going where no bufferSoc is set', async (t) => {
    const house = await batteryHouse(t, 100);
    await play(house, [
      { set: { pv: MINIMUM }, for: 70, writes: '6 A, on' },
      { set: { pv: 1_000, battery: 3_140 }, why: ['surplus-stopping'] },
    ]);
  });

  test('above bufferSoc it keeps a running charge going, but starts none', async (t) => {
    const house = await batteryHouse(t, 81, { bufferSoc: 80 });
    await play(house, [
      { set: { pv: 1_000 }, for: 120, shows: { enabled: false }, why: ['surplus-low'] },
      { set: { pv: MINIMUM }, for: 70, writes: '6 A, on' },
      { set: { pv: 1_000, battery: 3_140 }, for: 600, why: ['battery-buffer'], shows: { charging: true } },
      { when: soc(80), shows: { pvAction: 'disable', pvRemaining: 180_000 }, why: ['surplus-stopping'] },
      { when: soc(81), for: 60, shows: { pvAction: 'disable' }, why: ['battery-buffer'] },
      { when: soc(79), for: 110 },
      { writes: 'off' },
    ]);
  });

  test('from bufferStartSoc on it starts a charge too, at once and with the minimum', async (t) => {
    const house = await batteryHouse(t, 89, { bufferSoc: 80, bufferStartSoc: 90 });
    await play(house, [
      { set: { pv: 500 }, for: 120, shows: { enabled: false } },
      { when: soc(90), writes: '6 A, on', why: ['battery-buffer'] },
      { set: { battery: 3_640 }, for: 600, shows: { charging: true } },
      { when: soc(85), for: 600, why: ['battery-buffer'] },
    ]);
  });

  test('does not hold a charge back that follows more surplus', async (t) => {
    const house = await batteryHouse(t, 95, { bufferSoc: 80, bufferStartSoc: 90 });
    await play(house, [
      { set: { pv: 9 * AMPERE }, for: 60 },
      { writes: '6 A, on' },
      { writes: '9 A', why: ['surplus'] },
    ]);
  });
});

describe('a battery whose soc is unknown', () => {
  test('keeps its power where a priority is set, and buffers nothing', async (t) => {
    const house = await batteryHouse(t, 0, { prioritySoc: 50, bufferSoc: 60, bufferStartSoc: 70 });
    await play(house, [
      { when: soc(undefined), set: { pv: MINIMUM, battery: -1_000 }, for: 120, shows: { pvAction: 'inactive' } },
    ]);
    expect(house.site('batterySoc')).toBeUndefined();
  });

  test('gives its power where no priority is set', async (t) => {
    const house = await batteryHouse(t, 0, { bufferSoc: 60, bufferStartSoc: 70 });
    await play(house, [
      { when: soc(undefined), set: { pv: MINIMUM, battery: -1_000 }, for: 60, shows: { pvAction: 'enable' } },
      { writes: '6 A, on' },
    ]);
  });

  test('the last soc counts while the battery does not answer, it is taken to go on discharging, and starts nothing', async (t) => {
    const house = await batteryHouse(t, 95, { bufferSoc: 80, bufferStartSoc: 90 });
    await play(house, [
      { set: { battery: 3_000 }, for: 20, writes: '6 A, on' },
      { when: () => void Object.assign(house.batteryMeter, { failure: new Error('gone') }), for: 100 },
    ]);
    expect(house.site('batteryPower')).toBe(3_000);
    expect(house.site('batterySoc')).toBe(95);
    expect(house.reasons()).not.toContain('battery-buffer');
  });
});

test('several batteries count together, their soc by capacity', async (t) => {
  const house = await startHouse(t, {
    loadpoints: [{ mode: 'pv' }],
    meters: ['cellar', 'attic'],
    site: { prioritySoc: 50, meters: { grid: 'grid', pv: ['pv'], battery: ['cellar', 'attic'] } },
  });
  house.meter('cellar').reading = { power: -1_000, soc: 40 };
  house.meter('attic').reading = { power: -500, soc: 70 };
  await play(house, [{ set: { pv: 2_640, base: 0 }, for: 60, shows: { pvAction: 'enable' } }]);
  // Without capacities both weigh the same.
  expect(house.site('batterySoc')).toBe(55);
  expect(house.site('batteryPower')).toBe(-1_500);
});

describe('a battery that a plugin controls', () => {
  /** A plugin whose answer is whatever `answer` gives. */
  const controlled = (answer: () => unknown): LoadedPlugin => ({
    name: 'controller',
    apply(evcc) {
      evcc.hooks.battery.tap('controller', () => answer() as ReturnType<Parameters<typeof evcc.hooks.battery.tap>[1]>);
    },
  });

  test('is told a mode once, again after a failure, and is back to normal at the end', async (t) => {
    let answer: unknown;
    const told: string[] = [];
    let refuses = false;
    const house = await startHouse(t, {
      battery: { soc: 50 },
      plugins: [controlled(() => answer)],
      batteryMode: async (mode) => {
        told.push(mode);
        if (refuses) throw new Error('busy');
      },
    });
    await house.run(30);
    expect([house.site('batteryMode'), told]).toEqual(['unknown', []]);
    answer = { mode: 'hold', reason: { code: 'test', text: 'the test says so' } };
    refuses = true;
    await house.run(20);
    refuses = false;
    await house.run(30);
    expect([house.site('batteryMode'), told]).toEqual(['hold', ['hold', 'hold', 'hold']]);
    await house.stop();
    expect(told.at(-1)).toBe('normal');
  });

  test.for([
    { answer: { mode: 'explode', reason: { code: 'test', text: 'no such mode' } } },
    { answer: { mode: 'hold' } },
    { answer: 5 },
    { answer: null },
  ])('an answer of another shape does no harm: $answer', async ({ answer }, t) => {
    const told: string[] = [];
    const house = await startHouse(t, {
      battery: { soc: 50 },
      plugins: [controlled(() => answer)],
      batteryMode: async (mode) => void told.push(mode),
    });
    await house.run(20);
    expect(told).toEqual([]);
    expect(house.site('gridPower')).toBe(0);
  });
});
