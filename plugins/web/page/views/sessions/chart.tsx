import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import { type Period, partsOf } from '../../data/period.ts';
import { chosenColour } from '../../data/wishes.ts';
import { type Bar, Bars, type Stack } from '../../parts/bars.tsx';
import { type Text, useText } from '../../text/text.tsx';
import type { Session } from './sessions.ts';

/** What the bars count, and by what they are divided. */
export type Measure = 'source' | 'vehicle' | 'loadpoint' | 'cost' | 'co2';
export const MEASURES: readonly Measure[] = ['source', 'vehicle', 'loadpoint', 'cost', 'co2'];

/** Energy, cost or CO2 (kg) of a period, day by day, month by month or year by year. */
export function Chart(props: { sessions: readonly Session[]; period: Period; measure: Measure }): JSX.Element {
  const { sessions, period, measure } = props;
  const { values, now } = useHouse();
  const text = useText();
  const currency = values.site.get('currency') ?? 'EUR';
  const stacks = stacksOf(measure, sessions, text, (title) => chosenColour(values.site, title));
  const first = Math.min(now.peek(), ...sessions.map(({ start }) => start));
  const bars = partsOf(period, first, now.peek()).map(({ start, end }): Bar => {
    const own = sessions.filter((session) => session.start >= start && session.start < end);
    return {
      ...labelsOf(period, start, text),
      values: stacks.map(({ of }) => own.reduce((sum, session) => sum + of(session), 0)),
    };
  });
  const write = (value: number): string => {
    if (measure === 'cost') return text.format.money(value, currency);
    return measure === 'co2' ? `${text.format.number(value, 1)}\u00A0kg` : text.format.energy(value * 1_000);
  };
  return <Bars label={text.t(`sessions.by.${measure}`)} stacks={stacks} bars={bars} write={write} />;
}

interface Share extends Stack {
  readonly of: (session: Session) => number;
}

function stacksOf(
  measure: Measure,
  sessions: readonly Session[],
  { t }: Text,
  chosen: (title: string) => string | undefined,
): readonly Share[] {
  // What was earned by charging is shown as no cost.
  if (measure === 'cost')
    return [{ name: t('sessions.cost'), colour: 'of-count', of: ({ price = 0 }) => Math.max(0, price) }];
  if (measure === 'co2')
    return [{ name: t('sessions.by.co2'), colour: 'of-count', of: ({ co2 = 0, energy }) => (co2 * energy) / 1_000 }];
  if (measure === 'source') {
    const own = ({ energy, solar = 0 }: Session): number => (energy * solar) / 100;
    return [
      { name: t('sessions.own'), colour: 'of-sun', of: own },
      { name: t('part.grid'), colour: 'of-grid', of: (session) => session.energy - own(session) },
    ];
  }
  return namesOf(measure, sessions).map((name, shade) => ({
    name: name === '' ? t('lp.guest') : name,
    colour: 'of-car',
    shade,
    own: chosen(name),
    of: (session) => (session[measure] === name ? session.energy : 0),
  }));
}

/** Cars or charging points, sorted. */
export function namesOf(of: 'vehicle' | 'loadpoint', sessions: readonly Session[]): readonly string[] {
  return [...new Set(sessions.map((session) => session[of]))].sort((a, b) => a.localeCompare(b));
}

function labelsOf({ kind }: Period, start: number, { format }: Text): Pick<Bar, 'label' | 'title'> {
  if (kind === 'month') return { label: String(new Date(start).getDate()), title: format.date(start, 'day') };
  if (kind === 'year') return { label: format.date(start, 'shortMonth'), title: format.date(start, 'month') };
  return { label: format.date(start, 'year'), title: format.date(start, 'year') };
}
