import Type, { type TObject, type TProperties, type TSchema } from 'typebox';
import { MODBUS_LINE } from '../modbus/line.ts';
import { REGISTER_TYPES } from '../modbus/registers.ts';
import { JSON_PATH } from './json-path.ts';

/** Schemas of sources and targets; the types are in `options.ts`. */

const text = (description: string, more: object = {}): TSchema => Type.String({ description, minLength: 1, ...more });
const secret = (description: string): TSchema => Type.String({ description, secret: true });
const number = (description: string, preset: number): TSchema => Type.Number({ description, default: preset });
const flag = (description: string, preset: boolean): TSchema => Type.Boolean({ description, default: preset });
const value = (description: string): TSchema =>
  Type.Union([Type.Number(), Type.String(), Type.Boolean()], { description });

const method = (preset: string): TSchema =>
  Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], { description: 'Method of the request', default: preset });

const auth = Type.Union(
  [
    ...(['basic', 'digest'] as const).map((type) =>
      Type.Object({ type: Type.Literal(type), user: text('Name of the user'), password: secret('Password') }),
    ),
    Type.Object({ type: Type.Literal('bearer'), token: secret('Token of the Authorization header') }),
    Type.Object({
      type: Type.Literal('header'),
      name: text('Name of a header', { pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" }),
      value: secret('Value of the header'),
    }),
    Type.Object({
      type: Type.Literal('query'),
      name: text('Name of a part of the query'),
      value: secret('Its value'),
    }),
  ],
  { description: 'How the device wants to know who asks' },
);

const http = (preset: 'GET' | 'POST', body: string): TProperties => ({
  url: text('Address', { pattern: '^https?://[^\\s/]+' }),
  method: Type.Optional(method(preset)),
  headers: Type.Optional(
    Type.Record(Type.String(), secret('Value of a header'), { description: 'Headers of the request by name' }),
  ),
  body: Type.Optional(Type.Unknown({ description: body })),
  auth: Type.Optional(auth),
  insecure: Type.Optional(flag('Accepts a certificate that nobody vouches for', false)),
});

const broker: TProperties = {
  broker: text('Address of the broker', { pattern: '^(mqtts?|wss?)://[^\\s/]+' }),
  user: Type.Optional(text('Name of the user')),
  password: Type.Optional(secret('Password')),
  insecure: Type.Optional(flag('Accepts a certificate that nobody vouches for', false)),
};

const topic = (description: string): TSchema => text(description, { pattern: '^[^#+\\u0000]+$' });
const path = Type.Optional(
  Type.String({ description: 'Where the value stands in JSON: `a.b[0].c`; default: all of it', pattern: JSON_PATH }),
);

const shape: TProperties = {
  scale: Type.Optional(number('Factor for numbers', 1)),
  offset: Type.Optional(number('Added to numbers after `scale`', 0)),
  unknown: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Texts that mean that there is no value now; `null` also stands for a key that is left out',
      default: [],
    }),
  ),
};

const cache = Type.Optional(
  Type.Number({
    description: 'How long an answer is used again',
    unit: 's',
    minimum: 0,
    maximum: 86_400,
    default: 0,
  }),
);
const age = Type.Optional(
  Type.Number({
    description: 'Age at which a message is too old, 0: never; default 60 for chargers and meters, else 0',
    unit: 's',
    minimum: 0,
    maximum: 31_536_000,
  }),
);

const httpSource = Type.Object({
  source: Type.Literal('http'),
  ...http('GET', 'Text, or anything else to send as JSON'),
  path,
  cache,
  ...shape,
});

const mqttSource = Type.Object({
  source: Type.Literal('mqtt'),
  ...broker,
  topic: topic('Topic, without wildcards'),
  path,
  timeout: age,
  retained: Type.Optional(flag('Whether a message counts that the broker had kept', true)),
  ...shape,
});

