import './history.css';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import { type Period, type PeriodKind, partsOf, periodAt, type Span, spanOf } from '../../data/period.ts';
import { chosenColour } from '../../data/wishes.ts';
import { type Bar, Bars } from '../../parts/bars.tsx';
import { useMedia } from '../../parts/media.ts';
import { PeriodChoice } from '../../parts/period.tsx';
import { type Text, useText } from '../../text/text.tsx';
import { type Flow, type History, meansOf, ownShare, sourcesOf, total, usesOf } from './energies.ts';
import { Forecast } from './forecast.tsx';

const KINDS: readonly PeriodKind[] = ['day', 'week', 'month', 'year'];
/** Resolution of the answer that a period is made of */
const RESOLUTIONS = { day: 'quarter', week: 'day', month: 'day', year: 'month', all: 'year' } as const;
const HOUR = 3_600_000;
const QUARTER = HOUR / 4;
/** ms after which what is shown is read again */
const PAUSE = 300_000;

/** What the house produced, used and paid, and what is expected. */
export default function HistoryView(): JSX.Element {
  const { now } = useHouse();
  const { t } = useText();
  const period = useSignal<Period>(periodAt('day', now.peek()));
  const { history, error, again } = useHistory(period.value);
  return (
    <div class="history">
      <PeriodChoice period={period} kinds={KINDS} now={now.peek()} />
      {error && (
        <div class="card empty" role="alert">
          <p>{t('history.failed', { reason: error })}</p>
          <button type="button" class="button" onClick={again}>
            {t('shell.again')}
          </button>
        </div>
      )}
      {!history && !error && <p class="card empty">{t('shell.loading')}</p>}
      {history && <Charts history={history} period={period.value} />}
      <Forecast />
    </div>
  );
}

/** The history of a period; what was read of another one is not shown. */
function useHistory(period: Period): {
  readonly history: History | undefined;
  readonly error: string;
  readonly again: () => void;
} {
  const { api } = useHouse();
  const read = useSignal<{ readonly period: Period; readonly history: History } | undefined>(undefined);
  const error = useSignal('');
  const attempt = useSignal(0);
  useEffect(() => {
    const { start, end } = spanOf(period);
    const away = new AbortController();
    const load = (): void => {
      const query = new URLSearchParams({
        from: new Date(start).toISOString(),
        to: new Date(end).toISOString(),
        resolution: RESOLUTIONS[period.kind],
      });
      api.ask(`history?${query}`, { signal: away.signal }).then(
        (answer) => {
          read.value = { period, history: answer as History };
          error.value = '';
        },
        (failure: Error) => {
          if (!away.signal.aborted) error.value = failure.message;
        },
      );
    };
    load();
    const timer = setInterval(load, PAUSE);
    return () => {
      away.abort();
      clearInterval(timer);
    };
  }, [api, period.kind, period.start, read, error, period, attempt.value]);
  const fits = read.value?.period.kind === period.kind && read.value.period.start === period.start;
  const again = (): void => {
    error.value = '';
    attempt.value += 1;
  };
  return { history: fits ? read.value?.history : undefined, error: error.value, again };
}

function Charts({ history, period }: { history: History; period: Period }): JSX.Element {
  const { values, now } = useHouse();
  const text = useText();
  const { t, format } = text;
  const wide = useMedia('(min-width: 1000px)');
  const parts = partsOf(period, period.start, now.peek(), wide ? QUARTER : HOUR);
  const [sources, uses] = [sourcesOf(history, parts), usesOf(history, parts)];
  const currency = values.site.get('currency') ?? 'EUR';
  const prices = meansOf(history, 'tariffGrid', parts);
  const socs = meansOf(history, 'batterySoc', parts);
  if (total([...sources, ...uses].flatMap(({ energies }) => energies)) === 0) {
    return <p class="card empty">{t('history.none')}</p>;
  }
  const share = ownShare(history, parts);
  return (
    <>
      <dl class="figures">
        {[...sources, ...uses.filter(({ text: name }) => name !== 'part.battery')].map((flow) => (
          <div key={nameOf(flow, text)} class={`card ${flow.colour}`}>
            <dt>{nameOf(flow, text)}</dt>
            <dd class="figure">{format.energy(total(flow.energies) * 1_000)}</dd>
          </div>
        ))}
        {share !== undefined && (
          <div class="card of-sun">
            <dt>{t('history.own')}</dt>
            <dd class="figure">{format.percent(share * 100)}</dd>
          </div>
        )}
      </dl>
      <FlowChart title={t('now.sources')} flows={sources} parts={parts} period={period} />
      <FlowChart title={t('now.uses')} flows={uses} parts={parts} period={period} />
      {prices.some((price) => price !== undefined) && (
        <ValueChart
          title={t('history.price')}
          colour="of-grid"
          values={prices}
          parts={parts}
          period={period}
          write={(price) => format.price(price, currency)}
        />
      )}
      {socs.some((soc) => soc !== undefined) && (
        <ValueChart
          title={t('history.soc')}
          colour="of-battery"
          values={socs}
          parts={parts}
          period={period}
          write={(soc) => format.percent(soc)}
        />
      )}
    </>
  );
}

function FlowChart(props: {
  title: string;
  flows: readonly Flow[];
  parts: readonly Span[];
  period: Period;
}): JSX.Element | null {
  const { values } = useHouse();
  const text = useText();
  const { title, flows, parts, period } = props;
  if (flows.length === 0) return null;
  const bars = parts.map(
    ({ start }, index): Bar => ({
      ...labelsOf(period, start, text),
      values: flows.map(({ energies }) => energies[index] ?? 0),
    }),
  );
  const stacks = flows.map((flow) => ({
    name: nameOf(flow, text),
    colour: flow.colour,
    shade: flow.shade,
    own: chosenColour(values.site, flow.title),
  }));
  return (
    <section class="card chart" aria-label={title}>
      <h2>{title}</h2>
      <Bars label={title} stacks={stacks} bars={bars} write={(energy) => text.format.energy(energy * 1_000)} />
    </section>
  );
}

function ValueChart(props: {
  title: string;
  colour: string;
  values: readonly (number | undefined)[];
  parts: readonly Span[];
  period: Period;
  write: (value: number) => string;
}): JSX.Element {
  const text = useText();
  const { title, colour, values, parts, period, write } = props;
  const bars = parts.map(
    ({ start }, index): Bar => ({
      ...labelsOf(period, start, text),
      values: values[index] === undefined ? [] : [values[index]],
    }),
  );
  return (
    <section class="card chart" aria-label={title}>
      <h2>{title}</h2>
      <Bars label={title} stacks={[{ name: title, colour }]} bars={bars} write={write} />
    </section>
  );
}

const nameOf = ({ text: key, title }: Flow, { t }: Text): string => (key === '' ? title : t(key));

function labelsOf({ kind }: Period, start: number, { format }: Text): Pick<Bar, 'label' | 'title'> {
  if (kind === 'day') {
    const at = new Date(start);
    return { label: at.getMinutes() === 0 ? String(at.getHours()) : '', title: format.date(start, 'hour') };
  }
  if (kind === 'week') return { label: format.date(start, 'weekday'), title: format.date(start, 'day') };
  if (kind === 'month') return { label: String(new Date(start).getDate()), title: format.date(start, 'day') };
  return { label: format.date(start, 'shortMonth'), title: format.date(start, 'month') };
}
