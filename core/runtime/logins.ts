import type { Clock } from '../clock.ts';
import { EvccError, messageOf } from '../errors.ts';
import type { DeviceLogin, Login } from '../logins.ts';
import { attempt, withDeadline } from './deadline.ts';
import type { Equipment } from './equipment.ts';

/** A login of a device in the pool. */
export interface HeldLogin {
  readonly kind: string;
  /** Name in the configuration */
  readonly name: string;
  readonly login: Login;
  /** Runs code of the device. */
  readonly run: <T>(work: () => T) => T;
  /** ms that it may take */
  readonly timeout: number;
}

/** Logins of devices as surfaces see them. */
export function deviceLogins(
  held: readonly HeldLogin[],
  { vehicles }: Pick<Equipment, 'vehicles'>,
  { clock, hide }: { readonly clock: Clock; readonly hide: (text: string) => string },
): readonly DeviceLogin[] {
  const places = [...vehicles.keys()];
  return held.map(({ kind, name, login, run, timeout }): DeviceLogin => {
    const within = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
      withDeadline(clock, timeout, `the login of ${kind} ${name}`, (signal) =>
        run(() => attempt(() => work(signal))),
      ).catch((error: unknown) => {
        throw new EvccError('EVCC_NOT_SUPPORTED', hide(messageOf(error)), { device: name, cause: error });
      });
    return {
      id: `${kind}s/${kind === 'vehicle' ? places.indexOf(name) + 1 : name}`,
      title: vehicles.get(kind === 'vehicle' ? name : '')?.spec.title ?? name,
      get authenticated() {
        return isAuthenticated(login);
      },
      begin: () =>
        within(async (signal) => {
          const step = await login.begin(signal);
          // Clients lead people, and browsers, to wherever it says.
          if (step && !/^https?:\/\//i.test(step.url)) throw new Error('the service names no web page to log in at');
          return step;
        }),
      end: () => within((signal) => login.end(signal)),
    };
  });
}

/** The published `auth`: kinds of devices with the logins of each, by title; vehicles are always there. */
export function shownLogins(logins: readonly DeviceLogin[]): Readonly<Record<string, object>> {
  const shown: Record<string, Record<string, object>> = { vehicles: {} };
  for (const { id, title, authenticated } of logins) {
    const [kind = ''] = id.split('/', 1);
    const list = { ...shown[kind] };
    shown[kind] = { ...list, [title in list ? `${title} (${id})` : title]: { uri: `oauth/${id}`, authenticated } };
  }
  return shown;
}

/** What a driver does wrong here counts as no login. */
function isAuthenticated(login: Login): boolean {
  try {
    return login.authenticated === true;
  } catch {
    return false;
  }
}
