import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useChange } from '../../data/change.ts';
import { useHouse } from '../../data/house.tsx';
import type { RepeatingPlan } from '../../data/values.ts';
import { Icon } from '../../parts/icon.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useText } from '../../text/text.tsx';
import type { PlanProps } from './index.tsx';
import { changedPlans, WEEKDAYS } from './plan.ts';

/** Plans that the server keeps at most */
const MOST = 20;

/** Departures of every week. What is heated has none, since they count by soc. */
export function WeeklyCard({ loadpoint, id }: PlanProps): JSX.Element | null {
  const { api, readOnly } = useHouse();
  const { t } = useText();
  const heading = useId();
  const change = useChange(
    (plans: readonly RepeatingPlan[]) => api.ask(`loadpoints/${id}/plan/repeating`, { method: 'POST', body: plans }),
    t('connection.failed'),
  );
  if (loadpoint.get('chargerFeatureHeating') === true) return null;
  const plans = change.wanted.value?.value ?? loadpoint.get('repeatingPlans') ?? [];
  const put = (index: number, changed: Partial<RepeatingPlan> | null): void => {
    void change.make(changedPlans(plans, index, changed));
  };
  const add = (): void => {
    const tz = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const plan: RepeatingPlan = { weekdays: [1, 2, 3, 4, 5], time: '07:00', tz, soc: 80, active: true };
    void change.make([...plans, plan]);
  };
  return (
    <section class="card plan-weekly" aria-labelledby={heading}>
      <h2 id={heading}>{t('plan.weekly')}</h2>
      {plans.length === 0 && <p class="quiet">{t('plan.weekly.none')}</p>}
      {plans.length > 0 && !loadpoint.get('vehicleCapacity') && <p class="quiet">{t('plan.weekly.needsSoc')}</p>}
      <ul>
        {plans.map((plan, index) => (
          <li key={String(index)}>
            <WeeklyPlan plan={plan} number={index + 1} onPut={(changed) => put(index, changed)} />
          </li>
        ))}
      </ul>
      <Problem text={change.error.value} />
      {plans.length < MOST && (
        <button type="button" class="button" disabled={readOnly.value} onClick={add}>
          {t('plan.weekly.add')}
        </button>
      )}
    </section>
  );
}

/** `onPut`: what of it is changed; null: remove it. */
function WeeklyPlan(props: {
  plan: RepeatingPlan;
  number: number;
  onPut: (change: Partial<RepeatingPlan> | null) => void;
}): JSX.Element {
  const { plan, number, onPut } = props;
  const { readOnly } = useHouse();
  const { t, format } = useText();
  const [time, soc] = [useId(), useId()];
  const asking = useSignal(false);
  const name = t('plan.weekly.name', { number });
  const socs = [...new Set([...SOCS, plan.soc])].sort((a, b) => a - b);
  return (
    <fieldset class="plan-week" disabled={readOnly.value} data-active={plan.active}>
      <legend class="unseen">{name}</legend>
      <div class="plan-week-days">
        <div class="plan-days">
          {WEEKDAYS.map((day) => (
            <label key={day} class="plan-day">
              <input
                type="checkbox"
                checked={plan.weekdays.includes(day)}
                onChange={(event) => {
                  const others = plan.weekdays.filter((each) => each !== day);
                  onPut({ weekdays: (event.currentTarget.checked ? [...others, day] : others).sort((a, b) => a - b) });
                }}
              />
              {/* The fifth of January 2025 was a Sunday. */}
              <span>{format.date(new Date(2025, 0, 5 + day, 12).getTime(), 'weekday')}</span>
            </label>
          ))}
        </div>
        <button
          type="button"
          class="plain"
          aria-label={t('plan.weekly.remove', { number })}
          aria-expanded={asking.value}
          onClick={() => {
            asking.value = !asking.value;
          }}
        >
          <Icon name="close" />
        </button>
      </div>
      <div class="plan-week-line">
        <label class="unseen" for={time}>
          {t('plan.time')}
        </label>
        <input
          id={time}
          type="time"
          required
          value={plan.time}
          onChange={(event) => {
            if (event.currentTarget.value !== '') onPut({ time: event.currentTarget.value });
          }}
        />
        <label class="unseen" for={soc}>
          {t('plan.soc')}
        </label>
        <select
          id={soc}
          value={String(plan.soc)}
          onChange={(event) => onPut({ soc: Number(event.currentTarget.value) })}
        >
          {socs.map((each) => (
            <option key={each} value={String(each)}>
              {format.percent(each)}
            </option>
          ))}
        </select>
        <input
          class="switch"
          type="checkbox"
          role="switch"
          aria-label={t('plan.weekly.active')}
          checked={plan.active}
          aria-checked={plan.active}
          onChange={(event) => onPut({ active: event.currentTarget.checked })}
        />
      </div>
      {plan.weekdays.length === 0 && <p class="plan-late">{t('plan.weekly.noDays')}</p>}
      {plan.tz !== Intl.DateTimeFormat().resolvedOptions().timeZone && (
        <p class="quiet">{t('plan.weekly.zone', { zone: plan.tz })}</p>
      )}
      {asking.value && (
        <div class="plan-buttons" role="alertdialog" aria-label={t('plan.weekly.ask')}>
          <span>{t('plan.weekly.ask')}</span>
          <button
            type="button"
            class="button danger"
            onClick={() => {
              asking.value = false;
              onPut(null);
            }}
          >
            {t('plan.weekly.delete')}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              asking.value = false;
            }}
          >
            {t('sessions.keep')}
          </button>
        </div>
      )}
    </fieldset>
  );
}

const SOCS: readonly number[] = [30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 100];
