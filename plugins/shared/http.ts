import got, { type OptionsInit } from 'got';
import type { DeviceContext } from '../../core/index.ts';
import { networkFailure, showUrl } from './network.ts';

/** How a device wants to know who asks. */
export type HttpAuth =
  | { readonly type: 'basic'; readonly user: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string };

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

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** Where it redirects to, as it may be shown; absent: nowhere else */
  readonly elsewhere?: string;
}

export interface HttpClient {
  /** One attempt, ended by `signal`. Errors: `EVCC_DEVICE_UNAVAILABLE` (not reached, not in time), `EVCC_DEVICE_PROTOCOL` (not HTTP, too large). */
  answer(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** As `answer`; other errors: `EVCC_DEVICE_UNAVAILABLE` for a status other than 2xx, `EVCC_DEVICE_AUTH` for 401 and 403. */
  text(request: HttpRequest, signal: AbortSignal): Promise<string>;
  /** As `text`; an answer that is not JSON is `EVCC_DEVICE_PROTOCOL`. */
  json(request: HttpRequest, signal: AbortSignal): Promise<unknown>;
  /** Ends requests that are under way and refuses new ones. */
  close(): void;
}

/** Bytes of an answer, after unpacking */
const LARGEST_ANSWER = 2 * 1024 * 1024;

/**
 * HTTP for devices: never retried (the next cycle is the retry), no connection kept open between two cycles, since small
 * devices have few of them, and no answer larger than 2 MiB. Redirections of GET are followed within the same protocol,
 * host and port.
 */
export function createHttp(context: Pick<DeviceContext, 'fail'>): HttpClient {
  const closing = new AbortController();

  async function answer(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const name = nameOf(request);
    const either = AbortSignal.any([signal, closing.signal]);
    if (either.aborted) context.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: there was no time left to ask`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    let status = 0;
    let elsewhere: string | undefined;
    try {
      const stream = got.stream(request.url, toOptions(request, either));
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > LARGEST_ANSWER) break;
        chunks.push(chunk);
      }
      status = stream.response?.statusCode ?? 0;
      elsewhere = stream.response && otherOrigin(stream.response);
    } catch (error) {
      // The library's errors carry the request with its credentials: only their code goes on.
      if (closing.signal.aborted) context.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: the device was closed`);
      if (signal.aborted) context.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: there was no answer in time`);
      const failure = networkFailure(error);
      context.fail(failure.code, `${name}: ${failure.text}`);
    }
    if (size > LARGEST_ANSWER) context.fail('EVCC_DEVICE_PROTOCOL', `${name}: the answer is larger than 2 MiB`);
    const text = new TextDecoder().decode(Buffer.concat(chunks));
    return { status, text, ...(elsewhere !== undefined && { elsewhere }) };
  }

  async function text(request: HttpRequest, signal: AbortSignal): Promise<string> {
    const name = nameOf(request);
    const { status, text, elsewhere } = await answer(request, signal);
    if (status === 401 || status === 403) {
      context.fail('EVCC_DEVICE_AUTH', `${name}: the credentials were refused with status ${status}`);
    }
    if (status < 200 || status > 299) {
      const hint = elsewhere === undefined ? '' : `, a redirection to ${elsewhere}, which is not followed`;
      context.fail('EVCC_DEVICE_UNAVAILABLE', `${name}: answered with status ${status}${hint}`);
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
        return context.fail('EVCC_DEVICE_PROTOCOL', `${nameOf(request)}: ${why}`);
      }
    },
    close: () => closing.abort(),
  };
}

const nameOf = ({ name, method = 'GET', url }: HttpRequest): string => name ?? `${method} ${showUrl(url)}`;

function toOptions(request: HttpRequest, signal: AbortSignal): OptionsInit & { isStream: true } {
  const { method = 'GET', body, auth } = request;
  const headers: Record<string, string> = { connection: 'close' };
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
