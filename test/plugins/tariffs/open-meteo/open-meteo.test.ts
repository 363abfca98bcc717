import { describe, expect, test } from 'vitest';
import openMeteo from '../../../../plugins/tariffs/open-meteo/index.ts';
import { powerOf } from '../../../../plugins/tariffs/open-meteo/panels.ts';
import { type RateFixture, serviceCases } from '../../../helpers/rates-service.ts';

/** °C of the air at which cells have 25 °C */
const pleasant = (irradiance: number) => 25 - irradiance * 0.0342;

const fixture: RateFixture = {
  plugin: openMeteo,
  type: 'open-meteo',
  slot: 15,
  timezone: 'Europe/Berlin',
  step: 0.01,
  positive: true,
  options: { lat: 52.5, lon: 13.4, dec: 35, az: -10, kwp: 1, efficiency: 1, apikey: 'hush-key' },
  secrets: ['hush-key'],
  authorized: ({ query }) => query.get('apikey') === 'hush-key',
  expected: (slots) =>
    slots.slice(0, -1).map((slot, index) => ({ ...slot, price: (slot.price + (slots[index + 1]?.price ?? 0)) / 2 })),
  routes: (slots) => ({
    'GET /v1/forecast': () => ({
      json: {
        utc_offset_seconds: 0,
        minutely_15: {
          time: slots.map(({ start }) => start / 1_000),
          temperature_2m: slots.map(({ price }) => pleasant(price)),
          global_tilted_irradiance_instant: slots.map(({ price }) => price),
        },
        daily: { time: [1_773_446_400], sunrise: [1_773_466_200], sunset: [1_773_508_500] },
      },
    }),
  }),
};

describe('open-meteo', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  const DAY = { sunrise: 6 * 3_600_000, sunset: 18 * 3_600_000 };
  const panels = { peak: 10_000, efficiency: 1, damping: { morning: 0, evening: 0 } };

  test('cold cells give more, hot ones less, and the inverter limits them', () => {
    expect(powerOf(panels, { irradiance: 412, temperature: 8.1 }, 0, [])).toBeCloseTo(4_166.3, 1);
    expect(powerOf(panels, { irradiance: 1_000, temperature: 30 }, 0, [])).toBeCloseTo(8_432, 0);
    expect(powerOf({ ...panels, limit: 4_000 }, { irradiance: 412, temperature: 8.1 }, 0, [])).toBe(4_000);
    expect(powerOf(panels, { irradiance: 0, temperature: -10 }, 0, [])).toBe(0);
    expect(powerOf(panels, { irradiance: -1, temperature: 10 }, 0, [])).toBe(0);
  });

  test.for([
    [6, 0.5],
    [9, 0.75],
    [12, 1],
    [15, 0.9],
    [18, 0.8],
    [19, 1],
  ] as const)('damping at %i h leaves %f', ([hour, left]) => {
    const damped = { ...panels, damping: { morning: 0.5, evening: 0.2 } };
    const power = powerOf(damped, { irradiance: 100, temperature: pleasant(100) }, hour * 3_600_000, [DAY]);
    expect(power).toBeCloseTo(1_000 * left, 6);
  });
});
