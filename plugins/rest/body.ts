import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** Bytes; no request needs a body, some clients send a small one with every command */
const LARGEST_BODY = 65_536;

/** Reads a request's body to its end and forgets it, so that the connection can be used again. */
export async function drain(request: IncomingMessage): Promise<void> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > LARGEST_BODY) throw tooLarge();
  if (length === 0 && request.headers['transfer-encoding'] === undefined) return;
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > LARGEST_BODY) throw tooLarge();
    }
  } catch (error) {
    throw request.destroyed ? new Refusal(400, 'the client gave up') : error;
  }
}

function tooLarge(): Refusal {
  return new Refusal(413, `the body is larger than ${LARGEST_BODY} bytes; no body is needed`, { Connection: 'close' });
}
