import { describe, expect, test } from 'vitest';
import { encodedWords } from '../../../plugins/messaging/services/ntfy.ts';
import { message, refusal, send, server, servicesOf } from './sending.ts';

/** What services send, compared with what their vendors describe. */

describe('ntfy', () => {
  test('gets the message as body, and title, tags and priority as headers', async (t) => {
    const device = await server(t);
    device.route('POST /my-topic', { json: { id: 'x' } });
    const options = { token: 'tk_1', priority: 'high', tags: ['car', 'zap'] } as const;
    const services = servicesOf(t, { type: 'ntfy', topic: 'my-topic', url: `${device.url}/`, ...options });
    expect(await send(services)).toEqual(['sent']);
    const [request] = device.requests;
    expect(request?.body).toBe('EV6 was connected\nat Garage.');
    expect(request?.headers).toMatchObject({
      title: 'Car connected',
      tags: 'car,zap',
      priority: 'high',
      authorization: 'Bearer tk_1',
      'content-type': 'text/plain; charset=utf-8',
    });
  });

  test('gets other letters than those of headers as encoded words', async (t) => {
    const device = await server(t);
    device.route('POST /t', { json: {} });
    const services = servicesOf(t, { type: 'ntfy', topic: 't', url: device.url, user: 'me', password: 'secret' });
    expect(await send(services, message({ title: 'Straße 🚗', text: 'größer <b>&' }))).toEqual(['sent']);
    const [request] = device.requests;
    expect(request?.headers.title).toBe(`=?UTF-8?B?${Buffer.from('Straße 🚗').toString('base64')}?=`);
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
    expect(request?.body).toBe('größer <b>&');
  });

  test('gets no title where there is none', async (t) => {
    const device = await server(t);
    device.route('POST /t', { json: {} });
    await send(servicesOf(t, { type: 'ntfy', topic: 't', url: device.url }), message({ title: '' }));
    expect(Object.keys(device.requests[0]?.headers ?? {})).not.toContain('title');
  });

  test('has long titles in words of at most 75 characters, cut between letters', () => {
    const title = 'ü🚗'.repeat(60);
    const words = encodedWords(title).split(' ');
    expect(words.length).toBeGreaterThan(3);
    expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(75);
    const decoded = words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString());
    expect(decoded.join('')).toBe(title);
    expect(encodedWords('=?UTF-8?B?eA==?=')).not.toBe('=?UTF-8?B?eA==?=');
  });

  test('says why it refuses; what it may take later is tried again', async (t) => {
    const device = await server(t);
    const services = servicesOf(t, { type: 'ntfy', topic: 't', url: device.url });
    device.route('POST /t', { status: 403, text: '{"code":40301,"http":403,"error":"forbidden"}' });
    expect(await send(services)).toEqual(['Refused: answered with status 403: forbidden']);
    device.route('POST /t', { status: 429, text: 'not\nJSON' });
    expect(await send(services)).toEqual(['Error: answered with status 429']);
    await device.fail('error');
    expect(await send(services)).toEqual(['Error: answered with status 500']);
    await device.fail('noise');
    expect(await send(services)).toEqual([expect.stringMatching(/^Error: the answer cannot be understood/)]);
    await device.fail('refuse');
    expect(await send(services)).toEqual(['Error: the connection was refused (ECONNREFUSED)']);
  });

  test('is not followed elsewhere', async (t) => {
    const device = await server(t);
    device.route('POST /t', { status: 308, headers: { location: 'http://127.0.0.1:1/t' }, text: '' });
    expect(await send(servicesOf(t, { type: 'ntfy', topic: 't', url: device.url, token: 'secret' }))).toEqual([
      'Refused: answered with status 308, a redirection to another address, which is not followed',
    ]);
  });

  test('needs a whole login', (t) => {
    const ntfy = { type: 'ntfy', topic: 't' } as const;
    expect(refusal(t, { ...ntfy, user: 'me' })).toBe(
      'EVCC_CONFIG_INVALID messaging.services[0]: user and password need each other',
    );
    expect(refusal(t, { ...ntfy, user: 'me', token: 'x' })).toContain('token and user exclude each other');
  });
});

