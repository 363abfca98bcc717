import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Cli, runCli } from '../../helpers/cli.ts';
import { temporaryFolder, writeFile } from '../../helpers/folder.ts';
import { freePort } from '../../helpers/free-port.ts';

/** A house of its own devices that says what happens to it. Every test changes a line or two of it. */
interface House {
  readonly interval?: number;
  readonly charger?: string;
  readonly mode?: string;
  /** Runs in `apply` of the house's plugin */
  readonly apply?: string;
  /** More keys of the configuration */
  readonly more?: string;
}

function house({ interval = 1, charger = 'garage', mode = 'off', apply = '', more = '' }: House = {}): string {
  return `import { defineConfig, env } from 'evcc';

const fake = {
  name: 'fake',
  apply(evcc) {
    const power: number = 0;
    evcc.meters.define('fake', {
      schema: { type: 'object', properties: { token: { type: 'string', minLength: 9, secret: true } } },
      create: () => ({ read: async () => ({ power }) }),
    });
    evcc.chargers.define('fake', {
      schema: { type: 'object', properties: {} },
      create: () => ({
        read: async () => ({ status: 'A', enabled: false }),
        enable: async () => {},
        setMaxCurrent: async () => {},
        close: () => console.log('charger closed'),
      }),
    });
    evcc.hooks.setup.tapPromise('fake', async () => evcc.announce('Hello from the plugin'));
    ${apply}
  },
};

export default defineConfig({
  interval: ${interval},
  database: { type: 'sqlite', file: './evcc.db' },
  meters: { grid: { type: 'fake' } },
  chargers: { garage: { type: 'fake' } },
  site: { title: 'Hut', meters: { grid: 'grid' } },
  loadpoints: [{ title: 'Garage', charger: '${charger}', mode: '${mode}' }],
  rest: false,
  plugins: [fake],
  ${more}
});
`;
}

const folder = (options?: House): string => temporaryFolder({ 'evcc.config.ts': house(options) });

