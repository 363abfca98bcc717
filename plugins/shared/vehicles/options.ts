import Type, { type TOptional, type TString } from 'typebox';

/** Options that vehicles of several services have. */

export const VIN: TOptional<TString> = Type.Optional(
  Type.String({ description: 'Vehicle identification number; needed if the account has several cars', minLength: 1 }),
);

export const secret = (description: string): TString => Type.String({ description, minLength: 1, secret: true });

/** Address of a service, for those who run a server in its place. */
export const service = (preset: string): TOptional<TString> =>
  Type.Optional(Type.String({ description: 'Address of the service', pattern: '^https?://[^\\s/]+', default: preset }));

export const BROKER: { broker: TString; user: TOptional<TString>; password: TOptional<TString> } = {
  broker: Type.String({ description: 'Address of the broker', pattern: '^(mqtts?|wss?)://[^\\s/]+' }),
  user: Type.Optional(Type.String({ description: 'Name of the user', minLength: 1 })),
  password: Type.Optional(Type.String({ description: 'Password', secret: true })),
};
