import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandContext } from '../../../core/index.ts';

/** Writes a file that was asked for. Errors: `EVCC_STORE_FAILED`. */
export async function save(file: string, text: string, { directory, fail }: CommandContext): Promise<void> {
  const path = resolve(directory, file);
  await writeFile(path, text).catch((cause: unknown) =>
    fail('EVCC_STORE_FAILED', `${path} cannot be written: ${String((cause as { code?: unknown }).code)}`, { cause }),
  );
}
