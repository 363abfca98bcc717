import { brokerOf } from './address.ts';
import type { Draft, Fields, Path } from './draft.ts';
import { pointOf, registerOf } from './registers.ts';
import { commandOf, requestOf } from './request.ts';
import type { Section } from './section.ts';
import { valuesAt } from './sources.ts';

/** Plugins that write a value, as targets of ours. Source: docs.evcc.io, reference of plugins */

export type Target = Fields | readonly Fields[];

type Write = (section: Section, draft: Draft, fill: Fill) => Target | undefined;

interface Fill {
  (text: string): string | undefined;
  /** Words that stand for true and false in a text that was filled */
  readonly words: Fields;
}

/** The target that a plugin is, for a command whose value evcc calls `variable`; `undefined`: the notes say why. */
export function targetOf(section: Section, variable: string, draft: Draft): Target | undefined {
  const name = (section.text('source') ?? section.text('type') ?? '').toLowerCase();
  if (Object.hasOwn(THROUGH, name)) return through(section, variable, draft, name);
  const write = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  if (!write) {
    draft.lost(section.path, section.line, `writing with source "${name}" has no counterpart`);
    return undefined;
  }
  const fill = fillFor(section, variable, draft);
  const target = write(section, draft, fill);
  if (!target || isList(target)) return target;
  const scale = section.number('scale');
  if (scale !== undefined && scale !== 1) target.scale = scale;
  if (Object.keys(fill.words).length > 0) target.map = fill.words;
  section.close();
  return target;
}

const isList = (target: Target): target is readonly Fields[] => Array.isArray(target);

export function targetAt(
  section: Section,
  key: string,
  variable: string,
  draft: Draft,
  path: Path = [...section.path, key],
): Target | undefined {
  const inner = section.section(key, path);
  return inner && targetOf(inner, variable, draft);
}

/** `{{if .enable}}on{{else}}off{{end}}` */
const CHOICE = /\{\{-?\s*if\s+\.(\w+)\s*-?\}\}([^{}]*)\{\{-?\s*else\s*-?\}\}([^{}]*)\{\{-?\s*end\s*-?\}\}/g;

/** Puts `{value}` where evcc has the variable. */
function fillFor(section: Section, variable: string, draft: Draft): Fill {
  const words: Fields = {};
  const fill = (text: string): string | undefined => {
    const chosen = text.replace(CHOICE, (whole, name: string, yes: string, no: string) => {
      if (name.toLowerCase() !== variable) return whole;
      Object.assign(words, { true: yes, false: no });
      return '{value}';
    });
    const filled = chosen.replace(
      /\$\{(\w+)(:[^}]*)?\}|\{\{-?\s*\.(\w+)\s*-?\}\}/g,
      (whole, legacy?: string, format?: string, name?: string) => {
        if ((legacy ?? name ?? '').toLowerCase() !== variable) return whole;
        if (format === ':%b') Object.assign(words, { true: 1, false: 0 });
        return '{value}';
      },
    );
    if (!/\$\{|\{\{/.test(filled)) return filled;
    draft.lost(section.path, section.line, 'a template of Go is too complex to be taken over');
    return undefined;
  };
  return Object.assign(fill, { words });
}

const http: Write = (section, draft, fill) => {
  const request = requestOf(section, draft, fill);
  return request && { target: 'http', method: 'GET', ...request };
};

const mqtt: Write = (section, draft, fill) => {
  const topic = fill(section.text('topic') ?? '');
  const broker = brokerOf(section, draft);
  if (!topic || !broker) {
    draft.lost(section.path, section.line, `${topic ? 'broker' : 'topic'} is missing`);
    return undefined;
  }
  const written = section.text('payload');
  const payload = written === undefined ? undefined : fill(written);
  if (written !== undefined && payload === undefined) return undefined;
  const retain = section.flag('retained') ?? section.flag('retain');
  return {
    target: 'mqtt',
    ...broker,
    topic,
    ...(payload !== undefined && { payload }),
    ...(retain && { retain }),
  };
};

const script: Write = (section, draft, fill) => {
  const command = commandOf(section, draft, fill);
  return command && { target: 'script', ...command };
};

const modbus: Write = (section, draft) => {
  const register = registerOf(section, draft);
  if (!register) return undefined;
  if (register.table === 'input' || register.table === 'discrete' || register.type === 'bits') {
    draft.lost(section.path, section.line, 'such a register cannot be written');
    return undefined;
  }
  return { target: 'modbus', ...register };
};

const sunspec: Write = (section, draft) => {
  const point = pointOf(section, draft);
  return point && { target: 'sunspec', ...point };
};

/** Code ends in another plugin only where `out` names one. */
const javascript: Write = (section, draft) => {
  const code = section.text('script');
  const [out, ...others] = section.sections('out');
  const name = out?.text('name');
  if (code === undefined || !out || name === undefined || others.length > 0) {
    draft.lost(section.path, section.line, 'code that hands its result to no single plugin has no counterpart');
    return undefined;
  }
  out.text('type');
  const to = targetAt(out, 'config', name.toLowerCase(), draft);
  return (
    to && { target: 'javascript', code: code.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'value'), to: to as Fields }
  );
};

const TARGETS: Readonly<Record<string, Write>> = { http, mqtt, script, modbus, sunspec, js: javascript, javascript };

/** Plugins that hand the value on to others. */
const THROUGH: Readonly<Record<string, string | undefined>> = {
  sequence: undefined,
  convert: undefined,
  map: undefined,
  const: undefined,
  watchdog:
    'watchdog is not taken over: nothing is repeated by itself, the device types of your box know when it must be',
  ignore: 'errors of this command are not ignored any more',
  sleep: 'a pause between commands has no counterpart',
};

function through(section: Section, variable: string, draft: Draft, name: string): Target | undefined {
  const said = THROUGH[name];
  if (said !== undefined) draft.lost(section.path, section.line, said);
  if (name === 'sleep') return [];
  if (name === 'sequence') {
    const parts = section.sections('set').map((each) => targetOf(each, variable, draft));
    const targets = parts.flatMap((each) => (each === undefined ? [] : isList(each) ? each : [each]));
    return parts.includes(undefined) || targets.length === 0 ? undefined : targets;
  }
  const set = targetAt(section, 'set', variable, draft);
  if (!set) return undefined;
  if (name === 'map') return mapped(set, valuesAt(section, 'values') ?? {});
  if (name === 'const') {
    const value = section.get('value')?.value;
    if (typeof value === 'object' || value === undefined) return undefined;
    // Whatever the value is, the same is sent.
    return isList(set) ? undefined : { target: 'javascript', code: JSON.stringify(value), to: set };
  }
  return set;
}

const mapped = (set: Target, map: Fields): Target =>
  isList(set) ? set.map((each) => ({ ...each, map })) : { ...set, map };
