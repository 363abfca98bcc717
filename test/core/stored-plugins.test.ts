import { expect, type TestContext, test } from 'vitest';
import type { LoadedPlugin } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { type FakeHouse, startHouse } from '../helpers/house.ts';

/** Plugins that are there only because a device of the database is of one of their types. */

/** A house in whose database three devices of a package are left, a charger of which the file uses. */
async function start(t: TestContext, apply: string, plugins: readonly LoadedPlugin[] = []): Promise<FakeHouse> {
  const directory = temporaryFolder({
    'package.json': { dependencies: { 'evcc-acme': '1.0.0' } },
    'node_modules/evcc-acme/package.json': {
      name: 'evcc-acme',
      version: '1.0.0',
      type: 'module',
      exports: './index.js',
      evcc: { vehicles: ['acme'], chargers: ['acme'] },
    },
    'node_modules/evcc-acme/index.js': `export default { name: 'acme', apply(evcc) {
      const schema = { type: 'object', properties: {} };
      evcc.vehicles.define('acme', { schema, create: () => ({ read: async () => ({ soc: 40 }) }) });
      evcc.chargers.define('acme', { schema, create: () => ({
        read: async () => ({ status: 'A', enabled: false }), enable: async () => {}, setMaxCurrent: async () => {},
      }) });
      ${apply}
    } };`,
  });
  const kinds = ['vehicle', 'vehicle', 'charger'];
  const devices = kinds.map((kind, index) => ({ id: index + 1, kind, entry: { type: 'acme', title: `No ${index}` } }));
  const store = { ...createMemoryStore(), location: 'memory' };
  await store.memory.save(new Map([['devices', JSON.stringify({ last: 3, devices })]]));
  return startHouse(t, { store, directory, plugins, loadpoints: [{}, { charger: 'db:3' }] });
}

const THERE = 'a plugin of the file';
const TAKEN = `something that ${THERE} has`;
const holder: LoadedPlugin = {
  name: THERE,
  apply: (evcc) => evcc.claim(TAKEN),
};

test.for([
  ['cannot be applied', `throw new Error('it is broken');`, 'it is broken'],
  ['claims what is taken', `evcc.claim('${TAKEN}');`, `${TAKEN} is used by plugin ${THERE} already`],
] as const)(
  'a plugin that %s is left out: the house runs, and each of its devices says why it is not there',
  async ([, apply, why], t) => {
    const house = await start(t, apply, [holder]);
    await house.run(20);
    expect(house.site('vehicles')).toEqual(['No 0', 'No 1']);
    expect(house.loadpoint('connected')).toBe(true);
    const reports = house.site('devices') as readonly { readonly name: string; readonly reason: string }[];
    expect(reports.find(({ name }) => name === 'db:3')?.reason).toContain(why);
    expect(house.runtime.evcc.system.plugins()).not.toContain('acme');
    const { configuration } = house.runtime.evcc;
    await expect(house.clock.until(configuration.change('vehicle', 2, { title: 'Other' }))).rejects.toMatchObject({
      code: 'EVCC_COMMAND_INVALID',
      message: expect.stringContaining(why),
    });
    await house.clock.until(configuration.remove('vehicle', 2));
    await house.run(20);
    expect(house.site('vehicles')).toEqual(['No 0']);
  },
);

test('a plugin that cannot be set up does not keep the house from starting', async (t) => {
  const house = await start(t, `evcc.hooks.setup.tap('acme', () => { throw new Error('its port is in use'); });`);
  await house.run(20);
  expect(house.log).toContainEqual(
    expect.objectContaining({ level: 'error', message: expect.stringContaining('its port is in use') }),
  );
  expect(house.loadpoint('connected')).toBe(true);
  expect(house.site('vehicles')).toEqual(['No 0', 'No 1']);
});
