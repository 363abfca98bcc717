import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from './refusal.ts';

/** A file that a client sent. */
export interface Upload {
  /** What is in the file, from its beginning; can be read more than once. */
  read(): Readable;
  /** What else stood in the form, before and after it */
  readonly fields: Readonly<Record<string, string>>;
  /** Forgets the file. */
  close(): Promise<void>;
}

/** Bytes of an upload; a backup of many years has a tenth of it */
export const LARGEST_UPLOAD: number = 256 * 2 ** 20;
/** Bytes that are read at once */
const PORTION = 65_536;
const FORM_LIMITS = { files: 1, fields: 10, fieldSize: 1_024, headerPairs: 20 };

/**
 * Takes in a body that is a file, or a form (multipart/form-data) with one file, without holding it in memory. Errors:
 * `Refusal` 400 for anything else, 413 when it is too large; then nothing is left of it.
 */
export async function receiveFile(request: IncomingMessage): Promise<Upload> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_UPLOAD) throw tooLarge();
  const file = await openNameless();
  const close = (): Promise<void> => file.close();
  const type = request.headers['content-type'] ?? '';
  try {
    const chunks = chunksOf(request);
    const isForm = /^multipart\/form-data\b/i.test(type);
    if (!isForm) await file.writeFile(chunks);
    const fields = isForm ? await receiveForm(chunks, { ...request.headers, 'content-type': type }, file) : {};
    return { read: () => Readable.from(contentOf(file)), fields, close };
  } catch (error) {
    await close();
    if (request.destroyed && !request.complete) throw new Refusal(400, 'the client gave up');
    throw error;
  }
}

/** A file that nobody else can open, and that is gone with this process, however it ends. */
async function openNameless(): Promise<FileHandle> {
  const folder = mkdtempSync(join(tmpdir(), 'evcc-'));
  try {
    return await open(join(folder, 'upload'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* contentOf(file: FileHandle): AsyncIterable<Buffer> {
  for (let position = 0; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PORTION), 0, PORTION, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* chunksOf(request: IncomingMessage): AsyncIterable<Buffer> {
  let size = 0;
  // Whoever is refused gets an answer, so that the connection must stay.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_UPLOAD) throw tooLarge();
    yield chunk as Buffer;
  }
}

async function receiveForm(
  chunks: AsyncIterable<Buffer>,
  headers: IncomingMessage['headers'] & { readonly 'content-type': string },
  file: FileHandle,
): Promise<Readonly<Record<string, string>>> {
  const { Busboy } = await import('@fastify/busboy');
  const refuse = (why: string): never => {
    throw new Refusal(400, `the form cannot be used: ${why}`, { Connection: 'close' });
  };
  const form = ((): InstanceType<typeof Busboy> => {
    try {
      return new Busboy({ headers, limits: FORM_LIMITS, isPartAFile: (_, type, name) => isFile(type, name) });
    } catch (error) {
      return refuse((error as Error).message);
    }
  })();
  const fields = new Map<string, string>();
  let writing: Promise<void> | undefined;
  let isOne = true;
  form.on('field', (name, value) => void fields.set(name, value));
  form.on('filesLimit', () => {
    isOne = false;
  });
  form.on('file', (_, stream) => {
    writing = file.writeFile(stream);
    writing.catch(() => {});
    form.once('close', () => stream.destroy());
  });
  await pipeline(chunks, form).catch((error: unknown) => {
    if (error instanceof Refusal || (error as { readonly code?: unknown }).code !== undefined) throw error;
    refuse((error as Error).message);
  });
  if (!writing || !isOne) return refuse('it must have one file');
  await writing;
  return Object.fromEntries(fields);
}

function isFile(type: string | undefined, name: string | undefined): boolean {
  return type === 'application/octet-stream' || name !== undefined;
}

function tooLarge(): Refusal {
  return new Refusal(413, `the file is larger than ${LARGEST_UPLOAD} bytes`, { Connection: 'close' });
}
