import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import { probeConfig } from '../../../core/config/probe.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const GOOD = 'export default { interval: 5 };\n';

/** However busy the machine is: where nothing is wrong with the time that it takes, it may take any. */
const patience = new FakeClock();
const LONG = { timeout: 60_000 };

/** The file that is probed, with the text that it is given. */
function written(text: string, name = 'evcc.config.ts'): string {
  return `${temporaryFolder({ [name]: text })}/${name}`;
}

describe('a configuration is probed before it is taken over', () => {
  test.for<readonly [string, string]>([
    ['a good one', GOOD],
    ['one that imports types of evcc', `import { defineConfig } from 'evcc';\nexport default defineConfig({});\n`],
    ['one whose import fails, which is found later', 'export default {;'],
    ['one that throws at once, which is found later', `throw new Error('no');\n${GOOD}`],
    ['one that keeps a timer', `setInterval(() => {}, 1000);\n${GOOD}`],
    ['one that catches its own errors', `Promise.reject(new Error('x')).catch(() => {});\n${GOOD}`],
  ])('%s passes', LONG, async ([, text]) => {
    expect(await probeConfig(written(text), patience)).toBeUndefined();
  });

  test.for<readonly [string, string, string]>([
    ['rejects a promise', `Promise.reject(new Error('x'));\n${GOOD}`, ':1: an error that nobody caught: x'],
    [
      'throws later',
      `\nsetTimeout(() => { throw new Error('x'); }, 20);\n${GOOD}`,
      ':2: an error that nobody caught: x',
    ],
    [
      'throws when it gets to it',
      `setTimeout(() => { for (const end = Date.now() + 400; Date.now() < end; ); throw new Error('x'); }, 1);\n${GOOD}`,
      ':1: an error that nobody caught: x',
    ],
    ['rejects without an error', `Promise.reject('x');\n${GOOD}`, ': an error that nobody caught: '],
    ['exits', `process.exit(0);\n${GOOD}`, ':1: it calls process.exit()'],
    ['exits later', `${GOOD}setTimeout(() => process.exit(0), 20);\n`, ':2: it calls process.exit()'],
    ['ends another way', `process.reallyExit(0);\n${GOOD}`, ': loading it ends the process'],
    [
      'takes all memory',
      `const all = []; for (;;) all.push(new Array(1e6).fill(0));\n${GOOD}`,
      ': an error that nobody caught: ',
    ],
  ])('one that %s is refused', LONG, async ([, text, problem]) => {
    const file = written(text);
    await expect(probeConfig(file, patience)).rejects.toMatchObject({
      code: 'EVCC_CONFIG_INVALID',
      message: expect.stringContaining(`${file}${problem}`),
    });
  });

  test.for([['for (;;);'], ['setTimeout(() => { for (;;); }, 1);'], ['await new Promise(() => {});']])(
    'one that never ends is refused: %s',
    async ([text]) => {
      const file = written(`${text}\n${GOOD}`);
      await expect(probeConfig(file, systemClock, 500)).rejects.toMatchObject({
        code: 'EVCC_CONFIG_INVALID',
        message: expect.stringContaining(file),
      });
    },
  );

  test('data is not run', async () => {
    expect(await probeConfig(written('{ "interval": 0 }', 'evcc.config.json'))).toBeUndefined();
  });
});
