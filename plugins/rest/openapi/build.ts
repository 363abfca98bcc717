import type { TSchema } from 'typebox';
import type { Evcc, ParameterShape } from '../../../core/index.ts';
import type { DialectSchemas } from '../dialect.ts';
import { COOKIE } from '../gate.ts';
import { type Answer, AREAS, type Content, LOADPOINT_ID, type Route } from '../route.ts';
import { exampleOf } from './example.ts';
import { type Hoist, present, type Schema, toSchema } from './schema.ts';

/** The OpenAPI 3.1 document of a server, made of its routes. */

export interface OpenApi {
  readonly openapi: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters: Readonly<Record<string, ParameterObject>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  };
  /** Each of them is enough. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

export interface SecurityScheme {
  readonly type: 'http' | 'apiKey';
  readonly description: string;
  readonly scheme?: string;
  readonly in?: 'cookie';
  readonly name?: string;
}

export interface Reference {
  readonly $ref: string;
  readonly description?: string;
}

export interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description: string;
  readonly schema?: Schema;
  readonly example?: unknown;
  /** Of values that are written as JSON, instead of `schema` and `example` */
  readonly content?: Readonly<Record<string, Media>>;
}

export interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;
  readonly content?: Readonly<Record<string, Media>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly (ParameterObject | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>;
}

const JSON_MEDIA = 'application/json';

/** Routes that only tell what is wrong are left out. Schemas with a title become components of that name. */
export function buildOpenApi(
  { version, state }: Pick<Evcc, 'version' | 'state'>,
  routes: readonly Route[],
  dialect: DialectSchemas,
): OpenApi {
  const described = routes.filter(({ answers }) => Object.keys(answers).length > 0);
  const writer = new Writer(dialect, { Failure: dialect.failure, ...dialect.components(state) });
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of described) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    // The first one answers, as in the router.
    const { method } = route;
    paths[path] = { ...paths[path], [method]: paths[path]?.[method] ?? writer.operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'evcc for Node',
      version,
      summary: 'EV charge controller and home energy manager',
      description: `Reads and changes everything that a house shows. ${dialect.about} An answer to a change means that the value is in force and stored; the chargers follow in the cycle that the change asks for. The WebSocket and MQTT tell the same values.`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: Object.entries(AREAS)
      .filter(([name]) => described.some(({ area }) => area === name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: writer.schemas,
      parameters: { loadpoint: writer.parameter('id', LOADPOINT_ID, 'path') },
      responses: {
        failure: {
          description: 'What was wrong',
          content: writer.content([{ type: JSON_MEDIA, schema: { $ref: '#/components/schemas/Failure' } }]),
        },
        unchanged: { description: 'It is as the client has it, as If-None-Match says' },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Token of a machine' },
        tokenAsPassword: { type: 'http', scheme: 'basic', description: 'The same as password of any user' },
        login: { type: 'apiKey', in: 'cookie', name: COOKIE, description: 'What the login answers' },
      },
    },
    // None is needed where neither password nor token is set.
    security: [{}, { token: [] }, { tokenAsPassword: [] }, { login: [] }],
  };
}

const FAILURE: Reference = { $ref: '#/components/responses/failure' };

/** Writes parts of the document, and collects the schemas that they refer to. */
class Writer {
  readonly schemas: Record<string, Schema>;
  readonly #dialect: DialectSchemas;

  constructor(dialect: DialectSchemas, components: Readonly<Record<string, Schema>>) {
    this.#dialect = dialect;
    this.schemas = { ...components };
  }

  operation({
    method,
    name,
    area,
    summary,
    description,
    path,
    parameters,
    body,
    answers,
    refusals = {},
  }: Route): Operation {
    const inPath = new Set([...path.matchAll(/:(\w+)/g)].map(([, each]) => each));
    const list = Object.entries(parameters ?? {}).map(([each, shape]) =>
      shape === LOADPOINT_ID
        ? { $ref: '#/components/parameters/loadpoint' }
        : this.parameter(each, shape, inPath.has(each) ? 'path' : 'query'),
    );
    const isRead = method === 'get' && Object.values(answers).some(({ result, contents }) => result ?? contents);
    const responses = [
      ...(isRead ? [['304', { $ref: '#/components/responses/unchanged' }]] : []),
      ...Object.entries(answers).map(([status, answer]) => [status, this.#response(answer)]),
      ...Object.entries(refusals).map(([status, why]) => [status, { ...FAILURE, description: why }]),
      ['default', { ...FAILURE, description: 'Anything else that went wrong' }],
    ];
    return {
      operationId: name,
      tags: [area],
      summary,
      ...(description !== undefined && { description }),
      ...(list.length > 0 && { parameters: list }),
      ...(body && { requestBody: { required: body.required ?? false, content: this.content([body]) } }),
      responses: Object.fromEntries(responses),
    };
  }

  parameter(name: string, shape: ParameterShape, where: 'path' | 'query'): ParameterObject {
    const schema = present(toSchema(shape.schema, this.#hoist));
    const { type } = this.#resolved(schema);
    const media: Media = { schema, example: shape.example ?? exampleOf(schema, this.schemas) };
    return {
      name,
      in: where,
      required: where === 'path',
      description: shape.description,
      ...(type === 'object' || type === 'array' ? { content: { [JSON_MEDIA]: media } } : media),
    };
  }

  content(
    contents: readonly (Omit<Content, 'schema'> & { readonly schema: TSchema | Schema })[],
  ): Record<string, Media> {
    return Object.fromEntries(
      contents.map(({ type, schema, example }) => {
        const described = toSchema(schema, this.#hoist);
        return [type, { schema: described, example: example ?? exampleOf(described, this.schemas) }];
      }),
    );
  }

  #response({ description, result, contents = [], headers = {} }: Answer): ResponseObject {
    const enveloped = result && {
      type: JSON_MEDIA,
      schema: this.#dialect.success(toSchema(result, this.#hoist)),
    };
    const all = [...(enveloped ? [enveloped] : []), ...contents];
    const fields = Object.entries(headers).map(([name, text]) => [name, { description: text, schema: TEXT }]);
    return {
      description,
      ...(fields.length > 0 && { headers: Object.fromEntries(fields) }),
      ...(all.length > 0 && { content: this.content(all) }),
    };
  }

  readonly #hoist: Hoist = (title, schema) => {
    const known = this.schemas[title];
    // Plugins may choose a title that is no name, or that something else has.
    if (!/^[A-Za-z]\w*$/.test(title) || (known && JSON.stringify(known) !== JSON.stringify(schema))) return schema;
    this.schemas[title] = schema;
    return { $ref: `${SCHEMAS}${title}` };
  };

  #resolved(schema: Schema): Schema {
    return schema.$ref === undefined ? schema : (this.schemas[schema.$ref.slice(SCHEMAS.length)] ?? schema);
  }
}

const SCHEMAS = '#/components/schemas/';
const TEXT: Schema = { type: 'string' };
