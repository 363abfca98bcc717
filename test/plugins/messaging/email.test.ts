import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { EmailOptions } from '../../../plugins/messaging/options.ts';
import { freePort } from '../../helpers/free-port.ts';
import { message, refusal, send, servicesOf } from './sending.ts';
import { startSmtpServer } from './smtp-server.ts';

const pem = readFileSync(new URL('../../fixtures/self-signed.pem', import.meta.url));
const email = (port: number, more: Partial<EmailOptions> = {}): EmailOptions => ({
  type: 'email',
  url: `smtp://127.0.0.1:${port}`,
  from: 'House <evcc@example.org>',
  to: 'me@example.org',
  ...more,
});

describe('e-mail', () => {
  test('is a plain text from one to all', async (t) => {
    const { port, mails } = await startSmtpServer(t);
    const services = servicesOf(t, email(port, { to: ['me@example.org', 'You <you@example.org>'] }));
    const what = message({ title: 'Größe <b>', text: 'one\n.two\n<b>three</b> 54 %' });
    expect(await send(services, what)).toEqual(['sent']);
    const [mail] = mails;
    expect(mail).toMatchObject({ from: 'evcc@example.org', to: ['me@example.org', 'you@example.org'], secure: false });
    expect(mail?.data).toContain('From: House <evcc@example.org>');
    expect(mail?.data).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(mail?.data).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
    expect(mail?.data).toContain('one\n.two\n<b>three</b> 54 %');
  });

  test('has no headers but its own, whatever its title', async (t) => {
    const { port, mails } = await startSmtpServer(t);
    await send(servicesOf(t, email(port)), message({ title: 'a\r\nBcc: them@example.org' }));
    expect(mails[0]?.to).toEqual(['me@example.org']);
    expect(mails[0]?.data).not.toMatch(/^Bcc:/m);
  });

  test('logs in over TLS', async (t) => {
    const { port, mails, heard } = await startSmtpServer(t, { pem, login: 'me pa:ss@word' });
    const url = `smtp://me:pa%3Ass%40word@127.0.0.1:${port}`;
    expect(await send(servicesOf(t, email(port, { url, insecure: true })))).toEqual(['sent']);
    expect(mails[0]).toMatchObject({ secure: true, login: 'me' });
    expect(heard.join()).not.toContain('AUTH');
  });

  test('does not say a password in the clear, nor to a server that nobody vouches for', async (t) => {
    const plain = await startSmtpServer(t, { login: 'me secret' });
    const login = { user: 'me', password: 'secret' };
    expect(await send(servicesOf(t, email(plain.port, login)))).toEqual([
      'Refused: the mail server offers no TLS, without which no password is sent',
    ]);
    const unknown = await startSmtpServer(t, { pem, login: 'me secret' });
    expect(await send(servicesOf(t, email(unknown.port, login)))).toEqual([expect.stringContaining('self-signed')]);
    expect([...plain.heard, ...unknown.heard].join()).not.toContain('AUTH');
    expect([...plain.mails, ...unknown.mails]).toEqual([]);
  });

  test('does so where that is wanted', async (t) => {
    const { port, mails } = await startSmtpServer(t, { login: 'me secret' });
    const services = servicesOf(t, email(port, { user: 'me', password: 'secret', insecure: true }));
    expect(await send(services)).toEqual(['sent']);
    expect(mails[0]).toMatchObject({ secure: false, login: 'me' });
  });

  test('says why it is refused, and what may work later', async (t) => {
    const problem = async (replies: Readonly<Record<string, string>>, more: Partial<EmailOptions> = {}) => {
      const { port } = await startSmtpServer(t, { replies, login: 'me right' });
      return (await send(servicesOf(t, email(port, more))))[0];
    };
    expect(await problem({}, { user: 'me', password: 'wrong', insecure: true })).toBe(
      'Refused: the mail server refuses user or password',
    );
    expect(await problem({ MAIL: '451 try again' })).toMatch(/^Error: the mail server answered: 451 try again/);
    expect(await problem({ MAIL: '550 no such sender' })).toMatch(/^Refused: .*550 no such sender/);
    const closed = await freePort();
    expect((await send(servicesOf(t, email(closed))))[0]).toMatch(/^Error: the mail server was not reached: .*REFUSED/);
  });

  test.for([
    [{ url: 'smtp://me@host' }, 'user and password need each other'],
    [{ url: 'smtp://me:%ZZ@host' }, 'url is none'],
    [{ password: 'x' }, 'user and password need each other'],
  ] as const)('%o: %s', ([options, why], t) => {
    expect(refusal(t, email(25, options))).toBe(`EVCC_CONFIG_INVALID messaging.services[0]: ${why}`);
  });
});
