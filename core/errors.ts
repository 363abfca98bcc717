/** What went wrong, as a code that tells the control loop and the surfaces what to do. Explained in `docs/errors.md`. */
export const ERROR_CODES = {
  EVCC_CONFIG_INVALID: 'The configuration does not fit its schema or names things that do not exist.',
  EVCC_PLUGIN_FAILED: 'A plugin could not be loaded or failed while it was applied.',
  EVCC_DEVICE_UNAVAILABLE: 'A device did not answer in time or could not be reached.',
  EVCC_DEVICE_AUTH: 'A device refused the credentials.',
  EVCC_DEVICE_PROTOCOL: 'A device answered in another shape than expected.',
  EVCC_ASLEEP: 'The car sleeps, so that a command could not be carried out; it is woken up.',
  EVCC_STALE: 'A reading is older than its limit.',
  EVCC_NOT_SUPPORTED: 'The device or plugin does not have this ability.',
  EVCC_NOT_FOUND: 'The thing that was named does not exist.',
  EVCC_COMMAND_INVALID: 'A value is out of range or not allowed now; nothing was changed.',
  EVCC_TOO_SOON: 'It was asked for again too soon; nothing was done.',
  EVCC_STORE_FAILED: 'The database could not be opened, read or written.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetails {
  readonly cause?: unknown;
  /** Name of the plugin that is responsible. */
  readonly plugin?: string;
  /** Name of the device as configured. */
  readonly device?: string;
  /** ms until it may be asked for again, of `EVCC_TOO_SOON` */
  readonly retryAfter?: number;
}

/** The one error class. Classify by `code`, never by `instanceof`: two copies of a package break that. */
export class EvccError extends Error {
  override readonly name = 'EvccError';
  readonly code: ErrorCode;
  readonly plugin?: string;
  readonly device?: string;
  readonly retryAfter?: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.plugin !== undefined) this.plugin = details.plugin;
    if (details.device !== undefined) this.device = details.device;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
  }
}

/** Throws; handed to plugins as `evcc.fail` so that they need no class of ours. */
export function fail(code: ErrorCode, message: string, details?: ErrorDetails): never {
  throw new EvccError(code, message, details);
}

/** The code of an error, also across package copies; `undefined` for errors that carry none of ours. */
export function codeOf(error: unknown): ErrorCode | undefined {
  const code = property(error, 'code');
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : undefined;
}

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'ABORT_ERR',
  'ERR_ABORTED',
  'ERR_GOT_REQUEST_ERROR',
  'EPROTO',
]);

/** Codes of the HTTP client in Node, and of certificates that are not accepted. */
const NETWORK_PATTERN = /^(UND_ERR_|ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|(DEPTH_ZERO_)?SELF_SIGNED_)/;

/** Gives a device error its code: network failures are mapped here and nowhere else. */
export function classifyDeviceError(error: unknown, depth = 5): ErrorCode | undefined {
  const known = codeOf(error);
  if (known) return known;
  const status = property(property(error, 'response'), 'statusCode');
  if (status === 401 || status === 403) return 'EVCC_DEVICE_AUTH';
  if (typeof status === 'number') return 'EVCC_DEVICE_UNAVAILABLE';
  const code = property(error, 'code');
  if (code === 'ERR_BODY_PARSE_FAILURE' || error instanceof SyntaxError) return 'EVCC_DEVICE_PROTOCOL';
  if (typeof code === 'string' && (NETWORK_CODES.has(code) || NETWORK_PATTERN.test(code)))
    return 'EVCC_DEVICE_UNAVAILABLE';
  const name = property(error, 'name');
  if (name === 'AbortError' || name === 'TimeoutError') return 'EVCC_DEVICE_UNAVAILABLE';
  // `fetch` only says that it failed; why is in the cause.
  const cause = property(error, 'cause');
  return cause === undefined || depth === 0 ? undefined : classifyDeviceError(cause, depth - 1);
}

/** One readable line for any thrown value. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0 && !error.message) return messageOf(error.errors[0]);
  const message = property(error, 'message');
  if (typeof message === 'string' && message !== '') return message;
  if (error instanceof Error) return error.name;
  if (typeof error === 'object' && error !== null)
    return `an error without a message (${Object.keys(error).join(', ')})`;
  return String(error);
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
