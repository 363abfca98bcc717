import { expect, test } from 'vitest';
import { startHouse } from '../helpers/house.ts';

test('the configured phases are shown for a charger that can switch, and null for another', async (t) => {
  const house = await startHouse(t, {
    loadpoints: [{}, { phases: 1 }],
    charger: (charger, index) => {
      charger.canSwitchPhases = index === 0;
    },
  });
  await house.cycle();
  expect(house.loadpoint('phasesConfigured', 1)).toBe(0);
  expect(house.loadpoint('phasesConfigured', 2)).toBeNull();
});
