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
  send(request: JsonDeviceRequest, signal: AbortSignal): Promise<string>;
  /** A command that is answered with JSON, which says how it went. */
  ask(request: JsonDeviceRequest, signal: AbortSignal): Promise<Answer>;
}

/** A command; absent `method`: GET */
export type JsonDeviceRequest = Pick<HttpRequest, 'method' | 'body' | 'headers'> & { readonly path: string };

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
      const sourceOf = (path: string, method = 'GET'): string => `${method} ${base}${path.replace(/\?.*/s, '?…')}`;
      const change = async <T>(
        { path, headers: more, ...command }: JsonDeviceRequest,
        run: (request: HttpRequest) => Promise<T>,
      ): Promise<T> => {
        const plain = request(path);
        try {
          return await run({ ...plain, ...command, headers: { ...plain.headers, ...more } });
        } finally {
          requests.forget();
        }
      };
      return {
        name: base,
        get: async (path, signal) => new Answer(await requests.json(request(path), signal), sourceOf(path), context),
        send: (command, signal) => change(command, (whole) => client.text(whole, signal)),
        ask: async (command, signal) => {
          const answer = await change(command, (whole) => client.json(whole, signal));
          return new Answer(answer, sourceOf(command.path, command.method), context);
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