const server: TProperties = {
  url: text('Address', { pattern: '^wss?://[^\\s/]+' }),
  headers: Type.Optional(
    Type.Record(Type.String(), secret('Value of a header'), { description: 'Headers of the request by name' }),
  ),
  insecure: Type.Optional(flag('Accepts a certificate that nobody vouches for', false)),
  send: Type.Optional(
    Type.Unknown({ description: 'Sent whenever a connection stands: a text, anything else as JSON, or a list' }),
  ),
};

const socketSource = Type.Object({
  source: Type.Literal('websocket'),
  ...server,
  path,
  where: Type.Optional(
    Type.Record(Type.String({ pattern: JSON_PATH }), value('Value'), {
      description: 'What a message must have to count, by path',
    }),
  ),
  timeout: age,
  ...shape,
});

const script: TProperties = {
  command: text('Program to run; with `shell` a command line'),
  args: Type.Optional(Type.Array(Type.String(), { description: 'Arguments', default: [] })),
  shell: Type.Optional(flag('Has the shell run the command', false)),
  timeout: Type.Optional(
    Type.Number({ description: 'How long it may take', unit: 's', exclusiveMinimum: 0, maximum: 60, default: 5 }),
  ),
};

/** What runs on this machine may only stand in the configuration file. */
const LOCAL = { local: true };

const scriptSource = Type.Object({ source: Type.Literal('script'), ...script, path, cache, ...shape }, LOCAL);

const code = (description: string): TSchema => text(description, { maxLength: 65_536 });

const integer = (description: string, minimum: number, maximum: number, preset?: number): TSchema =>
  Type.Integer({ description, minimum, maximum, ...(preset !== undefined && { default: preset }) });

const register: TProperties = {
  address: integer('Address on the wire, from 0; many documents print one more', 0, 65_535),
  type: Type.Optional(
    Type.Enum([...REGISTER_TYPES], {
      description: 'What is in the registers; not for coils and discrete inputs',
      default: 'u16',
    }),
  ),
  count: Type.Optional(integer('Registers of a string or of decimal digits (bcd)', 1, 120, 1)),
  order: Type.Optional(
    Type.Enum(['big', 'little'], { description: 'Whether the higher or the lower word comes first', default: 'big' }),
  ),
  bit: Type.Optional(integer('First bit of `bits`, 0 being the lowest', 0, 15, 0)),
  bits: Type.Optional(integer('How many bits', 1, 16, 1)),
  ...MODBUS_LINE,
};

const point: TProperties = {
  model: Type.Union([integer('Number of the model', 1, 65_534), Type.Array(Type.Integer(), { minItems: 1 })], {
    description: 'Number of the model; of several the first one that the device has',
  }),
  point: text('Name as SunSpec has it, such as `W`'),
  module: Type.Optional(integer('Which of the repeated groups of the model', 1, 100)),
  occurrence: Type.Optional(integer('Which of several such models in the device', 1, 100, 1)),
  ...MODBUS_LINE,
};

const other = Type.Ref('Source');
const others = (description: string): TSchema => Type.Array(other, { description, minItems: 1 });

const calculation = (operation: TProperties): TObject =>
  Type.Object({ source: Type.Literal('calculation'), ...operation, ...shape });

