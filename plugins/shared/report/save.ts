import { access, constants, open, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CommandContext } from '../../../core/index.ts';

/** Writes files that a command line asks for. Errors: `EVCC_STORE_FAILED`. */

type Host = Pick<CommandContext, 'directory' | 'fail'>;

export async function save(file: string, text: string, host: Host): Promise<void> {
  const path = resolve(host.directory, file);
  await writeFile(path, text).catch(refuse(path, host));
}

/** Fails now where `save` would fail after long work: there is no such folder, or it may not be written to. */
export async function requireSavable(files: readonly (string | undefined)[], host: Host): Promise<void> {
  for (const file of files) {
    if (file === undefined) continue;
    const path = resolve(host.directory, file);
    await writable(path).catch(refuse(path, host));
  }
}

/** Leaves nothing behind. */
async function writable(path: string): Promise<void> {
  try {
    await (await open(path, 'r+')).close();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await access(dirname(path), constants.W_OK);
  }
}

const refuse =
  (path: string, { fail }: Host) =>
  (cause: unknown): never =>
    fail('EVCC_STORE_FAILED', `${path} cannot be written: ${codeOf(cause)}`, { cause });

const codeOf = (error: unknown): string => String((error as { readonly code?: unknown } | null)?.code);
