import { describe, expect, onTestFinished, test } from 'vitest';
import { createMemoryStore } from '../../../../core/store.ts';
import { createQuotas } from '../../../../plugins/shared/rates-service/quota.ts';
import solcast from '../../../../plugins/tariffs/solcast/index.ts';
import { deviceContext } from '../../../contract/harness.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { type RateFixture, serviceCases, startService } from '../../../helpers/rates-service.ts';

const fixture: RateFixture = {
  plugin: solcast,
  type: 'solcast',
  slot: 30,
  timezone: 'Europe/Berlin',
  step: 1,
  positive: true,
  patience: 1_800_000,
  options: { site: '1234-abcd', token: 'hush-token', requests: 1_000 },
  secrets: ['hush-token'],
  authorized: ({ headers }) => headers.authorization === 'Bearer hush-token',
  routes: (slots) => ({
    'GET /rooftop_sites/1234-abcd/forecasts': ({ query }) => ({
      json: {
        forecasts: slots.map(({ end, price }) => ({
          pv_estimate: price / 1_000,
          pv_estimate10: price / 2_000,
          pv_estimate90: price / 500,
          period_end: new Date(end).toISOString().replace('.000Z', '.0000000Z'),
          period: query.get('period'),
        })),
      },
    }),
  }),
};

describe('solcast', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  const NOW = Date.parse('2026-03-14T10:00:00Z');
  const HOUR = 3_600_000;

  test('the cautious estimate', async () => {
    const running = await startService(fixture, NOW, { estimate: 'pv_estimate10' });
    onTestFinished(() => running.close());
    running.publish([{ start: NOW, end: NOW + 1_800_000, price: 1_000 }]);
    expect(await running.rates()).toEqual([{ start: NOW, end: NOW + 1_800_000, price: 500 }]);
  });

  test('asks every three hours, and sleeps while it is dark', async () => {
    const { device, close } = await startService(fixture, NOW);
    onTestFinished(close);
    const rate = (hour: number, price: number) => ({ start: NOW + hour * HOUR, end: NOW + (hour + 1) * HOUR, price });
    expect(device.pause?.(NOW, [rate(0, 5), rate(3, 5)])).toBe(3 * HOUR);
    expect(device.pause?.(NOW, [rate(0, 5), rate(1, 0), rate(12, 0), rate(13, 8)])).toBe(13 * HOUR);
    expect(device.pause?.(NOW, [])).toBe(3 * HOUR);
  });

  test('the requests of a day are counted for all sites together, over restarts', async () => {
    const clock = new FakeClock(NOW);
    const { fail, time } = deviceContext();
    const store = createMemoryStore();
    const first = createQuotas({ clock, time, fail, store });
    await Promise.all([first.open('key', 3).take(), first.open('key', 3).take()]);
    const second = createQuotas({ clock, time, fail, store });
    await second.open('key', 3).take();
    await expect(second.open('key', 3).take()).rejects.toThrow('the 3 requests of the day are used up');
    await second.open('other', 3).take();
    clock.jump(NOW + 14 * HOUR);
    await second.open('key', 3).take();
    expect(JSON.stringify([...(await store.memory.all())])).not.toContain('"key"');
  });

  test('a service is not asked when the requests of the day are used up', async () => {
    const running = await startService(fixture, NOW, { requests: 1 });
    onTestFinished(() => running.close());
    running.publish([{ start: NOW, end: NOW + HOUR, price: 1 }]);
    await running.rates();
    await expect(running.rates()).rejects.toThrow('the 1 requests of the day are used up');
    expect(running.http.requests).toHaveLength(1);
  });
});
