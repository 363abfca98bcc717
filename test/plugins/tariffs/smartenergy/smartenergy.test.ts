import { describe, test } from 'vitest';
import smartEnergy from '../../../../plugins/tariffs/smartenergy/index.ts';
import { type RateFixture, serviceCases, withOffset } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: smartEnergy,
  type: 'smartenergy',
  slot: 60,
  timezone: 'Europe/Berlin',
  publication: true,
  routes: (slots) => ({
    'GET /market/v1/price': () => ({
      json: {
        tariff: 'EPEXSPOTAT',
        unit: 'ct/kWh',
        interval: 60,
        data: slots.map(({ start, price }) => ({
          date: withOffset(start, 'Europe/Vienna'),
          value: Number((price * 100).toFixed(3)),
        })),
      },
    }),
  }),
};

describe('smartenergy', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);
});
