import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import got, { type OptionsInit } from 'got';
import type { DeviceContext } from '../../../core/index.ts';
import { networkFailure, showUrl } from '../network.ts';
import { createDigest } from './digest.ts';
import { createTurns } from './turns.ts';
import { createWaits } from './waits.ts';

/** How a device wants to know who asks. */
export type HttpAuth =
  | { readonly type: 'basic'; readonly user: string; readonly password: string }
  /** RFC 7616; the device is asked for its challenge once, then with every request that it refuses as too old */
  | { readonly type: 'digest'; readonly user: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string }
  | { readonly type: 'query'; readonly name: string; readonly value: string };

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface HttpRequest {
  /** http or https; credentials in it are used and never shown */
  readonly url: string;
  /** How errors name the request; absent: by method and address without query. For addresses whose path is a secret. */
  readonly name?: string;
  /** Absent: GET */
  readonly method?: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or anything else to send as JSON; absent: none */
  readonly body?: unknown;
  readonly auth?: HttpAuth;
  /** Accepts a certificate that nobody vouches for, as local devices have them */
  readonly insecure?: boolean;
}

/** Fields of an answer by their name in small letters */
export type HttpFields = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: HttpFields;
  /** Where it redirects to, as it may be shown; absent: nowhere else */
  readonly elsewhere?: string;
}

export interface HttpClient {
  /**
   * One attempt, ended by `signal`. Errors: `EVCC_DEVICE_UNAVAILABLE` (not reached, not in time, the server said that it
   * must not be asked yet), `EVCC_DEVICE_PROTOCOL` (not HTTP, too large).
   */
  answer(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** As `answer`; other errors: `EVCC_DEVICE_UNAVAILABLE` for a status other than 2xx, `EVCC_DEVICE_AUTH` for 401 and 403. */
  text(request: HttpRequest, signal: AbortSignal): Promise<string>;
  /** As `text`; an answer that is not JSON is `EVCC_DEVICE_PROTOCOL`. */
  json(request: HttpRequest, signal: AbortSignal): Promise<unknown>;
  /** Ends requests that are under way and refuses new ones. */
  close(): void;
}

export interface HttpOptions {
  /**
   * ms between the beginnings of two requests, which are then made one after the other; 0: one after the other without
   * pause. Absent: any number at the same time.
   */
  readonly pace?: number;
}

/** What HTTP needs of the runtime: an `evcc` or the context of a device. */
export type HttpRuntime = Pick<DeviceContext, 'clock' | 'time' | 'fail'>;

/** Bytes of an answer, after unpacking */
const LARGEST_ANSWER = 2 * 1024 * 1024;

/**
 * HTTP for devices: never retried (the next cycle is the retry), no connection kept open between two cycles, since small
 * devices have few of them, and no answer larger than 2 MiB. Redirections of GET are followed within the same protocol,
 * host and port. A server that answers 429 or 503 with `Retry-After` is not asked before that.
 */
export function createHttp(runtime: HttpRuntime, { pace }: HttpOptions = {}): HttpClient {
  const closing = new AbortController();
  // Asking a server to close is not enough: it need not say that it does, and the next request would run into its end.
  const agents = { http: new Agent({ keepAlive: false }), https: new SecureAgent({ keepAlive: false }) };
  const digest = createDigest();
  const waits = createWaits(runtime);
  const turns = pace === undefined ? undefined : createTurns(pace, runtime.clock);

  /** One request on the wire. */
  async function exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const name = nameOf(request);
    const either = AbortSignal.any([signal, closing.signal]);
    if (either.aborted) runtime.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: there was no time left to ask`);
    const wait = waits.left(request.url);
    if (wait > 0) runtime.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: must not be asked for another ${wait} s`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    let status = 0;
    let headers: HttpFields = {};
    let elsewhere: string | undefined;
    try {
      const stream = got.stream(addressOf(request), { ...toOptions(request, either), agent: agents });
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > LARGEST_ANSWER) break;
        chunks.push(chunk);
      }
      status = stream.response?.statusCode ?? 0;
      headers = stream.response?.headers ?? {};
      elsewhere = stream.response && otherOrigin(stream.response);
    } catch (error) {
      // The library's errors carry the request with its credentials: only their code goes on.
      if (closing.signal.aborted) runtime.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: the device was closed`);
      if (signal.aborted) runtime.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: there was no answer in time`);
      const failure = networkFailure(error);
      runtime.fail(failure.code, `${name}: ${failure.text}`);
    }
    if (size > LARGEST_ANSWER) runtime.fail('EVCC_DEVICE_PROTOCOL', `${name}: the answer is larger than 2 MiB`);
    const text = new TextDecoder().decode(Buffer.concat(chunks));
    const answer = { status, text, headers, ...(elsewhere !== undefined && { elsewhere }) };
    waits.note(request.url, answer);
    return answer;
  }

  async function authorized(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    if (request.auth?.type !== 'digest') return exchange(request, signal);
    const login = request.auth;
    return digest.send(request, login, (authorization) => {
      const headers = { ...request.headers, ...(authorization !== undefined && { authorization }) };
      return exchange({ ...request, headers }, signal);
    });
  }

  return createClient(
    async (request, signal) => {
      const turn = await turns?.begin(AbortSignal.any([signal, closing.signal]));
      try {
        return await authorized(request, signal);
      } finally {
        turn?.();
      }
    },
    () => closing.abort(),
    runtime,
  );
}

