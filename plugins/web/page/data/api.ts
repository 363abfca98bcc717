/** Something in the configuration that keeps the house from running. */
export interface Problem {
  /** Where it stands, such as `loadpoints[0].charger`; empty: the whole file */
  readonly path: string;
  readonly value?: unknown;
  readonly message: string;
}

/** What went wrong with a request, in words for the user. `status` 0: the server was not reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Why the house does not run; absent: it does, or is not known to */
  readonly problems?: readonly Problem[];

  constructor(status: number, message: string, problems?: readonly Problem[]) {
    super(message);
    this.status = status;
    if (problems) this.problems = problems;
  }
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The REST API. */
export interface Api {
  /**
   * Asks for a path below `/api`, such as `loadpoints/1/mode/pv`; resolves with the result, taken out of its envelope. Errors:
   * `ApiError` with what the server said.
   */
  ask(path: string, request?: Request): Promise<unknown>;
  /** Sets a value: `set('loadpoints/1/mode', 'pv')`; null clears it. */
  set(path: string, value: string | number | boolean | null): Promise<void>;
}

/** ms that the server has to answer */
const DEADLINE = 15_000;

/** `base`: address of the page, below which the API is; `denied` is called when a login is needed. */
export function createApi(base: string, denied: () => void, send: typeof fetch = fetch): Api {
  const ask = async (path: string, { method = 'GET', body, signal }: Request = {}): Promise<unknown> => {
    const deadline = AbortSignal.timeout(DEADLINE);
    const response = await send(new URL(`api/${path}`, base), {
      method,
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    }).catch((error: unknown) => {
      throw new ApiError(0, error instanceof Error ? error.message : String(error));
    });
    const text = await response.text();
    const answer = parse(text);
    if (!response.ok) {
      if (response.status === 401) denied();
      const message = messageOf(answer) ?? (text.trim() || response.statusText);
      throw new ApiError(response.status, message, problemsIn(answer));
    }
    return isRecord(answer) && 'result' in answer ? answer.result : answer;
  };
  return {
    ask,
    async set(path, value) {
      if (value === null) await ask(path, { method: 'DELETE' });
      else await ask(`${path}/${encodeURIComponent(String(value))}`, { method: 'POST' });
    },
  };
}

function messageOf(answer: unknown): string | undefined {
  return isRecord(answer) && typeof answer.error === 'string' ? answer.error : undefined;
}

function problemsIn(answer: unknown): readonly Problem[] | undefined {
  return isRecord(answer) && Array.isArray(answer.problems) ? (answer.problems as readonly Problem[]) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
