import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { checkCore } from '../../core/config/check.ts';
import { checkOptions } from '../../core/config/options.ts';
import { formatProblem } from '../../core/config/problem.ts';
import { importFile } from '../../core/loading/import.ts';
import hems from '../../plugins/hems/index.ts';
import { temporaryFolder } from '../helpers/folder.ts';

const text = readFileSync(fileURLToPath(new URL('../../docs/circuits.md', import.meta.url)), 'utf8');
const examples = [...text.matchAll(/```ts\n(.*?)```/gs)].map((match) => [match[1] ?? '']);

test('docs/circuits.md has examples', () => {
  expect(examples).toHaveLength(2);
});

test.each(examples)('its examples are without problems: %s', async (example) => {
  const folder = temporaryFolder({ 'evcc.config.mjs': example });
  const { default: part } = await importFile(pathToFileURL(`${folder}/evcc.config.mjs`).href);
  const house = {
    meters: { grid: { type: 'custom' } },
    chargers: { left: { type: 'custom' }, right: { type: 'custom' } },
    site: { meters: { grid: 'grid' } },
    ...(part as { hems?: unknown }),
  };
  expect(checkCore(house, ['hems']).problems.map(formatProblem)).toEqual([]);
  const { schema = {} } = hems.section ?? {};
  expect(checkOptions('hems', schema, house.hems ?? {}).problems.map(formatProblem)).toEqual([]);
});
