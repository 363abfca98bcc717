import { promisify } from 'node:util';
import { brotliCompress, constants, deflate, gzip, type ZlibOptions } from 'node:zlib';
import type { Middleware } from 'koa';

/** Bytes below which compressing an answer is not worth it */
const SMALLEST = 1_024;
/** What gets smaller by it */
const TYPES = /^(text\/|application\/(json|javascript|manifest\+json|xml)|image\/svg)/;

type Encoder = (bytes: Buffer) => Promise<Buffer>;

const brotli = promisify(brotliCompress);
const gzipped = promisify<Buffer, ZlibOptions, Buffer>(gzip);
const deflated = promisify<Buffer, ZlibOptions, Buffer>(deflate);
/** Of gzip and deflate. With all the memory that it may have (256 KiB), and few parts, it takes half the time. */
const ZLIB: ZlibOptions = { level: 3, memLevel: 9, chunkSize: 65_536 };
/** By name, the best first. Levels that serve a small machine: more of them takes time and saves little. */
const ENCODERS: Readonly<Record<string, Encoder>> = {
  br: (bytes) => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (bytes) => gzipped(bytes, ZLIB),
  deflate: (bytes) => deflated(bytes, ZLIB),
};

/** Compresses answers for clients that take it. What is sent to many, such as the state, is compressed once. */
export function compressAnswers(): Middleware {
  const known = new WeakMap<Buffer, Map<string, Promise<Buffer>>>();
  const compressed = (bytes: Buffer, name: string, encoder: Encoder): Promise<Buffer> => {
    const forms = known.get(bytes) ?? new Map<string, Promise<Buffer>>();
    known.set(bytes, forms);
    const form = forms.get(name) ?? encoder(bytes);
    forms.set(name, form);
    return form;
  };
  return async (ctx, next) => {
    await next();
    ctx.vary('Accept-Encoding');
    const { body, response } = ctx;
    if (!Buffer.isBuffer(body) || body.length < SMALLEST || ctx.res.hasHeader('Content-Encoding')) return;
    if (!TYPES.test(response.get('Content-Type'))) return;
    const name = encodingOf(ctx.get('Accept-Encoding'));
    const encoder = name === undefined ? undefined : ENCODERS[name];
    if (name === undefined || !encoder) return;
    ctx.body = await compressed(body, name, encoder);
    ctx.set('Content-Encoding', name);
  };
}

/** The encoding that a client likes best; among equals the one that is best for both. Source: RFC 9110, 12.5.3 */
export function encodingOf(accept: string): string | undefined {
  const weights = new Map<string, number>();
  for (const part of accept.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    weights.set(name, Number(weight) || 0);
  }
  let best: string | undefined;
  let most = 0;
  for (const name of Object.keys(ENCODERS)) {
    const weight = weights.get(name) ?? weights.get('*') ?? 0;
    if (weight > most) [best, most] = [name, weight];
  }
  return best;
}
