import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../helpers/folder.ts';
import { type FakeHouse, startHouse } from '../../helpers/house.ts';

/** Packages as others might write them: each is installed beside a running house, which has to go on as if nothing was there. */

/** A package with its entry; `type`: the charger that the configuration then names, by default that of the package */
interface Faulty {
  readonly source: string;
  readonly manifest?: object;
  /** Milliseconds that importing it may take */
  readonly patience?: number;
}

const NAME = 'evcc-charger-odd';

/** A plugin with one type; `body` is what stands in `create`. */
const plugin = (body: string, before = ''): string => `
  ${before}
  const reading = { status: 'B', enabled: false };
  const charger = { read: async () => reading, enable: async () => {}, setMaxCurrent: async () => {} };
  export default {
    name: 'odd',
    apply(evcc) {
      evcc.chargers.define('odd', { schema: { type: 'object' }, create: (options, context) => { ${body} } });
    },
  };`;

const never = 'new Promise(() => {})';

/** The package is refused as soon as it is configured, and named with the reason. */
const REFUSED: Readonly<Record<string, Faulty & { readonly because: RegExp }>> = {
  'throws at import': { source: 'throw new Error("no licence");', because: /no licence/ },
  'never ends its import': { source: `await ${never};`, patience: 200, because: /importing it took longer than 0.2 s/ },
  'has a syntax error': { source: 'export default {', because: /Unexpected/ },
  'imports what is not installed': { source: "import 'left-pad-of-odd';", because: /left-pad-of-odd/ },
  'has no default export': { source: 'export const plugin = {};', because: /its default export is no plugin/ },
  'exports a function': { source: 'export default () => {};', because: /its default export is no plugin/ },
  'wants a newer version': {
    source: plugin('return charger;'),
    manifest: { peerDependencies: { evcc: '^99.1.0' } },
    because: /it is made for evcc \^99\.1\.0, and this is \d/,
  },
  'throws in apply': {
    source: "export default { name: 'odd', apply() { throw new Error('not today'); } };",
    because: /plugin odd: not today/,
  },
  'hangs in apply': {
    source: `export default { name: 'odd', apply: () => ${never} };`,
    because: /plugin odd: apply took longer than 10 s/,
  },
  'rejects with nothing': {
    source: "export default { name: 'odd', apply: () => Promise.reject() };",
    because: /plugin odd: /,
  },
  'does not define its type': {
    source: "export default { name: 'odd', apply() {} };",
    because: /defines no such charger/,
  },
  'defines a type without schema': {
    source: "export default { name: 'odd', apply: (evcc) => evcc.chargers.define('odd', { create() {} }) };",
    because: /has no schema/,
  },
  'takes the name of a built-in plugin': {
    source: "export default { name: 'rest', apply() {} };",
    because: /rest/,
  },
};

/** The package is used; its charger does not work, and says so. */
const UNUSABLE: Readonly<Record<string, Faulty & { readonly because: RegExp }>> = {
  'throws in create': { source: plugin("throw new Error('no such box');"), because: /no such box/ },
  'hangs in create': { source: plugin(`return ${never};`), because: /took longer than \d+ s/ },
  'creates nothing': { source: plugin('return undefined;'), because: /no device that can be read/ },
  'answers nonsense': {
    source: plugin("return { ...charger, read: async () => ({ status: 'X', enabled: 7 }) };"),
    because: /status/,
  },
  'answers with nothing': { source: plugin('return { ...charger, read: async () => undefined };'), because: /./ },
  'answers with values that throw': {
    source: plugin("return { ...charger, read: async () => ({ get status() { throw new Error('gotcha'); } }) };"),
    because: /gotcha/,
  },
  'hangs when it is read': {
    source: plugin(`return { ...charger, read: () => ${never} };`),
    because: /took longer than/,
  },
  'rejects with a text': {
    source: plugin("return { ...charger, read: () => Promise.reject('oops') };"),
    because: /oops/,
  },
  'says that a current was not a number': {
    source: plugin("return { ...charger, read: async () => ({ ...reading, currents: ['1', null, NaN] }) };"),
    because: /currents/,
  },
};

