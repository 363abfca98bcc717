import type { DeviceContext } from '../../../core/index.ts';
import { createClient, type HttpClient } from './client.ts';

const HOUR = 3_600_000;

/**
 * A client for services that count requests: after status 429 from one that does not say how long to wait, it is not asked
 * before the next full hour. Closing it closes `http`.
 */
export function patient(http: HttpClient, runtime: Pick<DeviceContext, 'clock' | 'fail'>): HttpClient {
  const { clock, fail } = runtime;
  /** By protocol, host and port */
  const pauses = new Map<string, { readonly since: number; readonly until: number }>();
  const answer: HttpClient['answer'] = async (request, signal) => {
    const now = clock.now();
    const origin = URL.parse(request.url)?.origin ?? '';
    const pause = pauses.get(origin);
    if (pause && now >= pause.since && now < pause.until) {
      const minutes = Math.ceil((pause.until - now) / 60_000);
      fail('EVCC_DEVICE_UNAVAILABLE', `too many requests; the service is asked again in ${minutes} min`);
    }
    const result = await http.answer(request, signal);
    const limited = result.status === 429 && result.headers['retry-after'] === undefined;
    if (limited) pauses.set(origin, { since: now, until: (Math.floor(now / HOUR) + 1) * HOUR });
    else pauses.delete(origin);
    return result;
  };
  return createClient(answer, () => http.close(), runtime);
}
