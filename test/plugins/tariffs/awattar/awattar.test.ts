import { describe, test } from 'vitest';
import awattar from '../../../../plugins/tariffs/awattar/index.ts';
import { type RateFixture, serviceCases } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: awattar,
  type: 'awattar',
  slot: 60,
  timezone: 'Europe/Berlin',
  publication: true,
  routes: (slots) => ({
    'GET /v1/marketdata': ({ query }) => ({
      json: {
        object: 'list',
        data: slots
          .filter(({ start }) => start >= Number(query.get('start')) && start < Number(query.get('end')))
          .map(({ start, end, price }) => ({
            start_timestamp: start,
            end_timestamp: end,
            marketprice: Number((price * 1_000).toFixed(2)),
            unit: 'Eur/MWh',
          })),
        url: '/de/v1/marketdata',
      },
    }),
  }),
};

describe('awattar', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);
});