/** The package works, but does harm where it can. */
const HARMFUL: Readonly<Record<string, Faulty & { readonly named: RegExp }>> = {
  'hangs in commands': {
    source: plugin(
      `return { ...charger, read: async () => ({ ...reading, enabled: true }), setMaxCurrent: () => ${never} };`,
    ),
    named: /second.*took longer than/,
  },
  'leaks timers and does not close': {
    source: plugin(`setInterval(() => {}, 10).unref(); return { ...charger, close: () => ${never} };`),
    named: /second could not be closed/,
  },
  'throws in its taps': {
    source: plugin('return charger;').replace(
      'apply(evcc) {',
      "apply(evcc) { evcc.hooks.measured.tap('odd', () => { throw new Error('tapped'); });",
    ),
    named: /odd.*tapped/,
  },
  'decides for everything at once': {
    source: plugin('return charger;').replace(
      'apply(evcc) {',
      "apply(evcc) { evcc.hooks.decide.tap({ name: 'odd', stage: -1000 }, () => 'full power');",
    ),
    named: /odd/,
  },
  'changes what it is shown': {
    source: plugin('return charger;').replace(
      'apply(evcc) {',
      "apply(evcc) { evcc.hooks.measured.tap('odd', (site) => { site.loadpoints.length = 0; site.gridPower = -1e9; });",
    ),
    named: /odd/,
  },
};

async function start(t: Parameters<typeof startHouse>[0], faulty: Faulty): Promise<FakeHouse> {
  const { source, manifest = {}, patience } = faulty;
  const folder = `node_modules/${NAME}`;
  const directory = temporaryFolder({
    [`${folder}/package.json`]: {
      name: NAME,
      version: '1.0.0',
      type: 'module',
      exports: './index.js',
      evcc: { chargers: ['odd'] },
      ...manifest,
    },
    [`${folder}/index.js`]: source,
  });
  const house = await startHouse(t, {
    directory,
    loadpoints: [{ mode: 'now', maxCurrent: 12 }],
    ...(patience !== undefined && { importTimeout: patience }),
  });
  house.charger().status = 'B';
  await house.run(30);
  expect(house.loadpoint('chargePower')).toBe(12 * 690);
  return house;
}

const configure = (house: FakeHouse) => {
  const config = {
    ...house.config,
    chargers: { ...house.config.chargers, second: { type: 'odd' } },
    loadpoints: [...(house.config.loadpoints ?? []), { charger: 'second', mode: 'now' }],
  };
  return house.clock.until(house.runtime.reconfigure(config as never));
};

/** The first loadpoint is controlled as before: what a user says reaches its charger. */
async function goesOn(house: FakeHouse): Promise<void> {
  for (const current of [10, 11]) {
    await house.command('maxCurrent', current);
    await house.run(30);
    expect(house.charger().maxCurrent).toBe(current);
    expect(house.loadpoint('chargePower')).toBe(current * 690);
  }
  expect(
    house.charger().commands.every((command) => !('setMaxCurrent' in command) || command.setMaxCurrent <= 12),
  ).toBe(true);
}

describe('a package that cannot be used is refused by name, and the house runs on', () => {
  test.for(Object.entries(REFUSED))('%s', async ([_, { because, ...faulty }], t) => {
    const house = await start(t, faulty);
    const problems = await configure(house);
    const text = problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
    expect(text).toMatch(because);
    expect(text).toMatch(/odd|chargers\.second|plugins/);
    await goesOn(house);
  });
});

describe('a package whose charger does not work is named with the reason, and the others charge on', () => {
  test.for(Object.entries(UNUSABLE))('%s', async ([_, { because, ...faulty }], t) => {
    const house = await start(t, faulty);
    expect(await configure(house)).toEqual([]);
    await house.run(60);
    const devices = house.site('devices') as readonly { name: string; state: string; reason: string }[];
    const second = devices.find(({ name }) => name === 'second');
    expect(second).toMatchObject({ state: 'unavailable', reason: expect.stringMatching(because) });
    await goesOn(house);
  });
});

describe('a package that does harm is named, and nobody else is hurt', () => {
  test.for(Object.entries(HARMFUL))('%s', async ([_, { named, ...faulty }], t) => {
    const house = await start(t, faulty);
    expect(await configure(house)).toEqual([]);
    await house.run(60);
    await goesOn(house);
    await house.stop();
    const complaints = house.log.filter(({ level }) => level === 'warn' || level === 'error');
    expect(complaints.map(({ area, message }) => `${area}: ${message}`).join('\n')).toMatch(named);
  });
});

test('a package that wants more current than there is gets what is allowed, and is named in the reasons', async (t) => {
  const decision = "({ current: 1e9, reason: { code: 'greedy', text: 'more' } })";
  const greedy = `
    evcc.hooks.decide.tap({ name: 'odd', stage: -1000 }, () => ${decision});
    evcc.hooks.limit.tap('odd', (setpoint) => ({ ...setpoint, current: 1e9 }));`;
  const house = await start(t, {
    source: plugin('return charger;').replace('apply(evcc) {', `apply(evcc) { ${greedy}`),
  });
  expect(await configure(house)).toEqual([]);
  await house.run(60);
  expect(house.reasons()).toContain('greedy');
  await goesOn(house);
});

test('there are more than twenty of them', () => {
  expect([REFUSED, UNUSABLE, HARMFUL].flatMap(Object.keys).length).toBeGreaterThan(20);
});
