import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/folder.ts';
import { openSqlite } from '../plugins/storage/sqlite.ts';
import { killHouse } from './rounds.ts';

// Each round starts a process, which takes its time on a busy machine. `npm run test:kill` does two hundred.
test('a house that is killed under load loses nothing that it acknowledged', { timeout: 300_000 }, async () => {
  const directory = temporaryFolder();
  const result = await killHouse({
    rounds: 4,
    seed: 20_250_615,
    directory,
    database: { type: 'sqlite', file: 'house.db' },
    look: () => openSqlite(join(directory, 'house.db'), { reading: true }),
  });
  expect(result.failures).toEqual([]);
  expect(result.acknowledged).toBeGreaterThan(4);
  expect(result.cyclesLost).toBeLessThanOrEqual(1);
});
