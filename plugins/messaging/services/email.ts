import type { EmailOptions } from '../options.ts';
import { oneLine, Refused, type Service, type ServiceContext } from '../service.ts';

/** E-mail over SMTP, as plain text. The library is loaded with the first message. */
export function createEmail(options: EmailOptions, context: ServiceContext): Service[] {
  const { from, to, insecure = false, timeout = 10 } = options;
  const {
    protocol,
    hostname,
    port,
    username,
    password: inUrl,
  } = serverOf(options.url) ?? context.invalid('url is none');
  const user = options.user ?? (username === '' ? undefined : username);
  const password = options.password ?? (inUrl === '' ? undefined : inUrl);
  if ((user === undefined) !== (password === undefined)) context.invalid('user and password need each other');
  const secure = protocol === 'smtps:';
  const setup = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    // A password must not be readable on the way.
    requireTLS: user !== undefined && !insecure,
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
    tls: { rejectUnauthorized: !insecure },
    connectionTimeout: timeout * 1_000,
    greetingTimeout: timeout * 1_000,
    socketTimeout: timeout * 1_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  const send: Service['send'] = async ({ title, text }, signal) => {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport(setup);
    const giveUp = (): void => transport.close();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await transport.sendMail({ from, to: [to].flat(), subject: title === '' ? text.slice(0, 80) : title, text });
    } catch (error) {
      throw explained(error);
    } finally {
      signal.removeEventListener('abort', giveUp);
      transport.close();
    }
  };
  return [{ name: context.name, timeout: timeout * 1_000, send }];
}

function serverOf(url: string): Record<'protocol' | 'hostname' | 'port' | 'username' | 'password', string> | undefined {
  const parsed = URL.parse(url);
  if (!parsed || parsed.hostname === '') return undefined;
  const { protocol, hostname, port } = parsed;
  try {
    const [username, password] = [decodeURIComponent(parsed.username), decodeURIComponent(parsed.password)];
    return { protocol, hostname, port, username, password };
  } catch {
    return undefined;
  }
}

/** Replies of 5xx are final (RFC 5321, section 4.2.1), and so is a refused login. */
function explained(error: unknown): Error {
  const { responseCode, response, code } = error as { responseCode?: number; response?: string; code?: string };
  if (code === 'ETLS') return new Refused('the mail server offers no TLS, without which no password is sent');
  if (responseCode !== undefined && response !== undefined) {
    const told = `the mail server answered: ${oneLine(response, 200)}`;
    if (responseCode < 500) return new Error(told);
    return new Refused(code === 'EAUTH' ? 'the mail server refuses user or password' : told);
  }
  const why = messageOf(error);
  return FINAL.has(code) ? new Refused(why) : new Error(`the mail server was not reached: ${why}`);
}

/** Codes of the library for what stays as it is: no such login, an address or a message that is none */
const FINAL: ReadonlySet<string | undefined> = new Set(['EAUTH', 'EENVELOPE', 'EMESSAGE']);

const messageOf = (error: unknown): string => oneLine(error instanceof Error ? error.message : String(error), 200);
