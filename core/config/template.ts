import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { defaultLoaders } from 'cosmiconfig';
import Type, { type TObject, type TSchema } from 'typebox';
import { messageOf } from '../errors.ts';
import { DEVICE_KINDS, type DeviceKind, isTypeName } from '../loading/registry.ts';
import { checkOptions, isPlainObject } from './options.ts';
import { formatProblem } from './problem.ts';

/**
 * The description of a device in a file of its own, which stands for an entry of another type with parameters in it. It is
 * data: what strangers share cannot run in the house, except for programs that it names.
 */
export interface Template {
  readonly kind: DeviceKind;
  /** Of the parameters */
  readonly schema: TSchema;
  /** The entry that it stands for, with parameters that fit the schema. */
  expand(parameters: Readonly<Record<string, unknown>>): {
    readonly type: string;
    readonly options: Readonly<Record<string, unknown>>;
  };
}

const PARSERS: Readonly<Record<string, (file: string, content: string) => unknown>> = {
  '.json': defaultLoaders['.json'],
  '.yaml': defaultLoaders['.yaml'],
  '.yml': defaultLoaders['.yaml'],
};

/** Whether the type of an entry is a file with a description. */
export function isTemplate(type: string): boolean {
  return extname(type) in PARSERS;
}

const text = (description: string): TSchema => Type.String({ description, minLength: 1 });
const scalar = (description: string): TSchema =>
  Type.Union([Type.String(), Type.Number(), Type.Boolean()], { description });

const PARAMETER = Type.Object({
  type: Type.Optional(
    Type.Enum(['string', 'number', 'integer', 'boolean'], { description: 'What it is', default: 'string' }),
  ),
  description: text('What it is for'),
  enum: Type.Optional(Type.Array(scalar('Value'), { description: 'Allowed values', minItems: 1 })),
  default: Type.Optional(scalar('Value unless another one is given')),
  optional: Type.Optional(Type.Boolean({ description: 'It may be left out, and so is what it stands in' })),
  minimum: Type.Optional(Type.Number({ description: 'Smallest value' })),
  maximum: Type.Optional(Type.Number({ description: 'Largest value' })),
  pattern: Type.Optional(text('Regular expression for texts')),
  unit: Type.Optional(text('Unit of a number')),
  secret: Type.Optional(Type.Boolean({ description: 'The value is shown nowhere' })),
});

const TEMPLATE: TObject = Type.Object({
  kind: Type.Enum(
    [...DEVICE_KINDS].filter((kind) => kind !== 'store'),
    { description: 'Kind of the device' },
  ),
  name: text('What is described'),
  facts: Type.Optional(text('Where the facts come from: document, device and firmware')),
  parameters: Type.Optional(
    Type.Record(Type.String({ pattern: '^[a-z][A-Za-z0-9]*$' }), PARAMETER, {
      description: 'What differs from house to house',
    }),
  ),
  parts: Type.Optional(Type.Unknown({ description: 'What aliases of YAML refer to' })),
  device: Type.Object(
    { type: text('Type of the entry that it stands for') },
    { description: 'The entry that it stands for', additionalProperties: true },
  ),
});

interface Parameter {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly optional?: boolean;
  readonly pattern?: string;
}

/** Bytes of a file, and values in it with aliases in their places; strangers may have written it */
const LARGEST = 256 * 2 ** 10;
const MOST_VALUES = 20_000;
const DEEPEST = 50;

/** Reads a description. `problems`: what is wrong with it, a line each. */
export function readTemplate(file: string): Template | { readonly problems: readonly string[] } {
  let content: unknown;
  try {
    const found = statSync(file);
    if (!found.isFile()) return { problems: ['is no file'] };
    if (found.size > LARGEST) return { problems: [`is larger than ${LARGEST / 2 ** 10} KiB`] };
    content = PARSERS[extname(file)]?.(file, readFileSync(file, 'utf8'));
  } catch (error) {
    const message = messageOf(error).replace(/^(JSON|YAML) Error in .*?:\n/, '');
    return { problems: [(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : message] };
  }
  if (valuesLeft(content, MOST_VALUES) <= 0) {
    return { problems: [`holds more than ${MOST_VALUES} values, or is nested more than ${DEEPEST} times`] };
  }
  const checked = checkOptions('', TEMPLATE, content);
  if (checked.problems.length > 0) return { problems: checked.problems.map(formatProblem) };
  const {
    kind,
    parameters = {},
    device,
  } = checked.value as {
    kind: DeviceKind;
    parameters?: Readonly<Record<string, Parameter>>;
    device: Readonly<Record<string, unknown>> & { readonly type: string };
  };
  const schemas = Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, schemaOf(each)]));
  const problems = [...problemsOf(parameters, schemas), ...misuse(device, 'device', parameters)];
  if (isTemplate(device.type)) problems.push(`device.type: a description cannot stand for another one`);
  // The name of a package is one, too. A file could be any code.
  else if (!isTypeName(device.type) && !/^@[\w.-]+\/[\w.-]+$/.test(device.type))
    problems.push(
      `device.type: must be the name of a type, not a file or a parameter (is ${JSON.stringify(device.type)})`,
    );
  if (device.$case !== undefined) problems.push('device.$case: stands in options only');
  const used = JSON.stringify(device);
  for (const name of Object.keys(parameters)) {
    if (!used.includes(`{{${name}}}`) && !used.includes(`"$case":"${name}"`)) {
      problems.push(`parameters.${name}: is not used in device`);
    }
  }
  if (problems.length > 0) return { problems };
  return {
    kind,
    schema: Type.Object(schemas),
    expand: (values) => {
      const { type, ...options } = insert(device, values) as { type: string };
      return { type, options };
    },
  };
}

