import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Cli, runCli } from '../../helpers/cli.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

/** The sample house in small, without surfaces. */
const HOUSE = {
  interval: 1,
  rest: false,
  database: { type: 'sqlite', file: 'house.db' },
  meters: {
    grid: { type: 'simulator', usage: 'grid' },
    roof: { type: 'simulator', usage: 'pv', peak: 9_000 },
  },
  chargers: { garage: { type: 'simulator', phaseSwitching: true } },
  vehicles: { car: { type: 'simulator', charger: 'garage', capacity: 60, soc: 40 } },
  simulator: { startAt: '06-15T12:00', seed: 7 },
  site: { title: 'Home', meters: { grid: 'grid', pv: 'roof' } },
  loadpoints: [{ charger: 'garage', vehicle: 'car', mode: 'now' }],
};

test('a running house is recorded as the command line asks, and its recording replays', async () => {
  const directory = temporaryFolder({ 'evcc.config.json': { ...HOUSE, record: { file: 'other.rec', keep: 1 } } });
  const house = new Cli({ args: ['--record', 'house.rec'], directory });
  await house.says('Stop with Ctrl+C.');
  expect(house.out).toContain(`Recording: ${join(directory, 'house.rec')}`);
  house.signal('SIGTERM');
  expect((await house.ended()).code).toBe(0);

  const lines = readFileSync(join(directory, 'house.rec'), 'utf8').split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ recording: 1, house: { title: 'Home' } });
  expect(lines.length).toBeGreaterThan(2);
  expect(() => readFileSync(join(directory, 'other.rec'))).toThrow('ENOENT');

  const { code, out, err } = await runCli({ args: ['replay', 'house.rec'], directory });
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('Everything was decided as recorded.');
});

test.for([
  [['--record'], /--record needs a value/],
  [['--record='], /--record needs a value/],
  [['check', '--record', '--log', 'info'], /--record needs a value/],
] as const)('%j is refused', async ([args, says]) => {
  const { code, err } = await runCli({ args, directory: temporaryFolder({ 'evcc.config.json': HOUSE }) });
  expect(code).toBe(2);
  expect(err).toMatch(says);
});

test.for([
  [{ file: '' }, /record\.file/],
  [{ file: 'a', maxSize: 0 }, /record\.maxSize/],
  [{ file: 'a', keep: 1.5 }, /record\.keep/],
  [{ size: 3 }, /record/],
  [42, /record/],
] as const)('record: %j is refused', async ([record, says]) => {
  const { code, err } = await runCli({
    args: ['check'],
    directory: temporaryFolder({ 'evcc.config.json': { ...HOUSE, record } }),
  });
  expect(code).toBe(1);
  expect(err).toMatch(says);
});
