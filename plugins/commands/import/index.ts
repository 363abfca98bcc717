import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CliCommand, CommandContext, Store } from '../../../core/index.ts';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';
import { newSessions } from '../../shared/storage/new-sessions.ts';
import { type Found, readDatabase } from './database.ts';
import { takeSettings } from './settings.ts';

const USAGE = `Takes over charging sessions and settings of an existing evcc database, such as ~/.evcc/evcc.db.

Usage: evcc import FILE [options]

Sessions that are there already (same beginning, same loadpoint) are left out. Settings of site, loadpoints and vehicles are
taken where there is the same setting here: loadpoints in their order, vehicles by their name, of evcc before 0.123 by their
place in the order of their names. They replace what users set here before. What cannot be taken is listed. FILE is only read;
the house must not be running.

      --no-settings   sessions only
  -c, --config FILE   configuration of the house, which says where its database is

Examples:
  evcc import ~/.evcc/evcc.db
  evcc import evcc.db --no-settings`;

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;

/** `evcc import`: sessions and settings of an existing evcc. */
const command: CliCommand = {
  name: 'import',
  summary: 'takes over sessions and settings of an existing evcc database',
  usage: USAGE,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'no-settings': { type: 'boolean' },
        ...PROGRAM_OPTIONS,
      },
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) {
      context.complain('name the one database to import: evcc import FILE\nevcc import --help explains the options.');
      return WRONG_USE;
    }
    const found = readDatabase(resolve(context.directory, file), context);
    const { config, directory } = await context.loadConfig();
    const house = await houseOf({ config, directory }, context);
    const store = await context.openStore({ config, directory });
    try {
      await take(values['no-settings'] ? { ...found, settings: new Map() } : found, house, store, context);
      return DONE;
    } finally {
      await store.close();
    }
  },
};

export default command;

/** Names of the configured loadpoints, in order, and of the vehicles, in the order of their public index. */
async function houseOf(
  options: { readonly config: unknown; readonly directory: string },
  context: CommandContext,
): Promise<{ readonly loadpoints: readonly string[]; readonly vehicles: readonly string[] }> {
  const runtime = await context.createRuntime(options);
  const { loadpoints, vehicles } = runtime.composition.config;
  await runtime.stop();
  const names = [...vehicles.keys()].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  return { loadpoints: loadpoints.map(({ name }) => name), vehicles: names };
}

async function take(
  { sessions, settings, left }: Found,
  house: Awaited<ReturnType<typeof houseOf>>,
  store: Store,
  { print, clock, time }: CommandContext,
): Promise<void> {
  const added = await newSessions(store.sessions, sessions);
  await store.sessions.add(added);
  const taken = takeSettings(settings, house, { now: clock.now(), parse: time.parse });
  for (const [key, value] of taken.settings) await store.settings.set(key, value);
  print(
    `${added.length} sessions were added to ${store.location}, ${sessions.length - added.length} were there already.`,
  );
  print(`${taken.settings.size} settings were taken over.`);
  const others = [...left, ...taken.left];
  if (others.length === 0) return;
  print('Not taken:');
  for (const each of others) print(`  ${each}`);
}
