import { Validator } from '@seriousme/openapi-schema-validator';
import Type from 'typebox';
import { expect, test } from 'vitest';
import type { Setting } from '../../../../core/index.ts';
import { createDocumentDialect } from '../../../../plugins/rest/document.ts';
import { createGate } from '../../../../plugins/rest/gate.ts';
import type { Media, OpenApi, Operation } from '../../../../plugins/rest/openapi/build.ts';
import { createRouteList } from '../../../../plugins/rest/routes.ts';
import { type Rest, startRest } from '../start-rest.ts';
import { createChecks } from './checks.ts';

async function documentOf({ ask }: Rest): Promise<OpenApi> {
  const { status, json } = await ask('GET', '/api/openapi.json');
  expect(status).toBe(200);
  return json as unknown as OpenApi;
}

const DIALECTS = ['document', 'current'] as const;

const operationsOf = ({ paths }: OpenApi): readonly (readonly [string, string, Operation])[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [method, path, operation] as const),
  );

/** Where each body of the document is described, with its example */
function mediaOf(value: unknown, at: readonly string[] = []): readonly (readonly [readonly string[], Media])[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = at.at(-2) === 'content' ? [[at, value as Media] as const] : [];
  return [...own, ...Object.entries(value).flatMap(([key, each]) => mediaOf(each, [...at, key]))];
}

const ROW: Setting = {
  scope: 'site',
  name: 'poolTemperature',
  description: 'How warm the pool shall be',
  schema: Type.Number({ minimum: 10, maximum: 35, unit: '°C', default: 24 }),
  rest: { document: ['/pooltemperature'] },
  mqtt: 'poolTemperature',
};

test.each(DIALECTS)('the document of the %s dialect is valid OpenAPI 3.1', async (dialect) => {
  const { ask } = await startRest({ dialect });
  const { text, headers } = await ask('GET', '/api/openapi.json');
  expect(headers['content-type']).toBe('application/json; charset=UTF-8');
  expect(await new Validator().validate(JSON.parse(text))).toEqual({ valid: true });
  expect(JSON.parse(text)).toMatchObject({
    openapi: '3.1.0',
    info: { title: 'evcc for Node', version: '0.1.0', license: { identifier: 'MIT' } },
  });
});

test.each(DIALECTS)('%s: every operation has a name, an area and an answer for failures', async (dialect) => {
  const document = await documentOf(await startRest({ dialect }));
  const operations = operationsOf(document).map(([, , operation]) => operation);
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z][A-Za-z0-9]*$/.test(id))).toEqual([]);
  expect(ids).toEqual(expect.arrayContaining(['getState', 'setLoadpointMode', 'setPrioritySoc', 'listSessions']));
  const areas = new Set(document.tags.map(({ name }) => name));
  for (const { tags, responses } of operations) {
    expect(areas).toContain(tags[0]);
    expect(responses.default).toMatchObject({ $ref: '#/components/responses/failure' });
  }
});

test.each(DIALECTS)('%s: every example is allowed by its schema', async (dialect) => {
  const document = await documentOf(await startRest({ dialect }));
  const checks = createChecks(document, true);
  const bodies = mediaOf(document);
  expect(bodies.length).toBeGreaterThan(50);
  for (const [at, { example }] of bodies) {
    expect({ at, problems: checks.problems([...at, 'schema'], example) }).toEqual({ at, problems: [] });
  }
  for (const [method, path, { parameters = [] }] of operationsOf(document)) {
    for (const [index, parameter] of parameters.entries()) {
      if (!('schema' in parameter)) continue;
      const at = ['paths', path, method, 'parameters', String(index)];
      expect({ at, problems: checks.problems([...at, 'schema'], parameter.example) }).toEqual({ at, problems: [] });
    }
  }
});

test('what the state shows is described with kind and unit, and whether it may be unknown or absent', async () => {
  const { components } = await documentOf(await startRest());
  const { State, Loadpoint } = components.schemas;
  expect(State?.properties?.prioritySoc).toMatchObject({ type: 'number', 'x-unit': '%' });
  expect(State?.properties?.gridPower).toEqual({
    type: ['number', 'null'],
    'x-unit': 'W',
    description: '+ import, − export; null: unknown',
  });
  expect(Loadpoint?.properties?.mode).toMatchObject({ enum: ['off', 'pv', 'minpv', 'now'] });
  expect(State?.required).toContain('siteTitle');
  expect(State?.required).not.toContain('gridPower');
  expect(Loadpoint?.properties?.chargeDuration).toMatchObject({ type: 'integer', 'x-unit': 'ns' });
  expect(Loadpoint?.properties?.targetTime).toMatchObject({ type: 'string', format: 'date-time' });
});

