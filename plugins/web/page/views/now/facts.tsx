import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import type { LoadpointValues } from '../../data/values.ts';
import type { Values } from '../../data/values-store.ts';
import { useText } from '../../text/text.tsx';

/** Figures of the session; what is unknown, or nothing yet, is left out. */
export function Facts({ loadpoint }: { loadpoint: Values<LoadpointValues> }): JSX.Element | null {
  const { values, now } = useHouse();
  const { t, format } = useText();
  if (loadpoint.get('connected') !== true) return null;
  const currency = values.site.get('currency') ?? 'EUR';
  const energy = loadpoint.get('sessionEnergy') ?? loadpoint.get('chargedEnergy') ?? 0;
  const share = loadpoint.get('sessionSolarPercentage');
  const price = loadpoint.get('sessionPricePerKWh');
  const cost = loadpoint.get('sessionPrice');
  const range = loadpoint.get('vehicleRange') ?? 0;
  const left = loadpoint.get('chargeRemainingDuration') ?? 0;
  const departure = loadpoint.get('effectivePlanTime');
  const charging = loadpoint.get('charging') === true;
  const started = energy > 0;
  const facts: [string, string][] = [];
  if (started) facts.push([t('lp.charged'), format.energy(energy)]);
  if (started && typeof share === 'number') facts.push([t('lp.solar'), format.percent(share)]);
  if (started && typeof price === 'number') facts.push([t('lp.price'), format.price(price, currency)]);
  if (started && typeof cost === 'number') facts.push([t('lp.cost'), format.money(cost, currency)]);
  if (range > 0) facts.push([t('lp.range'), format.distance(range)]);
  if (charging && left > 0) {
    facts.push([t('lp.remaining'), format.duration(left)]);
    facts.push([t('lp.finished'), format.clock(now.value + left * 1_000, now.value)]);
  }
  if (departure) facts.push([t('lp.departure'), format.clock(departure, now.value)]);
  const suggestion = loadpoint.get('suggestion');
  if (suggestion?.actionable) facts.push([t('lp.suggestion'), t(`lp.suggestion.${suggestion.action}`)]);
  if (facts.length === 0) return null;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
