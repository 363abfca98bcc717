import type { DeviceContext } from 'evcc';

/** JSON over HTTP. One attempt per call, ended by the signal: the next cycle is the retry. */
export interface Http {
  get(url: string, signal: AbortSignal): Promise<unknown>;
  put(url: string, body: object, signal: AbortSignal): Promise<void>;
}

/** Errors: `EVCC_DEVICE_UNAVAILABLE`, `EVCC_DEVICE_AUTH`, `EVCC_DEVICE_PROTOCOL`. */
export function createHttp(context: Pick<DeviceContext, 'fail'>, token?: string): Http {
  const headers = {
    // Small devices can hold few connections, and a cycle is a long time.
    connection: 'close',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };

  async function text(url: string, init: RequestInit & { signal: AbortSignal }): Promise<string> {
    const { origin, pathname } = new URL(url);
    // Not the whole address: what stands in a query may be secret.
    const what = `${init.method} ${origin}${pathname}`;
    let status: number;
    let body: string;
    try {
      const response = await fetch(url, { ...init, redirect: 'error' });
      status = response.status;
      body = await response.text();
    } catch (error) {
      const why = init.signal.aborted ? 'there was no answer in time' : 'it cannot be reached';
      return context.fail('EVCC_DEVICE_UNAVAILABLE', `${what}: ${why}`, { cause: error });
    }
    if (status === 401 || status === 403) context.fail('EVCC_DEVICE_AUTH', `${what}: the token was refused`);
    if (status < 200 || status > 299)
      context.fail('EVCC_DEVICE_UNAVAILABLE', `${what}: answered with status ${status}`);
    return body;
  }

  return {
    async get(url, signal) {
      const body = await text(url, { method: 'GET', headers, signal });
      try {
        return JSON.parse(body);
      } catch {
        return context.fail('EVCC_DEVICE_PROTOCOL', `${new URL(url).origin}: the answer is not JSON`);
      }
    },
    async put(url, body, signal) {
      const json = { ...headers, 'content-type': 'application/json' };
      await text(url, { method: 'PUT', headers: json, body: JSON.stringify(body), signal });
    },
  };
}
