import { describe, expect, test } from 'vitest';
import { startHouse } from '../helpers/house.ts';

/** What a charger does after a command that may or may not have reached it. */
describe('after a command whose answer was lost', () => {
  test('a charger that took the current all the same is told the lower one that follows', async (t) => {
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'minpv' }],
      charger: (charger) => Object.assign(charger, { override: { currents: undefined, power: undefined } }),
    });
    await house.run(60);
    expect(house.charger().maxCurrent).toBe(6);
    house.charger().losesAnswers = true;
    house.set({ pv: 16 * 690 });
    await house.cycle();
    expect(house.charger().maxCurrent).toBeGreaterThan(6);
    house.charger().losesAnswers = false;
    house.set({ pv: 0 });
    await house.cycle();
    expect(house.charger().maxCurrent).toBe(6);
  });

  test('a charger that was switched on all the same is switched off when that is what is wanted', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'off' }] });
    await house.cycle();
    house.charger().losesAnswers = true;
    await house.command('mode', 'now');
    await house.cycle();
    await house.cycle();
    house.charger().losesAnswers = false;
    await house.command('mode', 'off');
    await house.cycle();
    expect(house.charger().enabled).toBe(false);
  });
});
