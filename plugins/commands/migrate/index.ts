import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { CliCommand, CommandContext } from '../../../core/index.ts';
import { type Request, readRequest, USAGE } from './arguments.ts';
import { makeValid } from './check.ts';
import type { Draft } from './draft.ts';
import { migrateHouse } from './house.ts';
import { LARGEST, readYaml } from './read.ts';
import { writeSecrets } from './secrets.ts';
import { comment, writeConfig } from './write.ts';

/** Exit codes */
const DONE = 0;
const WRONG_USE = 2;

/** Access of a file that only its owner reads */
const SECRET = 0o600;

/** `evcc migrate`: our configuration for an evcc.yaml. */
const migrate: CliCommand = {
  name: 'migrate',
  summary: 'writes a configuration for the evcc.yaml of an existing evcc',
  usage: USAGE,
  async run(args, context) {
    const request = readRequest(args);
    if (typeof request === 'string') {
      context.complain(`${request}\nevcc migrate --help explains the options.`);
      return WRONG_USE;
    }
    const at = (file: string): string => resolve(context.directory, file);
    for (const file of [request.output, request.secrets]) {
      if (file === undefined || request.force || !existsSync(at(file))) continue;
      context.fail('EVCC_CONFIG_INVALID', `${at(file)} is there already; --force replaces it`);
    }
    const draft = await houseOf(at(request.file), context);
    await makeValid(draft, request.output === undefined ? context.directory : dirname(at(request.output)), context);
    const text = writeConfig(draft, basename(request.file));
    if (request.output === undefined) context.print(text.trimEnd());
    else write(at(request.output), text, request, context);
    report(draft, usedSecrets(draft, text), request, context);
    return DONE;
  },
};

export default migrate;

async function houseOf(file: string, context: CommandContext): Promise<Draft> {
  const refuse = (why: string): never => context.fail('EVCC_CONFIG_INVALID', `${file} cannot be migrated: ${why}`);
  const item = await readYaml(textOf(file, refuse), refuse);
  const { types } = await context.listTypes();
  return (
    migrateHouse(item, types) ??
    refuse('it is no configuration of evcc, which would be an object with loadpoints, meters and so on')
  );
}

function textOf(file: string, refuse: (why: string) => never): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) return refuse('there is no such file');
  if (found.size > LARGEST) return refuse(`it is larger than ${LARGEST / 1_024} KiB`);
  return readFileSync(file, 'utf8');
}

function write(
  file: string,
  text: string,
  { force }: Pick<Request, 'force'>,
  context: CommandContext,
  mode = 0o666,
): void {
  try {
    // Who may read a file that is there already stays as it was.
    if (force && mode === SECRET) rmSync(file, { force });
    writeFileSync(file, text, { flag: force && mode !== SECRET ? 'w' : 'wx', mode });
  } catch (error) {
    context.fail('EVCC_CONFIG_INVALID', `${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

/** Those of what was not left out. */
function usedSecrets({ secrets }: Draft, text: string): ReadonlyMap<string, string> {
  return new Map([...secrets].filter(([name]) => text.includes(`env('${name}')`)));
}

/** What was done, and what is left to do; on standard error, so that the output can be taken on. */
function report(draft: Draft, secrets: ReadonlyMap<string, string>, request: Request, context: CommandContext): void {
  const { complain } = context;
  const lost = draft.notes
    .filter(({ kind }) => kind === 'lost')
    .toSorted((one, other) => (one.line ?? Number.MAX_SAFE_INTEGER) - (other.line ?? Number.MAX_SAFE_INTEGER));
  const chosen = draft.notes.length - lost.length;
  complain(`${request.output ?? 'The configuration'} is valid; ${chosen} notes in it say what was decided.`);
  if (lost.length > 0) {
    complain(`Without counterpart (${lost.length}), also as comments at their places:`);
    for (const { line, path, text } of lost) {
      const place = [line === undefined ? '' : `line ${line}`, path.join('.')].filter(Boolean).join(', ');
      complain(`  ${comment(place === '' ? text : `${place}: ${text}`)}`);
    }
  }
  const names = [...secrets.keys()];
  if (names.length === 0) return;
  if (request.secrets === undefined) {
    complain(`Set these environment variables before the start; their values are in ${request.file}:`);
    for (const name of names) complain(`  ${name}`);
    return;
  }
  const file = resolve(context.directory, request.secrets);
  const { text, left } = writeSecrets(secrets);
  write(file, text, request, context, SECRET);
  complain(`${names.length - left.length} values of environment variables are in ${file}; keep it secret.`);
  for (const name of left) complain(`  ${name}: its value cannot stand in such a file, set it yourself`);
}
