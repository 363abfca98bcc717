import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { runCommand } from '../../../helpers/run-command.ts';

const NAME = 'evcc-charger-odd';

const CHARGER =
  '{ read: async () => ({ status: "A", enabled: false }), enable: async () => {}, setMaxCurrent: async () => {} }';
const define = (properties: object, before = ''): string => `
  export default { name: 'odd', apply(evcc) {
    ${before}
    evcc.chargers.define('odd', { schema: ${JSON.stringify({ type: 'object', properties })}, create: () => (${CHARGER}) });
  } };`;

interface Odd {
  readonly source: string;
  readonly manifest?: object;
  readonly contract?: string;
}

function folderWith({ source, manifest = {}, contract }: Odd): string {
  const at = `node_modules/${NAME}`;
  return temporaryFolder({
    [`${at}/package.json`]: {
      name: NAME,
      version: '1.2.3',
      type: 'module',
      exports: { '.': './index.js', ...(contract !== undefined && { './contract': './contract.js' }) },
      peerDependencies: { evcc: '*' },
      evcc: { chargers: ['odd'] },
      ...manifest,
    },
    [`${at}/index.js`]: source,
    ...(contract !== undefined && { [`${at}/contract.js`]: contract }),
  });
}

const GOOD = define({ host: { type: 'string', description: 'Where' } });
const case_ = (title: string, body = ''): string => `{ title: ${JSON.stringify(title)}, run: async () => { ${body} } }`;
const PASSES = `export default [${case_('charger odd: is one')}];`;

test('a package without fault passes, case by case', async () => {
  const { code, out } = await runCommand(folderWith({ source: GOOD, contract: PASSES }), 'plugin', 'check', NAME);
  expect(out.split('\n').slice(1)).toEqual([
    '  defines charger odd',
    '  passed  charger odd: is one',
    '1 cases passed, 0 failed, 0 problems',
    '',
  ]);
  expect(out).toContain(`${NAME} 1.2.3 in `);
  expect(code).toBe(0);
});

test('a folder is checked as well as an installed package', async () => {
  const folder = `${folderWith({ source: GOOD, contract: PASSES })}/node_modules/${NAME}`;
  const { code, out } = await runCommand(folder, 'plugin', 'check', '.');
  expect([code, out.includes('1 cases passed')]).toEqual([0, true]);
});

test('cases that fail are named with their reason', async () => {
  const contract = `export default [${case_('charger odd: a', "throw new Error('it is\\n  off')")}, ${case_('charger odd: b')}];`;
  const { code, out } = await runCommand(folderWith({ source: GOOD, contract }), 'plugin', 'check', NAME);
  expect(code).toBe(3);
  expect(out).toContain('  FAILED  charger odd: a\n          it is off\n  passed  charger odd: b\n');
  expect(out).toContain('1 cases passed, 1 failed, 0 problems');
});

test('the report as JSON', async () => {
  const folder = folderWith({ source: GOOD, contract: PASSES });
  const { out } = await runCommand(folder, 'plugin', 'check', NAME, '--json');
  expect(JSON.parse(out)).toMatchObject({
    name: NAME,
    version: '1.2.3',
    types: ['charger odd'],
    problems: [],
    contract: [{ title: 'charger odd: is one' }],
  });
});

test.each<[string, Odd, string]>([
  ['throws at import', { source: "throw new Error('no licence');" }, 'no licence'],
  ['is no plugin', { source: 'export default 7;' }, 'its default export is no plugin'],
  [
    'throws in apply',
    { source: "export default { name: 'odd', apply() { throw new Error('no') } };" },
    'plugin odd: no',
  ],
  [
    'declares what it does not define',
    { source: GOOD, manifest: { evcc: { chargers: ['odd', 'even'] } }, contract: PASSES },
    'package.json names charger even, which it does not define',
  ],
  [
    'defines what it does not declare',
    { source: GOOD, manifest: { evcc: {} }, contract: PASSES },
    'charger odd is not named in package.json',
  ],
  [
    'is made for another evcc',
    { source: GOOD, manifest: { peerDependencies: { evcc: '^99.0.0' } }, contract: PASSES },
    'it is made for evcc ^99.0.0, and this is ',
  ],
  [
    'does not say which evcc it needs',
    { source: GOOD, manifest: { peerDependencies: {} }, contract: PASSES },
    'package.json does not say under peerDependencies',
  ],
  [
    'describes no options',
    { source: define({ host: { type: 'string' } }), contract: PASSES },
    'option host has no description',
  ],
  [
    'shows its passwords',
    { source: define({ password: { type: 'string', description: 'The password' } }), contract: PASSES },
    'option password is not marked as secret',
  ],
  [
    'leaves a timer behind',
    {
      source: define({}, 'globalThis.leftBehind = setInterval(() => {}, 60_000);'),
      contract: PASSES,
    },
    'timers go on after it was released',
  ],
  ['brings no contract', { source: GOOD }, 'charger odd brings no simulated hardware'],
  ['brings another contract', { source: GOOD, contract: 'export default [7];' }, 'is no list of cases'],
  [
    'brings a broken contract',
    { source: GOOD, contract: "throw new Error('gone');" },
    'its ./contract cannot be loaded: gone',
  ],
])('a package that %s', async (_, odd, problem) => {
  onTestFinished(() => clearInterval(Reflect.get(globalThis, 'leftBehind')));
  const { code, out } = await runCommand(folderWith(odd), 'plugin', 'check', NAME);
  expect(code).toBe(3);
  expect(out).toContain(`problem: `);
  expect(out).toContain(problem);
});

test.each([
  [['check'], 2, 'takes one package or folder'],
  [['publish', 'x'], 2, 'takes one package or folder'],
  [['check', 'a', 'b'], 2, 'takes one package or folder'],
  [['check', 'evcc-nowhere'], 3, 'there is no package "evcc-nowhere" here'],
])('wrong use: %j', async (args, expected, message) => {
  const { code, err } = await runCommand(temporaryFolder(), 'plugin', ...args);
  expect([code, err.includes(message)]).toEqual([expected, true]);
});
