import type { Answer } from '../../shared/answer.ts';
import { meansBetween, type Slot } from '../../shared/rates-service/slots.ts';
import { type Daylight, type Panels, powerOf } from './panels.ts';

/** Weather forecast by quarters of an hour. Source: open-meteo.com/en/docs, `GET /v1/forecast` with `minutely_15`. */

/** What is asked for; times as s since 1970. */
export const QUERY = {
  minutely_15: 'temperature_2m,global_tilted_irradiance_instant',
  daily: 'sunrise,sunset',
  forecast_days: 5,
  timezone: 'GMT',
  timeformat: 'unixtime',
} as const;

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
  const weather = answer.at('minutely_15');
  const [temperatures, irradiances] = ['temperature_2m', 'global_tilted_irradiance_instant'].map((name) =>
    weather.at(name).items(),
  );
  const values = weather
    .at('time')
    .items()
    .flatMap((time, index) => {
      const [temperature, irradiance] = [temperatures?.[index], irradiances?.[index]];
      if (!temperature || !irradiance) return answer.refuse('its lists are not equally long');
      if (temperature.absent || irradiance.absent) return [];
      const at = time.number() * 1_000;
      const now = { temperature: temperature.number(), irradiance: irradiance.number() };
      return [{ at, value: powerOf(panels, now, at, days) }];
    });
  return meansBetween(values);
}
