import { describe, expect, onTestFinished, test } from 'vitest';
import openMeteoTemperature from '../../../../plugins/tariffs/open-meteo-temperature/index.ts';
import { type RateFixture, serviceCases, startService } from '../../../helpers/rates-service.ts';

const QUARTER = 900_000;

const fixture: RateFixture = {
  plugin: openMeteoTemperature,
  type: 'open-meteo-temperature',
  slot: 15,
  timezone: 'Europe/Berlin',
  step: 0.01,
  options: { lat: 52.5, lon: 13.4, apikey: 'hush-key' },
  secrets: ['hush-key'],
  authorized: ({ query }) => query.get('apikey') === 'hush-key',
  expected: (slots) =>
    slots.slice(0, -1).map((slot, index) => ({ ...slot, price: (slot.price + (slots[index + 1]?.price ?? 0)) / 2 })),
  routes: (slots) => ({
    'GET /v1/forecast': () => ({
      json: {
        utc_offset_seconds: 0,
        minutely_15_units: { time: 'unixtime', temperature_2m: '°C' },
        minutely_15: {
          time: slots.map(({ start }) => start / 1_000),
          temperature_2m: slots.map(({ price }) => price),
        },
      },
    }),
  }),
};

describe('open-meteo-temperature', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  test('asks for °C at the place, and leaves out what is not known', async () => {
    const now = Date.parse('2026-01-14T10:00:00Z');
    const service = await startService(fixture, now, { model: 'icon_seamless' });
    onTestFinished(() => service.close());
    const time = [0, 1, 2, 3, 4].map((quarter) => (now + quarter * QUARTER) / 1_000);
    let asked: URLSearchParams | undefined;
    service.http.route('GET /v1/forecast', ({ query }) => {
      asked = query;
      return { json: { minutely_15: { time, temperature_2m: [-4, -3.5, null, -1, 0.5] } } };
    });
    expect(service.device.kind).toBe('temperature');
    const rates = await service.rates();
    expect(rates.map(({ start, end, price }) => [(start - now) / QUARTER, (end - now) / QUARTER, price])).toEqual([
      [0, 1, -3.75],
      [1, 3, -2.25],
      [3, 4, -0.25],
    ]);
    expect(Object.fromEntries(asked ?? [])).toEqual({
      latitude: '52.5',
      longitude: '13.4',
      minutely_15: 'temperature_2m',
      forecast_days: '5',
      timezone: 'GMT',
      timeformat: 'unixtime',
      models: 'icon_seamless',
      apikey: 'hush-key',
    });
  });

  test.each([
    ['lists that are not equally long', { time: [1, 2], temperature_2m: [1] }],
    ['a text in place of a number', { time: [1], temperature_2m: ['cold'] }],
    ['no list', { time: 7 }],
  ])('%s are refused', async (_, minutely_15) => {
    const service = await startService(fixture, Date.parse('2026-01-14T10:00:00Z'));
    onTestFinished(() => service.close());
    service.http.route('GET /v1/forecast', () => ({ json: { minutely_15 } }));
    await expect(service.rates()).rejects.toMatchObject({ code: 'EVCC_DEVICE_PROTOCOL' });
  });
});
