import type { JSX } from 'preact';
import { useChange } from '../../data/change.ts';
import { useHouse } from '../../data/house.tsx';
import { Problem } from '../../parts/problem.tsx';
import { useText } from '../../text/text.tsx';

/** Version, backup, and the end of a login. */
export function About(): JSX.Element {
  const { values, api, readOnly, loggedIn } = useHouse();
  const { t } = useText();
  const logout = useChange(async () => {
    await api.ask('auth/logout', { method: 'POST' });
    // Whatever was read as somebody who may more is gone then.
    location.reload();
  }, t('connection.failed'));
  return (
    <section class="card system-more" aria-label={t('system.about')}>
      <h2>{t('system.about')}</h2>
      <p>{t('system.version', { version: values.site.get('version') ?? '' })}</p>
      <p class="system-actions">
        {!readOnly.value && (
          <a class="button" href="./document/api/backup" download>
            {t('system.backup')}
          </a>
        )}
        {loggedIn.value && (
          <button type="button" class="button" onClick={() => void logout.make(true)}>
            {t('login.logout')}
          </button>
        )}
      </p>
      <Problem text={logout.error.value} />
      <p>
        <a href="./api/docs">{t('system.api')}</a>
      </p>
    </section>
  );
}
