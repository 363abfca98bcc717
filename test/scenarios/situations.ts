import { expect, type TestContext } from 'vitest';
import type { LoadpointOptions } from '../../core/index.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';

/** Situations that many tables begin with. The house itself consumes nothing, so that PV power is surplus. */

/** W for one ampere on three phases */
export const AMPERE = 690;
/** W for 6 A on three phases */
export const MINIMUM: number = 6 * AMPERE;

/** A car has been waiting in mode pv without any surplus for more than a minute, so that every delay starts anew. */
export async function waitingHouse(
  t: Pick<TestContext, 'onTestFinished'>,
  loadpoint: Partial<LoadpointOptions> = {},
  options: HouseOptions = {},
): Promise<FakeHouse> {
  const house = await startHouse(t, { ...options, loadpoints: [{ mode: 'pv', ...loadpoint }] });
  await house.run(80);
  expect(house.charger().enabled).toBe(false);
  house.commands();
  return house;
}

/**
 * The same, and now it has been charging with 6 A for more than a minute, which takes all the surplus there is. `phases`
 * are those that a charger that can switch uses.
 */
export async function chargingHouse(
  t: Pick<TestContext, 'onTestFinished'>,
  loadpoint: Partial<LoadpointOptions> = {},
  options: HouseOptions & { readonly phases?: 1 | 3 } = {},
): Promise<FakeHouse> {
  const { phases = 3, ...others } = options;
  const house = await waitingHouse(t, loadpoint, others);
  const charger = house.charger();
  house.set({ pv: 6 * 230 * phases });
  while (!charger.charging) await house.cycle();
  house.set({ pv: 6 * 230 * Math.min(phases, charger.carPhases) });
  await house.run(90);
  expect(charger).toMatchObject({ charging: true, current: 6, phases });
  house.commands();
  return house;
}