const definitions = {
  Source: Type.Union([
    Type.Object({ source: Type.Literal('constant'), value: value('The value'), ...shape }),
    httpSource,
    mqttSource,
    Type.Object({
      source: Type.Literal('modbus'),
      table: Type.Optional(
        Type.Enum(['holding', 'input', 'coil', 'discrete'], { description: 'Where it is read', default: 'holding' }),
      ),
      nan: Type.Optional(
        Type.Array(Type.Number(), { description: 'Raw values that mean "not available"; default: those of SunSpec' }),
      ),
      ...register,
      ...shape,
    }),
    Type.Object({ source: Type.Literal('sunspec'), ...point, ...shape }),
    socketSource,
    scriptSource,
    Type.Object(
      {
        source: Type.Literal('javascript'),
        code: code('The value of its last statement is the result'),
        values: Type.Optional(
          Type.Record(Type.String({ pattern: '^[A-Za-z_$][\\w$]*$' }), other, {
            description: 'Constants of the code',
          }),
        ),
        ...shape,
      },
      LOCAL,
    ),
    calculation({ add: others('Sum of the values') }),
    calculation({ multiply: others('Product of the values') }),
    calculation({ divide: Type.Array(other, { description: 'The first by the second', minItems: 2, maxItems: 2 }) }),
    calculation({ min: others('Smallest of the values') }),
    calculation({ max: others('Largest of the values') }),
    calculation({ negate: other }),
    calculation({ absolute: other }),
    calculation({ sign: other }),
    calculation({
      map: Type.Object({
        of: other,
        values: Type.Record(Type.String(), value('Value'), { description: 'Another value for each value' }),
        otherwise: Type.Optional(value('For what `values` does not list; default: that is an error')),
      }),
    }),
    calculation({ status: Type.Object({ connected: other, charging: other }) }),
  ]),
};

/** Schema of a value; `description` says what it is for, in which unit. */
export function source(description: string): TSchema {
  return Type.Cyclic(definitions, 'Source', { description });
}

/** Schema of the values of L1, L2 and L3. */
export function phases(description: string): TSchema {
  return Type.Array(source('Value of one phase'), { description, minItems: 3, maxItems: 3 });
}

/** Schema of sources that can give lists. */
export function dataSource(description: string): TSchema {
  return Type.Union([httpSource, mqttSource, socketSource, scriptSource], { description });
}

const command: TProperties = {
  scale: Type.Optional(number('Factor for numbers', 1)),
  offset: Type.Optional(number('Added to numbers after `scale`', 0)),
  map: Type.Optional(
    Type.Record(Type.String(), value('What is sent'), {
      description: 'What is sent for each value; values that are not listed are refused',
    }),
  ),
};

const plainTargets = [
  Type.Object({
    target: Type.Literal('http'),
    ...http('POST', 'Text, or anything else to send as JSON; `{value}` stands for the value'),
    ...command,
  }),
  Type.Object({
    target: Type.Literal('mqtt'),
    ...broker,
    topic: topic('Topic; `{value}` stands for the value'),
    payload: Type.Optional(Type.String({ description: 'Message; `{value}` stands for the value', default: '{value}' })),
    qos: Type.Optional(Type.Enum([0, 1, 2], { description: 'Quality of service', default: 1 })),
    retain: Type.Optional(flag('The broker keeps the command for those who subscribe later', false)),
    ...command,
  }),
  Type.Object({
    target: Type.Literal('modbus'),
    table: Type.Optional(Type.Enum(['holding', 'coil'], { description: 'Where it is written', default: 'holding' })),
    multiple: Type.Optional(flag('Writes one register or coil as if it were several (function 16 or 15)', false)),
    ...register,
    ...command,
  }),
  Type.Object({ target: Type.Literal('sunspec'), ...point, ...command }),
  Type.Object({
    target: Type.Literal('websocket'),
    ...server,
    payload: Type.Optional(Type.String({ description: 'Message; `{value}` stands for the value', default: '{value}' })),
    ...command,
  }),
  Type.Object({ target: Type.Literal('script'), ...script, ...command }, LOCAL),
];

const several = (one: readonly TObject[], description: string): TSchema =>
  Type.Union([...one, Type.Array(Type.Union([...one]), { description: 'One after the other', minItems: 1 })], {
    description,
  });

const targets = [
  ...plainTargets,
  Type.Object(
    {
      target: Type.Literal('javascript'),
      code: code('Makes of the constant `value` what is sent: the value of its last statement'),
      to: several(plainTargets, 'Where that is sent to'),
      ...command,
    },
    LOCAL,
  ),
];

/** Schema of where a command goes to; `description` says which command and which values. */
export function target(description: string): TSchema {
  return several(targets, description);
}
