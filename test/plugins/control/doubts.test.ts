import { expect, type TestContext, test } from 'vitest';
import { type FakeHouse, startHouse } from '../../helpers/house.ts';

type Test = Pick<TestContext, 'onTestFinished'>;

/** Warnings since the last question. */
function warnings(house: FakeHouse): string[] {
  return house.log.splice(0).flatMap(({ area, message }) => (area === 'doubts' ? [message] : []));
}

async function roofOf(t: Test) {
  const house = await startHouse(t, { loadpoints: [] });
  const show = async (power: number): Promise<string[]> => {
    house.set({ pv: power });
    await house.run(30);
    return warnings(house);
  };
  return { house, show };
}

test('a PV meter with the wrong sign is named once, until it generates', async (t) => {
  const { show } = await roofOf(t);
  expect(await show(-480)).toEqual([]);
  expect(await show(-3_500)).toEqual([
    expect.stringMatching(/^PV meter pv takes 3500 W: .* sign is probably the wrong/),
  ]);
  expect(await show(8)).toEqual([]);
  expect(await show(-3_500)).toEqual([]);
  expect(await show(3_500)).toEqual([]);
  expect(await show(-3_500)).toHaveLength(1);
});

test('thresholds that start charging on import, or above where it stops, are named once', async (t) => {
  const house = await startHouse(t, { loadpoints: [{ title: 'Garage', enable: { threshold: 500 } }] });
  const after = async (name: string, value: number): Promise<string[]> => {
    await house.command(name, value);
    await house.run(30);
    return warnings(house);
  };
  await house.run(30);
  expect(warnings(house)).toEqual([
    'Garage: an enable threshold of 500 W starts charging while the house imports; surplus is negative',
  ]);
  expect(await after('enableThreshold', 0)).toEqual([]);
  expect(await after('disableThreshold', -100)).toEqual([]);
  expect(await after('enableThreshold', -50)).toEqual([
    'Garage: an enable threshold of -50 W is above the disable threshold of -100 W',
  ]);
  expect(await after('enableThreshold', -1_500)).toEqual([]);
});
