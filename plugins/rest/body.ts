import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import type { Clock } from '../../core/index.ts';
import { Refusal } from './refusal.ts';

/** Bytes; hardly a request needs a body, some clients send a small one with every command */
const LARGEST_BODY = 65_536;
/** ms in which it has to arrive */
const DEADLINE = 10_000;

/** Reads a request's body to its end, so that the connection can be used again. */
export async function readBody(request: IncomingMessage, clock: Pick<Clock, 'after'>): Promise<Buffer> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > LARGEST_BODY) throw tooLarge();
  if (length === 0 && request.headers['transfer-encoding'] === undefined) return Buffer.alloc(0);
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(DEADLINE, () => late.reject(tooLate()));
  const read = chunksOf(request);
  // It ends with the connection, at the latest.
  read.catch(() => {});
  return Promise.race([read, late.promise]).finally(cancel);
}

async function chunksOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > LARGEST_BODY) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw request.destroyed ? new Refusal(400, 'the client gave up') : error;
  }
  return Buffer.concat(chunks);
}

/** The body of a request that was read. */
export function bodyOf(ctx: Context): Buffer {
  return ctx.state.body as Buffer;
}

/** The JSON object in the body of a request; `optional`: no body is an empty one. */
export function objectIn(ctx: Context, optional = false): Readonly<Record<string, unknown>> {
  const body = bodyOf(ctx);
  if (optional && body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Said below.
  }
  throw new Refusal(400, 'the body must be a JSON object');
}

function tooLate(): Refusal {
  return new Refusal(408, 'the request did not arrive in time', { Connection: 'close' });
}

function tooLarge(): Refusal {
  return new Refusal(413, `the body is larger than ${LARGEST_BODY} bytes; no request needs more`, {
    Connection: 'close',
  });
}
