import { expect, test } from 'vitest';
import { startHouse } from '../helpers/house.ts';

test('the signal of a device is aborted when it could not be created in time, so that nothing is left behind', async (t) => {
  const signals: AbortSignal[] = [];
  const house = await startHouse(t, {
    create: (name, { signal }) => {
      if (name !== 'charger1') return undefined;
      signals.push(signal);
      return new Promise<void>(() => {});
    },
  });
  await house.cycle();
  expect(signals.map((signal) => signal.aborted)).toEqual([true]);
  expect(String(signals[0]?.reason)).toContain('starting charger charger1 took longer than 10 s');
});

test('the signal of a device that works is aborted when it is removed, and not before', async (t) => {
  const signals = new Map<string, AbortSignal>();
  const house = await startHouse(t, { create: (name, { signal }) => void signals.set(name, signal) });
  await house.run(60);
  expect([...signals.values()].map((signal) => signal.aborted)).toEqual([false, false, false]);
  const { pv: _, ...meters } = house.config.meters ?? {};
  await house.runtime.reconfigure({ ...house.config, meters, site: { meters: { grid: 'grid' } } });
  expect([...signals].filter(([, signal]) => signal.aborted).map(([name]) => name)).toEqual(['pv']);
});

test('a device that says that it is back is read in the next cycle', async (t) => {
  let retry: (() => void) | undefined;
  const house = await startHouse(t, {
    create: (name, context) => {
      if (name === 'charger1') retry = context.retry;
    },
  });
  const charger = house.charger();
  charger.failure = Object.assign(new Error('away'), { code: 'EVCC_DEVICE_UNAVAILABLE' });
  await house.run(600);
  charger.failure = undefined;
  await house.cycle();
  const before = charger.reads;
  retry?.();
  await house.cycle();
  expect(charger.reads).toBe(before + 1);
});