describe('telegram', () => {
  const TOKEN = '123456:ABC-DEF';

  test('gets one message per chat, as plain text', async (t) => {
    const device = await server(t);
    device.route(`POST /bot${TOKEN}/sendMessage`, { json: { ok: true, result: {} } });
    const services = servicesOf(t, { type: 'telegram', token: TOKEN, chats: [-1001, '@house'], url: device.url });
    expect(await send(services, message({ text: 'a *b* <i>_c_' }))).toEqual(['sent', 'sent']);
    const bodies = device.requests.map(({ body }) => JSON.parse(body) as unknown);
    expect(bodies).toHaveLength(2);
    expect(bodies).toContainEqual({ chat_id: -1001, text: 'Car connected\n\na *b* <i>_c_' });
    expect(bodies).toContainEqual({ chat_id: '@house', text: 'Car connected\n\na *b* <i>_c_' });
    expect(device.requests[0]?.headers['content-type']).toBe('application/json');
  });

  test('gets no more than it takes', async (t) => {
    const device = await server(t);
    device.route(`POST /bot${TOKEN}/sendMessage`, { json: { ok: true } });
    const services = servicesOf(t, { type: 'telegram', token: TOKEN, chats: [1], url: device.url });
    await send(services, message({ text: '🚗'.repeat(5_000) }));
    const { text } = JSON.parse(device.requests[0]?.body ?? '') as { text: string };
    expect([...text].length).toBe(4_096);
    expect(text.endsWith('🚗…')).toBe(true);
  });

  test('says which chat refuses and why, and never the token', async (t) => {
    const device = await server(t);
    device.route(`POST /bot${TOKEN}/sendMessage`, ({ body }) =>
      body.includes('"chat_id":1,')
        ? { json: { ok: true } }
        : { status: 400, text: '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}' },
    );
    const services = servicesOf(t, { type: 'telegram', token: TOKEN, chats: [1, 2], url: device.url });
    expect(await send(services)).toEqual(['sent', 'Refused: answered with status 400: Bad Request: chat not found']);
    expect(services.map(({ name }) => name)).toEqual(['telegram (chat 1)', 'telegram (chat 2)']);
    await device.fail('reset');
    expect((await send(services)).join()).not.toContain(TOKEN);
    await device.fail('refuse');
    expect((await send(services)).join()).not.toContain(TOKEN);
  });
});

describe('pushover', () => {
  test('gets token, user, title, message and devices', async (t) => {
    const device = await server(t);
    device.route('POST /1/messages.json', { json: { status: 1 } });
    const options = { app: 'a'.repeat(30), recipients: ['u1', 'u2'], devices: ['phone', 'tablet'] };
    const services = servicesOf(t, { type: 'pushover', ...options, url: device.url });
    expect(await send(services)).toEqual(['sent', 'sent']);
    const bodies = device.requests.map(({ body }) => JSON.parse(body) as { user: string });
    expect(bodies.sort((a, b) => a.user.localeCompare(b.user))).toEqual(
      ['u1', 'u2'].map((user) => ({
        token: options.app,
        user,
        title: 'Car connected',
        message: 'EV6 was connected\nat Garage.',
        device: 'phone,tablet',
      })),
    );
  });

  test('says why it refuses', async (t) => {
    const device = await server(t);
    device.route('POST /1/messages.json', {
      status: 400,
      text: '{"user":"invalid","errors":["user identifier is invalid"],"status":0}',
    });
    const services = servicesOf(t, { type: 'pushover', app: 'app', recipients: ['u'], url: device.url });
    expect(await send(services)).toEqual(['Refused: answered with status 400: user identifier is invalid']);
  });
});

