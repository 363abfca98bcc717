import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { builtInTypes, devicePage, readmeOf } from './device-list.ts';

const FILE = fileURLToPath(new URL('../../docs/devices.md', import.meta.url));

let listed: Awaited<ReturnType<typeof builtInTypes>>;

// Hundreds of modules
beforeAll(async () => {
  listed = await builtInTypes();
}, 60_000);

test('docs/devices.md lists every type with its options (npx vitest run test/docs/devices.test.ts -u)', async () => {
  const { types, broken } = listed;
  expect(broken).toEqual([]);
  await expect(devicePage(types)).toMatchFileSnapshot(FILE);
});

test('every type and every option is described', () => {
  const silent = listed.types.flatMap((type) => [
    ...(readmeOf(type) === undefined ? [`${type.kind} ${type.type} has no README`] : []),
    ...type.options
      .filter(({ description }) => description === '')
      .map(({ key }) => `${type.kind} ${type.type}: ${key} has no description`),
  ]);
  expect(silent).toEqual([]);
});
