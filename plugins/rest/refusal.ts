/** A request that is not answered with success: status, what the client is told, extra header fields. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Statuses of the coded errors that a client can do something about. */
const STATUSES: Readonly<Record<string, number>> = {
  EVCC_COMMAND_INVALID: 400,
  EVCC_NOT_SUPPORTED: 400,
  EVCC_NOT_FOUND: 404,
  EVCC_TOO_SOON: 429,
  EVCC_STORE_FAILED: 503,
};

/** The refusal for a failure; `undefined` for failures that are no business of the client. */
export function toRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (!(error instanceof Error)) return undefined;
  const status = 'code' in error && typeof error.code === 'string' ? STATUSES[error.code] : undefined;
  if (status === undefined) return undefined;
  const pause = 'retryAfter' in error ? Number(error.retryAfter) : 0;
  return new Refusal(status, error.message, pause > 0 ? { 'Retry-After': String(Math.ceil(pause / 1_000)) } : {});
}
