import Type, { type TObject, type TSchema } from 'typebox';

/** Schemas that routes share. Components of the OpenAPI document are referred to by name. */

export const component = (name: string): TSchema => Type.Ref(`#/components/schemas/${name}`);

export const TIME: TSchema = Type.String({ format: 'date-time' });

/** What is answered to a request that clears something */
export const EMPTY: TObject = Type.Object({}, { additionalProperties: false });

export const TEXT: TSchema = Type.String();
