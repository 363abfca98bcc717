import { createHash, randomBytes } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from './client.ts';

/** Who asks. */
export interface DigestLogin {
  readonly user: string;
  readonly password: string;
}

/** What a device wants to be answered, from its field `WWW-Authenticate`. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque?: string;
  readonly algorithm: keyof typeof HASHES;
  /** Absent: the device knows RFC 2069 only */
  readonly qop?: 'auth';
  /** The credentials may be right, the nonce is too old */
  readonly stale: boolean;
}

/** What a single request adds. */
export interface DigestTry {
  readonly method: string;
  /** Path and query */
  readonly uri: string;
  /** How often the nonce was used, from 1 */
  readonly count: number;
  /** Chosen by us */
  readonly cnonce: string;
}

/** Digest authentication (RFC 7616) with MD5 or SHA-256 and `qop=auth`, which keeps a challenge as long as it is accepted. */
export interface Digest {
  /** `exchange` sends the request with this value of `Authorization`, once or, after a challenge, twice. */
  send(
    request: HttpRequest,
    login: DigestLogin,
    exchange: (authorization?: string) => Promise<HttpAnswer>,
  ): Promise<HttpAnswer>;
}

const HASHES = { MD5: 'md5', 'MD5-sess': 'md5', 'SHA-256': 'sha256', 'SHA-256-sess': 'sha256' } as const;

export function createDigest(): Digest {
  const known = new Map<string, { challenge: DigestChallenge; count: number }>();

  return {
    send: async (request, login, exchange) => {
      const { method = 'GET', url } = request;
      const { origin, pathname, search } = new URL(url);
      const key = `${origin} ${login.user}`;
      const authorization = (): string | undefined => {
        const entry = known.get(key);
        if (!entry) return undefined;
        entry.count += 1;
        const cnonce = randomBytes(8).toString('hex');
        return authorize(entry.challenge, login, { method, uri: pathname + search, count: entry.count, cnonce });
      };
      const used = known.get(key)?.challenge;
      const first = await exchange(authorization());
      const challenge = first.status === 401 ? findChallenge(first.headers['www-authenticate']) : undefined;
      // The same nonce again, and not for its age: the password is wrong.
      if (!challenge || (used?.nonce === challenge.nonce && !challenge.stale)) return first;
      // Simultaneous requests may have been given the same one.
      if (challenge.stale || known.get(key)?.challenge.nonce !== challenge.nonce)
        known.set(key, { challenge, count: 0 });
      return exchange(authorization());
    },
  };
}

/** The strongest challenge that can be answered, of a field that may hold several; `undefined`: none. */
export function findChallenge(field: string | readonly string[] | undefined): DigestChallenge | undefined {
  const challenges = [field ?? []].flat().flatMap((text) =>
    text.split(/(?:^|,)\s*(?=[A-Za-z]+ +[\w-]+ *=)/).flatMap((part) => {
      const challenge = /^Digest /i.test(part) ? parseChallenge(part) : undefined;
      return challenge ? [challenge] : [];
    }),
  );
  return challenges.find(({ algorithm }) => algorithm.startsWith('SHA')) ?? challenges[0];
}

function parseChallenge(text: string): DigestChallenge | undefined {
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, plain] of text.matchAll(/([\w-]+) *= *(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    fields.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '');
  }
  const wanted = fields.get('algorithm')?.toLowerCase() ?? 'md5';
  const algorithm = (Object.keys(HASHES) as (keyof typeof HASHES)[]).find((known) => known.toLowerCase() === wanted);
  const qop = fields
    .get('qop')
    ?.toLowerCase()
    .split(/[\s,]+/);
  const nonce = fields.get('nonce');
  if (!algorithm || nonce === undefined || (qop && !qop.includes('auth'))) return undefined;
  const opaque = fields.get('opaque');
  return {
    realm: fields.get('realm') ?? '',
    nonce,
    algorithm,
    stale: fields.get('stale')?.toLowerCase() === 'true',
    ...(opaque !== undefined && { opaque }),
    ...(qop && { qop: 'auth' }),
  };
}

/** The value of `Authorization` that answers a challenge. */
export function authorize(
  { realm, nonce, opaque, algorithm, qop }: DigestChallenge,
  { user, password }: DigestLogin,
  { method, uri, count, cnonce }: DigestTry,
): string {
  const hash = (text: string): string => createHash(HASHES[algorithm]).update(text).digest('hex');
  const account = hash(`${user}:${realm}:${password}`);
  const a1 = algorithm.endsWith('-sess') ? hash(`${account}:${nonce}:${cnonce}`) : account;
  const a2 = hash(`${method}:${uri}`);
  const nc = count.toString(16).padStart(8, '0');
  const response = hash(qop ? `${a1}:${nonce}:${nc}:${cnonce}:${qop}:${a2}` : `${a1}:${nonce}:${a2}`);
  const quoted = (text: string): string => `"${text.replaceAll(/(["\\])/g, '\\$1')}"`;
  return [
    `Digest username=${quoted(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `algorithm=${algorithm}`,
    `response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
    ...(qop ? [`qop=${qop}`, `nc=${nc}`, `cnonce="${cnonce}"`] : []),
  ].join(', ');
}
