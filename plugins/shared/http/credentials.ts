import type { DeviceContext } from '../../../core/index.ts';
import { createClient, type HttpAuth, type HttpClient } from './client.ts';
import { share } from './sharing.ts';

/** What a device or a service hands out for a while, such as a token or a session. */
export interface Credentials {
  /**
   * What requests have to carry now, from one login for all who ask. Errors: `EVCC_DEVICE_AUTH` (user, password or token
   * refused), those of a request.
   */
  current(signal: AbortSignal): Promise<HttpAuth>;
  /** It was refused: the next one to ask gets another. What was replaced meanwhile makes no difference. */
  refused(auth: HttpAuth): void;
}

/** Answer to a login. */
export interface Ticket {
  readonly auth: HttpAuth;
  /** ms since the epoch until when it may be used; absent: until it is refused */
  readonly until?: number;
}

/**
 * Logs in with the first request, and again when the ticket ended or was refused, for devices that hand out short-lived
 * tokens or cookies.
 *
 * @param name how errors name the login; absent: they do not
 */
export function createLogin(
  login: (signal: AbortSignal) => Promise<Ticket>,
  runtime: Pick<DeviceContext, 'clock' | 'fail'>,
  name?: string,
): Credentials {
  let ticket: Ticket | undefined;
  const logins = share(
    async (signal) => {
      ticket = await login(signal);
      return ticket.auth;
    },
    runtime,
    name === undefined ? {} : { name },
  );
  return {
    current: async (signal) => {
      if (ticket && (ticket.until === undefined || runtime.clock.now() < ticket.until)) return ticket.auth;
      return logins.get(signal);
    },
    refused: (auth) => {
      if (ticket?.auth === auth) ticket = undefined;
    },
  };
}

/**
 * A client whose requests carry credentials, and are repeated once with new ones where these are refused (nothing was done
 * then). Closing it closes `http`.
 *
 * @param refusal statuses that mean a refusal; absent: 401
 */
export function authorized(
  http: HttpClient,
  credentials: Credentials,
  runtime: Pick<DeviceContext, 'fail'>,
  refusal: readonly number[] = [401],
): HttpClient {
  const answer: HttpClient['answer'] = async (request, signal) => {
    const auth = await credentials.current(signal);
    const first = await http.answer({ ...request, auth }, signal);
    if (!refusal.includes(first.status)) return first;
    credentials.refused(auth);
    return http.answer({ ...request, auth: await credentials.current(signal) }, signal);
  };
  return createClient(answer, () => http.close(), runtime);
}

/** The cookies that an answer sets, as the value of the field `Cookie`; empty: none. */
export function cookiesOf(headers: Readonly<Record<string, string | readonly string[] | undefined>>): string {
  const set = [headers['set-cookie'] ?? []].flat();
  return set.map((cookie) => cookie.split(';', 1)[0] ?? '').join('; ');
}
