import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import { useText } from '../../text/text.tsx';
import { type Session, totalsOf } from './sessions.ts';

/** Sums and means of the sessions that are shown. */
export function TotalsLine({ sessions }: { sessions: readonly Session[] }): JSX.Element {
  const { values } = useHouse();
  const { t, format } = useText();
  const { count, energy, solar, price, perKwh, co2 } = totalsOf(sessions);
  const kilograms = ((co2 ?? 0) * energy) / 1_000;
  const currency = values.site.get('currency') ?? 'EUR';
  return (
    <dl class="figures">
      <div class="card of-car">
        <dt>{t('sessions.energy')}</dt>
        <dd class="figure">{format.energy(energy * 1_000)}</dd>
        <dd class="quiet">{t(count === 1 ? 'sessions.one' : 'sessions.count', { count })}</dd>
      </div>
      <div class="card of-sun">
        <dt>{t('sessions.own')}</dt>
        <dd class="figure">{energy > 0 ? format.percent((100 * solar) / energy) : format.percent(undefined)}</dd>
        <dd class="quiet">{format.energy(solar * 1_000)}</dd>
      </div>
      {price !== undefined && (
        <div class="card of-count">
          <dt>{t('sessions.cost')}</dt>
          <dd class="figure">{format.money(price, currency)}</dd>
          <dd class="quiet">{format.price(perKwh, currency)}</dd>
        </div>
      )}
      {co2 !== undefined && (
        <div class="card of-count">
          <dt>CO₂</dt>
          <dd class="figure">{format.number(kilograms, kilograms < 1_000 ? 1 : 0)} kg</dd>
          <dd class="quiet">{format.number(co2, 0)} g/kWh</dd>
        </div>
      )}
    </dl>
  );
}
