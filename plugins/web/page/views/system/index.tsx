import './system.css';
import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import { useText } from '../../text/text.tsx';
import { Devices } from './devices.tsx';
import { Log } from './log.tsx';

/** How the house itself is: its devices, what it had to complain about, its version. */
export default function System(): JSX.Element {
  const { values } = useHouse();
  const { t } = useText();
  return (
    <div class="system">
      <Devices />
      <Log />
      <section class="card system-more" aria-label={t('system.about')}>
        <h2>{t('system.about')}</h2>
        <p>{t('system.version', { version: values.site.get('version') ?? '' })}</p>
        <p>
          <a class="button" href="./document/api/backup" download>
            {t('system.backup')}
          </a>
        </p>
        <p>
          <a href="./api/docs">{t('system.api')}</a>
        </p>
      </section>
    </div>
  );
}
