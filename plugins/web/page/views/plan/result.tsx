import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import type { LoadpointValues } from '../../data/values.ts';
import type { Values } from '../../data/values-store.ts';
import { useText } from '../../text/text.tsx';
import type { Preview } from './outcome.ts';
import { latenessOf, type Outcome, piecesOf, sumsOf } from './plan.ts';

/** What a plan needs, when it charges, what it costs and whether it is in time. */
export function Result(props: {
  loadpoint: Values<LoadpointValues>;
  preview: Preview;
  /** It is the plan in force rather than one that might be */
  inForce: boolean;
}): JSX.Element {
  const { loadpoint, preview, inForce } = props;
  const weekly = (loadpoint.get('effectivePlanId') ?? 0) > 1;
  const { t } = useText();
  const { outcome, error } = preview;
  return (
    <div class="plan-result" aria-live="polite">
      <h3>{t(!inForce ? 'plan.preview' : weekly ? 'plan.inForce.weekly' : 'plan.inForce')}</h3>
      {error !== undefined && <p class="problem">{t('plan.failed', { reason: error })}</p>}
      {outcome && <Facts outcome={outcome} />}
      {!outcome && error === undefined && <p class="quiet">{t('shell.loading')}</p>}
    </div>
  );
}

/** Energy that counts as none, Wh */
const NOTHING = 50;

/** % of the energy from which its origin is told */
const WORTH_TELLING = 5;

function Facts({ outcome }: { outcome: Outcome }): JSX.Element {
  const { values, now } = useHouse();
  const { t, format } = useText();
  const currency = values.site.get('currency') ?? 'EUR';
  const kind = values.site.get('smartCostType');
  const { slots, duration, power, target } = outcome;
  const { needed, planned, sun, cost } = sumsOf(outcome);
  const late = latenessOf(outcome);
  const pieces = piecesOf(slots).length;
  const [first, last] = [slots[0], slots.at(-1)];
  if (needed < NOTHING) return <p>{t('plan.enough')}</p>;
  const share = (energy: number): number => Math.min(100, (100 * energy) / needed);
  return (
    <>
      <dl class="plan-facts">
        <div>
          <dt>{t('plan.needs')}</dt>
          <dd class="figure">{format.duration(duration / 1_000)}</dd>
          <dd class="quiet">{t('plan.with', { power: format.power(power) })}</dd>
        </div>
        {first && last && (
          <div>
            <dt>{t('plan.charges')}</dt>
            <dd class="figure">{`${format.clock(first.start, now.value)} – ${format.clock(last.end, Math.max(first.start, now.value))}`}</dd>
            {pieces > 1 && <dd class="quiet">{t('plan.pieces', { count: pieces })}</dd>}
          </div>
        )}
        {first && kind != null && (
          <div>
            <dt>{kind === 'co2' ? 'CO₂' : t('plan.cost')}</dt>
            <dd class="figure">
              {kind === 'co2' ? `${format.number(cost / 1_000, 1)} kg` : format.money(cost, currency)}
            </dd>
            <dd class="quiet">
              {kind === 'co2'
                ? `${format.number((cost / planned) * 1_000, 0)} g/kWh`
                : format.price((cost / planned) * 1_000, currency)}
            </dd>
          </div>
        )}
      </dl>
      <p class={late > 0 ? 'plan-late' : 'plan-good'}>
        {late > 0 && target !== undefined
          ? t('plan.tooLate', { time: format.duration(late / 1_000), end: format.clock(last?.end, now.value) })
          : t('plan.inTime', { time: format.clock(target, now.value) })}
      </p>
      {share(sun) >= WORTH_TELLING && <p class="quiet">{t('plan.sunny', { share: format.percent(share(sun)) })}</p>}
      {share(needed - planned) >= WORTH_TELLING && (
        <p class="quiet">{t('plan.open', { share: format.percent(share(needed - planned)) })}</p>
      )}
    </>
  );
}
