import Type, { type TSchema } from 'typebox';

/** A component of the OpenAPI document, by name; each dialect has its own. */
export const component = (name: 'State' | 'Decision' | 'Session'): TSchema => Type.Ref(`#/components/schemas/${name}`);
