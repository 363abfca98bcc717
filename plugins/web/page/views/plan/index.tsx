import './plan.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import type { LoadpointValues } from '../../data/values.ts';
import type { Values } from '../../data/values-store.ts';
import { Choice } from '../../parts/choice.tsx';
import { useText } from '../../text/text.tsx';
import { CurvesCard } from './curves.tsx';
import { Departure } from './departure.tsx';
import { useOutcome } from './outcome.ts';
import { type Draft, draftOf, type GoalKind, goalKindOf, momentOf, type Read } from './plan.ts';
import { StrategyCard } from './strategy.tsx';
import { WeeklyCard } from './weekly.tsx';

/** When cars shall be ready, and what that means: slots, cost, cheap hours. */
export default function Plan(): JSX.Element {
  const { values, live } = useHouse();
  const { t } = useText();
  const chosen = useSignal(0);
  const loadpoints = values.loadpoints.value;
  const index = Math.min(chosen.value, loadpoints.length - 1);
  const loadpoint = loadpoints[index];
  if (!loadpoint) return <p class="card empty">{t(live.begun.value ? 'now.noLoadpoints' : 'shell.loading')}</p>;
  return (
    <div class="plan">
      {loadpoints.length > 1 && (
        <div class="plan-choice">
          <Choice
            label={t('plan.loadpoint')}
            options={loadpoints.map((each, place) => ({ value: String(place), label: each.get('title') ?? '' }))}
            value={String(index)}
            onChoose={(place) => {
              chosen.value = Number(place);
            }}
          />
        </div>
      )}
      <LoadpointPlan key={String(index)} loadpoint={loadpoint} id={index + 1} />
    </div>
  );
}

export interface PlanProps {
  readonly loadpoint: Values<LoadpointValues>;
  /** As the API counts, from 1 */
  readonly id: number;
}

function LoadpointPlan({ loadpoint, id }: PlanProps): JSX.Element {
  const { values, now } = useHouse();
  const read: Read = (key) => loadpoint.get(key);
  const kind = goalKindOf(read);
  // Not drawn anew with every second.
  const minute = Math.floor(now.value / 60_000) * 60_000;
  const draft = useSignal<Draft | undefined>(undefined);
  const shown = draft.value ?? draftOf(read, kind, minute);
  const inForce = draft.value === undefined && (read('effectivePlanId') ?? 0) > 0;
  const path = inForce ? `loadpoints/${id}/plan` : previewPath(id, kind, shown, minute);
  const strategy = JSON.stringify([read('planStrategy'), read('repeatingPlans'), read('targetTime')]);
  const state = [values.site.get('forecast') ? 1 : 0, read('connected'), read('vehicleSoc'), read('planActive')];
  const preview = useOutcome(path, `${strategy} ${state} ${minute}`).value;
  const target = inForce ? preview.outcome?.target : momentOf(shown);
  return (
    <div class="plan-cards">
      <Departure
        loadpoint={loadpoint}
        id={id}
        kind={kind}
        draft={draft}
        shown={shown}
        preview={preview}
        inForce={inForce}
      />
      <CurvesCard
        loadpoint={loadpoint}
        id={id}
        {...(preview.outcome && { outcome: preview.outcome })}
        {...(target !== undefined && Number.isFinite(target) && { target })}
      />
      <WeeklyCard loadpoint={loadpoint} id={id} />
      <StrategyCard loadpoint={loadpoint} id={id} />
    </div>
  );
}

/** Empty: there is nothing to ask for. */
function previewPath(id: number, kind: GoalKind, draft: Draft, now: number): string {
  const target = momentOf(draft);
  if (!(target > now) || !(draft.value > 0)) return '';
  const time = encodeURIComponent(new Date(target).toISOString());
  return `loadpoints/${id}/plan/static/preview/${kind}/${draft.value}/${time}`;
}
