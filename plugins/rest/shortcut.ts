import type { IncomingMessage, ServerResponse } from 'node:http';
import { JSON_TYPE } from './answer.ts';
import { clientOf, type Sender } from './client.ts';
import type { Gate } from './gate.ts';
import type { Rates } from './rates.ts';
import type { Route } from './route.ts';

export interface ShortcutOptions {
  readonly routes: readonly Route[];
  readonly gate: Gate;
  readonly rates: Rates;
  readonly sender: Sender;
  /** Header fields of every answer */
  readonly fields: Readonly<Record<string, string>>;
  /** Connections shall not be used again */
  readonly closing: () => boolean;
}

/**
 * Answers plain requests for what is asked for most and is there already, as the application would, in a fraction of the
 * time: pollers ask for nothing else. Whatever is special about a request is left to the application: `false`.
 */
export function createShortcut({ routes, gate, rates, sender, fields, closing }: ShortcutOptions) {
  const ready = new Map(routes.flatMap(({ path, ready }) => (ready ? [[path, ready] as const] : [])));
  const { Vary, ...others } = gate.origins.headers({});
  const usual = Object.entries({ ...fields, ...others }).flat();
  const vary = [Vary, 'Accept-Encoding'].filter((name) => name !== undefined).join(', ');

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, url = '', headers } = request;
    const body = method === 'GET' && !closing() && isPlain(headers) ? ready.get(url) : undefined;
    if (!body || gate.refusal(request, false)) return false;
    if (rates.take(clientOf(sender(request)), 1) > 0) return false;
    const { bytes, etag } = body();
    response.writeHead(200, [
      ...usual,
      'ETag',
      etag,
      'Content-Type',
      JSON_TYPE,
      'Content-Length',
      String(bytes.length),
      'Vary',
      vary,
    ]);
    response.end(bytes);
    return true;
  };
}

/** It comes from no page and brings nothing, wants nothing compressed and knows nothing yet. */
function isPlain(headers: IncomingMessage['headers']): boolean {
  return (
    headers.origin === undefined &&
    headers['accept-encoding'] === undefined &&
    headers['if-none-match'] === undefined &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined
  );
}
