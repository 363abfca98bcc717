import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { CommandContext } from '../../../core/index.ts';

/** The first bytes of a gzip file */
const GZIP = [0x1f, 0x8b];
const CHUNK = 1_000_000;
/** Characters of one line, far more than a frame has: what is longer is something else */
const LONGEST = 50_000_000;

/** Lines of a text file, compressed or not, many at a time; `ended` is false for a last line without its end. Errors: `EVCC_CONFIG_INVALID`. */
export async function* linesOf(file: string, { fail }: CommandContext): AsyncGenerator<readonly string[]> {
  try {
    let rest = '';
    for await (const chunk of await textOf(file)) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST) fail('EVCC_CONFIG_INVALID', `${file} is no recording`);
      yield lines;
    }
    if (rest !== '') yield [rest];
  } catch (cause) {
    const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
    if (typeof code === 'string' && code.startsWith('EVCC_')) throw cause;
    fail('EVCC_CONFIG_INVALID', `${file} cannot be read: ${REASONS[String(code)] ?? String(message)}`, { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  Z_BUF_ERROR: 'its end is missing',
  Z_DATA_ERROR: 'it is damaged',
};

async function textOf(file: string): Promise<Readable> {
  const handle = await open(file);
  const { buffer, bytesRead } = await handle
    .read({ buffer: Buffer.alloc(GZIP.length), position: 0 })
    .finally(() => handle.close());
  const source = createReadStream(file, { highWaterMark: CHUNK });
  const packed = bytesRead === GZIP.length && GZIP.every((byte, index) => buffer[index] === byte);
  if (!packed) return source.setEncoding('utf8');
  const text = createGunzip({ chunkSize: CHUNK });
  source.on('error', (error) => text.destroy(error));
  return source.pipe(text).setEncoding('utf8');
}
