import type { Evcc } from '../../core/index.ts';
import type { HttpClient, HttpRequest } from '../shared/http/client.ts';
import type { Values } from './values.ts';

/** What all services have in common. */

/** A message, ready to be sent. */
export interface Message {
  /** What happened, such as `connect`, or `test` */
  readonly event: string;
  /** One line; may be empty */
  readonly title: string;
  readonly text: string;
  /** What was known when it happened */
  readonly values: Values;
}

/** A way to reach one recipient. */
export interface Service {
  /** For the log, such as `telegram`; it names no secret */
  readonly name: string;
  /** ms that an attempt may take */
  readonly timeout: number;
  /** An attempt that failed is not repeated, since it may have had an effect. */
  readonly once?: boolean;
  /** One attempt. Rejects with `Refused` if it makes no sense to try again. Texts of errors name no secret. */
  send(message: Message, signal: AbortSignal): Promise<void>;
}

/** What services are made with. */
export interface ServiceContext extends Pick<Evcc, 'time' | 'directory'> {
  readonly name: string;
  readonly http: HttpClient;
  /** Refuses the options. */
  invalid(why: string): never;
}

/** Who was asked does not want this message, now or later. */
export class Refused extends Error {}

/** Codes of HTTP besides 5xx that say that the server may take it later: request timeout, too early, too many requests. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

/** Sends a request, and rejects unless it is accepted; `explain` finds the reason in a refusal. */
export async function post(
  { name, http }: Pick<ServiceContext, 'name' | 'http'>,
  request: HttpRequest,
  signal: AbortSignal,
  explain: (answer: string) => unknown = () => undefined,
): Promise<void> {
  const { status, text, elsewhere } = await http.answer({ ...request, name }, signal).catch((error: unknown) => {
    // Who speaks is said where it is logged.
    throw new Error((error instanceof Error ? error.message : String(error)).replace(`${name}: `, ''));
  });
  if (status >= 200 && status < 300) return;
  const why = explain(text);
  const told = typeof why === 'string' && why !== '' ? `: ${oneLine(why, 200)}` : '';
  const hint = elsewhere === undefined ? '' : `, a redirection to another address, which is not followed`;
  const problem = `answered with status ${status}${hint}${told}`;
  throw status >= 500 || LATER.has(status) ? new Error(problem) : new Refused(problem);
}

/** A field of a JSON answer; `undefined`: there is none. */
export function fieldOf(answer: string, field: string): unknown {
  try {
    const parsed: unknown = JSON.parse(answer);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>)[field] : undefined;
  } catch {
    return undefined;
  }
}

/** A text without line breaks and control characters, and not longer than `length`. */
export function oneLine(text: string, length: number): string {
  return shortened(text.replace(/[\s\p{Cc}]+/gu, ' ').trim(), length);
}

/** A text of `length` characters at most; what was cut off is shown as `…`. */
export function shortened(text: string, length: number): string {
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}
