import './period.css';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { moved, type Period, type PeriodKind, spanOf, zoomed } from '../data/period.ts';
import { type Text, useText } from '../text/text.tsx';
import { Choice } from './choice.tsx';
import { Icon } from './icon.tsx';

/** Chooses the time that a view looks at: how much of it, and steps back and forth. `now`: ms since the epoch. */
export function PeriodChoice(props: {
  period: Signal<Period>;
  kinds: readonly PeriodKind[];
  now: number;
}): JSX.Element {
  const { period, kinds, now } = props;
  const text = useText();
  const { t } = text;
  const step = (by: number) => (): void => {
    period.value = moved(period.value, by);
  };
  return (
    <div class="period">
      <Choice
        label={t('period.kind')}
        options={kinds.map((value) => ({ value, label: t(`period.${value}`) }))}
        value={period.value.kind}
        onChoose={(kind) => {
          period.value = zoomed(period.value, kind, now);
        }}
      />
      {period.value.kind !== 'all' && (
        <div class="period-steps">
          <button type="button" class="plain back" aria-label={t('period.earlier')} onClick={step(-1)}>
            <Icon name="chevron" />
          </button>
          <h2 aria-live="polite">{titleOf(period.value, text)}</h2>
          <button type="button" class="plain" aria-label={t('period.later')} onClick={step(1)}>
            <Icon name="chevron" />
          </button>
        </div>
      )}
    </div>
  );
}

function titleOf(period: Period, { format }: Text): string {
  const { start, end } = spanOf(period);
  if (period.kind === 'week') return format.days(start, end - 1);
  return format.date(start, period.kind === 'day' ? 'date' : period.kind === 'year' ? 'year' : 'month');
}