// Processes and threads begin as fast as the machine lets them.
describe('evcc start', { timeout: 60_000 }, () => {
  test('says what runs and where, and ends in an orderly way with SIGINT', async () => {
    const directory = folder({ mode: 'pv' });
    const cli = new Cli({ directory });
    await cli.says('Stop with Ctrl+C.');
    expect(cli.out).toMatch(/^evcc \d+\.\d+\.\d+ runs Hut$/m);
    expect(cli.out).toContain('  1 Garage: charger garage (fake), mode pv\n');
    expect(cli.out).toContain('  Hello from the plugin\n');
    expect(cli.out).toContain(`  Data: ${directory}/evcc.db\n`);
    expect(cli.out).toContain(`  Configuration: ${directory}/evcc.config.ts`);
    cli.signal('SIGINT');
    expect(await cli.ended()).toMatchObject({ code: 0, err: '', out: expect.stringContaining('charger closed') });
  });

  test('ends in an orderly way with SIGTERM, also while it starts', async () => {
    const directory = folder({
      apply:
        "evcc.hooks.setup.tapPromise('fake', async () => { console.log('setting up'); await new Promise(() => {}); });",
    });
    const cli = new Cli({ directory, args: ['start'] });
    await cli.says('setting up');
    cli.signal('SIGTERM');
    expect(await cli.ended()).toMatchObject({ code: 0 });
  });

  test('ends when a plugin asks for it', async () => {
    const directory = folder({ apply: "evcc.hooks.started.tapPromise('fake', async () => evcc.shutdown());" });
    expect(await runCli({ directory })).toMatchObject({ code: 0, out: expect.stringContaining('charger closed') });
  });

  test('ends at once with a second signal', async () => {
    const directory = folder({
      apply: "evcc.hooks.stop.tapPromise('fake', () => { console.log('hanging'); return new Promise(() => {}); });",
    });
    const cli = new Cli({ directory });
    await cli.says('Stop with');
    cli.signal('SIGINT');
    await cli.says('hanging');
    cli.signal('SIGINT');
    expect(await cli.ended()).toMatchObject({ code: 130 });
  });

  test('stops the house when an error of its own was caught by nobody, and says so', async () => {
    const bug = "process.on('SIGUSR2', () => { throw new Error('bug of mine'); })";
    const cli = new Cli({
      directory: folder(),
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURI(bug)}` },
    });
    await cli.says('Stop with');
    cli.signal('SIGUSR2');
    const { code, out } = await cli.ended();
    expect(code).toBe(70);
    expect(out).toContain('an error that nobody caught: bug of mine');
    expect(out).toContain('charger closed');
  });

  test.for([
    [
      'a thrown error',
      "setTimeout(() => { throw new Error('mistake'); }, 1)",
      /evcc\.config\.ts:\d+: an error that nobody caught: mistake; the house goes on/,
    ],
    [
      'a forgotten promise',
      "void Promise.reject(new Error('mistake'))",
      /evcc\.config\.ts:\d+: an error that nobody caught: mistake; the house/,
    ],
    [
      'an error without a stack',
      "void Promise.reject('mistake')",
      /plugin fake: an error that nobody caught: .*mistake.*; the house goes on/,
    ],
    [
      'a connection without a listener',
      "import('node:net').then(({ connect }) => connect(1, '127.0.0.1'))",
      /plugin fake: an error that nobody caught: connect ECONNREFUSED.*; the house goes on/,
    ],
  ] as const)('runs on after %s of a plugin of the configuration', async ([, code, expected]) => {
    const directory = folder({ apply: `evcc.hooks.started.tapPromise('fake', async () => { ${code}; });` });
    const cli = new Cli({ directory });
    await cli.says(expected);
    await cli.says('Stop with');
    cli.signal('SIGTERM');
    expect(await cli.ended()).toMatchObject({ code: 0, out: expect.stringContaining('charger closed') });
  });

  test.each([
    ['waits for ever', 'await new Promise(() => {})'],
    ['loops for ever', 'for (;;);'],
  ])('ends at once with a signal while the configuration %s', async (_, code) => {
    const cli = new Cli({ directory: temporaryFolder({ 'evcc.config.ts': `console.log('loading');\n${code}` }) });
    await cli.says('loading');
    cli.signal('SIGTERM');
    expect(await cli.ended()).toEqual({ code: null, out: 'loading\n', err: '' });
  });

  test('does not start with a configuration that throws later, and names the place', async () => {
    const directory = temporaryFolder({ 'evcc.config.ts': `void Promise.reject(new Error('mistake'));\n${house()}` });
    const { code, err } = await runCli({ directory });
    expect({ code, err }).toEqual({
      code: 1,
      err: `${directory}/evcc.config.ts:1: an error that nobody caught: mistake\n`,
    });
  });

  test('stands by with a broken configuration, and starts when it is repaired', async () => {
    const port = await freePort();
    const rest = (options?: House) =>
      house(options).replace('rest: false', `rest: { host: '127.0.0.1', port: ${port} }`);
    const directory = temporaryFolder({ 'evcc.config.ts': rest({ charger: 'garag' }) });
    const cli = new Cli({ directory });
    await cli.says('It starts as soon as');
    const answer = await fetch(`http://127.0.0.1:${port}/api/loadpoints/1/mode/now`, { method: 'POST' });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      problems: [{ path: 'loadpoints[0].charger', message: expect.stringContaining('did you mean "garage"?') }],
    });
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/api/state`)).status).toBe(503);
    expect((await fetch(`http://127.0.0.1:${port}/api/health`)).status).toBe(503);
    writeFile(directory, 'evcc.config.ts', rest());
    await cli.says(/^Stop with Ctrl\+C\.$/m);
    expect((await fetch(`http://127.0.0.1:${port}/api/state`)).status).toBe(200);
    cli.signal('SIGTERM');
    expect(await cli.ended()).toMatchObject({ code: 0, err: expect.stringContaining('loadpoints[0].charger') });
  });

  test('stands by until it is told to stop', async () => {
    const written = house({ interval: -1 }).replace('rest: false', "rest: { host: '127.0.0.1', port: 0 }");
    const cli = new Cli({ directory: temporaryFolder({ 'evcc.config.ts': written }) });
    await cli.says('It starts as soon as');
    cli.signal('SIGTERM');
    expect(await cli.ended()).toMatchObject({ code: 1, err: expect.stringContaining('interval: must be') });
  });

  test('ends with a broken configuration where nobody could be told of it', async () => {
    const { code, err } = await runCli({ directory: folder({ charger: 'garag' }) });
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('there is no charger "garag"') });
  });

  test('says why it cannot start', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const directory = temporaryFolder({
      'evcc.config.ts': house().replace('rest: false', `rest: { host: '127.0.0.1', port: ${port} }`),
    });
    const { code, err } = await runCli({ directory });
    expect(err).toMatch(new RegExp(`could not be started: .*${port}`));
    expect(code).toBe(3);
  });

  test('takes over a changed configuration, and runs on with a broken one', async () => {
    const directory = folder();
    const cli = new Cli({ directory });
    await cli.says('Stop with');
    writeFile(directory, 'evcc.config.ts', house({ interval: 2 }));
    await cli.says('the changed configuration is in force');
    writeFile(directory, 'evcc.config.ts', house({ charger: 'garag', interval: -5 }));
    await cli.says('there is no charger "garag", did you mean "garage"?');
    expect(cli.out).toContain(
      'the changed configuration cannot be used, the house runs on without it:\n  interval: must be',
    );
    writeFile(directory, 'evcc.config.ts', 'export default {');
    await cli.says(/the house runs on without it:\n {2}\/.*evcc\.config\.ts/);
    cli.signal('SIGTERM');
    expect(await cli.ended()).toMatchObject({ code: 0, out: expect.stringMatching(/evcc stops$/m) });
  });

  test('runs on with an edit that would end the process', async () => {
    const directory = folder();
    const cli = new Cli({ directory });
    await cli.says('Stop with');
    for (const [line, problem] of [
      ["void Promise.reject(new Error('mistake'));", 'evcc.config.ts:1: an error that nobody caught: mistake'],
      ["setTimeout(() => { throw new Error('late'); }, 50);", 'evcc.config.ts:1: an error that nobody caught: late'],
      ['process.exit(5);', 'evcc.config.ts:1: it calls process.exit()'],
    ] as const) {
      writeFile(directory, 'evcc.config.ts', `${line}\n${house({ interval: 2 })}`);
      await cli.says(problem);
    }
    writeFile(directory, 'evcc.config.ts', house({ interval: 3 }));
    await cli.says('the changed configuration is in force');
    cli.signal('SIGTERM');
    expect(await cli.ended()).toMatchObject({ code: 0 });
  });

  test('writes the log as JSON if wanted, and nothing else', async () => {
    const directory = folder({ more: "log: { format: 'json' }," });
    const cli = new Cli({ directory });
    await cli.says('Stop with');
    const messages = cli.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).msg);
    expect(messages).toContain('Hello from the plugin');
  });
});

