import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { main } from '../../../../core/cli/main.ts';
import { formatLocal, systemClock } from '../../../../core/clock.ts';
import { readRequest } from '../../../../plugins/commands/why/arguments.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { freePort } from '../../../helpers/free-port.ts';
import { type FakeHouse, startHouse } from '../../../helpers/house.ts';

/** Runs the command line in a folder with that configuration. */
async function why(args: readonly string[], config?: object, env: Readonly<Record<string, string>> = {}) {
  const directory = temporaryFolder(config === undefined ? {} : { 'evcc.config.json': JSON.stringify(config) });
  let out = '';
  let err = '';
  const code = await main(['why', ...args], {
    directory,
    env,
    clock: systemClock,
    signal: new AbortController().signal,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    onCrash: () => () => {},
  });
  return { code, out, err };
}

/** A house with two loadpoints, and its address. */
async function begin(port = 0, access: object = {}): Promise<FakeHouse & { readonly url: string }> {
  const house = await startHouse(
    { onTestFinished },
    {
      loadpoints: [
        { title: 'Garage', name: 'left', mode: 'pv' },
        { title: 'Yard', mode: 'now', phases: 1 },
      ],
      config: { rest: { port, host: '127.0.0.1' }, access },
    },
  );
  const line = house.runtime.announcements.findLast((each) => each.startsWith('REST: ')) ?? '';
  house.set({ pv: 2_000, base: 400 });
  await house.run(30);
  return { ...house, url: /http:\/\/[^/]+/.exec(line)?.[0] ?? '' };
}

describe('evcc why', () => {
  test('explains every loadpoint of the house that the configuration describes', async () => {
    const port = await freePort();
    await begin(port);
    const { code, out, err } = await why(
      [],
      { rest: { port: { env: 'PORT' }, host: '127.0.0.1' } },
      { PORT: `${port}` },
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^1 Garage: does not charge\n {2}because {2}.*\[surplus-low, surplus\]\n/);
    expect(out).toMatch(
      /\n {2}inputs {3}mode pv, status B, charging 0 W, left over at the site -?\d+ W, grid -?\d+ W, pv 2000 W/,
    );
    expect(out).toMatch(/\n\n2 Yard: charges with 16 A on 3 phases\n {2}because {2}.*\[mode-now, mode\]\n/);
  });

  test.for([
    ['2', '2 Yard'],
    ['yard', '2 Yard'],
    ['LEFT', '1 Garage'],
    ['Garage', '1 Garage'],
  ])('%s is one of them', async ([asked, expected]) => {
    const { url } = await begin();
    const { code, out } = await why([asked ?? '', '--url', `${url}/`]);
    expect(code).toBe(0);
    expect(out.match(/^\d .*?:/gm)).toEqual([`${expected}:`]);
  });

  test('shows what limited it step by step, and the history', async () => {
    const house = await begin();
    house.charger(2).status = 'A';
    await house.run(20);
    const { out } = await why(['2', '--history', '5', '--url', house.url]);
    expect(out).toMatch(/^2 Yard: no car\n/);
    const [first, second] = out.split('  before\n')[1]?.split('\n') ?? [];
    const at = formatLocal(Date.parse('2025-06-15T12:00:30.000Z'));
    expect(first?.startsWith(`    ${at}  no car: `), first).toBe(true);
    expect(first).toMatch(/\[not-connected\]$/);
    // By the clocks of the place: the hour may be half over there, or the next day.
    expect(second?.slice(0, 20)).toBe(`    ${at.slice(0, 16)}`);
    expect(second?.slice(20)).toMatch(/^:\d\d {2}\w+ .*: .*\[mode-now\]$/);
  });

  test('prints JSON for programs', async () => {
    const { url } = await begin();
    const { out } = await why(['1', '--json', '--history', '3', '--url', url]);
    expect(JSON.parse(out)).toMatchObject([
      { loadpoint: 1, title: 'Garage', binding: { code: 'surplus-low' }, history: [{ loadpoint: 1 }] },
    ]);
  });

  test('comes with a token of the configuration, or one of the environment, where one is needed', async () => {
    const port = await freePort();
    const token = 'a-token-of-this-house';
    const { url } = await begin(port, { tokens: { cli: { token, readOnly: true } } });
    const config = { rest: { port, host: '127.0.0.1' }, access: { tokens: { cli: { env: 'CLI' } } } };
    expect((await why(['1'], config, { CLI: token })).code).toBe(0);
    expect((await why(['1', '--url', url], undefined, { EVCC_TOKEN: token })).code).toBe(0);
    const { code, err } = await why(['1', '--url', url], config, { CLI: token });
    expect(code).not.toBe(0);
    expect(err).toContain('asks for a token: name one in the environment as EVCC_TOKEN');
  });

  test('names the loadpoints that there are', async () => {
    const { url } = await begin();
    for (const asked of ['cellar', '7']) {
      expect(await why([asked, '--url', url])).toEqual({
        code: 2,
        out: '',
        err: `there is no loadpoint "${asked}"; there are 1 Garage (left), 2 Yard (charger2)\n`,
      });
    }
  });

  test('says that no house answers, and what may help', async () => {
    const port = await freePort();
    expect(await why([], { rest: { port } })).toEqual({
      code: 3,
      out: '',
      err: `no house answers at http://127.0.0.1:${port}: is it running? --url names another address\n`,
    });
  });

  test.for([
    ['<html></html>', 200, 'what answers at * (status 200) is no house that can explain itself'],
    ['{"hello":1}', 200, 'what answers at * (status 200) is no house that can explain itself'],
    ['not found', 404, 'what answers at * (status 404) is no house that can explain itself'],
    ['{"error":"not for you"}', 403, 'the house at * refuses to answer (status 403): not for you'],
  ] as const)('is not confused by %s with status %i', async ([body, status, expected]) => {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await why(['--url', url])).toEqual({ code: 3, out: '', err: `${expected.replace('*', url)}\n` });
  });

  test.for([
    [{ rest: false }, 'switches REST off'],
    [{ rest: { port: 0 } }, '--url has to name the address'],
  ] as const)('cannot ask a house with %j', async ([config, expected]) => {
    const { code, err } = await why([], config);
    expect(code).toBe(1);
    expect(err).toContain(expected);
  });

  test('needs a configuration or an address', async () => {
    expect((await why([])).code).toBe(1);
  });

  test.for([
    [['a', 'b'], 'one loadpoint at a time'],
    [['--history', '0'], '--history must be a whole number from 1 to 1000'],
    [['--history', '1001'], '--history must be'],
    [['--history', 'x'], '--history must be'],
    [['--url', 'here'], '--url must be like http://'],
    [['--url', 'ftp://here'], '--url must be like http://'],
  ] as const)('%j is no use of it', ([args, expected]) => {
    expect(readRequest(args)).toEqual(expect.stringContaining(expected));
  });
});
