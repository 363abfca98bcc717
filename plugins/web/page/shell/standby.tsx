import type { JSX } from 'preact';
import { useHouse } from '../data/house.tsx';
import { Icon } from '../parts/icon.tsx';
import { Problems } from '../parts/problems.tsx';
import { useText } from '../text/text.tsx';

/** Instead of the house, what keeps it from running: where in the configuration, what stands there, and what may. */
export function Standby(): JSX.Element {
  const { problems } = useHouse();
  const { t } = useText();
  return (
    <main class="standby">
      <div class="card">
        <span class="disc of-house">
          <Icon name="system" />
        </span>
        <h1>{t('standby.title')}</h1>
        <p>{t('standby.text')}</p>
        <Problems list={problems.value} />
        <p class="quiet" role="status">
          {t('standby.waits')}
        </p>
      </div>
    </main>
  );
}
