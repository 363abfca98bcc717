import './now.css';
import type { JSX } from 'preact';
import { useHouse } from '../../data/house.tsx';
import { useText } from '../../text/text.tsx';
import { Flow } from './flow.tsx';
import { Loadpoint } from './loadpoint.tsx';

/** What happens now: the flow of power, and every loadpoint. */
export default function Now(): JSX.Element {
  const { values, live } = useHouse();
  const { t } = useText();
  const loadpoints = values.loadpoints.value;
  if (!live.begun.value) return <Waiting />;
  return (
    <div class="now">
      <Flow />
      <div class="loadpoints" data-count={Math.min(3, loadpoints.length)}>
        {loadpoints.map((loadpoint, index) => (
          <Loadpoint key={String(index)} loadpoint={loadpoint} id={index + 1} />
        ))}
        {loadpoints.length === 0 && <p class="card empty">{t('now.noLoadpoints')}</p>}
      </div>
    </div>
  );
}

/** Places of the cards, until there is something to show. */
function Waiting(): JSX.Element {
  const { t } = useText();
  return (
    <div class="now" aria-busy="true">
      <p class="unseen">{t('shell.loading')}</p>
      <div class="card flow placeholder" />
      <div class="loadpoints" data-count={1}>
        <div class="card loadpoint placeholder" />
      </div>
    </div>
  );
}
