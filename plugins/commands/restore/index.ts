import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CliCommand, CommandContext, Store } from '../../../core/index.ts';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';
import { checkBackup, freeName, restoreBackup, saveBackup } from '../../shared/storage/backup-file.ts';

const USAGE = `Puts a backup in the place of everything that the database holds.

Usage: evcc restore FILE [options]

FILE is one of evcc backup, of this or another kind of database. It is read to its end before anything is changed. What the
database held is saved beside it first. The house must not be running.

  -c, --config FILE   configuration of the house, which says where its database is

Examples:
  evcc restore /backup/evcc-2025-06-15.gz
  evcc restore house.gz --config other-house.config.ts`;

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;

/** `evcc restore`: a file of `evcc backup` becomes the database. */
const restore: CliCommand = {
  name: 'restore',
  summary: 'puts a backup in the place of the database',
  usage: USAGE,
  async run(args, context) {
    const { positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...PROGRAM_OPTIONS,
      },
    });
    const [name, ...others] = positionals;
    if (name === undefined || others.length > 0) {
      context.complain('name the one backup to restore: evcc restore FILE\nevcc restore --help explains it.');
      return WRONG_USE;
    }
    const { config, directory } = await context.loadConfig();
    const store = await context.openStore({ config, directory });
    try {
      return await replace(store, resolve(context.directory, name), context);
    } finally {
      await store.close();
    }
  },
};

export default restore;

async function replace(store: Store, file: string, context: CommandContext): Promise<number> {
  const { copy } = store;
  if (!copy) return context.fail('EVCC_STORE_FAILED', 'this database keeps nothing: there is nowhere to restore to');
  const refuse = (error: unknown): never => {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    if (code?.startsWith('EVCC_')) throw error;
    return context.fail('EVCC_STORE_FAILED', `${file} cannot be restored: ${message}`);
  };
  const told = (rows: number): void => context.progress(`\rchecked ${rows} rows `);
  const { header, counts } = await checkBackup(createReadStream(file), copy.version, told).catch(refuse);
  const now = context.clock.now();
  const stamp = context.time.format(Math.floor(now / 1_000) * 1_000).replaceAll(':', '');
  const aside = freeName(`${file}.before-${stamp}`);
  await saveBackup(copy, aside, { release: context.version, created: context.time.format(now) }).catch(refuse);
  await restoreBackup(copy, createReadStream(file)).catch(refuse);
  const rows = [...counts].map(([table, count]) => `${count} of ${table}`).join(', ') || 'none';
  context.print(`${store.location} is as it was at ${header.created}; rows: ${rows}.`);
  context.print(`What it held before is in ${aside}.`);
  return DONE;
}