/** How many of `left` values are left after those that a value is made of; 0: too few, also if it is nested too deeply. */
function valuesLeft(value: unknown, left: number, depth = 0): number {
  if (depth > DEEPEST) return 0;
  if (typeof value !== 'object' || value === null) return left - 1;
  let rest = left - 1;
  for (const each of Object.values(value)) {
    if (rest <= 0) return 0;
    rest = valuesLeft(each, rest, depth + 1);
  }
  return rest;
}

function schemaOf({ optional, ...parameter }: Parameter): TSchema {
  const schema = parameter.enum
    ? Type.Enum(parameter.enum as string[], { ...parameter, type: undefined })
    : (Type.Unsafe<unknown>({ ...parameter, ...(parameter.type === 'string' && { minLength: 1 }) }) as TSchema);
  return optional || parameter.default !== undefined ? Type.Optional(schema) : schema;
}

function problemsOf(
  parameters: Readonly<Record<string, Parameter>>,
  schemas: Readonly<Record<string, TSchema>>,
): string[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const schema = schemas[name];
    if (name === 'type') return ['parameters.type: the name is taken'];
    if (!isPattern(parameter.pattern)) return [`parameters.${name}.pattern: is no regular expression`];
    if (parameter.default === undefined || !schema) return [];
    return checkOptions(`parameters.${name}.default`, schema, parameter.default).problems.map(formatProblem);
  });
}

function isPattern(pattern = ''): boolean {
  try {
    return new RegExp(pattern, 'u') !== undefined;
  } catch {
    return false;
  }
}

const PLACE = /\{\{([^{}]*)\}\}/g;
/** A text that is nothing but a parameter: the value takes its place as it is. */
const WHOLE = /^\{\{([^{}]*)\}\}$/;

/** What is wrong with the places of parameters. */
function misuse(value: unknown, path: string, parameters: Readonly<Record<string, Parameter>>): string[] {
  const unknown = (name: string): string[] =>
    Object.hasOwn(parameters, name) ? [] : [`${path}: there is no parameter ${JSON.stringify(name)}`];
  if (typeof value === 'string') {
    const whole = WHOLE.exec(value)?.[1];
    if (whole !== undefined) return unknown(whole);
    return [...value.matchAll(PLACE)].flatMap(([, name = '']) => {
      const parameter = parameters[name];
      const vague = parameter?.optional === true && parameter.default === undefined;
      return vague ? [`${path}: ${name} may be left out, so that it cannot be a part of a text`] : unknown(name);
    });
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => misuse(item, `${path}[${index}]`, parameters));
  if (!isPlainObject(value)) return [];
  const choice = value.$case === undefined ? [] : unknown(String(value.$case));
  return [
    ...choice,
    ...Object.entries(value).flatMap(([key, item]) =>
      key === '$case' ? [] : misuse(item, `${path}.${key}`, parameters),
    ),
  ];
}

/**
 * A value with parameters in their places; `undefined` where one was left out, or no case fits. The key `<<` takes over what
 * another object has, as YAML 1.1 knows it.
 */
function insert(value: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === 'string') {
    const whole = WHOLE.exec(value)?.[1];
    if (whole !== undefined) return values[whole];
    return value.replaceAll(PLACE, (_, name: string) => String(values[name]));
  }
  if (Array.isArray(value)) return value.map((item) => insert(item, values)).filter((item) => item !== undefined);
  if (!isPlainObject(value)) return value;
  if (value.$case !== undefined) {
    const key = String(values[String(value.$case)]);
    return insert(Object.hasOwn(value, key) && !key.startsWith('$') ? value[key] : value.$else, values);
  }
  const entries = Object.entries(value).map(([key, item]) => [key, insert(item, values)] as const);
  const { '<<': base, ...own } = Object.fromEntries(entries.filter(([, item]) => item !== undefined));
  return base === undefined ? own : { ...Object.assign({}, ...[base].flat()), ...own };
}
