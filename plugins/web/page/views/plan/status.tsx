import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import type { LoadpointValues } from '../../data/values.ts';
import type { Values } from '../../data/values-store.ts';
import { type Text, useText } from '../../text/text.tsx';
import { type Status, statusOf, timeOf } from './plan.ts';

/** What the plan in force does: charges, waits, or has nothing to do; and for which goal. */
export function StatusLine({ loadpoint }: { loadpoint: Values<LoadpointValues> }): JSX.Element {
  const { now } = useHouse();
  const text = useText();
  const { t, format } = text;
  const status = statusOf((key) => loadpoint.get(key));
  const target = timeOf(loadpoint.get('effectivePlanTime'));
  const late = loadpoint.get('planOverrun') ?? 0;
  const soc = loadpoint.get('effectivePlanSoc') ?? 0;
  const goal = soc > 0 ? format.percent(soc) : format.energy((loadpoint.get('planEnergy') ?? 0) * 1_000);
  const weekly = (loadpoint.get('effectivePlanId') ?? 0) > 1;
  return (
    <div class="plan-status" data-status={status.kind} role="status">
      <p>
        <strong>{tellStatus(status, now.value, text)}</strong>
      </p>
      {status.kind !== 'none' && target !== undefined && (
        <p class="quiet">
          {t(weekly ? 'plan.goal.weekly' : 'plan.goal', { goal, time: format.clock(target, now.value) })}
        </p>
      )}
      {late >= 60 && <p class="plan-late">{t('plan.late', { time: format.duration(late) })}</p>}
      {status.kind !== 'none' && loadpoint.get('mode') === 'now' && (
        <p class="quiet">{t('plan.mode.now', { mode: t('mode.now') })}</p>
      )}
    </div>
  );
}

function tellStatus(status: Status, now: number, { t, format }: Text): string {
  if (status.kind !== 'active' && status.kind !== 'waits') return t(`plan.is.${status.kind}`);
  const { start, end } = status;
  if (status.kind === 'active') return t('plan.is.active', { end: format.clock(end, now) });
  return t('plan.is.waits', { start: format.clock(start, now), end: format.clock(end, now) });
}
