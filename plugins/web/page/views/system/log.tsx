import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import { Choice } from '../../parts/choice.tsx';
import { useText } from '../../text/text.tsx';

const LEVELS = ['all', 'error'] as const;

/** Warnings and errors since the page was opened. */
export function Log(): JSX.Element {
  const { values, now } = useHouse();
  const { t, format } = useText();
  const level = useSignal<(typeof LEVELS)[number]>('all');
  const lines = values.log.value.filter((line) => level.value === 'all' || line.level === 'error');
  return (
    <section class="card" aria-label={t('system.log')}>
      <div class="log-head">
        <h2>{t('system.log')}</h2>
        <Choice
          label={t('system.filter')}
          options={LEVELS.map((value) => ({ value, label: t(`system.log.${value}`) }))}
          value={level.value}
          onChoose={(chosen) => {
            level.value = chosen;
          }}
        />
      </div>
      {lines.length === 0 && <p class="quiet">{t('system.log.empty')}</p>}
      <ol class="log">
        {lines.map(({ at, level: how, message, lp }) => (
          <li key={`${at} ${message}`} data-level={how}>
            <time class="quiet">{format.clock(at, now.peek())}</time>
            <span lang="en">
              {lp === undefined ? message : `${values.loadpoints.peek()[lp - 1]?.get('title') ?? lp}: ${message}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
