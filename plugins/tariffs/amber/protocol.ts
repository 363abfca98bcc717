import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Prices of Amber in Australia. Source: Amber Electric public API, `GET /v1/sites/{id}/prices/current`. */

/** c/kWh to AUD/kWh */
export const SCALE = 0.01;

export const CHANNELS = ['general', 'feedIn', 'controlledLoad'] as const;
export type AmberChannel = (typeof CHANNELS)[number];

const MINUTE = 60_000;

/** The first site whose contract runs. */
export function siteOf(sites: Answer): string {
  const found = sites.items().find((site) => site.at('status').absent || site.at('status').is('active'));
  return found ? found.at('id').text() : sites.refuse('the account has no active site');
}

/** Intervals of one channel, which begin one second late. What is paid for feed-in is negative there, and positive here. */
export function toSlots(answer: Answer, channel: AmberChannel): Slot[] {
  return answer
    .items()
    .filter((interval) => interval.at('channelType').is(channel))
    .map((interval) => {
      const advanced = interval.at('advancedPrice');
      const predicted = advanced.absent || advanced.at('predicted').absent ? undefined : advanced.at('predicted');
      const price = (predicted ?? interval.at('perKwh')).number();
      const start = interval.at('startTime').time();
      return {
        start: start - (start % MINUTE),
        end: interval.at('endTime').time(),
        value: channel === 'feedIn' ? 0 - price : price,
      };
    });
}
