import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useChange } from '../../data/change.ts';
import { useHouse } from '../../data/house.tsx';
import type { PlanStrategy } from '../../data/values.ts';
import { Problem } from '../../parts/problem.tsx';
import { useText } from '../../text/text.tsx';
import type { PlanProps } from './index.tsx';

/** s that may be kept for the end; a week: as late as possible */
const EVERYTHING = 604_800;
const KEPT: readonly number[] = [0, 900, 1_800, 2_700, 3_600, 5_400, 7_200, EVERYTHING];

/** Steps of the minimum soc */
const LEAST: readonly number[] = [0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80];

/** How plans choose their slots, and the least that a car shall have at any time. */
export function StrategyCard({ loadpoint, id }: PlanProps): JSX.Element {
  const { api, readOnly } = useHouse();
  const { t, format } = useText();
  const heading = useId();
  const [piece, pieceHint, kept, keptHint, least, leastHint] = [useId(), useId(), useId(), useId(), useId(), useId()];
  const strategy = useChange(
    (wanted: PlanStrategy) => api.ask(`loadpoints/${id}/plan/strategy`, { method: 'POST', body: wanted }),
    t('connection.failed'),
  );
  const minimum = useChange((soc: number) => api.set(`loadpoints/${id}/minsoc`, soc), t('connection.failed'));
  const present = strategy.wanted.value?.value ?? loadpoint.get('planStrategy');
  const { continuous = false, precondition = 0 } = present ?? {};
  const minSoc = minimum.wanted.value?.value ?? loadpoint.get('minSoc') ?? 0;
  const degree = loadpoint.get('chargerFeatureHeating') === true ? format.temperature : format.percent;
  return (
    <section class="card plan-strategy" aria-labelledby={heading}>
      <h2 id={heading}>{t('plan.strategy')}</h2>
      <div class="plan-row">
        <div>
          <label for={piece}>{t('plan.continuous')}</label>
          <p id={pieceHint} class="quiet">
            {t('plan.continuous.hint')}
          </p>
        </div>
        <input
          id={piece}
          class="switch"
          type="checkbox"
          role="switch"
          aria-describedby={pieceHint}
          disabled={readOnly.value}
          checked={continuous}
          aria-checked={continuous}
          onChange={(event) => void strategy.make({ continuous: event.currentTarget.checked, precondition })}
        />
      </div>
      <div class="plan-row">
        <div>
          <label for={kept}>{t('plan.precondition')}</label>
          <p id={keptHint} class="quiet">
            {t('plan.precondition.hint')}
          </p>
        </div>
        <select
          id={kept}
          aria-describedby={keptHint}
          disabled={readOnly.value}
          value={String(precondition)}
          onChange={(event) => void strategy.make({ continuous, precondition: Number(event.currentTarget.value) })}
        >
          {withOwn(KEPT, precondition).map((each) => (
            <option key={each} value={String(each)}>
              {each === 0
                ? t('settings.none')
                : each === EVERYTHING
                  ? t('plan.precondition.all')
                  : format.duration(each)}
            </option>
          ))}
        </select>
      </div>
      <Problem text={strategy.error.value} />
      <div class="plan-row">
        <div>
          <label for={least}>{t('setting.minSoc')}</label>
          <p id={leastHint} class="quiet">
            {t('plan.minSoc.hint', { off: t('mode.off') })}
          </p>
        </div>
        <select
          id={least}
          aria-describedby={leastHint}
          disabled={readOnly.value}
          value={String(minSoc)}
          onChange={(event) => void minimum.make(Number(event.currentTarget.value))}
        >
          {withOwn(LEAST, minSoc).map((each) => (
            <option key={each} value={String(each)}>
              {each === 0 ? t('settings.none') : degree(each)}
            </option>
          ))}
        </select>
      </div>
      <Problem text={minimum.error.value} />
    </section>
  );
}

/** The steps, and what is set where it is none of them. */
function withOwn(steps: readonly number[], own: number): readonly number[] {
  return [...new Set([...steps, own])].sort((a, b) => a - b);
}
