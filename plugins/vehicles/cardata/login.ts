import { createHash, randomBytes } from 'node:crypto';
import type { DeviceContext, Login, LoginStep, Store } from '../../../core/index.ts';
import type { HttpClient } from '../../shared/http/client.ts';
import { share } from '../../shared/http/sharing.ts';
import { refusalIn } from '../../shared/http/token.ts';
import { SCOPE } from './protocol.ts';

/** What the login of CarData hands out: for REST, and for the stream. */
export interface CarDataTokens {
  readonly access: string;
  readonly refresh: string;
  /** Password of the stream */
  readonly id: string;
  /** User of the stream */
  readonly gcid: string;
  /** ms since the epoch until when they are used */
  readonly until: number;
}

/** What somebody logs in for. */
export interface CarDataAccount {
  /** Address of the login */
  readonly base: string;
  readonly clientId: string;
  /** Of another account another one: by this, what was handed out is found again */
  readonly key: string;
}

export interface CarDataLogin extends Login {
  /**
   * Tokens that hold now. Errors: `EVCC_DEVICE_UNAVAILABLE`, which says where to log in with which code until somebody did so.
   */
  current(signal: AbortSignal): Promise<CarDataTokens>;
  close(): void;
}

interface Pending {
  readonly device: string;
  readonly verifier: string;
  /** What a person has to do, and in a sentence */
  readonly step: LoginStep & { readonly until: number };
  readonly advice: string;
  interval: number;
}

export interface LoginRuntime extends Pick<DeviceContext, 'clock' | 'fail' | 'log' | 'time'> {
  readonly store: { readonly memory: Store['memory'] };
}

const MARGIN = 60_000;
/** s unless the service says something sensible, and at least: between two questions, of a code, of a token */
const INTERVAL = { usual: 5, least: 5 };
const CODE = { usual: 300, least: 60 };
const TOKEN = { usual: 3_600, least: 300 };
const DEADLINE = 30_000;

