import type { Rates, SiteState, StateReader } from '../../core/index.ts';

/**
 * What the expected generation is multiplied with, if the user wants the solar forecast to be adjusted: what was generated
 * today by what was expected of the same time, as it is published with the forecast. 1: nothing is adjusted, or nothing to
 * adjust by is known yet.
 */
export function solarScale({ settings }: Pick<SiteState, 'settings'>, published: Pick<StateReader, 'site'>): number {
  if (!settings.solarAdjusted) return 1;
  const forecast = published.site.get('forecast') as
    | { readonly solar?: { readonly scale?: unknown } }
    | null
    | undefined;
  const scale = forecast?.solar?.scale;
  return typeof scale === 'number' && Number.isFinite(scale) && scale >= 0 ? scale : 1;
}

/** Rates whose expected generation is multiplied with a scale; the same object for 1. */
export function withSolarScale(rates: Rates, scale: number): Rates {
  const { solar } = rates;
  if (!solar || scale === 1) return rates;
  return { ...rates, solar: { ...solar, rates: solar.rates.map((rate) => ({ ...rate, price: rate.price * scale })) } };
}
