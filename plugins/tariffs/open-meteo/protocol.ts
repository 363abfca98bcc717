import type { Answer } from '../../shared/answer.ts';
import { quartersOf } from '../../shared/rates-service/open-meteo.ts';
import { meansBetween, type Slot } from '../../shared/rates-service/slots.ts';
import { type Daylight, type Panels, powerOf } from './panels.ts';

/** The weather on panels. Source: open-meteo.com/en/docs, quantities of `minutely_15` and `daily`. */

const TEMPERATURE = 'temperature_2m';
const IRRADIANCE = 'global_tilted_irradiance_instant';

/** What is asked for besides time and place. */
export const QUERY: Readonly<Record<string, string>> = {
  minutely_15: `${TEMPERATURE},${IRRADIANCE}`,
  daily: 'sunrise,sunset',
};

/** Means of the power of the panels between the times of the forecast; what is not known there is left out. */
export function toSlots(answer: Answer, panels: Panels): Slot[] {
  const daily = answer.at('daily');
  const sunsets = daily.at('sunset').items();
  const days = daily
    .at('sunrise')
    .items()
    .map((sunrise, index): Daylight => {
      const sunset = sunsets[index] ?? daily.refuse('there are fewer sunsets than sunrises');
      return { sunrise: sunrise.number() * 1_000, sunset: sunset.number() * 1_000 };
    });
  const values = quartersOf(answer, [TEMPERATURE, IRRADIANCE]).map(
    ({ at, values: [temperature = 0, irradiance = 0] }) => ({
      at,
      value: powerOf(panels, { temperature, irradiance }, at, days),
    }),
  );
  return meansBetween(values);
}
