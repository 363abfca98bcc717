import { describe, test } from 'vitest';
import epexPredictor from '../../../../plugins/tariffs/epex-predictor/index.ts';
import { type RateFixture, serviceCases, utc } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: epexPredictor,
  type: 'epex-predictor',
  slot: 60,
  timezone: 'Europe/Berlin',
  routes: (slots) => ({
    'GET /prices': ({ query }) =>
      query.get('unit') === 'EUR_PER_KWH' && query.get('region') === 'DE'
        ? { json: { prices: slots.map(({ start, price }) => ({ startsAt: utc(start), total: price })) } }
        : { status: 422, text: 'which region?' },
  }),
};

describe('epex-predictor', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);
});
