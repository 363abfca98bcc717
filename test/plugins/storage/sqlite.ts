import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { DeviceContext, Store } from '../../../core/index.ts';
import sqlite from '../../../plugins/storage/sqlite/index.ts';
import { applyPlugin } from '../../contract/harness.ts';

/** Opens a store as the runtime would. */
export async function openSqlite(file?: string, context?: Partial<DeviceContext>): Promise<Store> {
  const plugin = await applyPlugin(sqlite);
  return plugin.stores.create('sqlite', file === undefined ? {} : { file }, context);
}

/** A folder of its own for one test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'evcc-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Another process at work on a database; see `child.ts`. */
export function startChild(
  task: 'write' | 'open' | 'lock',
  file: string,
): ChildProcessByStdio<Writable, Readable, null> {
  const script = fileURLToPath(new URL('child.ts', import.meta.url));
  return spawn(process.execPath, [script, task, file], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** The next line that a child prints. */
export async function nextLine(child: { readonly stdout: Readable }): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the process ended without a word');
}

/** The error of a call that should fail. */
export async function failure(run: Promise<unknown>): Promise<{ readonly code: unknown; readonly message: string }> {
  const error = await run.then(
    () => assert.fail('the call should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  return { code: 'code' in error ? error.code : undefined, message: error.message };
}
