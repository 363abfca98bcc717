import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { TestContext } from 'vitest';

/** A mail server that takes part in what RFC 5321, 3207 (STARTTLS) and 4954 (AUTH PLAIN) describe. */

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it arrived, headers and body */
  readonly data: string;
  readonly secure: boolean;
  /** Who logged in; absent: nobody */
  readonly login?: string;
}

export interface SmtpServer {
  readonly port: number;
  readonly mails: readonly Mail[];
  /** Everything that clients said, in the clear */
  readonly heard: readonly string[];
}

export interface SmtpOptions {
  /** Certificate and key; with it, TLS is offered */
  readonly pem?: Buffer;
  /** `user password` that is let in; absent: no login is offered */
  readonly login?: string;
  /** Instead of its usual reply to a command, such as `RCPT` */
  readonly replies?: Readonly<Record<string, string>>;
  /** Says nothing at all */
  readonly mute?: boolean;
}

export async function startSmtpServer(
  t: Pick<TestContext, 'onTestFinished'>,
  options: SmtpOptions = {},
): Promise<SmtpServer> {
  const mails: Mail[] = [];
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (!options.mute) serve(socket, options, mails, heard);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.onTestFinished(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, mails, heard };
}

function serve(plain: Socket, { pem, login, replies = {} }: SmtpOptions, mails: Mail[], heard: string[]): void {
  let socket: Socket = plain;
  let secure = false;
  let user: string | undefined;
  let from = '';
  let to: string[] = [];
  let data: string[] | undefined;
  let rest = '';

  const say = (...lines: string[]): unknown => socket.write(lines.map((line) => `${line}\r\n`).join(''));
  const greet = (): unknown => {
    const offers = ['mail.test', ...(pem && !secure ? ['STARTTLS'] : []), ...(login ? ['AUTH PLAIN'] : []), '8BITMIME'];
    return say(...offers.map((offer, index) => `250${index < offers.length - 1 ? '-' : ' '}${offer}`));
  };
  const upgrade = (): unknown => {
    if (!pem) return say('502 no TLS');
    say('220 go ahead');
    plain.removeListener('data', listen);
    const context = createSecureContext({ cert: pem, key: pem });
    socket = new TLSSocket(plain, { isServer: true, secureContext: context });
    secure = true;
    socket.on('error', () => plain.destroy());
    return socket.on('data', listen);
  };
  const enter = (token: string): unknown => {
    const [, name = '', password = ''] = Buffer.from(token, 'base64').toString().split('\0');
    if (`${name} ${password}` !== login) return say('535 5.7.8 who are you?');
    user = name;
    return say('235 welcome');
  };
  const take = (line: string): unknown => {
    if (data) {
      if (line !== '.') return data.push(line.startsWith('.') ? line.slice(1) : line);
      mails.push({ from, to, data: data.join('\n'), secure, ...(user !== undefined && { login: user }) });
      data = undefined;
      return say('250 taken');
    }
    if (!secure) heard.push(line);
    const [command = ''] = line.split(' ');
    const reply = replies[command.toUpperCase()];
    if (reply) return say(reply);
    if (/^EHLO|^HELO/i.test(line)) return greet();
    if (/^STARTTLS/i.test(line)) return upgrade();
    if (/^AUTH PLAIN /i.test(line)) return enter(line.slice(11));
    if (/^MAIL FROM:/i.test(line)) from = /<(.*)>/.exec(line)?.[1] ?? '';
    else if (/^RCPT TO:/i.test(line)) to = [...to, /<(.*)>/.exec(line)?.[1] ?? ''];
    else if (/^DATA/i.test(line)) {
      data = [];
      return say('354 go on');
    } else if (/^QUIT/i.test(line)) return socket.end('221 bye\r\n');
    return say('250 fine');
  };
  const listen = (chunk: Buffer): void => {
    rest += chunk.toString();
    for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      take(line);
    }
  };
  socket.on('error', () => {});
  socket.on('data', listen);
  say('220 mail.test');
}
