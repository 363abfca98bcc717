import { randomBytes, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Evcc } from '../../core/index.ts';
import { ADDRESS_HELP, type BrokerAddress, parseAddress } from './address.ts';
import { messageOf } from './text.ts';

/** Options of the `mqtt` section. */
export interface MqttOptions {
  /** Address of the broker: `host`, `host:port`, `mqtt://host:port`, `mqtts://host:port` for TLS */
  broker: string;
  /** All topics are below this one; default `evcc` */
  topic?: string;
  user?: string;
  /** Secret */
  password?: string;
  /** Name of this client at the broker, unique there; default: a random one */
  clientId?: string;
  /** Accepts any certificate of the broker; default false */
  insecure?: boolean;
  /** Certificate of the authority that signed the broker's: PEM text, or a file relative to the configuration */
  caCert?: string;
  /** Certificate of this client: PEM text or file */
  clientCert?: string;
  /** Secret. Private key of `clientCert`: PEM text or file */
  clientKey?: string;
  /** Quality of service of what is published; default 1: at least once */
  qos?: 0 | 1 | 2;
}

/** What the plugin works with: checked, complete, files read. */
export interface MqttSetup {
  readonly address: BrokerAddress;
  /** Topic above all others, without slashes at its ends */
  readonly root: string;
  readonly clientId: string;
  readonly qos: 0 | 1 | 2;
  readonly insecure: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Checks what a schema cannot and reads the files; throws `EVCC_CONFIG_INVALID`. */
export async function resolveOptions(options: MqttOptions, evcc: Pick<Evcc, 'directory' | 'fail'>): Promise<MqttSetup> {
  const invalid = (path: string, why: string): never => evcc.fail('EVCC_CONFIG_INVALID', `mqtt.${path}: ${why}`);
  // The text may hold a password, so it is not repeated.
  const address = parseAddress(options.broker) ?? invalid('broker', `not an address of a broker; use ${ADDRESS_HELP}`);
  const root = (options.topic ?? 'evcc').replace(/^\/+|\/+$/g, '');
  if (root === '') invalid('topic', 'must not be empty');
  if (/[+#\0]/.test(root)) invalid('topic', `"${root}" must not contain the wildcards + and #`);
  if (root.startsWith('$')) invalid('topic', `"${root}" must not begin with $, which belongs to the broker`);
  if (Buffer.byteLength(root) > 1_000) invalid('topic', 'must not be longer than 1000 bytes');

  const user = options.user ?? address.user;
  const password = options.password ?? address.password;
  if (password !== undefined && user === undefined) invalid('user', 'is needed with a password');
  if ((options.clientCert === undefined) !== (options.clientKey === undefined)) {
    invalid(options.clientCert === undefined ? 'clientCert' : 'clientKey', 'clientCert and clientKey need each other');
  }
  const pem = async (name: 'caCert' | 'clientCert' | 'clientKey'): Promise<string | undefined> => {
    const value = options[name];
    if (value === undefined) return undefined;
    if (!address.tls) return invalid(name, 'is of use with TLS only: begin the address of the broker with mqtts://');
    if (value.includes('-----BEGIN')) return value;
    try {
      return await readFile(resolve(evcc.directory, value), 'utf8');
    } catch (error) {
      // What was taken for the name of a file may be a key, so it is not repeated.
      return invalid(name, `neither PEM text nor a readable file (${(error as NodeJS.ErrnoException).code})`);
    }
  };
  const [ca, cert, key] = [await pem('caCert'), await pem('clientCert'), await pem('clientKey')];
  const check = (name: string, read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      invalid(name, `not usable: ${messageOf(error)}`);
    }
  };
  if (ca !== undefined) check('caCert', () => new X509Certificate(ca));
  if (cert !== undefined) check('clientCert', () => new X509Certificate(cert));
  if (cert !== undefined && key !== undefined) check('clientKey', () => createSecureContext({ cert, key }));
  return {
    address,
    root,
    clientId: options.clientId ?? `evcc-${randomBytes(6).toString('hex')}`,
    qos: options.qos ?? 1,
    insecure: options.insecure ?? false,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}
