import { type Signal, signal } from '@preact/signals';
import { type ComponentChildren, createContext, type JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { type Api, ApiError, createApi, type Problem } from './api.ts';
import { createLive, type Live } from './live.ts';
import { HouseValues } from './values-store.ts';

/** All that views need to show the house and to change it. */
export interface House {
  readonly values: HouseValues;
  readonly api: Api;
  readonly live: Live;
  /** ms since the epoch, each second */
  readonly now: Signal<number>;
  /** What is wrong with the configuration, while the house does not run for it */
  readonly problems: Signal<readonly Problem[]>;
  /** Why the server lets nobody read who comes by this address, as it says; empty: it does */
  readonly refused: Signal<string>;
  /** Whether changes are refused, as for somebody who may only read */
  readonly readOnly: Signal<boolean>;
  /** Whether there is a login that can be ended */
  readonly loggedIn: Signal<boolean>;
}

/** As `GET /api/auth/visitor` answers it */
interface Visitor {
  readonly right: 'none' | 'read' | 'full';
  readonly known?: 'login' | 'token';
}

/** The house behind the server that this page came from. */
export function createHouse(): House {
  const values = new HouseValues();
  const now = signal(Date.now());
  const problems = signal<readonly Problem[]>([]);
  const refused = signal('');
  const readOnly = signal(false);
  const loggedIn = signal(false);
  // In one dialect, whatever the API is that other programs use.
  const base = new URL('document/', document.baseURI).href;
  const api = createApi(base, () => {
    live.connection.value = 'denied';
  });
  const live = createLive(values, {
    connect: () => new WebSocket(new URL('ws', base)),
    now: () => Date.now(),
    after(ms, call) {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    permission: () =>
      api.ask('state').then(
        () => 'granted',
        (error: unknown) => {
          if (!(error instanceof ApiError)) return 'unknown';
          problems.value = error.problems ?? [];
          refused.value = error.status === 403 ? error.message : '';
          if (error.problems) return 'standby';
          return error.status === 401 ? 'denied' : 'unknown';
        },
      ),
  });
  setInterval(() => {
    now.value = Date.now();
  }, 1_000);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) live.retry();
  });
  window.addEventListener('online', () => live.retry());
  live.connection.subscribe((state) => {
    if (state !== 'live') return;
    api.ask('auth/visitor').then(
      (visitor) => {
        const { right, known } = visitor as Visitor;
        readOnly.value = right !== 'full';
        loggedIn.value = known !== undefined;
      },
      // The connection broke again.
      () => {},
    );
  });
  return { values, api, live, now, problems, refused, readOnly, loggedIn };
}

const Context = createContext<House | undefined>(undefined);

export function HouseProvider({ house, children }: { house: House; children: ComponentChildren }): JSX.Element {
  return <Context.Provider value={house}>{children}</Context.Provider>;
}

export function useHouse(): House {
  const house = useContext(Context);
  if (!house) throw new Error('there is no house around this component');
  return house;
}
