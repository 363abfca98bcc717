import type { LoadpointValues, Reason } from '../../data/values.ts';
import type { Values } from '../../data/values-store.ts';
import type { Text } from '../../text/text.tsx';

/** A countdown that runs, and what comes at its end. */
export type Countdown = {
  readonly key: 'wait.starts' | 'wait.stops' | 'wait.guard' | 'wait.phases1' | 'wait.phases3';
  /** s */
  readonly left: number;
};

/** What a loadpoint waits for; `undefined`: nothing. */
export function countdownOf(loadpoint: Pick<Values<LoadpointValues>, 'get'>): Countdown | undefined {
  const pv = loadpoint.get('pvAction');
  const phase = loadpoint.get('phaseAction');
  if (pv === 'enable') return { key: 'wait.starts', left: loadpoint.get('pvRemaining') ?? 0 };
  if (pv === 'disable') return { key: 'wait.stops', left: loadpoint.get('pvRemaining') ?? 0 };
  if (phase === 'scale1p') return { key: 'wait.phases1', left: loadpoint.get('phaseRemaining') ?? 0 };
  if (phase === 'scale3p') return { key: 'wait.phases3', left: loadpoint.get('phaseRemaining') ?? 0 };
  if (loadpoint.get('guardAction') === 'enable') {
    return { key: 'wait.guard', left: loadpoint.get('guardRemaining') ?? 0 };
  }
  return undefined;
}

/** The reason that counts: the last one, since each later one lowered what those before it allowed. */
export function bindingOf(reasons: readonly Reason[] | undefined): Reason | undefined {
  return reasons?.at(-1);
}

/** A reason in a few words of the reader's language; where there are none, in those of the server. */
export function shortReason({ code, text, change }: Reason, { t, maybe, format }: Text): string {
  const missing = /(\d+) W more surplus/.exec(change ?? '')?.[1];
  if (code === 'surplus-low' && missing !== undefined)
    return t('reason.more', { power: format.power(Number(missing)) });
  return maybe(`reason.${code}`) ?? capital(text);
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