describe('a webhook', () => {
  test('gets event, title, message and loadpoint as JSON', async (t) => {
    const device = await server(t);
    device.route('POST /hook', { text: '' });
    const services = servicesOf(t, { type: 'webhook', url: `${device.url}/hook`, headers: { 'X-Key': 'k' } });
    expect(await send(services, message({ title: '', text: 'a "quoted"\ntext' }))).toEqual(['sent']);
    const [request] = device.requests;
    expect(JSON.parse(request?.body ?? '')).toEqual({
      event: 'connect',
      title: '',
      message: 'a "quoted"\ntext',
      loadpoint: 'Garage',
    });
    expect(request?.headers).toMatchObject({ 'x-key': 'k', 'content-type': 'application/json' });
  });

  test('gets a body of its own, in which texts cannot break out of their quotes', async (t) => {
    const device = await server(t);
    device.route('PUT /hook', { text: '' });
    const body = { text: '*{{message.title}}*: {{message.text}}', n: 1, list: ['{{vehicleSoc:unit}}', null, true] };
    const services = servicesOf(t, { type: 'webhook', url: `${device.url}/hook`, method: 'PUT', body });
    expect(await send(services, message({ text: '", "n": 2, "x": "' }))).toEqual(['sent']);
    expect(JSON.parse(device.requests[0]?.body ?? '')).toEqual({
      text: '*Car connected*: ", "n": 2, "x": "',
      n: 1,
      list: ['54 %', null, true],
    });
  });

  test('gets a text, and parts of its address, written so that they stay parts', async (t) => {
    const device = await server(t);
    device.route('POST /hook/Car%20connected%2F%3F', { text: '' });
    const services = servicesOf(t, {
      type: 'webhook',
      url: `${device.url}/hook/{{message.title}}?soc={{vehicleSoc:unit}}&text={{message.text}}`,
      headers: { 'Content-Type': 'text/markdown' },
      body: 'say {{message.text:json}}',
    });
    expect(await send(services, message({ title: 'Car connected/?', text: 'a&b="c"' }))).toEqual(['sent']);
    const [request] = device.requests;
    expect(Object.fromEntries(request?.query ?? [])).toEqual({ soc: '54 %', text: 'a&b="c"' });
    expect(request?.body).toBe('say "a&b=\\"c\\""');
    expect(request?.headers['content-type']).toBe('text/markdown');
  });

  test('is asked by GET without body', async (t) => {
    const device = await server(t);
    device.route('GET /hook', { text: 'ok' });
    const url = `${device.url}/hook?text={{message.text}}`;
    expect(await send(servicesOf(t, { type: 'webhook', url, method: 'GET' }))).toEqual(['sent']);
    expect([device.requests[0]?.query.get('text'), device.requests[0]?.body]).toEqual([
      'EV6 was connected\nat Garage.',
      '',
    ]);
  });

  test('is not asked where a value in the form of evcc is missing', async (t) => {
    const device = await server(t);
    const services = servicesOf(t, { type: 'webhook', url: `${device.url}/hook`, body: `\${nothing}` });
    expect(await send(services)).toEqual(['Refused: there is no value nothing now']);
    expect(device.requests).toEqual([]);
  });

  test.for([
    [{ url: 'http://{{title}}/x' }, 'url must not have placeholders before or in the host'],
    [{ url: `http://user:\${title}@host/x` }, 'url must not have placeholders'],
    [{ url: 'http://host/{{title' }, 'accepted'],
    [{ url: 'http://host/{{if}}{{x y}}' }, 'url: {{x y}} cannot be understood'],
    [{ url: 'http://host/', body: { a: [{ b: '{{x:y}}' }] } }, 'body: {{x:y}}: "y" is no format'],
    [{ url: 'http://host/', method: 'GET', body: 'x' }, 'body: there is none in a GET request'],
  ] as const)('%o: %s', ([options, why], t) => {
    expect(refusal(t, { type: 'webhook', ...options })).toContain(why);
  });
});
