import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
