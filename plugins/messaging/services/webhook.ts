import type { WebhookOptions } from '../options.ts';
import { type Message, post, Refused, type Service, type ServiceContext } from '../service.ts';
import { compile, type Template } from '../template.ts';
import type { Values } from '../values.ts';

/** Any address that takes requests. */
export function createWebhook(options: WebhookOptions, context: ServiceContext): Service[] {
  const {
    url,
    method = 'POST',
    headers = {},
    body = method === 'GET' ? undefined : USUAL,
    insecure,
    timeout = 10,
  } = options;
  const { time, invalid } = context;
  const origin = /^https?:\/\/[^/?#]*/.exec(url)?.[0] ?? '';
  if (/\{\{|\$\{/.test(origin)) invalid('url must not have placeholders before or in the host');
  const address = compile(url.slice(origin.length), time, (why) => invalid(`url: ${why}`), ['url']);
  const parts = new Map<string, Template>();
  for (const text of textsIn(body)) {
    if (!parts.has(text))
      parts.set(
        text,
        compile(text, time, (why) => invalid(`body: ${why}`)),
      );
  }
  if (method === 'GET' && body !== undefined) invalid('body: there is none in a GET request');
  const send: Service['send'] = async (message, signal) => {
    const values = withMessage(message);
    const text = (part: string): string => filled(parts.get(part), values);
    const request = {
      url: origin + filled(address, values),
      method,
      headers,
      ...(body !== undefined && { body: replaced(body, text) }),
      ...(insecure !== undefined && { insecure }),
    };
    await post(context, request, signal);
  };
  return [{ name: context.name, timeout: timeout * 1_000, send }];
}

/** What is sent unless something else is configured */
const USUAL = {
  event: '{{event}}',
  title: '{{message.title|}}',
  message: '{{message.text}}',
  loadpoint: '{{title|}}',
};

/** The values with the message itself among them. */
function withMessage({ event, title, text, values }: Message): Values {
  const texts = { event, 'message.title': title, 'message.text': text };
  const all = new Map(values);
  for (const [name, value] of Object.entries(texts)) all.set(name, { value, kind: 'text' });
  return all;
}

function filled(template: Template | undefined, values: Values): string {
  const { text, missing } = template?.fill(values) ?? { text: '', missing: [] };
  if (missing.length > 0) throw new Refused(`there is no value ${missing.join(', ')} now`);
  return text;
}

/** Every text in a body, at any depth. */
function textsIn(body: unknown): string[] {
  if (typeof body === 'string') return [body];
  return typeof body === 'object' && body !== null ? Object.values(body).flatMap(textsIn) : [];
}

function replaced(body: unknown, text: (part: string) => string): unknown {
  if (typeof body === 'string') return text(body);
  if (Array.isArray(body)) return body.map((item) => replaced(item, text));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([key, item]) => [key, replaced(item, text)]));
}
