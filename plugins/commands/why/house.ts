import type { CommandContext, DecisionRecord } from '../../../core/index.ts';

/** A decision as REST tells it: times are RFC 3339 texts. */
export type Told = Omit<DecisionRecord, 'at' | 'timers'> & { readonly at: string };

/** The running house, as its REST interface shows it. Errors: `EVCC_DEVICE_UNAVAILABLE` with what to do. */
export interface House {
  /** `undefined`: there is no such loadpoint */
  decision(id: number): Promise<Told | undefined>;
  /** Newest first */
  changes(id: number, limit: number): Promise<readonly Told[]>;
}

/** ms that an answer may take */
const DEADLINE = 10_000;
/** Port that a house has unless its configuration says otherwise */
const USUAL_PORT = 7070;

/** Where a house is, and what it lets in with */
export interface Address {
  readonly url: string;
  /** Absent: none is known */
  readonly token?: string | undefined;
}

export function houseAt({ url, token }: Address, context: CommandContext): House {
  const base = url.replace(/\/+$/, '');
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const { fail } = context;

  const ask = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
    const late = new AbortController();
    const end = context.clock.after(DEADLINE, () => late.abort());
    try {
      const signal = AbortSignal.any([late.signal, context.signal]);
      const response = await fetch(base + path, { headers, signal });
      return { status: response.status, text: await response.text() };
    } catch {
      const why = late.signal.aborted ? 'nothing answers in time' : 'no house answers';
      return fail('EVCC_DEVICE_UNAVAILABLE', `${why} at ${base}: is it running? --url names another address`);
    } finally {
      end();
    }
  };
  /** What the house answers; `undefined`: there is none. */
  const answerTo = async <T>(path: string, fits: (answer: unknown) => answer is T): Promise<T | undefined> => {
    const { status, text } = await ask(path);
    const body = parsed(text);
    const error = field(body, 'error');
    // One dialect has an envelope around its answers, the other has not.
    const answer = field(body, 'result') ?? body;
    if (status === 401) {
      fail('EVCC_DEVICE_UNAVAILABLE', `the house at ${base} asks for a token: name one in the environment as ${TOKEN}`);
    }
    if (status === 200 && fits(answer)) return answer;
    if (status === 404 && error !== undefined) return undefined;
    return fail(
      'EVCC_DEVICE_UNAVAILABLE',
      typeof error === 'string'
        ? `the house at ${base} refuses to answer (status ${status}): ${error}`
        : `what answers at ${base} (status ${status}) is no house that can explain itself`,
    );
  };

  return {
    decision: (id) => answerTo(`/api/loadpoints/${id}/decision`, isTold),
    changes: async (id, limit) => (await answerTo(`/api/loadpoints/${id}/decisions?limit=${limit}`, areTold)) ?? [],
  };
}

const isTold = (answer: unknown): answer is Told =>
  typeof field(field(answer, 'binding'), 'text') === 'string' && field(answer, 'inputs') !== undefined;

const areTold = (answer: unknown): answer is readonly Told[] => Array.isArray(answer) && answer.every(isTold);

/** Variable of the environment with a token */
const TOKEN = 'EVCC_TOKEN';

/** The token that was named for the houses of others; `undefined`: none. */
export function givenToken({ env }: CommandContext): string | undefined {
  return env[TOKEN] || undefined;
}

/** Where the house of the configuration is on this machine. Errors: `EVCC_CONFIG_INVALID`. */
export async function addressOf(context: CommandContext): Promise<Address> {
  const { config, file } = await context.loadConfig();
  const rest = field(config, 'rest');
  if (rest === false) {
    context.fail('EVCC_CONFIG_INVALID', `${file} switches REST off (rest: false), so that the house cannot be asked`);
  }
  const port = resolved(field(rest, 'port'), context) ?? USUAL_PORT;
  if (Number(port) === 0) {
    context.fail(
      'EVCC_CONFIG_INVALID',
      `${file} leaves the port of REST open (port: 0): --url has to name the address`,
    );
  }
  const host = String(resolved(field(rest, 'host'), context) ?? '127.0.0.1');
  // Addresses that mean every one of this machine.
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const scheme = field(rest, 'tls') === undefined ? 'http' : 'https';
  const url = `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${String(port)}`;
  const [token] = Object.values(field(field(config, 'access'), 'tokens') ?? {});
  const known = resolved(field(token, 'token') ?? token, context);
  return { url, token: givenToken(context) ?? (typeof known === 'string' ? known : undefined) };
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** A value of the configuration, which may stand in the environment. */
function resolved(value: unknown, { env }: CommandContext): unknown {
  const name = field(value, 'env');
  return typeof name === 'string' ? env[name] : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
