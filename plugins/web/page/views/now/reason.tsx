import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import type { LoadpointValues } from '../../data/values.ts';
import type { Values } from '../../data/values-store.ts';
import { Icon } from '../../parts/icon.tsx';
import { useText } from '../../text/text.tsx';
import { DecisionDialog } from './decision.tsx';
import { bindingOf, countdownOf, shortReason } from './reason-text.ts';

/** Why the loadpoint does what it does, in a line that opens into the whole decision. */
export function ReasonLine({ loadpoint, id }: { loadpoint: Values<LoadpointValues>; id: number }): JSX.Element | null {
  const text = useText();
  const { t, format } = text;
  const open = useSignal(false);
  const left = useCountdown(loadpoint);
  const reason = bindingOf(loadpoint.get('reasons'));
  const countdown = countdownOf(loadpoint);
  const title = loadpoint.get('title') ?? '';
  if (!reason) return null;
  return (
    <>
      <button
        type="button"
        class="reason"
        aria-haspopup="dialog"
        onClick={() => {
          open.value = true;
        }}
      >
        <span class="reason-text">
          <span class="unseen">{t('reason.why', { title })}: </span>
          {shortReason(reason, text)}
          {countdown && (
            <span class="reason-countdown">{`, ${t(countdown.key, { time: format.duration(left) })}`}</span>
          )}
        </span>
        <Icon name="chevron" size={16} />
      </button>
      {open.value && <DecisionDialog id={id} title={title} reason={reason} onClose={() => (open.value = false)} />}
    </>
  );
}

/** s left, counted down here between two messages of the server. */
function useCountdown(loadpoint: Values<LoadpointValues>): number {
  const { now } = useHouse();
  const told = countdownOf(loadpoint)?.left ?? 0;
  const toldAt = useSignal(now.peek());
  useEffect(() => {
    toldAt.value = now.peek();
  }, [told, now, toldAt]);
  if (told === 0) return 0;
  return Math.max(0, told - (now.value - toldAt.value) / 1_000);
}
