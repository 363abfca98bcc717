import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Evcc } from '../../core/index.ts';

/** Files of a certificate, relative to the configuration. */
export interface TlsOptions {
  /** Certificate with its chain, PEM */
  cert: string;
  /** Its private key, PEM without passphrase */
  key: string;
  /** Certificate of an authority, PEM: only clients with a certificate of it may connect */
  ca?: string;
}

/** ms between two looks at the files: whoever renews certificates leaves weeks for it */
const LOOK = 60_000;

const WHAT = { cert: 'certificate', key: 'private key', ca: 'certificate of the authority' } as const;

export interface Certificate {
  readonly secure: SecureContextOptions;
  /** Changes with the content of the files */
  readonly mark: string;
}

/** Reads the files that `section` of the configuration names. Errors: `EVCC_CONFIG_INVALID`, which says which file is wrong and why. */
export async function readCertificate(
  { directory, fail }: Pick<Evcc, 'directory' | 'fail'>,
  section: string,
  options: TlsOptions,
): Promise<Certificate> {
  const invalid = (name: keyof TlsOptions, why: string): never =>
    fail('EVCC_CONFIG_INVALID', `${section}.tls.${name} ${resolve(directory, options[name] ?? '')}: ${why}`);
  const read = async (name: keyof TlsOptions): Promise<string | undefined> => {
    const file = options[name];
    if (file === undefined) return undefined;
    const text = await readFile(resolve(directory, file), 'utf8').catch((error: NodeJS.ErrnoException) =>
      invalid(name, REASONS[error.code ?? ''] ?? `cannot be read (${error.code})`),
    );
    const kind = name === 'key' ? 'PRIVATE KEY' : 'CERTIFICATE';
    if (!new RegExp(`-----BEGIN ([A-Z ]+ )?${kind}-----`).test(text))
      invalid(name, `holds no ${WHAT[name]} in PEM form`);
    return text;
  };
  const [cert = '', key = '', ca] = [await read('cert'), await read('key'), await read('ca')];
  const check = <T>(name: keyof TlsOptions, use: () => T): T => {
    try {
      return use();
    } catch (error) {
      return invalid(name, `is not usable: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const certificate = check('cert', () => new X509Certificate(cert));
  if (ca !== undefined) check('ca', () => new X509Certificate(ca));
  check('key', () => createSecureContext({ key }));
  check('cert', () => createSecureContext({ cert }));
  try {
    createSecureContext({ cert, key });
  } catch {
    invalid('key', `does not belong to the certificate of ${certificate.subject?.replaceAll('\n', ', ') ?? 'nobody'}`);
  }
  return {
    secure: { cert, key, ...(ca !== undefined && { ca }) },
    mark: createHash('sha256')
      .update(JSON.stringify([cert, key, ca]))
      .digest('hex'),
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'may not be read by this program',
  EISDIR: 'is a folder',
};

/** Looks at the files from time to time and calls `use` when they changed; the returned function ends that. */
export function followCertificate(
  evcc: Pick<Evcc, 'clock' | 'log' | 'directory' | 'fail'>,
  section: string,
  options: TlsOptions,
  first: Certificate,
  use: (certificate: Certificate) => void,
): () => void {
  const { clock, log } = evcc;
  let known = first.mark;
  let trouble = '';
  let ended = false;
  let cancel = (): void => {};
  const look = async (): Promise<void> => {
    try {
      const present = await readCertificate(evcc, section, options);
      trouble = '';
      if (present.mark === known || ended) return;
      known = present.mark;
      use(present);
      log.info('the certificate was read anew');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // Files that are being written may be incomplete for a moment, so that it is told when it lasts.
      if (trouble === `${message} again` || ended) return;
      if (trouble === message) log.warn(`${message}; the certificate before is used on`);
      trouble = trouble === message ? `${message} again` : message;
    }
  };
  const wait = (): void => {
    cancel = clock.after(LOOK, () => void look().finally(() => ended || wait()));
  };
  wait();
  return () => {
    ended = true;
    cancel();
  };
}
