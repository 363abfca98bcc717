import type { DeviceContext, Evcc } from '../../../core/index.ts';
import { Answer } from '../answer.ts';
import { createHttp, type HttpAuth, type HttpClient, type HttpRequest } from './client.ts';
import { type SharedRequests, shareRequests } from './sharing.ts';

/** How requests of a device are made. */
export interface JsonDeviceOptions {
  /** Such as `http://192.168.1.5` */
  readonly base: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly auth?: HttpAuth | undefined;
  readonly insecure?: boolean;
  /** Client with a login of the device's own; absent: that of the plugin */
  readonly http?: HttpClient;
}

/** A device that answers with JSON. Errors: those of `HttpClient.json`. */
export interface JsonDevice {
  /** What errors call it */
  readonly name: string;
  /** What stands at a path, asked once for all who ask at the same time. */
  get(path: string, signal: AbortSignal): Promise<Answer>;
  /** A command; the answer need not be JSON. What was kept of earlier answers is dropped. */
  send(
    request: Pick<HttpRequest, 'method' | 'body' | 'headers'> & { path: string },
    signal: AbortSignal,
  ): Promise<string>;
}

/** The devices of a plugin that answer with JSON: several meters may be parts of one device, which is then asked once. */
export interface JsonDevices {
  readonly http: HttpClient;
  open(options: JsonDeviceOptions, context: Pick<DeviceContext, 'fail' | 'time'>): JsonDevice;
  /** Ends requests that are under way. */
  close(): void;
}

/** @param keep ms that answers are used again, for devices that are slow or services that count; absent: 0 */
export function createJsonDevices(evcc: Pick<Evcc, 'clock' | 'time' | 'fail'>, keep = 0): JsonDevices {
  const http = createHttp(evcc);
  const shared = shareRequests(http, evcc, { keep });
  return {
    http,
    open: ({ base, headers, auth, insecure, http: own }, context) => {
      const client = own ?? http;
      const requests: SharedRequests = own ? shareRequests(own, evcc, { keep }) : shared;
      const request = (path: string): HttpRequest => ({
        url: `${base}${path}`,
        ...(headers && { headers }),
        ...(auth && { auth }),
        ...(insecure && { insecure }),
      });
      return {
        name: base,
        get: async (path, signal) => {
          const source = `GET ${base}${path.replace(/\?.*/s, '?…')}`;
          return new Answer(await requests.json(request(path), signal), source, context);
        },
        send: async ({ path, headers: more, ...command }, signal) => {
          const plain = request(path);
          try {
            return await client.text({ ...plain, ...command, headers: { ...plain.headers, ...more } }, signal);
          } finally {
            requests.forget();
          }
        },
      };
    },
    close: () => http.close(),
  };
}

/** A number that may be missing. */
export function known(place: Answer, factor = 1): number | undefined {
  return place.absent ? undefined : Number((place.number() * factor).toPrecision(12));
}
