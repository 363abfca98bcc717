import Type, { type TOptional, type TString } from 'typebox';
import type { Answer } from '../answer.ts';
import { type Question, type RateService, type ServiceOptions, serviceUrl } from './service.ts';

/** Weather forecasts of Open-Meteo by quarters of an hour. Source: open-meteo.com/en/docs, `GET /v1/forecast`. */

const URL = 'https://api.open-meteo.com';
/** For paying users */
const CUSTOMERS = 'https://customer-api.open-meteo.com';

/** What is asked for besides the quantities; times as s since 1970. */
const COMMON = { forecast_days: 5, timezone: 'GMT', timeformat: 'unixtime' } as const;

/** Options of every tariff that asks Open-Meteo. */
export interface OpenMeteoOptions extends ServiceOptions {
  /** °, north is positive */
  lat: number;
  /** °, east is positive */
  lon: number;
  /** Weather model, e.g. `icon_seamless`; default: what is best for the place */
  model?: string;
  /** Of paying users */
  apikey?: string;
}

/** Properties of a schema for those that are not about the place. */
export const OPEN_METEO: { model: TOptional<TString>; apikey: TOptional<TString>; url: TOptional<TString> } = {
  model: Type.Optional(
    Type.String({
      description: 'Weather model such as `icon_seamless`; default: what is best for the place',
      pattern: '^\\w+$',
    }),
  ),
  apikey: Type.Optional(Type.String({ description: 'API key of paying users', minLength: 1, secret: true })),
  ...serviceUrl(URL),
};

/** Where the service is, and whether it knows who asks. */
export function openMeteoAt({ url, apikey }: OpenMeteoOptions): Pick<RateService, 'url' | 'credentials'> {
  return { url: url ?? (apikey === undefined ? URL : CUSTOMERS), credentials: apikey !== undefined };
}

/** The question for the forecast of a place; `more`: the quantities, and what they need. */
export function forecastOf({ lat, lon, model, apikey }: OpenMeteoOptions, more: Question['query']): Question {
  return { query: { latitude: lat, longitude: lon, ...more, ...COMMON, models: model, apikey } };
}

/** Values of quantities at a time (ms since the epoch), in the order of their names; what is not known is left out. */
export function quartersOf(
  answer: Answer,
  names: readonly string[],
): { readonly at: number; readonly values: readonly number[] }[] {
  const weather = answer.at('minutely_15');
  const lists = names.map((name) => weather.at(name).items());
  return weather
    .at('time')
    .items()
    .flatMap((time, index) => {
      const found = lists.map((list) => list[index] ?? answer.refuse('its lists are not equally long'));
      if (found.some(({ absent }) => absent)) return [];
      return [{ at: time.number() * 1_000, values: found.map((value) => value.number()) }];
    });
}