/** The rest of a client, for those that change how requests are answered. */
export function createClient(
  answer: HttpClient['answer'],
  close: () => void,
  { fail }: Pick<DeviceContext, 'fail'>,
): HttpClient {
  async function text(request: HttpRequest, signal: AbortSignal): Promise<string> {
    const name = nameOf(request);
    const { status, text, elsewhere } = await answer(request, signal);
    if (status === 401 || status === 403) {
      fail('EVCC_DEVICE_AUTH', `${name}: the credentials were refused with status ${status}`);
    }
    if (status < 200 || status > 299) {
      const hint = elsewhere === undefined ? '' : `, a redirection to ${elsewhere}, which is not followed`;
      fail('EVCC_DEVICE_UNAVAILABLE', `${name}: answered with status ${status}${hint}`);
    }
    return text;
  }

  return {
    answer,
    text,
    json: async (request, signal) => {
      const body = await text(request, signal);
      try {
        return JSON.parse(body) as unknown;
      } catch {
        const why = `the answer is not JSON but ${describeText(body)}`;
        return fail('EVCC_DEVICE_PROTOCOL', `${nameOf(request)}: ${why}`);
      }
    },
    close,
  };
}

/** How errors name a request. */
export const nameOf = ({ name, method = 'GET', url }: HttpRequest): string => name ?? `${method} ${showUrl(url)}`;

function addressOf({ url, auth }: HttpRequest): string {
  if (auth?.type !== 'query') return url;
  const address = new URL(url);
  address.searchParams.set(auth.name, auth.value);
  return address.href;
}

function toOptions(request: HttpRequest, signal: AbortSignal): OptionsInit & { isStream: true } {
  const { method = 'GET', body, auth } = request;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  if (auth?.type === 'basic')
    headers.authorization = `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
  if (auth?.type === 'bearer') headers.authorization = `Bearer ${auth.token}`;
  if (auth?.type === 'header') headers[auth.name.toLowerCase()] = auth.value;
  const content = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  if (content !== undefined && typeof body !== 'string') headers['content-type'] ??= 'application/json';
  if (content !== undefined) headers['content-type'] ??= 'text/plain; charset=utf-8';
  return {
    isStream: true,
    method,
    headers,
    signal,
    retry: { limit: 0 },
    throwHttpErrors: false,
    // A write that is redirected may have taken effect: it is not sent a second time. What another server is to be asked
    // must be configured: any header field may be a credential, which it has no business to know.
    followRedirect: (response) => method === 'GET' && otherOrigin(response) === undefined,
    // A stream of POST without body would wait for one.
    ...((content !== undefined || method !== 'GET') && { body: content ?? '' }),
    ...(request.insecure && { https: { rejectUnauthorized: false } }),
  };
}

/** Where a redirection leads, as it may be shown; `undefined`: none, or one that stays with protocol, host and port. */
function otherOrigin({ url, headers: { location } }: RedirectingResponse): string | undefined {
  const target = location === undefined ? null : URL.parse(location, url);
  return target && target.origin !== new URL(url).origin ? showUrl(target.href) : undefined;
}

interface RedirectingResponse {
  /** Of the request that is answered */
  readonly url: string;
  readonly headers: { readonly location?: string | undefined };
}

/** What a text looks like, for error messages: answers may hold anything, so they are not quoted at length. */
export function describeText(text: string): string {
  if (text.trim() === '') return 'empty';
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) return 'a web page';
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > 40 ? `"${line.slice(0, 40)}…"` : `"${line}"`;
}
