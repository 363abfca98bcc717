import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CliCommand, CommandContext, Store } from '../../../core/index.ts';
import { newSessions } from '../../shared/storage/new-sessions.ts';
import { type Request, readRequest, USAGE } from './arguments.ts';
import { read, written } from './file.ts';

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;

/** `evcc sessions`: charging sessions from and to files. */
const sessions: CliCommand = {
  name: 'sessions',
  summary: 'writes charging sessions to a file, or adds those of one',
  usage: USAGE,
  async run(args, context) {
    const request = readRequest(args, context.time);
    if (typeof request === 'string') {
      context.complain(`${request}\nevcc sessions --help explains the options.`);
      return WRONG_USE;
    }
    const { config, directory } = await context.loadConfig();
    const reading = request.what === 'export' && ({ reading: true } as const);
    const store = await context.openStore({ config, directory, ...reading });
    try {
      await (request.what === 'export' ? exportTo(store, request, context) : importFrom(store, request.file, context));
      return DONE;
    } finally {
      await store.close();
    }
  },
};

export default sessions;

async function exportTo(
  store: Store,
  { file, format, created }: Request & { what: 'export' },
  context: CommandContext,
): Promise<void> {
  const found = (await store.sessions.list(created)).toReversed();
  const pieces = written(found, format, context.time);
  if (file === undefined) {
    for (const piece of pieces) context.print(piece.replace(/\n$/, ''));
    return;
  }
  const path = resolve(context.directory, file);
  await writeFile(path, pieces).catch((error: Error) =>
    context.fail('EVCC_STORE_FAILED', `${path} cannot be written: ${error.message}`),
  );
  context.print(`${found.length} sessions were written to ${path}.`);
}

async function importFrom(store: Store, name: string, context: CommandContext): Promise<void> {
  const file = resolve(context.directory, name);
  const found = read(textOf(file, context), context.time);
  if ('problems' in found) {
    const problems = found.problems.map((problem) => `\n  ${problem}`).join('');
    context.fail('EVCC_STORE_FAILED', `${file} cannot be imported, nothing was changed:${problems}`);
  }
  context.progress(`\rread ${found.length} sessions `);
  const added = await newSessions(store.sessions, found);
  await store.sessions.add(added);
  const known = found.length - added.length;
  context.print(`${added.length} sessions were added to ${store.location}, ${known} were there already.`);
}

function textOf(file: string, { fail }: CommandContext): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const why = error instanceof TypeError ? 'it is no text in UTF-8' : (error as Error).message;
    return fail('EVCC_STORE_FAILED', `${file} cannot be imported: ${why}`);
  }
}
