import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Logger } from '../../core/index.ts';
import { rotate } from './rotate.ts';

/** Appends lines to a file beside everything else; begins a new file when it is full. Never fails: what cannot be written is lost. */
export interface Journal {
  /** false: nothing can be written at present, what is handed in is lost */
  readonly ready: boolean;
  /** The next line must open a part, because a new file begins */
  readonly full: boolean;
  /** Begins a part with its header, in a new file if this one is full. */
  open(header: string): void;
  write(line: string): void;
  /** Resolves when nothing waits any more. Never rejects. */
  idle(): Promise<void>;
  /** Writes what waits and closes the file. */
  close(): Promise<void>;
}

export interface JournalOptions {
  /** Bytes from which a new file is begun */
  readonly maxSize: number;
  /** Full files to keep */
  readonly keep: number;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Characters that may wait for the disk; what comes after them is lost */
const MOST_WAITING = 4_000_000;
/** ms after which writing is tried again when it failed */
const PAUSE = 60_000;

/** What waits to be written; a new file begins before it where it says so. */
interface Piece {
  readonly text: string;
  readonly fresh: boolean;
}

export function createJournal(path: string, { maxSize, keep, log, clock }: JournalOptions): Journal {
  let pieces: Piece[] = [];
  let waiting = 0;
  let handle: FileHandle | undefined;
  /** Bytes in the file once everything is written; unknown until it is open */
  let size: number | undefined;
  let failedAt: number | undefined;
  let losing = false;
  let closed = false;
  let writing: Promise<void> | undefined;

  const append = (text: string, fresh: boolean): void => {
    pieces.push({ text, fresh });
    waiting += text.length;
    size = (fresh ? 0 : (size ?? 0)) + Buffer.byteLength(text);
    writing ??= work();
  };

  const work = async (): Promise<void> => {
    // Lines of the same moment become one write.
    await Promise.resolve();
    try {
      while (pieces.length > 0) {
        const taken = take();
        handle ??= await begin();
        if (taken.fresh) {
          await handle.close();
          handle = undefined;
          await rotate(path, keep);
          handle = await begin();
        }
        await handle.appendFile(taken.text);
      }
      if (failedAt !== undefined) log.info(`recording to ${path} goes on`);
      failedAt = undefined;
    } catch (error) {
      if (failedAt === undefined) log.error(`recording to ${path} failed: ${(error as Error).message}`);
      failedAt = clock.now();
      pieces = [];
      waiting = 0;
      size = undefined;
      await handle?.close().catch(() => {});
      handle = undefined;
    }
    writing = undefined;
  };

  /** What can be written at once. */
  const take = (): Piece => {
    const next = pieces.findIndex(({ fresh }, index) => index > 0 && fresh);
    const taken = pieces.splice(0, next < 0 ? pieces.length : next);
    const text = taken.map((piece) => piece.text).join('');
    waiting -= text.length;
    return { text, fresh: taken[0]?.fresh ?? false };
  };

  /** Opens the file; a line that a crash left unfinished is ended. */
  const begin = async (): Promise<FileHandle> => {
    await mkdir(dirname(path), { recursive: true });
    const opened = await open(path, 'a+', PRIVATE);
    const { size: before } = await opened.stat();
    if (before > 0) {
      const { buffer } = await opened.read({ buffer: Buffer.alloc(1), position: before - 1 });
      if (buffer[0] !== NEWLINE) await opened.appendFile('\n');
    }
    size = (size ?? 0) + before;
    return opened;
  };

  return {
    get ready() {
      if (closed) return false;
      if (failedAt !== undefined && Math.abs(clock.now() - failedAt) < PAUSE) return false;
      const tooMuch = waiting > (losing ? MOST_WAITING / 2 : MOST_WAITING);
      if (tooMuch && !losing) log.warn(`recording to ${path} does not keep up: cycles are left out`);
      losing = tooMuch;
      return !losing;
    },
    get full() {
      return size === undefined || size >= maxSize;
    },
    open(header) {
      append(`${header}\n`, size !== undefined && size >= maxSize);
    },
    write(line) {
      append(`${line}\n`, false);
    },
    idle: async () => await writing,
    async close() {
      closed = true;
      await writing;
      await handle?.close().catch(() => {});
      handle = undefined;
    },
  };
}

/** It tells when somebody is at home. */
const PRIVATE = 0o600;
const NEWLINE = 10;
