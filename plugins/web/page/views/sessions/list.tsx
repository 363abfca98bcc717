import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useText } from '../../text/text.tsx';
import type { Session } from './sessions.ts';

/** Rows that are drawn at first, and more at each request */
const PAGE = 50;

/** The sessions of a period, newest first; on a narrow screen each is a card. */
export function SessionList(props: { sessions: readonly Session[]; onEdit: (session: Session) => void }): JSX.Element {
  const { sessions, onEdit } = props;
  const { values, now, readOnly } = useHouse();
  const { t, format } = useText();
  const shown = useSignal(PAGE);
  const currency = values.site.get('currency') ?? 'EUR';
  const left = sessions.length - shown.value;
  return (
    <section class="card session-list" aria-label={t('view.sessions')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('sessions.start')}</th>
            <th scope="col">{t('sessions.vehicle')}</th>
            <th scope="col">{t('sessions.loadpoint')}</th>
            <th scope="col" class="of-number">
              {t('sessions.energy')}
            </th>
            <th scope="col" class="of-number">
              {t('sessions.own')}
            </th>
            <th scope="col" class="of-number">
              {t('sessions.cost')}
            </th>
            <th scope="col" class="of-number">
              {t('sessions.co2')}
            </th>
            {!readOnly.value && (
              <th scope="col">
                <span class="unseen">{t('sessions.edit')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {sessions.slice(0, shown.value).map((session) => (
            <tr key={session.id}>
              <th scope="row">
                {format.date(session.start, 'moment')}
                <small>
                  {session.end === undefined
                    ? t('sessions.running')
                    : t('sessions.until', {
                        time: format.clock(session.end, sameDay(session) ? session.end : now.peek()),
                      })}
                </small>
              </th>
              <td data-label={t('sessions.vehicle')}>
                {session.vehicle || t('lp.guest')}
                {session.odometer !== undefined && <small>{format.distance(Math.round(session.odometer))}</small>}
              </td>
              <td data-label={t('sessions.loadpoint')}>{session.loadpoint}</td>
              <td data-label={t('sessions.energy')} class="of-number">
                <strong>{format.energy(session.energy * 1_000)}</strong>
              </td>
              <td data-label={t('sessions.own')} class="of-number">
                {format.percent(session.solar)}
              </td>
              <td data-label={t('sessions.cost')} class="of-number">
                {format.money(session.price, currency)}
              </td>
              <td data-label={t('sessions.co2')} class="of-number">
                {format.number(session.co2, 0)}
              </td>
              {!readOnly.value && (
                <td class="session-edit">
                  <button
                    type="button"
                    class="plain"
                    aria-label={t('sessions.editOf', { time: format.date(session.start, 'moment') })}
                    onClick={() => onEdit(session)}
                  >
                    <Icon name="chevron" />
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <button
          type="button"
          class="button"
          onClick={() => {
            shown.value += PAGE;
          }}
        >
          {t('sessions.more', { count: left })}
        </button>
      )}
    </section>
  );
}

const sameDay = ({ start, end = start }: Session): boolean =>
  new Date(start).toDateString() === new Date(end).toDateString();
