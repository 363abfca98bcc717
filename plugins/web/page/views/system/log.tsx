import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import { type LogLine, lineOf } from '../../data/log.ts';
import { Choice } from '../../parts/choice.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useText } from '../../text/text.tsx';

const LEVELS = ['all', 'error'] as const;

/** The last warnings and errors of the house, by level and area. */
export function Log({ lines, isRead, error }: ReturnType<typeof useLog>): JSX.Element {
  const { t } = useText();
  const level = useSignal<(typeof LEVELS)[number]>('all');
  const area = useSignal('');
  const areas = [...new Set(lines.map((line) => line.area))].sort();
  const shown = lines.filter(
    (line) => (level.value === 'all' || line.level === 'error') && (area.value === '' || line.area === area.value),
  );
  return (
    <section class="card" aria-label={t('system.log')}>
      <div class="log-head">
        <h2>{t('system.log')}</h2>
        <div class="log-filters">
          <Choice
            label={t('system.filter')}
            options={LEVELS.map((value) => ({ value, label: t(`system.log.${value}`) }))}
            value={level.value}
            onChoose={(chosen) => {
              level.value = chosen;
            }}
          />
          {areas.length > 1 && (
            <select
              aria-label={t('system.area')}
              value={area.value}
              onChange={(event) => {
                area.value = event.currentTarget.value;
              }}
            >
              <option value="">{t('system.area.all')}</option>
              {areas.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          )}
        </div>
      </div>
      <Problem text={error} />
      {isRead && shown.length === 0 && <p class="quiet">{t('system.log.empty')}</p>}
      <ol class="log" lang="en">
        {shown.map(({ time, area: from, level: how, message }, index) => (
          <li key={`${index} ${time}`} data-level={how}>
            <span class="quiet">
              {time} {from}
            </span>
            <span>{message}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The lines that the server keeps, and whether they were read; read again when it tells of a new one, or is back. */
export function useLog(): { lines: readonly LogLine[]; isRead: boolean; error: string } {
  const { api, values, live } = useHouse();
  const { t } = useText();
  const lines = useSignal<readonly LogLine[] | undefined>(undefined);
  const error = useSignal('');
  const newest = values.log.value[0];
  // Of lines that came while it was lost, nobody told.
  const connected = live.connection.value === 'live';
  useEffect(() => {
    if (!connected) return undefined;
    const end = new AbortController();
    api.ask('system/log', { signal: end.signal }).then(
      (texts) => {
        lines.value = (texts as readonly string[]).map(lineOf);
        error.value = '';
      },
      (failure: Error) => {
        if (!end.signal.aborted) error.value = t('system.failed', { reason: failure.message });
      },
    );
    return () => end.abort();
  }, [api, newest, connected, lines, error, t]);
  return { lines: lines.value ?? [], isRead: lines.value !== undefined, error: error.value };
}
