import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/**
 * Makes room for a new file: FILE becomes FILE.1.gz, FILE.1.gz becomes FILE.2.gz and so on, up to `keep`; what is older is
 * deleted. A crash at any moment loses nothing: a file that is not compressed yet is moved on as it is.
 */
export async function rotate(path: string, keep: number): Promise<void> {
  for (const end of ENDS) await rm(`${path}.${keep}${end}`, { force: true });
  if (keep === 0) return await rm(path, { force: true });
  for (let number = keep - 1; number > 0; number -= 1) {
    for (const end of ENDS) await move(`${path}.${number}${end}`, `${path}.${number + 1}${end}`);
  }
  await move(path, `${path}.1`);
  await compress(`${path}.1`);
}

/** Compressed, or left behind by a crash */
const ENDS = ['.gz', ''];

async function compress(file: string): Promise<void> {
  const unfinished = `${file}.gz.part`;
  await pipeline(createReadStream(file), createGzip(), createWriteStream(unfinished, { mode: 0o600 }));
  await rename(unfinished, `${file}.gz`);
  await rm(file);
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if ((error as { readonly code?: unknown }).code !== 'ENOENT') throw error;
  });
}
