import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StoreCopy } from '../../../core/index.ts';
import { type BackupHeader, readBackup, writeBackup } from './backup.ts';
import { restoredRows } from './replacement.ts';

/** Backups as files. */

/** Writes a backup, which has its name only when it is whole; only its owner may read it. */
export async function saveBackup(copy: StoreCopy, file: string, about: Omit<BackupHeader, 'version'>): Promise<void> {
  const part = `${file}.part`;
  try {
    await pipeline(writeBackup(copy, about), createWriteStream(part, { mode: 0o600, flush: true }));
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

export interface CheckedBackup {
  readonly header: BackupHeader;
  /** Rows by table */
  readonly counts: ReadonlyMap<string, number>;
}

/** Reads a backup to its end and counts its rows. Errors: `BackupError`, and those of the file system. */
export async function checkBackup(
  file: Readable,
  version: number,
  progress: (rows: number) => void,
): Promise<CheckedBackup> {
  const { header, rows } = await readBackup(file, version);
  const counts = new Map<string, number>();
  let total = 0;
  for await (const part of rows) {
    counts.set(part.table, (counts.get(part.table) ?? 0) + part.rows.length);
    total += part.rows.length;
    progress(total);
  }
  return { header, counts };
}

/** Puts a backup, which was checked, in the place of what a database holds. */
export async function restoreBackup(copy: StoreCopy, file: Readable): Promise<void> {
  const { rows } = await readBackup(file, copy.version);
  await copy.replace(restoredRows(rows));
}

/** A name that no file has yet, for what is put aside. */
export function freeName(base: string): string {
  let name = `${base}.gz`;
  for (let count = 2; existsSync(name); count += 1) name = `${base}-${count}.gz`;
  return name;
}
