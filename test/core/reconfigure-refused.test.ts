import { describe, expect, test } from 'vitest';
import type { LoadedPlugin, Setting } from '../../core/index.ts';
import { type FakeHouse, startHouse } from '../helpers/house.ts';

const row = (name: string, more: Partial<Setting> = {}): Setting => ({
  scope: 'site',
  name,
  description: 'A setting of a plugin',
  schema: { type: 'number', default: 1 },
  mqtt: name,
  ...more,
});

const released: string[] = [];

/** A plugin that writes down when it is released. */
function plugin(name: string, apply: LoadedPlugin['apply'] = () => {}): LoadedPlugin {
  return {
    name,
    apply(evcc, options) {
      void apply(evcc, options);
      return () => void released.push(name);
    },
  };
}

const throws = plugin('throws', () => {
  throw new Error('no such sensor');
});
const hangs: LoadedPlugin = { name: 'hangs', apply: () => new Promise(() => {}) };
const typed = (name: string): LoadedPlugin =>
  plugin(name, (evcc) => {
    const create = () => ({ read: async () => ({ power: 0 }) });
    evcc.meters.define('novel', { schema: { type: 'object', properties: {} }, create });
  });
const setting = (name: string, defined: Setting): LoadedPlugin => plugin(name, (evcc) => evcc.settings.define(defined));

const plugins =
  (...added: LoadedPlugin[]) =>
  (house: FakeHouse): object => ({ plugins: [...(house.config.plugins ?? []), ...added] });

const BROKEN: readonly [string, unknown, (string | RegExp)[]][] = [
  ['no object', 5, ['']],
  ['nothing', null, ['']],
  ['an unknown key', { metres: {} }, ['metres']],
  ['a value out of range', { interval: 0 }, ['interval']],
  ['an unknown type', { chargers: { charger1: { type: 'no-such' } } }, ['chargers.charger1.type']],
  ['an unknown option', { chargers: { charger1: { type: 'fake', m: 5 } } }, ['chargers.charger1.m']],
  ['a wrong option', { chargers: { charger1: { type: 'fake', n: 'five' } } }, ['chargers.charger1.n']],
  ['a missing charger', { chargers: {} }, ['loadpoints[0].charger']],
  [
    'a variable that is not set',
    { chargers: { charger1: { type: 'fake', password: { env: 'NOBODY_SETS_IT' } } } },
    ['chargers.charger1.password'],
  ],
  ['a plugin that throws', plugins(throws), ['plugins']],
  ['a plugin that hangs', plugins(hangs), ['plugins']],
  [
    'a plugin that cannot be found',
    (house: FakeHouse) => ({ plugins: [...(house.config.plugins ?? []), './no-such-file.ts'] }),
    ['plugins[1]'],
  ],
  ['two plugins of one name', plugins(plugin('twin'), plugin('twin')), ['plugins']],
  ['two plugins with one type', plugins(typed('first'), typed('second')), ['plugins']],
  [
    'a type in capitals',
    plugins(plugin('loud', (evcc) => evcc.meters.define('LOUD', { schema: {}, create: () => ({}) as never }))),
    ['plugins'],
  ],
  [
    'two plugins with one setting',
    plugins(setting('first', row('extra')), setting('second', row('extra'))),
    ['plugins'],
  ],
  ['a plugin that takes a setting of the house', plugins(setting('greedy', row('residualPower'))), ['plugins']],
  ['a setting without a schema', plugins(setting('bad', row('extra', { schema: undefined as never }))), ['plugins']],
  ['a setting of nobody', plugins(setting('bad', row('extra', { scope: 'car' as never }))), ['plugins']],
  ['a setting with an odd name', plugins(setting('bad', row('../extra'))), ['plugins']],
  ['a plugin that works and one that throws', plugins(plugin('good'), throws), ['plugins']],
];

