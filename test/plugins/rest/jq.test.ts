import { expect, test } from 'vitest';
import { startRest } from './start-rest.ts';

const start = async () => {
  const rest = await startRest();
  rest.evcc.set('site', 0, 'siteTitle', 'Home <&>');
  rest.evcc.flush();
  return (jq: string) => rest.ask('GET', `/api/state?jq=${encodeURIComponent(jq)}`);
};

const VALUES: readonly (readonly [filter: string, value: unknown])[] = [
  ['.siteTitle', 'Home <&>'],
  ['.result.siteTitle', 'Home <&>'],
  ['.result | .siteTitle', 'Home <&>'],
  ['.results', null],
  ['.loadpoints | length', 2],
  ['.loadpoints[1].mode', 'off'],
  ['{title: .siteTitle, modes: [.loadpoints[].mode]}', { title: 'Home <&>', modes: ['off', 'off'] }],
  // As programs for watches send it.
  [
    '{result:({siteTitle}|with_entries(select(.value!=null))) , n:[.loadpoints|map_values({mode})|.[]|walk(.)]}',
    { result: { siteTitle: 'Home <&>' }, n: [{ mode: 'off' }, { mode: 'off' }] },
  ],
  ['.nothing', null],
  ['env|has("HOME")', true],
];

test('a filter gives its value without an envelope', async () => {
  const get = await start();
  for (const [filter, value] of VALUES) {
    const { status, headers, text } = await get(filter);
    expect({ status, value: JSON.parse(text) }, filter).toEqual({ status: 200, value });
    expect(headers['content-type']).toBe('application/json; charset=UTF-8');
  }
});

const REFUSED: readonly (readonly [filter: string, why: RegExp])[] = [
  ['.x[', /syntax error/],
  ['.siteTitle.x', /Cannot index string/],
  ['empty', /no value/],
  ['.siteTitle, .siteTitle', /2 values/],
  ['error("stop")', /stop/],
  ['1, error("stop")', /fails after/],
  ['-h', /not defined/],
  ['include "/etc/passwd"; 1', /not found/],
  ['input', /jq/],
  // Doubled until there is no room, which is soon.
  ['reduce range(40) as $i ([0]; . + .) | length', /memory/],
  ['"x" * 1e9', /memory/],
  ['def f: f + 1; f', /memory/],
];

test('a filter that is none is refused, and the next one is not', { timeout: 60_000 }, async () => {
  const get = await start();
  for (const [filter, why] of REFUSED) {
    const { status, json } = await get(filter);
    expect({ status, json }, filter).toEqual({ status: 400, json: { error: expect.stringMatching(why) } });
    expect((await get('.siteTitle')).text).toBe('"Home <&>"\n');
  }
});

test('a filter without end is ended', { timeout: 60_000 }, async () => {
  const { evcc, ask } = await startRest();
  // The thread is there before time passes.
  await ask('GET', '/api/state?jq=.version');
  const answer = await evcc.clock.until(ask('GET', '/api/state?jq=def%20f:f;f'), 1);
  expect(answer).toMatchObject({ status: 400, json: { error: expect.stringMatching(/longer than/) } });
});

test('whoever waits for long is told to come back later', async () => {
  const { evcc, ask } = await startRest();
  const answer = await evcc.clock.until(ask('GET', '/api/state?jq=.siteTitle'), 10_000);
  expect(answer).toMatchObject({ status: 503, json: { error: expect.stringMatching(/too much to do/) } });
});

test('without a filter the state is whole', async () => {
  const get = await start();
  expect((await get('')).json).toHaveProperty('result.siteTitle');
});

test('only some filters wait, and all that do are answered', { timeout: 60_000 }, async () => {
  const get = await start();
  const answers = await Promise.all(Array.from({ length: 20 }, () => get('.siteTitle')));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(8);
  expect(statuses.filter((status) => status !== 200)).toEqual(statuses.filter((status) => status === 503));
});
