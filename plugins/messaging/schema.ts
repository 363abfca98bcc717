import Type, { type TObject, type TSchema } from 'typebox';

/** Schema of the section `messaging`; the types are in `options.ts`. */

const address = (preset: string): TSchema =>
  Type.Optional(Type.String({ pattern: '^https?://[^\\s/]+', default: preset, description: 'Address of the server' }));
const insecure = Type.Optional(
  Type.Boolean({ default: false, description: 'Accepts a certificate that nobody vouches for' }),
);
const timeout = (preset: number): TSchema =>
  Type.Optional(
    Type.Number({
      minimum: 1,
      maximum: 300,
      unit: 's',
      default: preset,
      description: 'How long one attempt may take',
    }),
  );
const secret = (description: string): TSchema => Type.String({ minLength: 1, secret: true, description });
const word = (description: string): TSchema => Type.String({ minLength: 1, description });

export const SERVICES: readonly TObject[] = [
  Type.Object({
    type: Type.Literal('ntfy'),
    topic: Type.String({ pattern: '^[-_A-Za-z0-9]{1,64}$', description: 'Topic that is published to' }),
    url: address('https://ntfy.sh'),
    token: Type.Optional(secret('Access token')),
    user: Type.Optional(word('Name of the user, where there is no token')),
    password: Type.Optional(secret('Password of the user')),
    priority: Type.Optional(
      Type.Enum(['min', 'low', 'default', 'high', 'max'], { description: 'How much attention it draws' }),
    ),
    tags: Type.Optional(Type.Array(word('Tag'), { description: 'Words, or names of emojis that the app shows' })),
    insecure,
    timeout: timeout(10),
  }),
  Type.Object({
    type: Type.Literal('telegram'),
    token: secret('Token of the bot'),
    chats: Type.Array(Type.Union([Type.Integer(), Type.String({ pattern: '^(@[A-Za-z]\\w*|-?\\d+)$' })]), {
      minItems: 1,
      description: 'Ids of chats, or @name of public channels',
    }),
    url: address('https://api.telegram.org'),
    timeout: timeout(10),
  }),
  Type.Object({
    type: Type.Literal('pushover'),
    app: secret('API token of the application'),
    recipients: Type.Array(secret('Key'), { minItems: 1, description: 'Keys of users and groups' }),
    devices: Type.Optional(
      Type.Array(Type.String({ pattern: '^[-_A-Za-z0-9]{1,25}$' }), {
        description: 'Names of devices; default: all of the recipients',
      }),
    ),
    url: address('https://api.pushover.net'),
    timeout: timeout(10),
  }),
  Type.Object({
    type: Type.Literal('email'),
    url: Type.String({
      pattern: '^smtps?://[^\\s/]+/?$',
      description:
        'Mail server: smtp://host:587, or smtps://host:465 for TLS from the start; user:password@ may stand before the host',
    }),
    user: Type.Optional(word('Name of the user')),
    password: Type.Optional(secret('Password')),
    from: Type.String({ pattern: '@', description: 'Sender, such as evcc@example.org or House <evcc@example.org>' }),
    to: Type.Union([Type.String({ pattern: '@' }), Type.Array(Type.String({ pattern: '@' }), { minItems: 1 })], {
      description: 'Who gets it',
    }),
    insecure: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Accepts a certificate that nobody vouches for, and sends a password without TLS too',
      }),
    ),
    timeout: timeout(10),
  }),
  Type.Object({
    type: Type.Literal('webhook'),
    url: Type.String({
      pattern: '^https?://[^\\s/]+',
      secret: true,
      description: 'Address, may hold placeholders behind the host',
    }),
    method: Type.Optional(
      Type.Enum(['GET', 'POST', 'PUT', 'PATCH'], { default: 'POST', description: 'Method of the request' }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String({ secret: true }), { description: 'Headers of the request by name' }),
    ),
    body: Type.Optional(
      Type.Unknown({
        description:
          'Text, or anything else to send as JSON, with placeholders in its texts; default: event, title, message and loadpoint',
      }),
    ),
    insecure,
    timeout: timeout(10),
  }),
  Type.Object({
    type: Type.Literal('script'),
    command: word('Program to run; with `shell` a command line'),
    args: Type.Optional(Type.Array(Type.String(), { description: 'Arguments before title and message' })),
    shell: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Has the shell run the command; "$1" is the title, "$2" the message',
      }),
    ),
    timeout: timeout(30),
  }),
];

const event = (description: string): TSchema =>
  Type.Optional(
    Type.Union(
      [
        Type.Boolean(),
        Type.Object({
          title: Type.Optional(Type.String({ description: 'Title; default: the usual one' })),
          message: Type.Optional(Type.String({ description: 'Text; default: the usual one, empty: nothing is sent' })),
          disabled: Type.Optional(Type.Boolean({ default: false, description: 'Keeps the texts, but sends nothing' })),
        }),
      ],
      { description },
    ),
  );

export const SCHEMA: TObject = Type.Object({
  events: Type.Object({
    connect: event('A car was connected'),
    start: event('Charging has started'),
    stop: event('Charging has stopped'),
    disconnect: event('A car was disconnected'),
    soc: event('The soc has passed a full ten'),
    guest: event('Nobody found out which car it is'),
    asleep: event('A car could not be woken up'),
    planoverrun: event('A charging plan will reach its goal too late'),
    suggestion: event('The optimizer found something better to do for a battery or a car'),
    devicelost: event('A device is not available'),
    deviceback: event('A device is available again'),
  }),
  services: Type.Array(Type.Union([...SERVICES]), { minItems: 1, description: 'Who is told, see docs/messaging.md' }),
});
