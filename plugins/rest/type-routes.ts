import Type, { type TSchema } from 'typebox';
import type { Catalogue, Evcc, ListedOption, ListedType, ParameterShape, StoredKind } from '../../core/index.ts';
import { send } from './answer.ts';
import { classIn, classParameter, STORED_CLASSES } from './device-classes.ts';
import type { Dialect } from './dialect.ts';
import type { Gate } from './gate.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';

/** The types that a device may be of, as clients of evcc ask for them: what it calls a template is a type here. */

const TEMPLATE = Type.Object({
  Template: Type.String({ description: 'Name of the type' }),
  Params: Type.Array(
    Type.Object({
      Name: Type.String({ description: 'Key of the option; of those in objects with a dot' }),
      Description: Type.String(),
      Help: Type.String({ description: 'What is allowed' }),
      Type: Type.Enum(['String', 'Int', 'Float', 'Bool', 'List', 'Object', 'Any']),
      Default: Type.Optional(Type.Unknown()),
      Required: Type.Boolean(),
      Mask: Type.Boolean({ description: 'It is a secret' }),
      Unit: Type.Optional(Type.String()),
      ValidValues: Type.Optional(Type.Array(Type.Unknown())),
    }),
  ),
});
const PRODUCT = Type.Object({
  name: Type.String(),
  template: Type.String({ description: 'Name of the type' }),
  group: Type.Optional(Type.String({ description: 'Package that it comes from; absent: it is built in' })),
});

const LANGUAGE: ParameterShape = {
  description: 'Looked at by nobody: descriptions are in English',
  schema: Type.String(),
  example: 'en',
};

export function typeRoutes(evcc: Evcc, dialect: Dialect, gate: Gate): readonly Route[] {
  const route = (
    path: string,
    about: Pick<Route, 'name' | 'summary' | 'parameters' | 'refusals'> & { result: TSchema },
    answer: (of: StoredKind, catalogue: Catalogue, asked: URLSearchParams) => unknown,
  ): Route => ({
    method: 'get',
    path: `/api/config/${path}/:class`,
    area: 'Configuration',
    name: about.name,
    summary: about.summary,
    description: 'The first answer takes some seconds, since all types are looked at.',
    parameters: { class: classParameter(STORED_CLASSES), lang: LANGUAGE, ...about.parameters },
    answers: { 200: { description: about.summary, result: about.result } },
    refusals: { 400: 'There is no such class', ...about.refusals },
    async handle(ctx) {
      const refusal = gate.refusal({ method: 'POST', headers: ctx.req.headers }, false);
      if (refusal) throw refusal;
      const of = classIn(ctx.params.class, STORED_CLASSES);
      const catalogue = await evcc.configuration.types();
      send(ctx, dialect.success(answer(of, catalogue, ctx.URL.searchParams)));
    },
  });

  return [
    route(
      'templates',
      {
        name: 'listTemplates',
        summary: 'The types of a class with their options, or one of them',
        parameters: { name: { description: 'Name of the one', schema: Type.String(), example: 'offline' } },
        result: Type.Union([Type.Array(TEMPLATE), TEMPLATE]),
        refusals: { 400: 'There is no such class or type' },
      },
      (of, catalogue, asked) => {
        const name = asked.get('name');
        const types = typesOf(of, catalogue).filter(({ type }) => name === null || type === name);
        const templates = types.map((each) => template(each, catalogue.common[of] ?? []));
        if (name === null) return templates;
        if (templates[0]) return templates[0];
        throw new Refusal(400, `there is no ${of} of the type "${name.slice(0, 60)}"`);
      },
    ),
    route(
      'products',
      { name: 'listProducts', summary: 'The types of a class', result: Type.Array(PRODUCT) },
      (of, all) =>
        typesOf(of, all)
          .map(({ type, source }) => ({ name: type, template: type, ...(source !== 'built in' && { group: source }) }))
          .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1)),
    ),
  ];
}

function typesOf(of: StoredKind, { types }: Catalogue): readonly ListedType[] {
  return types.filter(({ kind }) => kind === of);
}

function template({ type, options }: ListedType, common: readonly ListedOption[]): object {
  const others = common.filter(({ key }) => options.every((option) => option.key !== key));
  return { Template: type, Params: [...options, ...others].map(parameter) };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'String',
  integer: 'Int',
  number: 'Float',
  boolean: 'Bool',
  array: 'List',
  object: 'Object',
};

function parameter({ key, description, allowed, type, preset, required, secret, unit, values }: ListedOption): object {
  return {
    Name: key,
    Description: description,
    Help: allowed,
    Type: TYPES[type ?? ''] ?? 'Any',
    ...(preset !== undefined && { Default: preset }),
    Required: required,
    Mask: secret,
    ...(unit !== undefined && { Unit: unit }),
    ...(values && { ValidValues: values }),
  };
}
