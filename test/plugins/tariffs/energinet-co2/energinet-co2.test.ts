import { describe, test } from 'vitest';
import energinetCo2 from '../../../../plugins/tariffs/energinet-co2/index.ts';
import { type RateFixture, serviceCases, utc, withOffset } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: energinetCo2,
  type: 'energinet-co2',
  slot: 5,
  timezone: 'Europe/Copenhagen',
  step: 1,
  positive: true,
  options: { region: 'DK2' },
  routes: (slots) => ({
    'GET /dataset/CO2EmisProg': () => ({
      json: {
        records: slots.map(({ start, price }) => ({
          Minutes5UTC: utc(start).slice(0, -1),
          Minutes5DK: withOffset(start, 'Europe/Copenhagen').slice(0, 19),
          PriceArea: 'DK2',
          CO2Emission: price,
        })),
      },
    }),
  }),
};

describe('energinet-co2', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);
});
