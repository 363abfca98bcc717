import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { openSqlite } from './sqlite.ts';

/**
 * Another process that has to do with a database: `node child.ts <task> <file>`.
 * - write: stores settings and a session without end; prints a line for each that was acknowledged.
 * - open: opens the database as a user without rights; prints what became of it.
 * - lock: keeps the database locked until its input ends.
 */
const [task, file = ''] = process.argv.slice(2);
const say = (line: string) => writeSync(1, `${line}\n`);

if (task === 'write') {
  const store = await openSqlite(file);
  const first = (await store.settings.all()).size;
  const session = { created: 1_750_000_000_000, loadpoint: 'Garage', vehicle: '', identifier: '', duration: 0 };
  const id = (await store.sessions.list())[0]?.id ?? (await store.sessions.save({ ...session, energy: 0 }));
  for (let count = first; ; count += 1) {
    await store.settings.set(`key ${count}`, String(count));
    say(`setting ${count}`);
    await store.sessions.save({ ...session, id, energy: count });
    say(`session ${count}`);
  }
}

if (task === 'open') {
  if (process.getuid?.() === 0) process.setuid?.(65_534);
  await openSqlite(file).then(
    () => say('opened'),
    (error: { code?: string; message?: string }) => say(`${error.code}: ${error.message}`),
  );
}

if (task === 'lock') {
  const database = new DatabaseSync(file);
  database.exec('BEGIN EXCLUSIVE');
  say('locked');
  process.stdin.on('end', () => {
    database.exec('COMMIT');
    database.close();
  });
  process.stdin.resume();
}
