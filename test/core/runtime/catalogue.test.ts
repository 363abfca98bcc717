import { expect, test } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import { listTypesApart } from '../../../core/runtime/catalogue.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

/** A folder in which two packages are installed. */
const installed = (code: string): string =>
  temporaryFolder({
    'node_modules/evcc-acme/package.json': JSON.stringify({
      name: 'evcc-acme',
      type: 'module',
      exports: './index.js',
      evcc: { vehicles: ['acme'] },
    }),
    'node_modules/evcc-acme/index.js': code,
  });

test('all types are listed in a process of their own, with those of packages and what each entry has', async () => {
  const directory = installed(
    `export default { name: 'acme', apply: (evcc) => evcc.vehicles.define('acme', {
      schema: { type: 'object', properties: { pin: { type: 'string', secret: true, description: 'PIN' } } },
      create() {},
    }) };`,
  );
  const { types, common, broken } = await listTypesApart({ directory, version: '0.1.0' }, systemClock);
  expect(types.find(({ type }) => type === 'acme')).toEqual({
    kind: 'vehicle',
    type: 'acme',
    source: 'evcc-acme',
    options: [{ key: 'pin', allowed: 'a text', type: 'string', required: false, secret: true, description: 'PIN' }],
  });
  expect(types.length).toBeGreaterThan(100);
  expect(common.vehicle?.map(({ key }) => key)).toContain('capacity');
  expect(common.charger?.map(({ key }) => key)).toEqual(['timeout', 'staleAfter']);
  expect(broken).toEqual([]);
});

test('a package that ends the process or never ends is an error', async () => {
  const ending = listTypesApart({ directory: installed('process.exit(0)'), version: '0.1.0' }, systemClock);
  await expect(ending).rejects.toMatchObject({ code: 'EVCC_PLUGIN_FAILED', message: expect.stringContaining('ended') });
  const clock = new FakeClock();
  const stuck = listTypesApart({ directory: installed('for (;;);'), version: '0.1.0' }, clock);
  await expect(clock.until(stuck)).rejects.toMatchObject({ message: expect.stringContaining('longer than 60 s') });
});
