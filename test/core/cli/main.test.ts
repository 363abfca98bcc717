import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Host, main } from '../../../core/cli/main.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

/** A command that prints what it gets. */
const ECHO = `export default {
  name: 'echo',
  summary: 'prints what it gets',
  usage: 'Usage: evcc echo [words]',
  async run(args, context) {
    if (args[0] === 'fail') context.fail('EVCC_NOT_FOUND', 'nothing there');
    if (args[0] === 'config') context.print(JSON.stringify((await context.loadConfig()).config));
    if (args[0] === 'invalid') context.fail('EVCC_CONFIG_INVALID', 'no such house');
    if (args[0] === 'bug') throw new TypeError('oops');
    if (args[0] === 'usage') (await import('node:util')).parseArgs({ args, options: {} });
    context.print(JSON.stringify({ args, options: context.options, directory: context.directory }));
    context.complain('careful');
    context.progress('50 %');
    return 7;
  },
};`;

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(argv: readonly string[], changes: Partial<Host> = {}): Promise<Result> {
  const plugins = temporaryFolder({ 'commands/echo/index.ts': ECHO, 'commands/broken/index.ts': 'export default {};' });
  let out = '';
  let err = '';
  const host: Host = {
    directory: '/home/me',
    env: {},
    clock: new FakeClock(),
    signal: new AbortController().signal,
    builtins: pathToFileURL(`${plugins}/`),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    onCrash: () => () => {},
    ...changes,
  };
  const code = await main(argv, host);
  return { code, out, err };
}

describe('the command line', () => {
  test.each([['--version'], ['-v'], ['start', '-v'], ['check', '--version']])(
    'prints the version for %s %s',
    async (...argv) => {
      expect(await run(argv.filter(Boolean))).toEqual({
        code: 0,
        out: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/),
        err: '',
      });
    },
  );

  test.each([['--help'], ['-h'], ['check', '--help']])('prints the help for %s %s', async (...argv) => {
    const builtins = pathToFileURL(`${temporaryFolder({ 'commands/echo/index.ts': ECHO })}/`);
    const { code, out, err } = await run(argv.filter(Boolean), { builtins });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const part of ['start', 'check', 'echo         prints what it gets', '--config', '--log', 'Exit codes:']) {
      expect(out).toContain(part);
    }
  });

  test.each([
    [['chekc'], 'unknown command "chekc", did you mean "check"?'],
    [['simulat'], 'unknown command "simulat"; known: start, check, broken, echo'],
    [['../../x'], 'unknown command "../../x"'],
    [['start', '--confg', 'x'], 'unknown option "--confg", did you mean "--config"?'],
    [['--vrsion'], 'unknown option "--vrsion", did you mean "--version"?'],
    [['-x'], 'unknown option "-x"'],
    [['start', 'now'], 'unexpected argument "now"'],
    [['--config'], '--config needs a value'],
    [['-c', '--log', 'info'], '-c needs a value'],
    [['--config='], '--config needs a value'],
    [['--log', 'loud'], '--log: "loud" is no log level: use one of debug, info, warn, error, silent'],
    [['check', '--log', 'info,mqtt:loud'], '--log: "loud" is no log level'],
  ])('of %j is not understood', async (argv, message) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).toContain('evcc --help');
  });
});

test('says so when what it said could not be written', async () => {
  const written = async (): Promise<Error> => new Error('no space left');
  expect(await run(['--version'], { written })).toMatchObject({
    code: 3,
    err: 'the output could not be written: no space left\n',
  });
  expect((await run(['--vrsion'], { written })).code).toBe(2);
});

describe('a further command', () => {
  test('gets everything but its name, the shared options besides', async () => {
    const { code, out, err } = await run(['-c', 'a.ts', 'echo', 'word', '--flag', '--log=info', '-x']);
    expect(code).toBe(7);
    expect(JSON.parse(out)).toEqual({
      args: ['-c', 'a.ts', 'word', '--flag', '--log=info', '-x'],
      options: { config: 'a.ts', log: 'info' },
      directory: '/home/me',
    });
    expect(err).toBe('careful\n');
  });

  test('shows progress on a terminal only', async () => {
    expect((await run(['echo'], { columns: 80 })).err).toBe('careful\n50 %');
  });

  test('reads the configuration of the folder or the named one', async () => {
    const directory = temporaryFolder({ 'evcc.config.json': '{"interval":1}', 'b.json': '{"interval":2}' });
    expect((await run(['echo', 'config'], { directory })).out).toContain('{"interval":1}\n');
    expect((await run(['echo', 'config', '--config', 'b.json'], { directory })).out).toContain('{"interval":2}\n');
    expect((await run(['echo', 'config'])).code).toBe(1);
  });

  test('prints its own help', async () => {
    expect(await run(['echo', '--help'])).toEqual({ code: 0, out: 'Usage: evcc echo [words]\n', err: '' });
  });

  test.each([
    ['fail', 3, /^nothing there\n$/],
    ['invalid', 1, /^no such house\n$/],
    ['bug', 70, /^TypeError: oops\n +at /],
    ['usage', 2, /Unexpected argument 'usage'/],
  ])('that ends with the error %s gives exit code %d', async (argument, code, message) => {
    const result = await run(['echo', argument]);
    expect(result.code).toBe(code);
    expect(result.err).toMatch(message);
  });

  test('that is broken is named', async () => {
    const { code, err } = await run(['broken']);
    expect(code).toBe(3);
    expect(err).toContain('commands/broken/index.ts has no default export that is a command');
  });
});
