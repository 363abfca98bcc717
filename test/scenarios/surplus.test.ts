import { describe, expect, test } from 'vitest';
import { startHouse } from '../helpers/house.ts';

describe('mode pv', () => {
  test('starts only after the surplus has lasted for the enable delay', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv' }] });
    house.charger().status = 'A';
    await house.cycle();
    house.charger().status = 'B';
    house.set({ base: 300 });
    await house.run(20);
    house.set({ pv: 5_130 });
    await house.run(50);
    expect(house.commands()).toEqual([]);
    expect(house.loadpoint('pvAction')).toBe('enable');
    await house.run(20);
    expect(house.commands()).toEqual([{ setMaxCurrent: 6 }, { enable: true }]);
    await house.run(20);
    expect(house.commands()).toEqual([{ setMaxCurrent: 7 }]);
  });
});