describe('a broken edit is reported with its place, and the running house goes on unchanged', () => {
  test.for(BROKEN)('%s', async ([, broken, paths], t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'now' }] });
    await house.run(30);
    const { composition } = house.runtime;
    const before = JSON.stringify([...house.runtime.evcc.state.site]);
    const changed = typeof broken === 'function' ? broken(house) : broken;
    const config =
      typeof changed === 'object' && changed !== null
        ? { ...house.config, site: { ...house.config.site, title: 'Changed' }, ...changed }
        : changed;
    const problems = await house.clock.until(house.runtime.reconfigure(config));
    expect(problems.map(({ path }) => path)).toEqual(expect.arrayContaining(paths));
    expect(problems.map(({ message }) => message)).not.toContain('');
    expect(house.runtime.composition).toBe(composition);
    expect(JSON.stringify([...house.runtime.evcc.state.site])).toBe(before);
    expect(house.closed).toEqual([]);
    const { reads } = house.charger();
    await house.run(30);
    expect(house.charger().reads).toBe(reads + 3);
    expect(house.charger().charging).toBe(true);
    expect(house.site('siteTitle')).toBe('Test house');
  });

  test('what was applied for nothing is released', async (t) => {
    released.length = 0;
    const house = await startHouse(t);
    const problems = await house.runtime.reconfigure({ ...house.config, ...plugins(plugin('good'), throws)(house) });
    expect(problems).toEqual([{ path: 'plugins', message: 'plugin throws: no such sensor' }]);
    expect(released).toEqual(['good']);
  });

  test('what a plugin opens after its deadline is released too', async (t) => {
    released.length = 0;
    const house = await startHouse(t);
    const slow: LoadedPlugin = {
      name: 'slow',
      async apply(evcc) {
        await evcc.clock.sleep(15_000);
        return () => void released.push('slow');
      },
    };
    const problems = await house.clock.until(house.runtime.reconfigure({ ...house.config, ...plugins(slow)(house) }));
    expect(problems).toEqual([{ path: 'plugins', message: 'plugin slow: apply took longer than 10 s' }]);
    await house.clock.advance(10_000);
    expect(released).toEqual(['slow']);
  });

  test('all problems are told at once', async (t) => {
    const house = await startHouse(t);
    const problems = await house.runtime.reconfigure({
      ...house.config,
      interval: -1,
      chargers: { charger1: { type: 'fake', n: 1.5 } },
      colour: 'red',
    });
    expect(problems.map(({ path }) => path)).toEqual(['chargers.charger1.n', 'colour', 'interval']);
  });

  test.for([
    ['does not fit', { level: 'high' }, 'lab.level'],
    ['is refused by its plugin', { level: 13 }, 'lab'],
  ] as const)('what is wrong with devices is told too if the section of their plugin %s', async ([, lab, path], t) => {
    const labs: LoadedPlugin = {
      ...plugin('lab', (evcc, options) => {
        if ((options as { level?: number }).level === 13) throw new Error('bad luck');
        void typed('lab').apply(evcc, options);
      }),
      section: { key: 'lab', schema: { type: 'object', properties: { level: { type: 'number' } } } },
    };
    const house = await startHouse(t, { plugins: [labs], config: { lab: { level: 1 } } as never });
    released.length = 0;
    const meters = { ...house.config.meters, pv: { type: 'novel', hots: 1 } };
    const problems = await house.runtime.reconfigure({ ...house.config, lab, meters } as never);
    expect(problems.map((problem) => problem.path)).toEqual([path, 'meters.pv.hots']);
    expect(released).toEqual(['lab']);
  });

  test("what a plugin would claim without its faulty section is in nobody's way", async (t) => {
    const claiming: LoadedPlugin = {
      name: 'lab',
      section: { key: 'lab', schema: { type: 'object', properties: { port: { type: 'number', default: 4711 } } } },
      apply: (evcc, options) => evcc.claim(`TCP port ${(options as { port: number }).port}`),
    };
    const rival = plugin('rival', (evcc) => evcc.claim('TCP port 4711'));
    const house = await startHouse(t, { plugins: [claiming, rival], config: { lab: { port: 9 } } as never });
    const problems = await house.runtime.reconfigure({ ...house.config, lab: { port: 'x' } } as never);
    expect(problems.map(({ path }) => path)).toEqual(['lab.port']);
  });

  test('the next good edit is taken over', async (t) => {
    const house = await startHouse(t);
    await house.runtime.reconfigure(5);
    const site = { ...house.config.site, title: 'Changed' };
    expect(await house.runtime.reconfigure({ ...house.config, site })).toEqual([]);
    expect(house.site('siteTitle')).toBe('Changed');
  });

  test('secrets of an edit are shown nowhere, also when it is refused', async (t) => {
    const chatty = plugin('chatty', (evcc) => {
      evcc.log.info('the password is correct-horse');
      throw new Error('correct-horse is wrong');
    });
    const house = await startHouse(t, { env: { PASSWORD: 'correct-horse' } });
    const changed = { chargers: { charger1: { type: 'fake', password: { env: 'PASSWORD' } } } };
    await house.runtime.reconfigure({ ...house.config, ...plugins(chatty)(house), ...changed });
    expect(house.log.map(({ message }) => message)).toContain('the password is ***');
  });
});

describe('changes that come at a bad time', () => {
  test('several at once are taken over one after the other; the last one counts', async (t) => {
    const house = await startHouse(t);
    const titled = (title: string) =>
      house.runtime.reconfigure({ ...house.config, site: { ...house.config.site, title } });
    expect(await Promise.all([titled('A'), house.runtime.reconfigure(5), titled('B'), titled('C')])).toEqual([
      [],
      expect.any(Array),
      [],
      [],
    ]);
    expect(house.site('siteTitle')).toBe('C');
  });

  test('before the start and after the end nothing is taken over', async (t) => {
    released.length = 0;
    const house = await startHouse(t, { unprepared: true });
    const refused = [{ path: '', message: 'the house is not running' }];
    expect(await house.runtime.reconfigure(house.config)).toEqual(refused);
    await house.runtime.prepare();
    await house.cycle();
    await house.stop();
    const changed = {
      ...house.config,
      ...plugins(plugin('late'))(house),
      chargers: { charger1: { type: 'fake', n: 1 } },
    };
    expect(await house.runtime.reconfigure(changed)).toEqual(refused);
    expect(house.created).toHaveLength(3);
  });

  test('a change while the house ends is released again', async (t) => {
    released.length = 0;
    const house = await startHouse(t, {});
    await house.cycle();
    const late = plugin('late');
    const changing = house.runtime.reconfigure({ ...house.config, ...plugins(late)(house) });
    await Promise.all([house.stop(), changing]);
    expect(released).toEqual(['late']);
    expect(house.clock.pending).toBe(0);
  });
});

test('an unknown type is answered with the types of listed plugins too', async ({ onTestFinished }) => {
  const house = await startHouse({ onTestFinished });
  const problems = await house.runtime.reconfigure({ ...house.config, chargers: { charger1: { type: 'fakee' } } });
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('did you mean "fake"?')]);
});
