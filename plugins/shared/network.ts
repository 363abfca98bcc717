/** What went wrong on the way to a device, as a part of a sentence that names no address and no secret. */
export interface NetworkFailure {
  /** How the control loop has to see it */
  readonly code: 'EVCC_DEVICE_UNAVAILABLE' | 'EVCC_DEVICE_PROTOCOL';
  /** Such as `the connection was refused (ECONNREFUSED)` */
  readonly text: string;
}

const TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ECONNABORTED: 'the connection was aborted',
  EPIPE: 'the connection was closed',
  EHOSTUNREACH: 'the host cannot be reached',
  EHOSTDOWN: 'the host is down',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ETIMEDOUT: 'there was no answer in time',
  ERR_TOO_MANY_REDIRECTS: 'it redirects endlessly',
};

/** Codes of certificates that nobody vouches for, or of another host */
const CERTIFICATE = /^(DEPTH_ZERO_|SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS_CERT)/;
/** Answers that cannot be parsed or unpacked */
const NONSENSE = /^(HPE_|Z_|ERR_CONTENT_LENGTH|ERR_SSL_WRONG_VERSION)/;

/** Explains an error of a socket, of TLS or of an HTTP parser. */
export function networkFailure(error: unknown): NetworkFailure {
  const code = codeIn(error) ?? '';
  if (CERTIFICATE.test(code)) {
    return {
      code: 'EVCC_DEVICE_UNAVAILABLE',
      text: `its certificate is not trusted (${code}); if it is the device's own, set insecure: true`,
    };
  }
  if (NONSENSE.test(code)) return { code: 'EVCC_DEVICE_PROTOCOL', text: `the answer cannot be understood (${code})` };
  const known = TEXTS[code];
  if (known) return { code: 'EVCC_DEVICE_UNAVAILABLE', text: `${known} (${code})` };
  return { code: 'EVCC_DEVICE_UNAVAILABLE', text: `the connection failed${code && ` (${code})`}` };
}

/** The most telling code of an error and its causes, also where several addresses were tried. */
function codeIn(error: unknown): string | undefined {
  let generic: string | undefined;
  for (let current = error, depth = 0; typeof current === 'object' && current !== null && depth < 5; depth += 1) {
    const { code, cause, errors } = current as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === 'string' && !code.startsWith('ERR_GOT') && code !== 'ERR_READING_RESPONSE_STREAM') return code;
    if (typeof code === 'string') generic ??= code;
    current = Array.isArray(errors) ? errors[0] : cause;
  }
  return generic;
}

/** A URL as it may be shown: without credentials and without what its query says. */
export function showUrl(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return 'an address that is none';
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}${parsed.search && '?…'}`;
}
