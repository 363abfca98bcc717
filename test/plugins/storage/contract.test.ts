import { join } from 'node:path';
import { describe, test } from 'vitest';
import { createMemoryStore } from '../../../core/store.ts';
import { storeContract } from '../../contract/store.ts';
import { openSqlite, temporaryFolder } from './sqlite.ts';

describe('the store in memory', () => {
  const cases = storeContract(async () => ({ store: createMemoryStore(), close() {} }));
  for (const { title, run } of cases) test(title, run);
});

describe('the SQLite store in a file', () => {
  const cases = storeContract(async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'data', 'evcc.db');
    return { store: await openSqlite(file), reopen: () => openSqlite(file), close: () => folder.remove() };
  });
  for (const { title, run } of cases) test(title, run);
});

describe('the SQLite store in memory', () => {
  const cases = storeContract(async () => ({ store: await openSqlite(':memory:'), close() {} }));
  for (const { title, run } of cases) test(title, run);
});
