import { type Signal, useSignal } from '@preact/signals';
import { ApiError } from './api.ts';

/** A change that is on its way, and what became of it. */
export interface Change<T> {
  /** What was asked for and is not confirmed yet; `undefined`: nothing */
  readonly wanted: Signal<{ readonly value: T } | undefined>;
  /** Why the last change failed; empty: it did not */
  readonly error: Signal<string>;
  /** Sends a change. Never rejects. */
  make(value: T): Promise<void>;
}

/** For one control: sends its changes, and keeps the reason when one fails, to be shown beside it. */
export function useChange<T>(send: (value: T) => Promise<unknown>, unreachable: string): Change<T> {
  const wanted = useSignal<{ readonly value: T } | undefined>(undefined);
  const error = useSignal('');
  return {
    wanted,
    error,
    async make(value) {
      const own = { value };
      wanted.value = own;
      error.value = '';
      try {
        await send(value);
      } catch (failure) {
        error.value = failure instanceof ApiError && failure.status > 0 ? failure.message : unreachable;
      }
      // A later change took over.
      if (wanted.peek() === own) wanted.value = undefined;
    },
  };
}
