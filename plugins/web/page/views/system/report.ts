import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Problem } from '../../data/api.ts';
import { useHouse } from '../../data/house.tsx';

/** What runs, as `GET /api/system/report` answers it. */
export interface Report {
  /** Names of those in force */
  readonly plugins: readonly string[];
  /** `read`: time of the last reading; null: never */
  readonly devices: readonly { readonly kind: string; readonly name: string; readonly read: string | null }[];
  /** Why the last change of the configuration is not in force */
  readonly problems: readonly Problem[];
}

/** ms after which it is read again */
const AGAIN = 3_000;

/** What runs, read again and again while it is looked at; `undefined`: not known yet. */
export function useReport(): Report | undefined {
  const { api } = useHouse();
  const report = useSignal<Report | undefined>(undefined);
  useEffect(() => {
    const away = new AbortController();
    const look = (): void => {
      // What was read before stays; that the connection is lost is said elsewhere.
      api.ask('system/report', { signal: away.signal }).then(
        (answer) => {
          report.value = answer as Report;
        },
        () => {},
      );
    };
    look();
    const timer = setInterval(look, AGAIN);
    return () => {
      away.abort();
      clearInterval(timer);
    };
  }, [api, report]);
  return report.value;
}
