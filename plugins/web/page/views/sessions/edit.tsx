import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useChange } from '../../data/change.ts';
import { useHouse } from '../../data/house.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useText } from '../../text/text.tsx';
import type { Session } from './sessions.ts';

/** Corrects a session, or deletes it after a question. `onDone` is called when the server has taken it over. */
export function EditSession(props: {
  session: Session;
  loadpoints: readonly string[];
  onDone: () => void;
  onClose: () => void;
}): JSX.Element {
  const { session, onDone, onClose } = props;
  const { api, values } = useHouse();
  const { t, format } = useText();
  const [car, place, distance, known] = [useId(), useId(), useId(), useId()];
  const asking = useSignal(false);
  const form = useSignal({
    vehicle: session.vehicle,
    loadpoint: session.loadpoint,
    odometer: session.odometer === undefined ? '' : String(session.odometer),
  });
  const put = (field: Partial<typeof form.value>): void => {
    form.value = { ...form.value, ...field };
  };
  const path = `session/${session.id}`;
  const save = useChange(async (body: object) => {
    await api.ask(path, { method: 'PUT', body });
    onDone();
  }, t('connection.failed'));
  const remove = useChange(async (_: true) => {
    await api.ask(path, { method: 'DELETE' });
    onDone();
  }, t('connection.failed'));
  const busy = save.wanted.value !== undefined || remove.wanted.value !== undefined;
  const submit = (event: Event): void => {
    event.preventDefault();
    const { vehicle, loadpoint, odometer } = form.value;
    void save.make({ vehicle, loadpoint, odometer: odometer === '' ? null : Number(odometer) });
  };
  return (
    <Dialog title={format.date(session.start, 'moment')} onClose={onClose}>
      <form class="session-form" onSubmit={submit}>
        <label for={car}>{t('sessions.vehicle')}</label>
        <input
          id={car}
          list={known}
          value={form.value.vehicle}
          onInput={(event) => put({ vehicle: event.currentTarget.value })}
        />
        <datalist id={known}>
          {(values.site.get('vehicles') ?? []).map((title) => (
            <option key={title} value={title} />
          ))}
        </datalist>
        <label for={place}>{t('sessions.loadpoint')}</label>
        <select
          id={place}
          value={form.value.loadpoint}
          onChange={(event) => put({ loadpoint: event.currentTarget.value })}
        >
          {props.loadpoints.map((title) => (
            <option key={title} value={title}>
              {title}
            </option>
          ))}
        </select>
        <label for={distance}>{t('sessions.odometer')}</label>
        <input
          id={distance}
          type="number"
          min={0}
          step="any"
          value={form.value.odometer}
          onInput={(event) => put({ odometer: event.currentTarget.value })}
        />
        <Problem text={save.error.value || remove.error.value} />
        {asking.value ? (
          <fieldset class="session-buttons">
            <legend>{t('sessions.ask')}</legend>
            <button type="button" class="button danger" disabled={busy} onClick={() => void remove.make(true)}>
              {t('sessions.delete')}
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                asking.value = false;
              }}
            >
              {t('sessions.keep')}
            </button>
          </fieldset>
        ) : (
          <div class="session-buttons">
            <button type="submit" class="button main" disabled={busy}>
              {t('sessions.save')}
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                asking.value = true;
              }}
            >
              {t('sessions.delete')} …
            </button>
          </div>
        )}
      </form>
    </Dialog>
  );
}
