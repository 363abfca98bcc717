import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useChange } from '../../data/change.ts';
import { useHouse } from '../../data/house.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useText } from '../../text/text.tsx';
import { DaytimeFields, GoalField } from './fields.tsx';
import type { PlanProps } from './index.tsx';
import type { Preview } from './outcome.ts';
import { type Draft, type GoalKind, momentOf } from './plan.ts';
import { Result } from './result.tsx';
import { StatusLine } from './status.tsx';

/** When the car shall be ready and how full, what happens now, and what that means. */
export function Departure(
  props: PlanProps & {
    kind: GoalKind;
    /** What was changed and not planned yet; `undefined`: nothing */
    draft: Signal<Draft | undefined>;
    shown: Draft;
    preview: Preview;
    /** Whether the preview is of the plan in force */
    inForce: boolean;
  },
): JSX.Element {
  const { loadpoint, id, kind, draft, shown, preview, inForce } = props;
  const { api, now, readOnly } = useHouse();
  const { t } = useText();
  const heading = useId();
  const heating = loadpoint.get('chargerFeatureHeating') === true;
  const planned = loadpoint.get('targetTime') != null;
  /** Forgets a draft that is in force, unless it was changed again meanwhile. */
  const settle = (sent: Draft | undefined): void => {
    if (draft.peek() === sent) draft.value = undefined;
  };
  const save = useChange(async (goal: Draft) => {
    const time = encodeURIComponent(new Date(momentOf(goal)).toISOString());
    const vehicle = encodeURIComponent(loadpoint.get('vehicleName') ?? '');
    const path = kind === 'soc' ? `vehicles/${vehicle}/plan/soc` : `loadpoints/${id}/plan/energy`;
    await api.ask(`${path}/${goal.value}/${time}`, { method: 'POST' });
    settle(goal);
  }, t('connection.failed'));
  const remove = useChange(async (_: true) => {
    const before = draft.peek();
    await api.ask(`loadpoints/${id}/target/time`, { method: 'DELETE' });
    settle(before);
  }, t('connection.failed'));
  const busy = save.wanted.value !== undefined || remove.wanted.value !== undefined;
  const isOver = !(momentOf(shown) > now.value);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!isOver) void save.make(shown);
  };
  const put = (change: Partial<Draft>): void => {
    draft.value = { ...shown, ...change };
  };
  return (
    <section class={`card plan-departure of-${heating ? 'heater' : 'car'}`} aria-labelledby={heading}>
      <h2 id={heading}>{t(heating ? 'plan.ready' : 'plan.departure')}</h2>
      <StatusLine loadpoint={loadpoint} />
      <form class="plan-form" onSubmit={submit}>
        <fieldset disabled={readOnly.value}>
          <legend class="unseen">{t('plan.goal.set')}</legend>
          <DaytimeFields draft={shown} onPut={put} />
          <GoalField loadpoint={loadpoint} kind={kind} draft={shown} onPut={put} />
        </fieldset>
        <Result loadpoint={loadpoint} preview={preview} inForce={inForce} />
        {isOver && <p class="problem">{t('plan.past')}</p>}
        <Problem text={save.error.value || remove.error.value} />
        <div class="plan-buttons">
          <button
            type="submit"
            class="button main"
            disabled={readOnly.value || busy || isOver || (planned && !draft.value)}
          >
            {t(planned ? 'plan.change' : 'plan.set')}
          </button>
          {planned && (
            <button
              type="button"
              class="button"
              disabled={readOnly.value || busy}
              onClick={() => void remove.make(true)}
            >
              {t('plan.remove')}
            </button>
          )}
        </div>
      </form>
    </section>
  );
}
