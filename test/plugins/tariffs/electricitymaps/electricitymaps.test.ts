import { describe, test } from 'vitest';
import electricityMaps from '../../../../plugins/tariffs/electricitymaps/index.ts';
import { type RateFixture, serviceCases } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: electricityMaps,
  type: 'electricitymaps',
  slot: 60,
  timezone: 'Europe/Berlin',
  step: 1,
  positive: true,
  options: { zone: 'DE', token: 'hush-token' },
  secrets: ['hush-token'],
  authorized: ({ headers }) => headers['auth-token'] === 'hush-token',
  routes: (slots) => ({
    'GET /carbon-intensity/forecast': ({ query }) => ({
      json: {
        zone: query.get('zone'),
        forecast: slots.map(({ start, price }) => ({
          carbonIntensity: price,
          datetime: new Date(start).toISOString(),
        })),
        updatedAt: '2026-03-13T23:41:10.000Z',
      },
    }),
  }),
};

describe('electricitymaps', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);
});