test('a setting is described with range, unit and default', async () => {
  const { paths } = await documentOf(await startRest());
  const { parameters } = paths['/api/loadpoints/{id}/mincurrent/{value}']?.post ?? {};
  expect(parameters).toEqual([
    { $ref: '#/components/parameters/loadpoint' },
    expect.objectContaining({
      name: 'value',
      in: 'path',
      required: true,
      schema: expect.objectContaining({ type: 'number', minimum: 1, maximum: 80, 'x-unit': 'A', default: 6 }),
      example: 6,
    }),
  ]);
  expect(paths['/api/loadpoints/{id}/mode/{value}']?.post?.parameters?.[1]).toMatchObject({
    schema: { enum: ['off', 'pv', 'minpv', 'now'] },
  });
});

test('values that are JSON are so in path and body, by one schema', async () => {
  const { paths, components } = await documentOf(await startRest());
  const schema = { $ref: '#/components/schemas/RepeatingPlans' };
  const path = '/api/loadpoints/{id}/plan/repeating';
  expect(paths[`${path}/{value}`]?.post?.parameters?.[1]).toMatchObject({
    content: { 'application/json': { schema } },
  });
  expect(paths[path]?.post?.requestBody).toMatchObject({ content: { 'application/json': { schema } } });
  expect(components.schemas.RepeatingPlans).toMatchObject({ type: 'array', maxItems: 20 });
});

test('every route is described; those left out only tell what is wrong', async () => {
  const { evcc, ask } = await startRest();
  const { paths } = JSON.parse((await ask('GET', '/api/openapi.json')).text) as OpenApi;
  const routes = createRouteList(evcc, createDocumentDialect(evcc.time), createGate(evcc, []))();
  const left = routes.filter(({ method, path }) => !paths[path.replace(/:(\w+)/g, '{$1}')]?.[method]);
  expect(left.length).toBeGreaterThan(0);
  for (const { method, path } of left) {
    const address = path.replace(':id', '1').replace(':value', '1');
    const { status, json } = await ask(method.toUpperCase(), address);
    expect({ path, status, json }).toMatchObject({ status: expect.toSatisfy((code) => code === 400 || code === 404) });
    expect(json).toHaveProperty('error');
  }
});

test('a POST that only tells that a value is missing is not described', async () => {
  const { paths } = await documentOf(await startRest());
  expect(paths['/api/loadpoints/{id}/mode']).toBeUndefined();
  expect(paths['/api/smartcostlimit']?.post?.operationId).toBe('unsetSmartCostLimit');
});

test('what plugins add and take away is in the document at once', async () => {
  const rest = await startRest();
  const before = await rest.ask('GET', '/api/openapi.json');
  const remove = rest.evcc.addRow(ROW);
  rest.evcc.state.define('loadpoint', { name: 'cableLength', kind: 'number', unit: 'm', description: 'Of the cable' });
  const { paths, components } = await documentOf(rest);
  expect(paths['/api/pooltemperature/{value}']?.post?.parameters?.[0]).toMatchObject({
    description: 'How warm the pool shall be',
    schema: { minimum: 10, maximum: 35, 'x-unit': '°C', default: 24 },
  });
  expect(components.schemas.Loadpoint?.properties?.cableLength).toMatchObject({ 'x-unit': 'm' });
  remove();
  const after = await documentOf(rest);
  expect(after.paths['/api/pooltemperature/{value}']).toBeUndefined();
  expect(Object.keys(after.paths)).toEqual(Object.keys(JSON.parse(before.text).paths));
});

test.each(['State', 'my pool', '$ref'])('the title "%s" of a schema of a plugin spoils nothing', async (title) => {
  const rest = await startRest();
  const before = await documentOf(rest);
  rest.evcc.addRow({ ...ROW, schema: Type.Object({ warm: Type.Boolean() }, { title, default: { warm: true } }) });
  const document = await documentOf(rest);
  expect(Object.keys(document.components.schemas)).toEqual(Object.keys(before.components.schemas));
  expect(document.components.schemas.State?.required).toEqual(before.components.schemas.State?.required);
  expect(await new Validator().validate(JSON.parse(JSON.stringify(document)))).toEqual({ valid: true });
});

test.each(['/api/openapi.json', '/api/docs'])('%s is sent again only when it changed', async (path) => {
  const { ask, evcc } = await startRest();
  const { etag } = (await ask('GET', path)).headers;
  const again = { headers: { 'If-None-Match': String(etag) } };
  expect(await ask('GET', path, again)).toMatchObject({ status: 304, text: '' });
  evcc.addRow(ROW);
  expect((await ask('GET', path, again)).status).toBe(200);
});
