import type { Context } from 'koa';
import type { TSchema } from 'typebox';
import type { ParameterShape } from '../../core/index.ts';

/**
 * Each route is one record. Router and OpenAPI document are both derived from the list, so that what is described and what
 * is served cannot differ.
 */

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Headings under which routes are described, in their order, with what stands below them. */
export const AREAS = {
  State: 'What is published, now and as it changes',
  Site: 'Settings of the site',
  Loadpoints: 'Settings of a loadpoint, and why it charges as it does',
  Vehicles: 'Settings of a vehicle',
  Plans: 'What is planned, and what would be',
  Tariffs: 'Prices, CO2, forecasts of sun and temperature',
  Sessions: 'Charging sessions',
  History: 'What was measured',
  Access: 'Password, login and tokens',
  Configuration: 'Devices, their types, and the part that each of them plays',
  System: 'The process itself',
} as const;
export type Area = keyof typeof AREAS;

/** A body, of a request or an answer. */
export interface Content {
  /** MIME type */
  readonly type: string;
  readonly schema: TSchema;
  readonly example?: unknown;
}

/** An answer with a status below 400. */
export interface Answer {
  readonly description: string;
  /** What is written into the dialect's envelope, as JSON */
  readonly result?: TSchema;
  /** Bodies that are no result, by their type; absent with `result`: no body */
  readonly contents?: readonly Content[];
  /** Header fields that clients may go by, with what they tell */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: Method;
  /** With `:name` for each path parameter */
  readonly path: string;
  readonly area: Area;
  /** Stable name in camel case, unique within the dialect; it becomes the `operationId` */
  readonly name: string;
  /** A line of what it does */
  readonly summary: string;
  readonly description?: string;
  /** By name; those whose name is not in the path stand in the query string */
  readonly parameters?: Readonly<Record<string, ParameterShape>>;
  /** Absent: a body is not looked at */
  readonly body?: Content & { readonly required?: boolean };
  /** By status */
  readonly answers: Readonly<Record<number, Answer>>;
  /** When it refuses, by status from 400; the body is the dialect's failure */
  readonly refusals?: Readonly<Record<number, string>>;
  /** It takes so long that others would notice: such routes are answered one after the other */
  readonly heavy?: boolean;
  /** What is answered without parameters, where it is there already; absent: it is made for each request */
  readonly ready?: () => { readonly bytes: Buffer; readonly etag: string };
  handle(ctx: Context): unknown;
}

/** What every route of a loadpoint has. */
export const LOADPOINT_ID: ParameterShape = {
  description: 'Number of the loadpoint, from 1',
  schema: { type: 'integer', minimum: 1, maximum: 999_999 },
  example: 1,
};
