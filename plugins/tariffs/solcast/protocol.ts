import type { Rate } from '../../../core/index.ts';
import type { Answer } from '../../shared/answer.ts';
import type { Pause } from '../../shared/rates-service/pauses.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Expected generation of a site. Source: docs.solcast.com.au, `GET /rooftop_sites/{id}/forecasts`. */

/** kW to W */
export const SCALE = 1_000;

export const ESTIMATES = ['pv_estimate', 'pv_estimate10', 'pv_estimate90'] as const;
/** What is expected, and what is exceeded with a probability of 90 % and of 10 % */
export type SolcastEstimate = (typeof ESTIMATES)[number];

/** `PT30M` and the like, as minutes */
const PERIOD = /^PT(\d{1,3})M$/;

/** `{ forecasts: [{ pv_estimate, period_end, period }] }`, kW; `period_end` is where a slot ends. */
export function toSlots(answer: Answer, estimate: SolcastEstimate): Slot[] {
  return answer
    .at('forecasts')
    .items()
    .map((forecast) => {
      const period = forecast.at('period').text();
      const minutes = Number(PERIOD.exec(period)?.[1] ?? answer.refuse(`"${period.slice(0, 20)}" is no period`));
      const end = forecast.at('period_end').time();
      return { start: end - minutes * 60_000, end, value: forecast.at(estimate).number() };
    });
}

/** After `interval` ms, but not while it is dark: then so that the answer is there when the sun rises. */
export function inDaylight(interval: number): Pause {
  return (at, rates) => {
    const next = at + interval;
    const light = rates.find((rate: Rate) => rate.price > 0 && rate.end > next);
    return light && light.start > next ? Math.max(interval, light.start - at) : interval;
  };
}
