import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../helpers/postgres.ts';
import { openPostgres } from '../plugins/storage/postgres.ts';
import { openSqlite } from '../plugins/storage/sqlite.ts';
import { type KillOptions, killHouse } from './rounds.ts';

/** `npm run test:kill -- [--rounds 200] [--seed N] [--postgres]`: kills a house under load and says what was lost. */

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, seed: { type: 'string' }, postgres: { type: 'boolean' } },
});
const directory = mkdtempSync(join(tmpdir(), 'evcc-kill-'));
const server = values.postgres ? await startPostgres() : undefined;
const database: Pick<KillOptions, 'database' | 'look'> = server
  ? {
      database: { type: 'postgres', url: server.url() },
      look: () => openPostgres({ url: server.url() }, { reading: true }),
    }
  : {
      database: { type: 'sqlite', file: 'house.db' },
      look: () => openSqlite(join(directory, 'house.db'), { reading: true }),
    };
try {
  const result = await killHouse({
    rounds: Number(values.rounds ?? 200),
    seed: Number(values.seed ?? 1),
    directory,
    ...database,
    progress: (text) => void process.stderr.write(`${text}\n`),
  });
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  if (result.failures.length > 0) process.exitCode = 1;
} finally {
  await server?.close();
  rmSync(directory, { recursive: true, force: true });
}
