import { expect, test } from 'vitest';
import type { Reason, Setpoint } from '../../core/index.ts';
import { type HouseOptions, startHouse } from '../helpers/house.ts';
import { logged } from '../helpers/probe.ts';

const BROKEN = 'the limiter is broken';
const REASON: Reason = { code: 'test', text: 'a test wants it' };

type Limit = (setpoint: Setpoint) => Setpoint | undefined;
const limited = (...limits: Limit[]): HouseOptions => ({
  loadpoints: [{ mode: 'now', phases: 3 }],
  charger: (charger) => {
    charger.canSwitchPhases = true;
  },
  plugins: limits.map((limit, index) => ({
    name: `limiter${index + 1}`,
    apply: (evcc) => evcc.hooks.limit.tap(`limiter${index + 1}`, limit as (setpoint: Setpoint) => Setpoint),
  })),
});
const to =
  (current: number): Limit =>
  (setpoint) => ({ ...setpoint, current });

test.for([
  ['lower counts', [to(10)], 10],
  ['the lowest of several counts', [to(12), to(8), to(14)], 8],
  ['higher has no effect', [to(99)], 16],
  ['negative is none', [to(-5)], 0],
  ['no opinion changes nothing', [() => undefined], 16],
  ['below the minimum there is nothing but 0', [to(5.9)], 0],
  ['NaN is a failure', [to(Number.NaN)], 0],
  ['no current at all is a failure', [() => ({}) as Setpoint], 0],
  ['a text is a failure', [() => 'much' as unknown as Setpoint], 0],
  ['one that throws means no current, whatever the others say', [to(10), fails, to(32)], 0],
] as const)('of several limits, %s', async ([, limits, expected], t) => {
  const house = await startHouse(t, limited(...limits));
  await house.run(30);
  expect(house.charger().enabled ? house.charger().maxCurrent : 0).toBe(expected);
});

function fails(): never {
  throw new Error(BROKEN);
}

test('fewer phases count, more do not', async (t) => {
  const fewer = await startHouse(
    t,
    limited((setpoint) => ({ ...setpoint, phases: 1 })),
  );
  await fewer.run(120);
  expect(fewer.charger().phases).toBe(1);
  const options = limited((setpoint) => ({ ...setpoint, phases: 3 }));
  const more = await startHouse(t, { ...options, loadpoints: [{ mode: 'now', phases: 1 }] });
  await more.run(120);
  expect(more.charger().phases).toBe(1);
});

test('the reason says who limited, also when the limiter gave none', async (t) => {
  const house = await startHouse(
    t,
    limited(to(10), (setpoint) => ({ ...setpoint, current: 8, reasons: [...setpoint.reasons, REASON] })),
  );
  await house.cycle();
  const reasons = house.loadpoint('reasons') as Reason[];
  expect(reasons.slice(1)).toEqual([
    { by: 'limiter1', code: 'limited', text: 'limiter1 allows 10 A', current: 10 },
    { by: 'limiter2', code: 'test', text: 'a test wants it', current: 8 },
  ]);
});

test('a limiter cannot take away the reasons of others', async (t) => {
  const house = await startHouse(
    t,
    limited(to(10), (setpoint) => ({ ...setpoint, current: 8, reasons: [] })),
  );
  await house.cycle();
  expect(house.reasons()).toEqual(['mode-now', 'limited', 'limited']);
});

test('a limiter that fails stops a running charge, says why, and lets it go on when it works again', async (t) => {
  let broken = false;
  const house = await startHouse(
    t,
    limited(() => {
      if (broken) throw new Error(BROKEN);
      return undefined;
    }),
  );
  await house.run(30);
  expect(house.charger().charging).toBe(true);
  broken = true;
  await house.run(10);
  expect(house.charger().charging).toBe(false);
  expect(house.loadpoint('reasons')).toContainEqual({
    by: 'limiter1',
    code: 'limiter-failed',
    text: `no current, because the limiter limiter1 failed: ${BROKEN}`,
    change: 'goes on when limiter1 works again, or is no longer used',
    current: 0,
  });
  broken = false;
  await house.run(120);
  expect(house.charger().charging).toBe(true);
  expect(logged(house, 'limit of plugin')).toEqual([
    `error: limit of plugin limiter1 failed: ${BROKEN}`,
    'info: limit of plugin limiter1 works again',
  ]);
});
