import type { JSX } from 'preact';
import { useHouse } from '../data/house.tsx';
import { useText } from '../text/text.tsx';

/** Says when what is shown is old, because the server is away; nothing while all is well. */
export function ConnectionNotice(): JSX.Element {
  const { live, now, refused } = useHouse();
  const { t, format } = useText();
  const state = live.connection.value;
  const text = !live.begun.value
    ? refused.value || t('connection.never')
    : t('connection.lost', { time: format.clock(live.heardAt(), now.peek()) });
  return (
    <div role="status">
      {state === 'lost' && (
        <div class="notice">
          <p>{text}</p>
          <button type="button" class="button" onClick={() => live.retry()}>
            {t('connection.retry')}
          </button>
        </div>
      )}
    </div>
  );
}
