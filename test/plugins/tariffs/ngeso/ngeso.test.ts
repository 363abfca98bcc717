import { describe, expect, onTestFinished, test } from 'vitest';
import ngeso from '../../../../plugins/tariffs/ngeso/index.ts';
import { type RateFixture, serviceCases, slotsOf, startService, utc } from '../../../helpers/rates-service.ts';

const minute = (time: number) => utc(time).replace(':00Z', 'Z');

const fixture: RateFixture = {
  plugin: ngeso,
  type: 'ngeso',
  slot: 30,
  timezone: 'Europe/London',
  step: 1,
  positive: true,
  routes: (slots) => {
    const data = slots.map(({ start, end, price }) => ({
      from: minute(start),
      to: minute(end),
      intensity: { forecast: price, actual: null, index: 'low' },
    }));
    return Object.fromEntries([
      ...slots.map(({ start }) => [`GET /intensity/${minute(start)}/fw48h`, () => ({ json: { data } })] as const),
      ...['regionid/13', 'postcode/RG10'].map(
        (place) =>
          [
            `GET /regional/intensity/2026-03-14T10:00Z/fw48h/${place}`,
            () => ({ json: { data: { regionid: 13, shortname: 'London', data } } }),
          ] as const,
      ),
    ]);
  },
};

describe('ngeso', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  const NOW = Date.parse('2026-03-14T10:10:00Z');

  test.for([{ regionId: 13 }, { postcode: 'RG10' }])('of a region: %j', async (place) => {
    const running = await startService(fixture, NOW, place);
    onTestFinished(() => running.close());
    const slots = slotsOf(fixture, '2026-03-14', 1);
    running.publish(slots);
    expect(await running.rates()).toEqual(slots);
  });

  test('a place is named once', async () => {
    await expect(startService(fixture, NOW, { regionId: 1, postcode: 'RG10' })).rejects.toThrow(
      'regionId and postcode name a place twice',
    );
  });
});
