import { describe, test } from 'vitest';
import elering from '../../../../plugins/tariffs/elering/index.ts';
import { type RateFixture, serviceCases } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: elering,
  type: 'elering',
  slot: 15,
  timezone: 'Europe/Berlin',
  publication: true,
  options: { region: 'lv' },
  routes: (slots) => ({
    'GET /api/nps/price': ({ query }) => {
      const [start = '', end = ''] = [query.get('start') ?? '', query.get('end') ?? ''];
      const asked = slots.filter((slot) => slot.start >= Date.parse(start) && slot.start <= Date.parse(end));
      const lv = asked.map((slot) => ({
        timestamp: slot.start / 1_000,
        price: Number((slot.price * 1_000).toFixed(2)),
      }));
      return { json: { success: true, data: { lv, ee: [], lt: [], fi: [] } } };
    },
  }),
};

describe('elering', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);
});
