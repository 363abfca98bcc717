import { expect, onTestFinished, test } from 'vitest';
import { createMemoryStore } from '../../../../core/store.ts';
import type { OpenApi, Operation, ParameterObject, Reference } from '../../../../plugins/rest/openapi/build.ts';
import type { Schema } from '../../../../plugins/rest/openapi/schema.ts';
import { type FakeHouse, startHouse } from '../../../helpers/house.ts';
import { createChecks } from './checks.ts';

/** Walks every operation of the description against a real house over HTTP. */

const TOKEN = 'a-token-of-a-machine';
const HOUR = 3_600_000;

type DialectName = 'document' | 'current';
const DIALECTS: readonly DialectName[] = ['document', 'current'];

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** A house in which everything works that can be asked for. */
async function startAll(dialect: DialectName): Promise<FakeHouse & { ask: Ask; document: OpenApi }> {
  const store = createMemoryStore();
  await store.sessions.add([
    { created: 0, finished: HOUR, loadpoint: 'Garage', vehicle: '', identifier: '', energy: 5_000, duration: HOUR },
  ]);
  const stored = { last: 1, devices: [{ id: 1, kind: 'vehicle', entry: { type: 'offline', title: 'Guest' } }] };
  await store.memory.save(new Map([['devices', JSON.stringify(stored)]]));
  const house = await startHouse(
    { onTestFinished },
    {
      store,
      battery: { soc: 50, capacity: 10 },
      batteryMode: async () => {},
      loadpoints: [{ mode: 'pv', vehicle: 'family' }, { title: 'Carport' }],
      charger: (charger) => {
        charger.canSwitchPhases = true;
      },
      rates: (now) => [{ start: now - HOUR, end: now + 24 * HOUR, price: 0.3 }],
      feedInRates: (now) => [{ start: now - HOUR, end: now + 24 * HOUR, price: 0.08 }],
      config: {
        vehicles: { family: { type: 'fake', title: 'Family car', capacity: 60 } },
        access: { password: 'correct horse', tokens: { machine: TOKEN } },
        optimizer: {},
        rest: { port: 0, host: '127.0.0.1', dialect },
      } as never,
    },
  );
  house.set({ pv: 9_000, base: 300 });
  await house.run(30);
  // It runs beside the cycles, and changes the state.
  await expect.poll(() => house.site('optimizer')).toMatchObject({ status: 'optimal' });
  const url = urlOf(house);
  const ask: Ask = async (method, path, body) => {
    const headers = {
      Authorization: `Bearer ${TOKEN}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    };
    const response = await fetch(`${url}${path}`, { method, headers, ...(body !== undefined && { body }) });
    return {
      status: response.status,
      type: (response.headers.get('content-type') ?? '').split(';')[0] ?? '',
      text: await response.text(),
    };
  };
  const document = JSON.parse((await ask('GET', '/api/openapi.json')).text) as OpenApi;
  return { ...house, ask, document };
}

function urlOf({ runtime }: Pick<FakeHouse, 'runtime'>): string {
  const line = runtime.announcements.findLast((each) => each.startsWith('REST: ')) ?? '';
  return /http:\/\/[^/]+/.exec(line)?.[0] ?? '';
}

type Ask = (method: string, path: string, body?: string) => Promise<Answer>;

/** Bodies that an example cannot know */
const BODIES: Readonly<Record<string, unknown>> = { login: { password: 'correct horse' } };
/** Operations that are refused in this house, with the documented status */
const REFUSED: Readonly<Record<string, number>> = {
  openWebSocket: 426,
  setPassword: 400,
  // It keeps nothing beyond its end.
  getBackup: 404,
  makeBackup: 404,
  restoreDatabase: 404,
  resetDatabase: 404,
  // It ran a moment ago.
  orderOptimize: 429,
  // No charger is a heater.
  setLoadpointMinTemp: 400,
  // No device needs one.
  beginLogin: 404,
  endLogin: 404,
  getLogin: 404,
  getLogout: 404,
};

interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly parameters: readonly ParameterObject[];
}

function callsOf({ paths, components }: OpenApi): readonly Call[] {
  const resolve = (each: ParameterObject | Reference): ParameterObject =>
    '$ref' in each ? (components.parameters[each.$ref.split('/').at(-1) ?? ''] as ParameterObject) : each;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method,
      path,
      operation,
      parameters: (operation.parameters ?? []).map(resolve),
    })),
  );
}

const mediaOf = ({ content }: { readonly content?: ParameterObject['content'] }) => Object.values(content ?? {})[0];
const exampleOf = (parameter: ParameterObject): unknown => parameter.example ?? mediaOf(parameter)?.example;
const schemaOf = (parameter: ParameterObject): Schema => parameter.schema ?? mediaOf(parameter)?.schema ?? {};
const written = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** The address of a call, its parameters being the examples unless `texts` has others. */
function addressOf({ path, parameters }: Call, texts: Readonly<Record<string, string>>, query: boolean): string {
  const search = new URLSearchParams();
  let address = path;
  for (const parameter of parameters) {
    const text = texts[parameter.name] ?? written(exampleOf(parameter));
    if (parameter.in === 'path') address = address.replace(`{${parameter.name}}`, encodeURIComponent(text));
    else if (query || texts[parameter.name] !== undefined) search.set(parameter.name, text);
  }
  return search.size > 0 ? `${address}?${search}` : address;
}

/** Texts that a schema does not allow; none: it allows all. */
function wrongTexts(schema: Schema): readonly string[] {
  const { $ref, type, enum: values, format, minimum, maximum, pattern, anyOf } = schema;
  if ($ref !== undefined || type === 'object' || type === 'array') return ['{', '"text"'];
  if (values) return ['none-of-them'];
  if (anyOf?.some((each) => each.type === 'string')) return [];
  if (type === 'boolean') return ['maybe', '2'];
  if (format === 'date-time') return ['tomorrow', '2040-13-01T00:00:00Z'];
  if (pattern !== undefined) return ['not/allowed?', '%'];
  if (type !== 'number' && type !== 'integer') return [];
  return [
    'NaN',
    '1e1',
    ...(type === 'integer' ? ['1.5'] : []),
    ...(minimum === undefined ? [] : [String(minimum - 1)]),
    ...(maximum === undefined ? [] : [String(maximum + 1)]),
  ];
}

// Hundreds of requests, which take their time on a busy machine.
const WALK = { timeout: 60_000 };

test.each(DIALECTS)('%s: every documented operation answers as documented', WALK, async (dialect) => {
  const { ask, document } = await startAll(dialect);
  const checks = createChecks(document, true);
  const calls = callsOf(document).filter(({ operation }) => operation.operationId !== 'shutdown');
  expect(calls.length).toBeGreaterThan(60);
  const wrong: unknown[] = [];
  for (const call of calls) {
    const { method, path, operation } = call;
    const { operationId, responses, requestBody } = operation;
    const body = requestBody && JSON.stringify(BODIES[operationId] ?? Object.values(requestBody.content)[0]?.example);
    const success = Number(Object.keys(responses).find((status) => status.startsWith('2')));
    for (const query of call.parameters.some((parameter) => parameter.in === 'query') ? [false, true] : [false]) {
      const { status, type, text } = await ask(method.toUpperCase(), addressOf(call, {}, query), body);
      const expected = REFUSED[operationId] ?? success;
      if (status !== expected) wrong.push({ operationId, query, status, expected, text: text.slice(0, 200) });
      // What a filter makes of the state is what it makes of it.
      if (status !== expected || (query && operationId === 'getState')) continue;
      const { at, content } = bodiesOf(document, ['paths', path, method, 'responses', String(status)]);
      if (!(type in content)) {
        if (text !== '' || Object.keys(content).length > 0) wrong.push({ operationId, query, type, text });
        continue;
      }
      const value: unknown = type === 'application/json' ? JSON.parse(text) : text;
      const problems = checks.problems([...at, 'content', type, 'schema'], value);
      if (problems.length > 0) wrong.push({ operationId, query, problems });
    }
  }
  expect(wrong).toEqual([]);
});

/** Bodies of the response at a place in the document, or of the one that it refers to. */
function bodiesOf(document: OpenApi, at: readonly string[]): { at: readonly string[]; content: object } {
  const found = at.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document);
  const { $ref, content = {} } = found as { $ref?: string; content?: object };
  return $ref === undefined ? { at, content } : bodiesOf(document, $ref.slice(2).split('/'));
}

test.each(DIALECTS)('%s: every parameter that is not allowed is refused as documented', WALK, async (dialect) => {
  const { ask, document } = await startAll(dialect);
  const checks = createChecks(document, true);
  const state = async (): Promise<unknown> => JSON.parse((await ask('GET', '/api/state')).text);
  const before = await state();
  const tried = new Set<string>();
  const wrong: unknown[] = [];
  for (const call of callsOf(document)) {
    const { operationId, responses } = call.operation;
    for (const parameter of call.parameters) {
      for (const text of wrongTexts(schemaOf(parameter))) {
        const answer = await ask(call.method.toUpperCase(), addressOf(call, { [parameter.name]: text }, false));
        const { status } = answer;
        const documented = String(status) in responses && (status === 400 || status === 404);
        const problems = documented
          ? checks.problems(['components', 'schemas', 'Failure'], JSON.parse(answer.text))
          : ['it is not refused as documented'];
        if (problems.length > 0) wrong.push({ operationId, name: parameter.name, sent: text, status, problems });
        tried.add(`${operationId} ${parameter.name}`);
      }
    }
  }
  for (const call of callsOf(document)) {
    const { operationId, responses, requestBody } = call.operation;
    const takes = requestBody && REFUSED[operationId] !== 404;
    for (const body of takes ? ['{', '"text"', '[1]', '{"unknown":1}'] : []) {
      const { status, text } = await ask(call.method.toUpperCase(), addressOf(call, {}, false), body);
      const problems = checks.problems(['components', 'schemas', 'Failure'], JSON.parse(text));
      if (status !== 400 || !(status in responses) || problems.length > 0)
        wrong.push({ operationId, body, status, text });
    }
  }
  expect(wrong).toEqual([]);
  expect(tried.size).toBeGreaterThan(80);
  expect(await state()).toEqual(before);
});

test.each(DIALECTS)(
  '%s: the state is as described before the first cycle, and when nothing answers',
  async (dialect) => {
    const bare = await startHouse({ onTestFinished }, { config: { rest: { port: 0, host: '127.0.0.1', dialect } } });
    const url = urlOf(bare);
    const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as OpenApi;
    const checks = createChecks(document, true);
    const problems = async (): Promise<unknown> => {
      const body = await (await fetch(`${url}/api/state`)).json();
      return checks.problems(
        ['paths', '/api/state', 'get', 'responses', '200', 'content', 'application/json', 'schema'],
        body,
      );
    };
    expect(await problems()).toEqual([]);
    await bare.cycle();
    expect(await problems()).toEqual([]);
    bare.grid.failure = new Error('gone');
    bare.charger().failure = new Error('gone');
    await bare.run(600);
    expect(await problems()).toEqual([]);
  },
);

test.each([
  ['document', '/api/shutdown'],
  ['current', '/api/system/shutdown'],
] as const)('%s: the end of the process is asked for as documented', async (dialect, path) => {
  const { ask, document } = await startAll(dialect);
  expect(document.paths[path]?.post?.responses).toHaveProperty('204');
  expect(await ask('POST', path)).toMatchObject({ status: 204, text: '' });
});
