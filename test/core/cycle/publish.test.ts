import { expect, test } from 'vitest';
import { startHouse } from '../../helpers/house.ts';

const GONE = new Error('no answer');

test('a meter that was never read publishes no power', async (t) => {
  const house = await startHouse(t, { battery: { soc: 50 } });
  for (const meter of [house.grid, house.pv, house.batteryMeter]) meter.failure = GONE;
  await house.cycle();
  expect(house.site('gridPower')).toBeUndefined();
  expect(house.site('pv')).toEqual([{ title: 'pv', power: null }]);
  expect(house.site('battery')).toEqual([{ title: 'battery', power: null }]);
});

test('of a stale meter only counters and soc are still published', async (t) => {
  const house = await startHouse(t, {
    battery: { soc: 50 },
    meters: ['boiler'],
    site: { meters: { grid: 'grid', pv: ['pv'], battery: ['battery'], aux: ['boiler'] } } as never,
  });
  const perPhase = { powers: [100, 100, 100], currents: [1, 1, 1] } as const;
  house.grid.reading = { power: 300, energy: 2_000, ...perPhase };
  house.pv.reading = { power: 0, energy: 3_000 };
  house.charger().override = { voltages: [230, 231, 232] };
  house.set({ pv: 500, battery: 200 });
  await house.cycle();
  expect(house.site('gridPowers')).toEqual([100, 100, 100]);
  expect(house.site('pv')).toEqual([{ title: 'pv', power: 500, energy: 3 }]);
  expect(house.site('battery')).toEqual([{ title: 'battery', power: 200, soc: 50 }]);
  expect(house.loadpoint('chargeVoltages')).toEqual([230, 231, 232]);
  for (const meter of [house.grid, house.pv, house.batteryMeter, house.meter('boiler')]) meter.failure = GONE;
  house.charger().failure = GONE;
  await house.run(120);
  for (const key of ['gridPower', 'gridPowers', 'gridCurrents']) expect([key, house.site(key)]).toEqual([key, null]);
  expect(house.site('gridEnergy')).toBe(2);
  expect(house.site('pv')).toEqual([{ title: 'pv', power: null, energy: 3 }]);
  expect(house.site('battery')).toEqual([{ title: 'battery', power: null, soc: 50 }]);
  expect(house.site('aux')).toEqual([{ title: 'boiler', power: null }]);
  expect(house.loadpoint('chargeVoltages')).toBeNull();
});
