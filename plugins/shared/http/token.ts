import type { HttpAnswer, HttpAuth } from './client.ts';

/** What a service handed out, as it is kept. */
export interface Token {
  /** Absent: it was refused, and another has to be asked for */
  readonly auth?: Extract<HttpAuth, { type: 'bearer' }> | undefined;
  /** ms since the epoch until when it is used, somewhat before it ends; absent: until it is refused */
  readonly until?: number;
  /** For the next one; absent: the service hands out none */
  readonly refresh?: string;
}

/** ms before the end, at most; of short lives a tenth */
const MARGIN = 60_000;
/** Errors that say nothing about the credentials (RFC 6749, section 4.1.2.1; RFC 8628, section 3.5) */
const TRANSIENT = new Set(['temporarily_unavailable', 'server_error', 'slow_down', 'authorization_pending']);

/** The token of an answer (RFC 6749, section 5.1); `undefined`: it holds none. */
export function parseToken(text: string, now: number): Token | undefined {
  const answer = parseObject(text);
  const { access_token: access, refresh_token: refresh, expires_in: expires } = answer ?? {};
  if (typeof access !== 'string' || access === '') return undefined;
  const life = typeof expires === 'number' || typeof expires === 'string' ? Number(expires) * 1_000 : Number.NaN;
  return {
    auth: { type: 'bearer', token: access },
    ...(life > 0 && { until: now + life - Math.min(MARGIN, life / 10) }),
    ...(typeof refresh === 'string' && refresh !== '' && { refresh }),
  };
}

/** A token as it was stored; `undefined`: it was not stored by us. */
export function restoreToken(text: string): Token | undefined {
  const { auth, until, refresh } = parseObject(text) ?? {};
  const { token } = typeof auth === 'object' && auth !== null && 'token' in auth ? auth : {};
  if (typeof token !== 'string') return undefined;
  return {
    auth: { type: 'bearer', token },
    ...(typeof until === 'number' && { until }),
    ...(typeof refresh === 'string' && { refresh }),
  };
}

/** Why credentials were refused for good (RFC 6749, section 5.2); `undefined`: they were not. */
export function refusalIn({ status, text }: Pick<HttpAnswer, 'status' | 'text'>): string | undefined {
  if (![400, 401, 403].includes(status)) return undefined;
  const error = parseObject(text)?.error;
  // Codes are words; anything else might quote what was sent.
  if (typeof error === 'string' && /^[a-z_]{1,40}$/.test(error)) return TRANSIENT.has(error) ? undefined : error;
  return status === 401 ? 'status 401' : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