describe('evcc check', () => {
  test('is not ended by a configuration that ends the process', async () => {
    const directory = temporaryFolder({ 'evcc.config.ts': `\nprocess.exit(0);\n${house()}` });
    const { code, err } = await runCli({ directory, args: ['check'] });
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/evcc\.config\.ts:2: process\.exit\(\) was/) });
  });

  test('sums up a good configuration without starting anything', async () => {
    const directory = folder();
    const { code, out, err } = await runCli({ directory, args: ['check'] });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`${directory}/evcc.config.ts is valid.`);
    expect(out).toContain('loadpoints  Garage: garage, off');
    expect(out).toContain('meters      grid (fake)');
    expect(out).not.toContain('Hello');
  });

  test('prints every problem of a bad one', async () => {
    const directory = folder({
      interval: -1,
      charger: 'garag',
      more: "meters: { grid: { type: 'fak' }, x: { type: 'fake', usage: 1 } }, siet: 1,",
    });
    const { code, out, err } = await runCli({ directory, args: ['check'] });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trim().split('\n')).toEqual([
      'the configuration has 5 problems:',
      '  interval: must be a number from 1 to 3600 s (is -1)',
      '  loadpoints[0].charger: there is no charger "garag", did you mean "garage"?',
      expect.stringMatching(/^ {2}meters\.grid\.type: unknown meter type "fak"/),
      '  meters.x.usage: unknown key; known: token',
      '  siet: unknown key, did you mean "site"?',
    ]);
  });

  test('shows no secret from the environment, and says which variables are missing', async () => {
    const more =
      "meters: { grid: { type: 'fake', token: env('TOKEN') }, other: { type: env('TOKEN') }, third: { type: 'fake', token: env('NOT_SET') } },";
    const directory = folder({ more });
    const { code, out, err } = await runCli({ directory, args: ['check'], env: { TOKEN: 's3cret' } });
    expect(code).toBe(1);
    expect(out + err).not.toContain('s3cret');
    expect(err).toContain('meters.grid.token: must be a text');
    expect(err.match(/^.*meters\.third.*$/gm)).toEqual([
      '  meters.third.token: environment variable NOT_SET is not set',
    ]);
  });

  test('names the line of a syntax error', async () => {
    const directory = temporaryFolder({ 'evcc.config.ts': 'export default {\n  interval: 1,\n  site: {{}},\n};\n' });
    const { code, err } = await runCli({ directory, args: ['check'] });
    expect(code).toBe(1);
    expect(err).toMatch(/^\/.*evcc\.config\.ts:3: /);
  });

  test('says where a configuration is missing', async () => {
    const directory = temporaryFolder();
    expect(await runCli({ directory, args: ['check'] })).toMatchObject({
      code: 1,
      err: `there is no evcc.config.ts (or .js, .json, .yaml) in ${directory}\n`,
    });
    expect((await runCli({ directory, args: ['check', '-c', 'x.ts'] })).err).toBe(
      `there is no configuration file ${directory}/x.ts\n`,
    );
  });
});
