import { describe, expect, test } from 'vitest';
import type { BatteryMode } from '../../../core/index.ts';
import { settle } from '../../helpers/fake-clock.ts';
import { type FakeHouse, startHouse } from '../../helpers/house.ts';
import { logged, probe } from '../../helpers/probe.ts';

/** A battery whose commands end when the test says so, in a house that wants the mode that the test says. */
class SlowBattery {
  wanted: BatteryMode | undefined;
  readonly told: BatteryMode[] = [];
  underWay = 0;
  #end: (error?: Error) => void = () => {};

  async start(t: Parameters<typeof startHouse>[0]): Promise<FakeHouse> {
    return startHouse(t, {
      battery: { soc: 50 },
      batteryMode: async (mode) => {
        this.told.push(mode);
        this.underWay += 1;
        await new Promise<void>((resolve, reject) => {
          this.#end = (error) => (error ? reject(error) : resolve());
        });
        this.underWay -= 1;
      },
      plugins: [
        probe((evcc) => {
          evcc.hooks.battery.tap('probe', () =>
            this.wanted === undefined ? undefined : { mode: this.wanted, reason: { code: 'test', text: 'a test' } },
          );
        }),
      ],
    });
  }

  async end(error?: Error): Promise<void> {
    this.#end(error);
    await settle();
  }
}

/** A cycle, not the time until the next. */
const cycle = (house: FakeHouse): Promise<void> => house.clock.until(house.runtime.cycle());

describe('a battery', () => {
  test('that was never told anything is left alone, also at the end', async (t) => {
    const battery = new SlowBattery();
    const house = await battery.start(t);
    await cycle(house);
    await house.stop();
    expect(battery.told).toEqual([]);
  });

  test('that is slow is told once, and the next mode only afterwards', async (t) => {
    const battery = new SlowBattery();
    const house = await battery.start(t);
    battery.wanted = 'charge';
    await cycle(house);
    await cycle(house);
    battery.wanted = 'hold';
    await cycle(house);
    battery.wanted = undefined;
    await cycle(house);
    expect(battery.told).toEqual(['charge']);
    await battery.end();
    expect(battery.told).toEqual(['charge', 'normal']);
    expect(house.site('batteryMode')).toBe('unknown');
    await battery.end();
    await cycle(house);
    expect(house.site('batteryMode')).toBe('normal');
  });

  test('that is still being told to charge is put back to normal before the house ends', async (t) => {
    const battery = new SlowBattery();
    const house = await battery.start(t);
    battery.wanted = 'charge';
    await cycle(house);
    let over = false;
    const stopping = house.runtime.stop().then(() => {
      over = true;
    });
    await settle();
    await battery.end();
    expect([battery.told, over, house.closed]).toEqual([['charge', 'normal'], false, []]);
    await battery.end();
    await stopping;
    expect(house.closed).toContain('battery');
  });

  test('that never answers holds the end up by its deadline for each command', async (t) => {
    const battery = new SlowBattery();
    const house = await battery.start(t);
    battery.wanted = 'charge';
    await cycle(house);
    await house.clock.until(house.runtime.stop());
    expect(battery.told).toEqual(['charge', 'normal']);
    expect(logged(house, 'setting the mode')).toHaveLength(1);
  });

  test('whose command failed is told again, also to be normal: it may have arrived', async (t) => {
    const battery = new SlowBattery();
    const house = await battery.start(t);
    battery.wanted = 'charge';
    await cycle(house);
    await battery.end(new Error('no answer'));
    battery.wanted = undefined;
    await cycle(house);
    await battery.end(new Error('no answer'));
    await cycle(house);
    expect(battery.told).toEqual(['charge', 'normal', 'normal']);
  });

  test.for([
    ['is no battery any more', { site: { title: 'House', meters: { grid: 'grid', pv: ['pv'] } } }],
    [
      'is another device now',
      { meters: { grid: { type: 'fake' }, pv: { type: 'fake' }, battery: { type: 'fake', n: 1 } } },
    ],
  ] as const)('that %s is put back to normal first', async ([, change], t) => {
    const battery = new SlowBattery();
    const house = await battery.start(t);
    battery.wanted = 'charge';
    await cycle(house);
    await battery.end();
    const changing = house.runtime.reconfigure({ ...house.config, ...change });
    await expect.poll(() => battery.told).toEqual(['charge', 'normal']);
    expect(house.closed).toEqual([]);
    await battery.end();
    expect(await changing).toEqual([]);
  });

  test('that stays is left in its mode by a change', async (t) => {
    const battery = new SlowBattery();
    const house = await battery.start(t);
    battery.wanted = 'charge';
    await cycle(house);
    await battery.end();
    expect(await house.runtime.reconfigure({ ...house.config, interval: 20 })).toEqual([]);
    expect(battery.told).toEqual(['charge']);
  });
});
