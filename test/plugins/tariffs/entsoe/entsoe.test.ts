import { describe, expect, onTestFinished, test } from 'vitest';
import entsoe from '../../../../plugins/tariffs/entsoe/index.ts';
import { codeOf, ZONES } from '../../../../plugins/tariffs/entsoe/zones.ts';
import { type RateFixture, serviceCases, startService } from '../../../helpers/rates-service.ts';
import { acknowledgement, documentOf, seriesOf } from './fixtures.ts';

const fixture: RateFixture = {
  plugin: entsoe,
  type: 'entsoe',
  slot: 15,
  timezone: 'Europe/Berlin',
  publication: true,
  opaque: true,
  options: { securitytoken: 'hush-token', domain: 'DE-LU' },
  secrets: ['hush-token'],
  authorized: ({ query }) => query.get('securityToken') === 'hush-token',
  routes: (slots) => ({
    'GET /api': ({ query }) => {
      const domain = query.get('in_Domain');
      if (domain !== '10Y1001A1001A82H' || domain !== query.get('out_Domain')) return { status: 400, text: 'no' };
      const time = (name: string) =>
        Date.parse((query.get(name) ?? '').replace(/^(....)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5Z'));
      const asked = slots.filter(({ start }) => start >= time('periodStart') && start < time('periodEnd'));
      return { text: asked.length > 0 ? documentOf([seriesOf(asked)]) : acknowledgement('No matching data found') };
    },
  }),
};

describe('entsoe', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  const NOW = Date.parse('2026-03-14T00:00:00Z');
  const QUARTER = 900_000;
  const answering = async (text: string, status = 200) => {
    const running = await startService(fixture, NOW);
    onTestFinished(() => running.close());
    running.publish([]);
    running.spoil(() => ({ status, text }));
    return running.rates();
  };
  const quarters = (...prices: readonly number[]) =>
    prices.map((price, index) => ({ start: NOW + index * QUARTER, end: NOW + (index + 1) * QUARTER, price }));

  test('prices that repeat are left out (curve type A03)', async () => {
    const slots = quarters(92.4, 88.1, 88.1, 70, 70, 70, 70, 70, -500, 0);
    const xml = documentOf([seriesOf(slots.map((slot) => ({ ...slot, price: slot.price / 1_000 })))]);
    expect([...xml.matchAll(/<position>(\d+)/g)].map(([, place]) => place)).toEqual(['1', '2', '4', '9', '10']);
    expect((await answering(xml)).map(({ price }) => price)).toEqual([
      0.0924, 0.0881, 0.0881, 0.07, 0.07, 0.07, 0.07, 0.07, -0.5, 0,
    ]);
  });

  test('of several auctions that of the day ahead counts', async () => {
    const xml = documentOf([
      seriesOf(quarters(0.3, 0.4), { auction: 2 }),
      seriesOf(quarters(0.1, 0.2), { auction: 1 }),
    ]);
    expect(await answering(xml)).toEqual(quarters(0.1, 0.2));
  });

  test('of several resolutions the finest counts, where it has something', async () => {
    const hours = [0, 1].map((hour) => ({
      start: NOW + hour * 4 * QUARTER,
      end: NOW + (hour + 1) * 4 * QUARTER,
      price: hour + 5,
    }));
    const xml = documentOf([seriesOf(hours, { resolution: 'PT60M' }), seriesOf(quarters(0.1, 0.2, 0.3, 0.4))]);
    expect(await answering(xml)).toEqual([...quarters(0.1, 0.2, 0.3, 0.4), hours[1]]);
  });

  test.for([
    ['no prices', acknowledgement('No matching data found'), 200, 'EVCC_DEVICE_UNAVAILABLE'],
    ['no prices, as an error', acknowledgement('No matching data found'), 400, 'EVCC_DEVICE_UNAVAILABLE'],
    ['another unit', documentOf([seriesOf(quarters(1))]).replaceAll('MWH', 'KWH'), 200, 'EVCC_DEVICE_PROTOCOL'],
    ['another resolution', documentOf([seriesOf(quarters(1))]).replaceAll('PT15M', 'P1D'), 200, 'EVCC_DEVICE_PROTOCOL'],
    ['a price that is none', documentOf([seriesOf(quarters(1))]).replace('1000', 'n/e'), 200, 'EVCC_DEVICE_PROTOCOL'],
    ['no time', documentOf([seriesOf(quarters(1))]).replace('<start>', '<start>x'), 200, 'EVCC_DEVICE_PROTOCOL'],
    [
      'elements that never end',
      `<Publication_MarketDocument>${'<TimeSeries '.repeat(100_000)}`,
      200,
      'EVCC_DEVICE_UNAVAILABLE',
    ],
    [
      'endless periods',
      documentOf(Array(10).fill(seriesOf(quarters(1)).replace('<end>2026', '<end>9026'))),
      200,
      'EVCC_DEVICE_PROTOCOL',
    ],
    ['an endless period', documentOf([seriesOf(quarters(1))]).replace('<end>2026', '<end>9026'), 200, undefined],
  ] as const)('%s', async ([, xml, status, code]) => {
    const answer = answering(xml, status);
    if (code === undefined) expect((await answer).length).toBeLessThan(3_100);
    else await expect(answer).rejects.toThrow(expect.objectContaining({ code }));
  });

  test('zones by name and code; wrong codes are refused', async () => {
    for (const code of Object.values(ZONES)) expect(codeOf(code)).toBe(code);
    expect(codeOf('de-lu')).toBe('10Y1001A1001A82H');
    expect(codeOf('10YSI-EELS-----O')).toBeUndefined();
    await expect(startService(fixture, NOW, { domain: 'Atlantis' })).rejects.toThrow('"Atlantis" is no zone: use AT');
  });
});
