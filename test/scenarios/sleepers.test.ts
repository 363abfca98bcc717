import { describe, expect, test } from 'vitest';
import { EvccError } from '../../core/errors.ts';
import type { HouseEvent } from '../../core/index.ts';
import { type FakeCharger, type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';
import { play } from '../helpers/play.ts';
import { probe } from '../helpers/probe.ts';

/** Cars that sleep while they are offered current. */

interface Sleeping {
  readonly house: FakeHouse;
  /** Names of the vehicles that were woken up */
  readonly woken: string[];
  readonly events: HouseEvent['kind'][];
}

async function sleeping(
  t: Parameters<typeof startHouse>[0],
  charger: Partial<FakeCharger>,
  options: HouseOptions & { readonly features?: readonly string[]; readonly vehicleCan?: boolean } = {},
): Promise<Sleeping> {
  const { features = [], vehicleCan = true, ...others } = options;
  const woken: string[] = [];
  const events: HouseEvent['kind'][] = [];
  const house = await startHouse(t, {
    loadpoints: [{ mode: 'now', vehicle: 'car' }],
    config: { vehicles: { car: { type: 'fake', features } } } as never,
    charger: (fake) => Object.assign(fake, { asleep: true, ...charger }),
    ...(vehicleCan && { wakeUp: (name) => void woken.push(name) }),
    plugins: [probe((evcc) => evcc.hooks.event.tap('probe', ({ kind }) => void events.push(kind)))],
    ...others,
  });
  return { house, woken, events };
}

describe('a car that sleeps', () => {
  test('is woken up every 30 s, by charger and vehicle in turns, and given up after six attempts', async (t) => {
    const { house, woken, events } = await sleeping(t, { canWakeUp: true });
    await play(house, [
      { writes: '16 A, on' },
      { for: 20 },
      { writes: 'wake' },
      { for: 20 },
      { shows: { charging: false } },
      { for: 20 },
      { writes: 'wake' },
      { for: 50 },
      { writes: 'wake' },
      { for: 60 },
    ]);
    expect([woken, events]).toEqual([
      ['car', 'car', 'car'],
      ['connect', 'asleep'],
    ]);
    expect(house.log.map(({ message }) => message)).toContain('Loadpoint 1: car sleeps and could not be woken up');
    await play(house, [{ for: 600 }]);
    expect([woken.length, events.filter((kind) => kind === 'asleep')]).toEqual([3, ['asleep']]);
  });

  test('and wakes up is left alone then', async (t) => {
    const { house, woken, events } = await sleeping(t, { canWakeUp: true });
    await play(house, [
      { writes: '16 A, on' },
      { for: 20 },
      { writes: 'wake' },
      { charger: { asleep: false }, for: 300, shows: { charging: true } },
    ]);
    expect([woken, events]).toEqual([[], ['connect', 'start']]);
  });

  test('is woken up by its vehicle where the charger cannot', async (t) => {
    const { house, woken } = await sleeping(t, {});
    await play(house, [{ for: 60, writes: '16 A, on' }]);
    expect(woken).toEqual(['car']);
    await house.run(300);
    expect(woken).toEqual(['car', 'car', 'car']);
  });

  test('is reported where nobody can wake it up', async (t) => {
    const { house, events } = await sleeping(t, {}, { vehicleCan: false });
    await play(house, [{ for: 300, writes: '16 A, on' }]);
    expect(events).toEqual(['connect', 'asleep']);
  });

  test('is not woken up when that is not wanted, or when it is full', async (t) => {
    const disabled = await sleeping(t, { canWakeUp: true }, { features: ['wakeUpDisabled'] });
    await play(disabled.house, [{ for: 300, writes: '16 A, on' }]);
    const full = await sleeping(t, { canWakeUp: true });
    Object.assign(full.house.vehicles.car ?? {}, { reading: { soc: 100 } });
    await play(full.house, [{ for: 300, writes: '16 A, on' }]);
    expect([disabled.woken, disabled.events, full.woken, full.events]).toEqual([[], ['connect'], [], ['connect']]);
  });

  test('is not woken up while nothing is offered, and anew with the next offer', async (t) => {
    const { house } = await sleeping(t, { canWakeUp: true }, { vehicleCan: false });
    await play(house, [
      { for: 40, writes: '16 A, on, wake' },
      { when: () => house.command('mode', 'off'), writes: 'off' },
      { for: 300 },
      { when: () => house.command('mode', 'now'), writes: '16 A, on' },
      { for: 20 },
      { writes: 'wake' },
    ]);
  });

  test('is woken up again after a phase switch', async (t) => {
    const { house } = await sleeping(
      t,
      { canWakeUp: true, canSwitchPhases: true, traits: { phaseSwitching: 'live' } },
      { vehicleCan: false },
    );
    await play(house, [
      { writes: '3p, 16 A, on' },
      { for: 240, writes: 'wake, wake, wake' },
      { when: () => house.command('phases', 1), writes: '1p' },
      { for: 20 },
      { writes: 'wake' },
    ]);
  });

  test('that refuses commands because it sleeps is woken up at once, and told again', async (t) => {
    const asleep = new EvccError('EVCC_ASLEEP', 'vehicle sleeps');
    const { house, woken } = await sleeping(t, { refuses: (command) => 'enable' in command && asleep });
    await play(house, [
      { writes: '16 A, on' },
      { writes: 'on', shows: { enabled: false } },
      { charger: { refuses: () => false, asleep: false }, writes: 'on' },
      { for: 60, shows: { charging: true } },
    ]);
    expect(woken).toEqual(['car']);
  });

  test('that cannot be woken up because that fails is charged all the same when it wakes up itself', async (t) => {
    const { house } = await sleeping(
      t,
      { canWakeUp: true, refuses: (command) => 'wakeUp' in command },
      { vehicleCan: false },
    );
    await play(house, [
      { for: 40, writes: '16 A, on, wake' },
      { for: 30 },
      { for: 30, writes: 'wake' },
      { charger: { asleep: false }, for: 60, shows: { charging: true } },
    ]);
    expect(house.log.filter(({ message }) => message.includes('waking up the car'))).toHaveLength(1);
  });
});

test('a device that is built in is never woken up', async (t) => {
  const house = await startHouse(t, {
    loadpoints: [{ mode: 'now' }],
    charger: (charger) => Object.assign(charger, { full: true, canWakeUp: true, traits: { integrated: true } }),
  });
  await play(house, [{ for: 300, writes: '16 A, on' }]);
});
