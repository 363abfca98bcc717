import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { text } from 'node:stream/consumers';
import type { CommandContext } from '../../core/index.ts';

/** The REST interface of a running house, as commands find and ask it. */

/** Where a house is, and what it lets in with */
export interface Address {
  readonly url: string;
  /** Absent: none is known */
  readonly token?: string | undefined;
  /** It is on this machine, where its certificate, if it has one, is for another name */
  readonly own?: boolean;
}

/** Port that a house has unless its configuration says otherwise */
const USUAL_PORT = 7070;

/** Variable of the environment with a token */
export const TOKEN = 'EVCC_TOKEN';

/** The token that was named for the houses of others; `undefined`: none. */
export function givenToken({ env }: CommandContext): string | undefined {
  return env[TOKEN] || undefined;
}

/** What is wrong with `--url`; `undefined`: nothing, or it was not given. */
export function wrongAddress(url: string | undefined): string | undefined {
  if (url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return undefined;
  return `--url must be like http://192.168.1.10:7070, not "${url}"`;
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
  return { url, own: true, token: givenToken(context) ?? (typeof known === 'string' ? known : undefined) };
}

/** What a house answers. Rejects when nothing answers within `deadline` ms, with the reason. */
export async function ask(
  { url, token, own }: Address,
  path: string,
  deadline: number,
  { clock, signal }: Pick<CommandContext, 'clock' | 'signal'>,
): Promise<{ readonly status: number; readonly text: string }> {
  const late = new AbortController();
  const end = clock.after(deadline, () => late.abort());
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly status: number; readonly text: string }>();
  const sent = (url.startsWith('https:') ? requestSecure : requestPlain)(
    url.replace(/\/+$/, '') + path,
    {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      rejectUnauthorized: own !== true,
      agent: false,
      signal: AbortSignal.any([late.signal, signal]),
    },
    (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, text: body }), reject);
    },
  );
  sent.once('error', reject).end();
  try {
    return await promise;
  } catch (cause) {
    throw new Error(late.signal.aborted ? 'nothing answers in time' : 'no house answers', { cause });
  } finally {
    end();
  }
}

/** A field of an object; `undefined`: there is none. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** A value of the configuration, which may stand in the environment. */
function resolved(value: unknown, { env }: CommandContext): unknown {
  const name = field(value, 'env');
  return typeof name === 'string' ? env[name] : value;
}
