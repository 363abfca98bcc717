import { addressOf } from './address.ts';
import type { Draft, Fields } from './draft.ts';
import { commandOf } from './request.ts';
import type { Section } from './section.ts';

const EVENTS = ['start', 'stop', 'connect', 'disconnect', 'soc', 'guest', 'asleep', 'planoverrun', 'suggestion'];

type Service = (section: Section, draft: Draft) => Fields | undefined;

export function migrateMessaging(root: Section, draft: Draft): void {
  const section = root.section('messaging');
  if (!section) return;
  const services = section.sections('services').flatMap((each, index) => {
    const type = each.text('type')?.toLowerCase() ?? '';
    const make = Object.hasOwn(SERVICES, type) ? SERVICES[type] : undefined;
    const service = make?.({ ...each, path: ['messaging', 'services', index] }, draft);
    if (!service)
      draft.lost(
        ['messaging', 'services'],
        each.line,
        `service "${type}" is left out: it has no counterpart, or is not complete`,
      );
    for (const { key, line } of each.rest())
      if (service) draft.lost(['messaging', 'services'], line, `${key} has no counterpart`);
    return service ?? [];
  });
  const events: Fields = {};
  const inner = section.section('events');
  for (const event of EVENTS) {
    const text = inner?.section(event);
    if (!text) continue;
    const title = text.text('title');
    const message = text.text('msg') ?? text.text('message');
    const disabled = text.flag('disabled');
    if (/\{\{/.test(`${title}${message}`)) {
      draft.lost(
        ['messaging', 'events', event],
        text.line,
        'templates of Go are not taken over: the usual text is sent',
      );
      events[event] = disabled ? { disabled } : true;
    } else {
      events[event] = {
        ...(title !== undefined && { title }),
        ...(message !== undefined && { message }),
        ...(disabled && { disabled }),
      };
    }
    text.close();
  }
  inner?.close();
  section.close();
  if (services.length > 0) draft.config.messaging = { events, services };
  else draft.lost(['messaging'], section.line, 'messaging is left out: there is nobody to tell');
}

const pushover: Service = (section, draft) => {
  const app = section.text('app');
  const recipients = section.texts('recipients');
  const devices = section.texts('devices');
  if (app === undefined || recipients.length === 0) return undefined;
  return {
    type: 'pushover',
    app: draft.secret(['messaging', 'pushover', 'app'], app),
    recipients: recipients.map((each) => draft.secret(['messaging', 'pushover', 'recipient'], each)),
    ...(devices.length > 0 && { devices }),
  };
};

const telegram: Service = (section, draft) => {
  const token = section.text('token');
  const chats = section.texts('chats').map((chat) => (/^-?\d{1,15}$/.test(chat) ? Number(chat) : chat));
  if (token === undefined || chats.length === 0) return undefined;
  return { type: 'telegram', token: draft.secret(['messaging', 'telegram', 'token'], token), chats };
};

const ntfy: Service = (section, draft) => {
  const uri = section.text('uri') ?? section.text('host');
  const found = /^(https?:\/\/[^/]+)\/([^/?#]+)/.exec(uri ?? '');
  const topic = section.text('topic') ?? found?.[2];
  const url = found?.[1] ?? uri;
  if (topic === undefined || url === undefined) return undefined;
  const token = section.text('token') ?? section.text('authtoken');
  const priority = section.text('priority');
  const tags = section.texts('tags').flatMap((each) => each.split(',').map((tag) => tag.trim()));
  return {
    type: 'ntfy',
    topic,
    url: addressOf(url, ['messaging', 'ntfy', 'url'], draft),
    ...(token !== undefined && { token: draft.secret(['messaging', 'ntfy', 'token'], token) }),
    ...(priority !== undefined && { priority }),
    ...(tags.length > 0 && { tags }),
  };
};

/** `smtp://user:password@host:port/?fromAddress=from&toAddresses=to` */
const email: Service = (section, draft) => {
  const uri = section.text('uri') ?? '';
  const [, server, query = ''] = /^(smtps?:\/\/[^/?#]+)\/?\?(.*)$/i.exec(uri) ?? [];
  const values = new URLSearchParams(query);
  const value = (name: string): string | undefined => [...values].find(([key]) => key.toLowerCase() === name)?.[1];
  const from = value('fromaddress') ?? value('from');
  const to = value('toaddresses') ?? value('to');
  if (server === undefined || from === undefined || to === undefined) return undefined;
  return { type: 'email', url: addressOf(server, ['messaging', 'email', 'url'], draft), from, to: to.split(',') };
};

const script: Service = (section, draft) => {
  const command = commandOf(section, draft);
  return command && { type: 'script', ...command };
};

const SERVICES: Readonly<Record<string, Service>> = { pushover, telegram, ntfy, email, shout: email, script };
