import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CliCommand } from '../../../core/index.ts';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';
import { saveBackup } from '../../shared/storage/backup-file.ts';

const USAGE = `Saves everything that the database holds in a file: settings, sessions, history and memory.

Usage: evcc backup FILE [options]

The house may be running: the file has everything as it was at one moment. It is the same for every kind of database, so that
evcc restore can also move a house from one to another. Keep it safe: it holds what is needed to log in.

      --force         overwrites a file that is there already
  -c, --config FILE   configuration of the house, which says where its database is

Examples:
  evcc backup /backup/evcc-$(date +%F).gz
  evcc backup house.gz --force`;

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;

/** `evcc backup`: the whole database as a file. */
const backup: CliCommand = {
  name: 'backup',
  summary: 'saves settings, sessions and history in a file, also while the house runs',
  usage: USAGE,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        force: { type: 'boolean' },
        ...PROGRAM_OPTIONS,
      },
    });
    const [name, ...others] = positionals;
    if (name === undefined || others.length > 0) {
      context.complain('name the one file to write: evcc backup FILE\nevcc backup --help explains the options.');
      return WRONG_USE;
    }
    const file = resolve(context.directory, name);
    if (existsSync(file) && !values.force) {
      context.complain(`${file} is there already; --force overwrites it`);
      return WRONG_USE;
    }
    const { config, directory } = await context.loadConfig();
    const store = await context.openStore({ config, directory, reading: true });
    try {
      if (!store.copy) return context.fail('EVCC_STORE_FAILED', 'this database keeps nothing that could be saved');
      const about = { release: context.version, created: context.time.format(context.clock.now()) };
      await saveBackup(store.copy, file, about).catch((error: unknown): never => {
        const { code, message } = error as { readonly code?: string; readonly message: string };
        if (code?.startsWith('EVCC_')) throw error;
        return context.fail('EVCC_STORE_FAILED', `${file} cannot be written: ${message}`);
      });
      context.print(`${store.location} was saved to ${file}.`);
      return DONE;
    } finally {
      await store.close();
    }
  },
};

export default backup;
