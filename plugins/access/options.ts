import Type, { type TObject } from 'typebox';

/** What stands under `access` in the configuration. */
export interface AccessOptions {
  /** Secret. Password of the login; it goes before one that was set over the API. */
  password?: string;
  /** Secret. Tokens of machines by name */
  tokens?: Readonly<Record<string, TokenOptions>>;
  /** What needs a login or token once there is any: `all` (default), or `changes` only */
  protect?: 'all' | 'changes';
  /** Names under which the house is reached besides those of home networks, e.g. `evcc.example.com` */
  hosts?: readonly string[];
}

/** A token alone may do everything. */
export type TokenOptions = string | { token: string; readOnly?: boolean };

declare module 'evcc' {
  interface PluginSections {
    /** Who may use the house over the network; `false`: whoever reaches it, without any check */
    access: AccessOptions;
  }
}

/** Characters that a password has at least */
export const SHORTEST_PASSWORD = 4;
export const LONGEST_PASSWORD = 200;
/** Letters, digits and a few signs that need no encoding in paths; `.` and `..` would mean another path */
export const TOKEN_NAME = '^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,59}$';

/** A machine can remember more than a person; shorter ones could be guessed. */
const TOKEN = Type.String({
  minLength: 16,
  maxLength: 200,
  secret: true,
  description: 'Token of at least 16 characters',
});

export const schema: TObject = Type.Object({
  password: Type.Optional(
    Type.String({
      minLength: SHORTEST_PASSWORD,
      maxLength: LONGEST_PASSWORD,
      secret: true,
      description: 'Password of the login; it goes before one that was set over the API',
    }),
  ),
  tokens: Type.Optional(
    Type.Record(
      Type.String({ pattern: TOKEN_NAME }),
      Type.Union([TOKEN, Type.Object({ token: TOKEN, readOnly: Type.Optional(Type.Boolean({ default: false })) })]),
      { description: 'Tokens of machines by name: a text, or token and readOnly' },
    ),
  ),
  protect: Type.Optional(
    Type.Enum(['all', 'changes'], {
      default: 'all',
      description: 'What needs a login or token, once there is a password or token',
    }),
  ),
  hosts: Type.Optional(
    Type.Array(Type.String({ pattern: '^(\\*\\.)?[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$' }), {
      default: [],
      description:
        'Names under which the house is reached besides those of home networks, e.g. evcc.example.com or *.example.com',
    }),
  ),
});
