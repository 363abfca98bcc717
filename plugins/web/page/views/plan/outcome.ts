import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useHouse } from '../../data/house.tsx';
import { type Outcome, outcomeOf } from './plan.ts';

/** What would come out, or why that is not known. */
export interface Preview {
  readonly outcome?: Outcome;
  readonly error?: string;
}

/** ms of quiet before a question is asked, as long as somebody moves a slider */
const PAUSE = 250;

/** Asks for a plan again whenever the path changes, or anything that plans depend on (`key`); empty: nothing is asked. */
export function useOutcome(path: string, key: string): ReadonlySignal<Preview> {
  const { api } = useHouse();
  const preview = useSignal<Preview>({});
  useEffect(() => {
    if (path === '') {
      preview.value = {};
      return undefined;
    }
    const end = new AbortController();
    const timer = setTimeout(() => {
      api.ask(path, { signal: end.signal }).then(
        (answer) => {
          const outcome = outcomeOf(answer);
          preview.value = outcome ? { outcome } : {};
        },
        (failure: Error) => {
          if (!end.signal.aborted) preview.value = { error: failure.message };
        },
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [api, path, key, preview]);
  return preview;
}
