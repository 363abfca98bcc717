import { describe, test } from 'vitest';
import electricityMapsFree from '../../../../plugins/tariffs/electricitymaps-free/index.ts';
import { type RateFixture, serviceCases } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: electricityMapsFree,
  type: 'electricitymaps-free',
  slot: 60,
  timezone: 'Europe/Berlin',
  step: 1,
  positive: true,
  options: { zone: 'DE', token: 'hush-token' },
  secrets: ['hush-token'],
  authorized: ({ headers }) => headers['auth-token'] === 'hush-token',
  expected: (slots, now) => {
    const start = now - (now % 3_600_000);
    return [{ start, end: start + 48 * 3_600_000, price: slots[0]?.price ?? Number.NaN }];
  },
  routes: (slots) => ({
    'GET /home-assistant': () => ({
      json: {
        countryCode: 'DE',
        data: { carbonIntensity: slots[0]?.price, datetime: '2026-03-14T10:00:00.000Z', fossilFuelPercentage: 41.3 },
        status: 'ok',
      },
    }),
  }),
};

describe('electricitymaps-free', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);
});
