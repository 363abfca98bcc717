import type { Evcc, HouseEvent } from '../../core/index.ts';
import { EVENT_NAMES, EVENTS, type EventName } from './events.ts';
import type { MessagingOptions } from './options.ts';
import { type Message, oneLine, shortened } from './service.ts';
import { compile, type Template } from './template.ts';
import { EVENT_VALUES, type Values } from './values.ts';

/** Makes messages of events. */
export interface Writer {
  /** Events that somebody is told of */
  readonly events: ReadonlySet<EventName>;
  /**
   * `undefined`: there is nothing to send, or a value is missing, which is logged; an `example` is written without it.
   */
  write(event: EventName, values: Values, example?: boolean): Message | undefined;
  /** Logs the names in the texts that belong to no value; to be called when all plugins are there. */
  check(): void;
}

/** Characters that are sent at most */
const LONGEST_TITLE = 250;
const LONGEST_TEXT = 4_000;

/** Errors: `EVCC_CONFIG_INVALID` for texts that cannot be understood. */
export function createWriter(configured: MessagingOptions['events'], evcc: Evcc): Writer {
  const { log, state, time, fail } = evcc;
  const texts = new Map<EventName, { readonly title: Template; readonly message: Template }>();
  for (const name of EVENT_NAMES) {
    const given = configured[name];
    const options = typeof given === 'object' ? given : {};
    const template = (key: 'title' | 'message'): Template =>
      compile(options[key] ?? EVENTS[name][key], time, (why) =>
        fail('EVCC_CONFIG_INVALID', `messaging.events.${name}.${key}: ${why}`),
      );
    const both = { title: template('title'), message: template('message') };
    if (given !== undefined && given !== false && options.disabled !== true) texts.set(name, both);
  }
  /** What was said already */
  const said = new Set<string>();

  return {
    events: new Set(texts.keys()),
    write(event, values, example = false) {
      const of = texts.get(event);
      if (!of) return undefined;
      const title = of.title.fill(values);
      const message = of.message.fill(values);
      const missing = [...title.missing, ...message.missing];
      if (missing.length > 0 && !example) {
        const why = `no message is sent for ${event}: there is no value ${[...new Set(missing)].join(', ')}`;
        if (!said.has(why)) log.warn(why);
        said.add(why);
        return undefined;
      }
      const text = shortened(message.text.replace(/[^\P{Cc}\n\t]/gu, '').trim(), LONGEST_TEXT);
      return text === '' ? undefined : { event, title: oneLine(title.text, LONGEST_TITLE), text, values };
    },
    check() {
      for (const [event, { title, message }] of texts) {
        const unknown = [...title.names, ...message.names].filter((name) => !isKnown(name, state));
        if (unknown.length === 0) continue;
        log.warn(`messaging.events.${event} names values that there are not: ${[...new Set(unknown)].join(', ')}`);
      }
    },
  };
}

function isKnown(name: string, state: Evcc['state']): boolean {
  const isNamed = (scope: 'site' | 'loadpoint'): boolean => state.describe(scope, name) !== undefined;
  if (Object.hasOwn(EVENT_VALUES, name) || isNamed('site') || isNamed('loadpoint')) return true;
  // Capitals do not matter; what is published is known by its names.
  const alike = (other: string): boolean => other.toLowerCase() === name.toLowerCase();
  const published = [state.site, ...state.loadpoints].flatMap((values) => [...values.keys()]);
  return [...published, ...Object.keys(EVENT_VALUES)].some(alike);
}

/** The name of an event that was asked for; `undefined`: there is none. */
export function eventNamed(text: string): HouseEvent['kind'] | undefined {
  return EVENT_NAMES.find((name) => name === text);
}