/** The device code flow (RFC 8628) with PKCE: a person logs in elsewhere, while the service is asked whether that was done. */
export function createCarDataLogin(account: CarDataAccount, http: HttpClient, runtime: LoginRuntime): CarDataLogin {
  const { base, clientId } = account;
  const { clock, fail, log, store } = runtime;
  const key = `token.cardata.${createHash('sha256').update(account.key).digest('base64url')}`;
  const closing = new AbortController();
  let tokens: CarDataTokens | undefined;
  let loaded = false;
  let pending: Pending | undefined;
  let cancel: () => void = () => {};
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const load = async (): Promise<void> => {
    if (loaded) return;
    tokens = restore((await store.memory.all()).get(key));
    loaded = true;
    if (tokens) changed();
  };

  /** Asks the service; a text is the code of its refusal. */
  async function ask(
    path: string,
    fields: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>> | string> {
    const name = `BMW login: POST ${base}/gcdm/oauth/${path}`;
    const answer = await http.answer(
      {
        name,
        url: `${base}/gcdm/oauth/${path}`,
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ client_id: clientId, ...fields }).toString(),
      },
      signal,
    );
    const body = parse(answer.text);
    const error = body?.error;
    if (error === 'authorization_pending' || error === 'slow_down') return error;
    const why = refusalIn(answer);
    if (why !== undefined) return why;
    if (answer.status !== 200) fail('EVCC_DEVICE_UNAVAILABLE', `${name}: answered with status ${answer.status}`);
    return body ?? fail('EVCC_DEVICE_PROTOCOL', `${name}: the answer is not JSON`);
  }

  async function keep(body: Readonly<Record<string, unknown>>, before?: CarDataTokens): Promise<CarDataTokens> {
    const { access_token: access, refresh_token: refresh = before?.refresh, id_token: id, expires_in: life } = body;
    const { gcid = before?.gcid } = body;
    if (![access, refresh, id, gcid].every((each) => typeof each === 'string')) {
      return fail('EVCC_DEVICE_PROTOCOL', 'BMW login: the answer holds no tokens');
    }
    tokens = {
      access: String(access),
      refresh: String(refresh),
      id: String(id),
      gcid: String(gcid),
      until: clock.now() + duration(life, TOKEN) - MARGIN,
    };
    await store.memory
      .save(new Map([[key, JSON.stringify(tokens)]]))
      .catch(() => log.warn('the tokens of BMW cannot be stored; after a restart, a new login is needed'));
    return tokens;
  }

  async function begin(signal: AbortSignal): Promise<Pending> {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const body = await ask(
      'device/code',
      { response_type: 'device_code', scope: SCOPE, code_challenge: challenge, code_challenge_method: 'S256' },
      signal,
    );
    if (typeof body === 'string') {
      return fail('EVCC_DEVICE_AUTH', `BMW login: the client id was refused (${body}); see the CarData portal`);
    }
    const { user_code: code, device_code: device, verification_uri: uri, interval, expires_in: life } = body;
    const address = body.verification_uri_complete ?? uri;
    if (typeof device !== 'string' || typeof code !== 'string' || typeof address !== 'string') {
      return fail('EVCC_DEVICE_PROTOCOL', 'BMW login: the answer holds no code');
    }
    const advice = `log in to BMW: open ${address} and enter the code ${code}`;
    log.warn(advice);
    const until = clock.now() + duration(life, CODE);
    return { device, verifier, step: { url: address, code, until }, advice, interval: duration(interval, INTERVAL) };
  }

  /** Asks whether the login was done, in the pace that the service wants. */
  function watch(): void {
    const waiting = pending;
    if (!waiting) return;
    // It was given up, or there is another code, meanwhile.
    const isOver = (): boolean => pending !== waiting;
    cancel = clock.after(waiting.interval, () => {
      if (isOver()) return;
      const fields = {
        device_code: waiting.device,
        code_verifier: waiting.verifier,
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      };
      if (clock.now() >= waiting.step.until) pending = undefined;
      else void ask('token', fields, closing.signal).then(settle, () => isOver() || watch());
    });
    const settle = async (body: Readonly<Record<string, unknown>> | string): Promise<void> => {
      if (isOver()) return;
      if (body === 'slow_down') waiting.interval += 5_000;
      if (body === 'slow_down' || body === 'authorization_pending') return watch();
      pending = undefined;
      // Whoever asks next gets a new code, or the reason.
      if (typeof body !== 'string')
        await keep(body).then(
          () => {
            log.info('logged in to BMW');
            changed();
          },
          () => {},
        );
    };
  }

  /** What a person has to do; a login that was begun goes on. */
  async function proceed(signal: AbortSignal): Promise<Pending> {
    if (pending && clock.now() < pending.step.until) return pending;
    cancel();
    pending = await begin(AbortSignal.any([signal, closing.signal]));
    watch();
    return pending;
  }

  const steps = share(proceed, runtime, { name: 'BMW login', deadline: DEADLINE });
  const renewals = share(
    async (signal): Promise<CarDataTokens> => {
      await load();
      if (tokens && clock.now() < tokens.until) return tokens;
      if (tokens) {
        const before = tokens;
        const body = await ask('token', { grant_type: 'refresh_token', refresh_token: before.refresh }, signal);
        const isSame = tokens === before;
        if (isSame && typeof body !== 'string') return keep(body, before);
        if (isSame) tokens = undefined;
        if (isSame) changed();
        // Somebody logged out, and in again, meanwhile.
        if (tokens) return tokens;
      }
      return fail('EVCC_DEVICE_UNAVAILABLE', (await steps.get(signal)).advice);
    },
    runtime,
    { name: 'BMW login', deadline: DEADLINE },
  );

  return {
    get authenticated() {
      return tokens !== undefined;
    },
    begin: async (signal) => {
      await load();
      return tokens ? undefined : (await steps.get(signal)).step;
    },
    end: async () => {
      tokens = undefined;
      loaded = true;
      pending = undefined;
      cancel();
      await store.memory.save(new Map([[key, null]]));
      log.info('logged out of BMW');
      changed();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    current: async (signal) => (tokens && clock.now() < tokens.until ? tokens : renewals.get(signal)),
    close: () => {
      cancel();
      pending = undefined;
      closing.abort();
    },
  };
}

/** ms of seconds in an answer */
function duration(given: unknown, { usual, least }: { readonly usual: number; readonly least: number }): number {
  const seconds = Number(given ?? usual);
  return Math.max(least, Number.isFinite(seconds) ? seconds : usual) * 1_000;
}

function restore(text: string | undefined): CarDataTokens | undefined {
  const stored = text === undefined ? undefined : parse(text);
  return stored && typeof stored.refresh === 'string' ? (stored as unknown as CarDataTokens) : undefined;
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
