import { describe, expect, onTestFinished, test } from 'vitest';
import { localTime, midnights } from '../../../../plugins/shared/pricing/local-time.ts';
import smard from '../../../../plugins/tariffs/smard/index.ts';
import { type RateFixture, serviceCases, slotsOf, startService } from '../../../helpers/rates-service.ts';

/** Monday before a time, when a file begins */
function monday(time: number): number {
  const weekday = (localTime(time, 'Europe/Berlin').weekday + 6) % 7;
  const noon = (midnights(time, 1, 'Europe/Berlin')[0] ?? 0) + 43_200_000;
  return midnights(noon - weekday * 86_400_000, 1, 'Europe/Berlin')[0] ?? 0;
}

const fixture: RateFixture = {
  plugin: smard,
  type: 'smard',
  slot: 15,
  timezone: 'Europe/Berlin',
  publication: true,
  routes: (slots) => {
    const first = monday(slots[0]?.start ?? 0);
    const last = monday(slots.at(-1)?.start ?? 0);
    const path = '/app/chart_data/4169/DE-LU';
    const file = (from: number) => {
      const own = slots.filter(({ start }) => monday(start) === from);
      const end = own.at(-1)?.end ?? from;
      return [
        ...own.map(({ start, price }) => [start, Number((price * 1_000).toFixed(2))]),
        [end, null],
        [end + 900_000, null],
      ];
    };
    return {
      [`GET ${path}/index_quarterhour.json`]: () => ({
        json: { timestamps: [...new Set([first - 604_800_000, first, last])] },
      }),
      [`GET ${path}/4169_DE-LU_quarterhour_${first}.json`]: () => ({
        json: { meta_data: { version: 1 }, series: file(first) },
      }),
      [`GET ${path}/4169_DE-LU_quarterhour_${last}.json`]: () => ({
        json: { meta_data: { version: 1 }, series: file(last) },
      }),
    };
  },
};

describe('smard', () => {
  for (const { title, run } of serviceCases(fixture)) test(title, run);

  test('a Sunday and the Monday after it stand in two files', async () => {
    const running = await startService(fixture, Date.parse('2026-03-15T14:00:00Z'));
    onTestFinished(() => running.close());
    const slots = slotsOf(fixture, '2026-03-15', 2);
    running.publish(slots);
    expect(await running.rates()).toEqual(slots);
    expect(running.http.requests).toHaveLength(3);
  });
});
