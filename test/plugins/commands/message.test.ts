import { describe, expect, test } from 'vitest';
import { main } from '../../../core/cli/main.ts';
import { systemClock } from '../../../core/clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { freePort } from '../../helpers/free-port.ts';
import { server } from '../messaging/sending.ts';

/** Runs the command line in a folder with that configuration. */
async function message(args: readonly string[], config: object, env: Readonly<Record<string, string>> = {}) {
  let out = '';
  let err = '';
  const code = await main(['message', ...args], {
    directory: temporaryFolder({ 'evcc.config.json': JSON.stringify(config) }),
    env,
    clock: systemClock,
    signal: new AbortController().signal,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    onCrash: () => () => {},
  });
  return { code, out, err };
}

describe('evcc message test', () => {
  test('sends a message to everybody, and says to whom it could not be sent and why', async (t) => {
    const phone = await server(t);
    phone.route('POST /house', { json: {} });
    const services = [
      { type: 'ntfy', topic: 'house', url: phone.url, token: { env: 'TOKEN' } },
      { type: 'telegram', token: 'geheim', chats: [1], url: `http://127.0.0.1:${await freePort()}` },
      { type: 'script', command: 'echo broken >&2; exit 2', shell: true },
    ];
    // The house itself is not looked at.
    const config = { messaging: { events: {}, services }, meters: { grid: { type: 'unknown' } } };
    expect(await message(['test'], config, { TOKEN: 'tk_1' })).toEqual({
      code: 3,
      out: 'ntfy: sent\n',
      err:
        'telegram: not sent: the connection was refused (ECONNREFUSED)\n' +
        'script: not sent: it ended with code 2: broken\n',
    });
    expect(phone.requests.map(({ headers, body }) => [headers.title, headers.authorization, body])).toEqual([
      ['Test', 'Bearer tk_1', 'This is a test. Messages of your house will arrive here.'],
    ]);
  });

  test('sends the message of an event, as far as values are known without the house', async (t) => {
    const phone = await server(t);
    phone.route('POST /house', { json: {} });
    const events = {
      soc: true,
      connect: { title: 'Hello', message: `\${vehicleTitle} {{vehicleTitle|some car}}` },
      stop: false,
    };
    const config = { messaging: { events, services: [{ type: 'ntfy', topic: 'house', url: phone.url }] } };
    expect(await message(['test', '--event', 'soc'], config)).toEqual({ code: 0, out: 'ntfy: sent\n', err: '' });
    expect(await message(['test', '--event=connect'], config)).toMatchObject({ code: 0 });
    expect(phone.requests.map(({ headers, body }) => `${headers.title}: ${body}`)).toEqual([
      'State of charge: The car at ? has reached 80 %.',
      'Hello: ? some car',
    ]);
    const { code, err } = await message(['test', '--event', 'stop'], config);
    expect([code, err]).toEqual([
      expect.any(Number),
      expect.stringContaining('no message is configured for "stop", but for: connect, soc'),
    ]);
    expect(code).not.toBe(0);
  });

  test.for([
    [[], {}, 2, 'There is: evcc message test'],
    [['tset'], {}, 2, 'There is: evcc message test'],
    [['test', 'me'], {}, 2, 'There is: evcc message test'],
    [['test'], {}, 1, 'names nobody under messaging'],
    [['test'], { messaging: false }, 1, 'names nobody under messaging'],
    [
      ['test'],
      { messaging: { events: {}, services: [{ type: 'ntfy' }] } },
      1,
      'messaging.services[0].topic: is missing',
    ],
  ] as const)('%j with %j ends with %i', async ([args, config, code, why]) => {
    const ended = await message(args, config);
    expect(ended).toEqual({ code, out: '', err: expect.stringContaining(why) });
  });
});
