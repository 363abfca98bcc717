import './sessions.css';
import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import { type Period, periodAt, spanOf } from '../../data/period.ts';
import { Choice } from '../../parts/choice.tsx';
import { PeriodChoice } from '../../parts/period.tsx';
import { useText } from '../../text/text.tsx';
import { Chart, MEASURES, type Measure, namesOf } from './chart.tsx';
import { EditSession } from './edit.tsx';
import { SessionList } from './list.tsx';
import { type Session, sessionsOf } from './sessions.ts';
import { TotalsLine } from './totals.tsx';

/** What was charged, by month, by year and in all. */
export default function Sessions(): JSX.Element {
  const { values, now } = useHouse();
  const text = useText();
  const { t } = text;
  const { all, error, load } = useSessions();
  const period = useSignal(periodAt('month', now.peek()));
  const measure = useSignal<Measure>('source');
  const filter = useSignal<Pick<Session, 'vehicle' | 'loadpoint'>>({ vehicle: ANY, loadpoint: ANY });
  const edited = useSignal<Session | undefined>(undefined);
  if (error.value !== '') return <Failed reason={error.value} again={load} />;
  if (!all.value) return <p class="card empty">{t('shell.loading')}</p>;
  if (all.value.length === 0) return <p class="card empty">{t('sessions.none')}</p>;

  const { start, end } = spanOf(period.value);
  const inPeriod = all.value.filter((session) => session.start >= start && session.start < end);
  const shown = inPeriod.filter((session) => matches(session, filter.value));
  // Of CO2 many houses know nothing.
  const measures = MEASURES.filter((each) => each !== 'co2' || all.value?.some(({ co2 }) => co2 !== undefined));
  const titles = values.loadpoints.value.flatMap((loadpoint) => loadpoint.get('title') ?? []);
  return (
    <div class="sessions">
      <PeriodChoice period={period} kinds={['month', 'year', 'all']} now={now.peek()} />
      <TotalsLine sessions={shown} />
      <section class="card session-chart" aria-label={t('sessions.chart')}>
        <Choice
          label={t('sessions.chart')}
          options={measures.map((value) => ({ value, label: t(`sessions.by.${value}`) }))}
          value={measure.value}
          onChoose={(chosen) => {
            measure.value = chosen;
          }}
        />
        <Chart sessions={shown} period={period.value} measure={measure.value} />
      </section>
      <div class="session-tools">
        {(['vehicle', 'loadpoint'] as const).map((of) => (
          <Filter
            key={of}
            label={t(`sessions.${of}`)}
            names={namesOf(of, all.value ?? [])}
            value={filter.value[of]}
            onChoose={(name) => {
              filter.value = { ...filter.value, [of]: name };
            }}
          />
        ))}
        <a class="button" href={csvOf(period.value, filter.value, text.language)} download>
          {t('sessions.csv')}
        </a>
      </div>
      {shown.length > 0 ? (
        <SessionList
          key={`${start} ${filter.value.vehicle} ${filter.value.loadpoint}`}
          sessions={shown}
          onEdit={(session) => {
            edited.value = session;
          }}
        />
      ) : (
        <p class="card empty">{t('sessions.noneThen')}</p>
      )}
      {edited.value && (
        <EditSession
          session={edited.value}
          loadpoints={[...new Set([edited.value.loadpoint, ...titles])]}
          onDone={() => {
            edited.value = undefined;
            load();
          }}
          onClose={() => {
            edited.value = undefined;
          }}
        />
      )}
    </div>
  );
}

function Filter(props: {
  label: string;
  names: readonly string[];
  value: string;
  onChoose: (name: string) => void;
}): JSX.Element {
  const { t } = useText();
  const field = useId();
  return (
    <div>
      <label for={field} class="quiet">
        {props.label}
      </label>
      <select id={field} value={props.value} onChange={(event) => props.onChoose(event.currentTarget.value)}>
        <option value={ANY}>{t('sessions.any')}</option>
        {props.names.map((name) => (
          <option key={name} value={name}>
            {name || t('lp.guest')}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Stands for every car and charging point; no title is made of a line end. */
const ANY = '\n';

const matches = (session: Session, { vehicle, loadpoint }: Pick<Session, 'vehicle' | 'loadpoint'>): boolean =>
  (vehicle === ANY || session.vehicle === vehicle) && (loadpoint === ANY || session.loadpoint === loadpoint);

/** All sessions, read again whenever a charge begins or ends. */
function useSessions() {
  const { api, values } = useHouse();
  const all = useSignal<readonly Session[] | undefined>(undefined);
  const error = useSignal('');
  const charging = useComputed(() => values.loadpoints.value.map((each) => each.get('charging') === true).join());
  const load = (): void => {
    api.ask('sessions').then(
      (answer) => {
        all.value = sessionsOf(answer);
        error.value = '';
      },
      (failure: Error) => {
        // What is shown already stays.
        if (!all.peek()) error.value = failure.message;
      },
    );
  };
  useEffect(load, [charging.value]);
  return { all, error, load };
}

function Failed({ reason, again }: { reason: string; again: () => void }): JSX.Element {
  const { t } = useText();
  return (
    <div class="card empty" role="alert">
      <p>{t('sessions.failed', { reason })}</p>
      <button type="button" class="button" onClick={again}>
        {t('shell.again')}
      </button>
    </div>
  );
}

/** Address of what is shown as a table for other programs. */
function csvOf(period: Period, filter: Pick<Session, 'vehicle' | 'loadpoint'>, language: string): string {
  const query = new URLSearchParams({ format: 'csv', lang: language });
  const begin = new Date(period.start);
  if (period.kind !== 'all') query.set('year', String(begin.getFullYear()));
  if (period.kind === 'month') query.set('month', String(begin.getMonth() + 1));
  for (const of of ['vehicle', 'loadpoint'] as const) if (filter[of] !== ANY) query.set(of, filter[of]);
  return `document/api/sessions?${query}`;
}
