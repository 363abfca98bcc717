import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ArrivedRequest, HttpAnswer } from './http-device.ts';

export interface DigestOptions {
  readonly realm: string;
  readonly user: string;
  readonly password: string;
  /** Absent: MD5 */
  readonly algorithm?: 'MD5' | 'SHA-256';
}

/** The side of a device in digest authentication with `qop=auth`. */
export interface DigestDevice {
  /** The count of each request that was let in */
  readonly counts: readonly number[];
  /** A route that answers only those who know user and password. */
  guard(route: (request: ArrivedRequest) => HttpAnswer): (request: ArrivedRequest) => HttpAnswer;
  /** From now on the old nonce is refused, and the device says why, or not. */
  renew(stale: boolean): void;
}

export function startDigest({ realm, user, password, algorithm = 'MD5' }: DigestOptions): DigestDevice {
  const hash = (text: string): string =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const counts: number[] = [];
  const seen = new Set<string>();
  let nonce = randomBytes(12).toString('hex');
  let saysStale = false;

  function isRight({ method, path, query, headers }: ArrivedRequest): boolean {
    const fields = new Map<string, string>();
    for (const [, name = '', quoted, plain = ''] of (headers.authorization ?? '').matchAll(
      /(\w+)=(?:"([^"]*)"|([^\s,]+))/g,
    )) {
      fields.set(name, quoted ?? plain);
    }
    const uri = fields.get('uri') ?? '';
    const nc = fields.get('nc') ?? '';
    const asked = new URL(uri, 'http://device');
    if (asked.pathname !== path || asked.searchParams.toString() !== query.toString()) return false;
    if (fields.get('nonce') !== nonce || fields.get('opaque') !== 'abc' || seen.has(nc)) return false;
    const middle = [nonce, nc, fields.get('cnonce'), 'auth'].join(':');
    const wanted = hash(`${hash(`${user}:${realm}:${password}`)}:${middle}:${hash(`${method}:${uri}`)}`);
    const given = fields.get('response') ?? '';
    if (given.length !== wanted.length || !timingSafeEqual(Buffer.from(given), Buffer.from(wanted))) return false;
    seen.add(nc);
    counts.push(Number.parseInt(nc, 16));
    return true;
  }

  return {
    counts,
    guard: (route) => (request) => {
      if (isRight(request)) return route(request);
      const challenge = `Digest realm="${realm}", nonce="${nonce}", opaque="abc", qop="auth", algorithm=${algorithm}`;
      const headers = { 'www-authenticate': challenge + (saysStale ? ', stale=true' : '') };
      return { status: 401, headers, text: '' };
    },
    renew: (stale) => {
      nonce = randomBytes(12).toString('hex');
      seen.clear();
      saysStale = stale;
    },
  };
}
