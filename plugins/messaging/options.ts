import type { EventName } from './events.ts';

/** What stands under `messaging` in the configuration. */
export interface MessagingOptions {
  /** What somebody is told of, by event; `true`: with the usual texts. An event that is not named is not told. */
  events: { [Event in EventName]?: boolean | EventOptions };
  /** Who is told, and how */
  services: readonly ServiceOptions[];
}

/** A message, as texts with placeholders such as `{{vehicleTitle}}`. */
export interface EventOptions {
  /** Default: the usual one */
  title?: string;
  /** Default: the usual one; empty: nothing is sent */
  message?: string;
  /** Keeps the texts, but sends nothing; default false */
  disabled?: boolean;
}

export type ServiceOptions =
  | NtfyOptions
  | TelegramOptions
  | PushoverOptions
  | EmailOptions
  | WebhookOptions
  | ScriptOptions;

interface Timed {
  /** s that one attempt may take; default 10, for scripts 30 */
  timeout?: number;
}

export interface NtfyOptions extends Timed {
  type: 'ntfy';
  topic: string;
  /** Default `https://ntfy.sh` */
  url?: string;
  /** Secret. Access token */
  token?: string;
  user?: string;
  /** Secret */
  password?: string;
  priority?: 'min' | 'low' | 'default' | 'high' | 'max';
  /** Words or names of emojis */
  tags?: readonly string[];
  /** Accepts any certificate; default false */
  insecure?: boolean;
}

export interface TelegramOptions extends Timed {
  type: 'telegram';
  /** Secret. Token of the bot */
  token: string;
  /** Ids of chats, or `@name` of public channels */
  chats: readonly (number | string)[];
  /** Default `https://api.telegram.org` */
  url?: string;
}

export interface PushoverOptions extends Timed {
  type: 'pushover';
  /** Secret. API token of the application */
  app: string;
  /** Secret. Keys of users and groups */
  recipients: readonly string[];
  /** Names of devices; default: all of the recipients */
  devices?: readonly string[];
  /** Default `https://api.pushover.net` */
  url?: string;
}

export interface EmailOptions extends Timed {
  type: 'email';
  /** `smtp://host:587`, or `smtps://host:465` for TLS from the start; may hold `user:password@` */
  url: string;
  user?: string;
  /** Secret */
  password?: string;
  from: string;
  to: string | readonly string[];
  /** Accepts any certificate, and sends a password without TLS too; default false */
  insecure?: boolean;
}

export interface WebhookOptions extends Timed {
  type: 'webhook';
  /** Secret. Address; placeholders in it are written as parts of addresses */
  url: string;
  /** Default POST */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Headers by name; values are secret */
  headers?: { readonly [name: string]: string };
  /** Text, or anything else to send as JSON, with placeholders in its texts; default: event, title, message and loadpoint */
  body?: unknown;
  /** Accepts any certificate; default false */
  insecure?: boolean;
}

export interface ScriptOptions extends Timed {
  type: 'script';
  /** Program to run: a path, or a name that is looked for as the shell does; with `shell` a command line */
  command: string;
  /** Arguments before title and message */
  args?: readonly string[];
  /** Has the shell run the command; title and message are its last two parameters. Default false */
  shell?: boolean;
}

declare module 'evcc' {
  interface PluginSections {
    /** Messages to people when something happens */
    messaging: MessagingOptions;
  }
}
