import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ListedType } from '../../../../core/index.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { runCommand } from '../../../helpers/run-command.ts';

/** A folder in which a package is installed. */
function folderWith(name: string, types: object, source: string): string {
  const folder = temporaryFolder();
  const place = join(folder, 'node_modules', name);
  mkdirSync(place, { recursive: true });
  const manifest = { name, version: '1.0.0', type: 'module', exports: './index.js', evcc: types };
  writeFileSync(join(place, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(place, 'index.js'), source);
  return folder;
}

const ACME = `export default {
  name: 'acme',
  apply: (evcc) => evcc.chargers.define('acme', {
    schema: {
      type: 'object',
      required: ['host'],
      properties: { host: { type: 'string', description: 'Where it is' }, pin: { type: 'string', secret: true } },
    },
    create: () => { throw new Error('nothing is created'); },
  }),
};`;

test('all types, by kind, with those of installed packages', async () => {
  const folder = folderWith('evcc-charger-acme', { chargers: ['acme'] }, ACME);
  const { code, out, err } = await runCommand(folder, 'devices');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^charger: \d+$/m);
  expect(out).toContain('acme (evcc-charger-acme)');
  for (const kind of ['meter', 'vehicle', 'tariff', 'store']) expect(out).toMatch(new RegExp(`^${kind}: \\d+$`, 'm'));
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('one kind, and the options of one type', async () => {
  const folder = folderWith('evcc-charger-acme', { chargers: ['acme'] }, ACME);
  const charger = await runCommand(folder, 'devices', 'charger');
  expect(charger.out).not.toContain('sunspec');
  const { code, out } = await runCommand(folder, 'devices', 'charger', 'acme');
  expect(code).toBe(0);
  expect(out).toBe(
    [
      'charger acme, of package evcc-charger-acme',
      '',
      '  host: a text (required)',
      '      Where it is',
      '',
      '  pin: a text (secret)',
      '      –',
      '',
    ].join('\n'),
  );
});

test('as JSON', async () => {
  const { out } = await runCommand(temporaryFolder(), 'devices', 'meter', 'eastron-sdm', '--json');
  const [type] = JSON.parse(out) as readonly ListedType[];
  expect(type).toMatchObject({ kind: 'meter', type: 'eastron-sdm', source: 'built in' });
  expect(type?.options.find(({ key }) => key === 'id')).toMatchObject({ required: false, preset: 1, secret: false });
});

test('a package that is broken is named, and the others are listed', async () => {
  const folder = folderWith('evcc-meter-broken', { meters: ['broken'] }, 'throw new Error("no such luck");');
  const { code, out, err } = await runCommand(folder, 'devices', 'meter');
  expect(code).toBe(0);
  expect(out).toContain('eastron-sdm');
  expect(out).not.toContain('broken');
  expect(err).toContain('not usable: meter broken: ');
  expect(err).toContain('no such luck');
});

test.each([
  [['heater'], 'there are no devices of the kind "heater", only charger, meter, vehicle, tariff, store'],
  [['meter', 'eastorn-sdm'], 'there is no meter of the type "eastorn-sdm": '],
  [['meter', 'custom', 'more'], 'one type at a time: "more" is too much'],
])('wrong use: %j', async (args, message) => {
  const { code, err } = await runCommand(temporaryFolder(), 'devices', ...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});
