import { describe, expect, test } from 'vitest';
import type { LoadedPlugin, Plans, SiteState } from '../../../core/index.ts';
import { settle } from '../../helpers/fake-clock.ts';
import { type HouseOptions, startHouse } from '../../helpers/house.ts';
import { logged } from '../../helpers/probe.ts';

/** A planner that does what the test says, and what it was shown. */
function planner(plan: (plans: Plans, site: SiteState) => Promise<Plans | undefined>) {
  const asked: SiteState[] = [];
  const plugin: LoadedPlugin = {
    name: 'my-planner',
    apply: (evcc) =>
      evcc.hooks.plan.tapPromise('my-planner', (plans, site) => {
        asked.push(site);
        return plan(plans, site) as Promise<Plans>;
      }),
  };
  return { plugin, asked };
}

const nothing = async (): Promise<undefined> => undefined;

const slot = (start: number, end: number, target = end): Plans =>
  new Map([[1, { slots: [{ start, end, price: 0.1 }], target }]]);

describe('plans are made anew', () => {
  const CASES: readonly [string, (house: Awaited<ReturnType<typeof startHouse>>) => unknown][] = [
    ['when a setting of a loadpoint changes', (house) => house.command('targetSoc', 80)],
    ['when a setting of the site changes', (house) => house.commandSite('smartCostLimit', 0.1)],
    [
      'when a car leaves',
      (house) => {
        house.charger().status = 'A';
      },
    ],
    ['when another vehicle is selected', (house) => house.command('vehicle', 'zoe')],
    ['when new rates come', (house) => house.clock.advance(3_600_000)],
  ];

  test.for(CASES)('%s', async ([, change], t) => {
    const { plugin, asked } = planner(nothing);
    const house = await startHouse(t, {
      plugins: [plugin],
      rates: (now) => [{ start: now, end: now + 86_400_000, price: 0.3 }],
      config: { vehicles: { ev6: { type: 'fake' }, zoe: { type: 'fake' } } as never },
    });
    await house.run(60);
    const before = asked.length;
    await change(house);
    await house.run(20);
    expect(asked.length).toBe(before + 1);
  });

  test('every five minutes, and not in every cycle', async (t) => {
    const { plugin, asked } = planner(nothing);
    const house = await startHouse(t, { plugins: [plugin] });
    await house.run(60);
    const before = asked.length;
    expect(before).toBeLessThanOrEqual(3);
    await house.run(1_500);
    expect(asked.length - before).toBe(5);
  });

  test('without a planner never', async (t) => {
    const house = await startHouse(t);
    await house.run(60);
    expect(house.loadpoint('planActive')).toBe(false);
  });
});

describe('a plan', () => {
  test('is made beside the cycles, which go on meanwhile', async (t) => {
    let finish = (_: Plans): void => {};
    const { plugin, asked } = planner(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    const house = await startHouse(t, { plugins: [plugin], interval: 1 });
    const { reads } = house.charger();
    await house.run(20);
    expect(house.charger().reads).toBe(reads + 20);
    expect(asked).toHaveLength(1);
    const now = house.clock.now();
    finish(slot(now, now + 3_600_000));
    await settle();
    await house.cycle();
    expect(house.loadpoint('planActive')).toBe(true);
    expect(house.loadpoint('planProjectedStart')).toBe(now);
  });

  test('is finished before the next one is begun, which then sees what has changed', async (t) => {
    let finish = (): void => {};
    const { plugin, asked } = planner(
      () =>
        new Promise((resolve) => {
          finish = () => resolve(undefined);
        }),
    );
    const house = await startHouse(t, { plugins: [plugin], interval: 1 });
    await house.cycle();
    await house.command('targetSoc', 80);
    await house.run(10);
    expect(asked).toHaveLength(1);
    finish();
    await house.run(2);
    expect(asked.map(({ loadpoints }) => loadpoints[0]?.settings.targetSoc)).toEqual([100, 80]);
  });

  test('asks for an early cycle when it is there', async (t) => {
    const { plugin } = planner(async (_, { now }) => slot(now + 1_800_000, now + 3_600_000));
    const house = await startHouse(t, { plugins: [plugin], unprepared: true });
    await house.runtime.start();
    await house.clock.advance(1_000);
    expect(house.charger().reads).toBe(2);
    expect(house.loadpoint('planActive')).toBe(false);
    expect(house.loadpoint('planProjectedStart')).toBe(house.clock.now() - 1_000 + 1_800_000);
  });

  test('that cannot be made is logged once and tried again', async (t) => {
    let broken = true;
    const { plugin, asked } = planner(async (_, { now }) => {
      if (broken) throw new Error('no solution');
      return slot(now, now + 86_400_000);
    });
    const house = await startHouse(t, { plugins: [plugin] });
    await house.run(900);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    broken = false;
    await house.run(320);
    expect(house.loadpoint('planActive')).toBe(true);
    expect(logged(house, 'plan of plugin')).toEqual([
      'error: plan of plugin my-planner failed: no solution',
      'info: plan of plugin my-planner works again',
    ]);
  });

  test('is refined by the next planner', async (t) => {
    const first = planner(async (_, { now }) => slot(now, now + 1));
    const second: LoadedPlugin = {
      name: 'second',
      apply: (evcc) =>
        evcc.hooks.plan.tapPromise('second', async (plans, { now }) => {
          expect(plans.get(1)?.slots).toHaveLength(1);
          return slot(now + 60_000, now + 120_000);
        }),
    };
    const options: HouseOptions = { plugins: [first.plugin, second] };
    const house = await startHouse(t, options);
    const start = house.clock.now();
    await house.run(20);
    expect(house.loadpoint('planProjectedStart')).toBe(start + 60_000);
  });

  test('that hangs at the end of the house leaves nothing behind', async (t) => {
    const { plugin } = planner(() => new Promise(() => {}));
    const house = await startHouse(t, { plugins: [plugin] });
    await house.cycle();
    expect(house.clock.pending).toBeGreaterThan(0);
    await house.stop();
    expect(house.clock.pending).toBe(0);
    expect(logged(house, 'plan of plugin')).toEqual([]);
  });
});
