import type { Evcc, Setting, SettingScope } from '../../core/index.ts';
import type { Outbox } from './outbox.ts';
import type { Projection } from './projection.ts';
import { messageOf, nearest, printable } from './text.ts';

/** Carries out what arrives on `/set` topics, one after the other in the order of arrival. */
export interface Commands {
  /** Takes a message; what is not for us is ignored. */
  receive(topic: string, payload: Buffer, retained: boolean): void;
  /** Takes nothing any more and drops what waits; resolves when the command in hand is done. */
  close(): Promise<void>;
}

export const SUFFIX = '/set';

/** Bytes; a payload is a word, a number or a time. */
const LARGEST_PAYLOAD = 4_096;
/** Commands that may wait for their turn */
const LONGEST_QUEUE = 1_000;
/** Topics without setting that are named in the log */
const MOST_WARNINGS = 50;

/** What automation systems send for "nothing" */
const NOTHING: ReadonlySet<string> = new Set(['null', 'none', 'nil', '-']);

/** Sign and exponent are allowed; the range is the row's business. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

const SCOPES: Readonly<Record<string, SettingScope>> = { site: 'site', loadpoints: 'loadpoint', vehicles: 'vehicle' };

interface Request {
  readonly topic: string;
  readonly payload: Buffer;
}

interface Target {
  readonly row: Setting;
  /** Loadpoint id, or position of the vehicle, from 1; 0 for the site */
  readonly id: number;
}

export function createCommands(
  root: string,
  evcc: Pick<Evcc, 'settings' | 'state' | 'log'>,
  outbox: Outbox,
  projection: Projection,
): Commands {
  const { settings, state, log } = evcc;
  const queue: Request[] = [];
  const warned = new Set<string>();
  /** What was carried out and may still be retained, by topic */
  const handled = new Map<string, Buffer>();
  let running: Promise<void> | undefined;
  let closed = false;

  /** The setting behind a topic; a text says why there is none. */
  const find = (topic: string): Target | string => {
    const path = topic.slice(root.length + 1, -SUFFIX.length);
    const [part = '', ...rest] = path.split('/');
    const scope = SCOPES[part];
    const of = scope === undefined || scope === 'site' ? '' : (rest.shift() ?? '');
    const name = rest.join('/');
    const vehicles = [...state.vehicles.keys()];
    const numbered = /^[1-9]\d*$/.test(of);
    const id = scope === 'vehicle' ? vehicles.indexOf(of) + 1 : numbered ? Number(of) : 0;
    const present = scope === 'site' || (id > 0 && (scope === 'vehicle' || state.loadpoints[id - 1] !== undefined));
    const rows = settings.rows().filter(({ mqtt }) => mqtt !== undefined);
    const row = rows.find((each) => each.scope === scope && (each.mqtt === name || each.mqttToo === name));
    if (row && (scope !== 'loadpoint' || numbered))
      return present ? { row, id } : `there is no ${scope} ${printable(of)}`;
    const places: Readonly<Record<SettingScope, string>> = {
      site: 'site',
      loadpoint: `loadpoints/${present && scope === 'loadpoint' ? id : 1}`,
      vehicle: `vehicles/${present && scope === 'vehicle' ? of : (vehicles[0] ?? '<name>')}`,
    };
    const near = nearest(
      path,
      rows.map((each) => `${places[each.scope]}/${each.mqtt}`),
    );
    return `there is no such setting${near === undefined ? '' : `; did you mean ${root}/${near}${SUFFIX}?`}`;
  };

  const execute = async ({ topic, payload }: Request): Promise<void> => {
    const shown = `set ${printable(topic.slice(0, -SUFFIX.length))}`;
    const target = find(topic);
    if (typeof target === 'string') {
      warnOnce(topic, `${shown}: ${target}`);
      return;
    }
    const { row, id } = target;
    const { text, problem } = decode(payload);
    if (text === '') return;
    if (text === undefined) {
      log.warn(`${shown}: ${problem}`);
    } else {
      try {
        await settings.execute({ scope: row.scope, id, name: row.name, value: wanted(row, text), source: 'mqtt' });
        return;
      } catch (error) {
        const message = `${shown}: ${printable(messageOf(error), 300)}`;
        if (isExpected(error)) log.warn(message);
        else log.error(message, error);
      }
    }
    // Whoever sent it may already show the value that is not in force.
    projection.repeat(row, id);
  };

  const warnOnce = (key: string, message: string): void => {
    if (warned.has(key)) return;
    if (warned.size < MOST_WARNINGS) {
      warned.add(key);
      log.warn(message);
    } else {
      log.debug(message);
    }
  };

  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next && !closed; next = queue.shift()) {
      const { topic, payload } = next;
      await execute(next);
      handled.set(topic, payload);
      // Also when it did not come as retained: to those who are already subscribed it never does.
      outbox.clear(topic, () => {
        if (handled.get(topic) === payload) handled.delete(topic);
      });
    }
    running = undefined;
  };

  return {
    receive(topic, payload, retained) {
      if (closed || payload.length === 0 || !topic.startsWith(`${root}/`) || !topic.endsWith(SUFFIX)) return;
      // The connection broke before the broker cleared it.
      if (retained && handled.get(topic)?.equals(payload)) return;
      if (queue.length >= LONGEST_QUEUE) {
        warnOnce('', `set ${printable(topic)}: more commands than can be carried out; this and others are dropped`);
        return;
      }
      queue.push({ topic, payload });
      running ??= work();
    },
    async close() {
      closed = true;
      queue.length = 0;
      await running;
    },
  };
}

function decode(payload: Buffer): { readonly text?: string; readonly problem?: string } {
  if (payload.length > LARGEST_PAYLOAD) return { problem: `the payload is larger than ${LARGEST_PAYLOAD} bytes` };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(payload).trim() };
  } catch {
    return { problem: 'the payload is no UTF-8 text' };
  }
}

/** What is asked for: numbers, words in any case and "nothing" are recognised, the rest is up to the row. */
function wanted(row: Setting, text: string): unknown {
  const word = text.toLowerCase();
  if (row.cleared !== undefined && (NOTHING.has(word) || row.clearing?.test(text))) return row.cleared;
  if (row.parse) return text;
  const { type, enum: values = [] } = shapeOf(row.schema);
  const numeric = type === 'number' || type === 'integer' || values.some((value) => typeof value === 'number');
  if (numeric && NUMBER.test(text)) return Number(text);
  if (type === 'boolean') return word;
  return values.find((value) => typeof value === 'string' && value.toLowerCase() === word) ?? text;
}

interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
}

/** What a value is when it is there: of schemas that also allow null, the other half. */
function shapeOf(schema: Setting['schema']): Shape {
  const { anyOf } = schema as { readonly anyOf?: readonly Shape[] };
  return anyOf?.find(({ type }) => type !== 'null') ?? (schema as Shape);
}

/** Errors with a code of ours say all there is to say; others are faults of a program. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('EVCC_');
}
