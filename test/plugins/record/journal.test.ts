import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createLogger, type LogEntry } from '../../../core/log.ts';
import { createJournal, type Journal } from '../../../plugins/record/journal.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

interface Fixture {
  readonly journal: Journal;
  readonly folder: string;
  readonly clock: FakeClock;
  readonly log: LogEntry[];
  read(name?: string): string;
}

function fixture(files: Record<string, string> = {}, options: { maxSize?: number; keep?: number } = {}): Fixture {
  const folder = temporaryFolder(files);
  const log: LogEntry[] = [];
  const clock = new FakeClock();
  const logger = createLogger({
    level: 'debug',
    destination: { write() {} },
    secrets: new Set(),
    observe: (entry) => void log.push(entry),
  });
  const journal = createJournal(join(folder, 'house.rec'), { maxSize: 100, keep: 2, ...options, log: logger, clock });
  return {
    journal,
    folder,
    clock,
    log,
    read(name = 'house.rec') {
      const bytes = readFileSync(join(folder, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    },
  };
}

/** Hands in lines as the plugin does: a header where a new part begins. */
function feed(journal: Journal, lines: readonly string[]): void {
  for (const line of lines) {
    if (!journal.ready) continue;
    if (journal.full) journal.open('header');
    journal.write(line);
  }
}

const line = (number: number): string => String(number).padEnd(39, '.');

test('lines are appended in their order, readable for nobody else', async () => {
  const { journal, folder, read } = fixture();
  feed(journal, ['one', 'two']);
  await journal.close();
  expect(read()).toBe('header\none\ntwo\n');
  expect(statSync(join(folder, 'house.rec')).mode & 0o777).toBe(0o600);
});

test('a file that is there goes on; a line that a crash left unfinished is ended', async () => {
  const { journal, read } = fixture({ 'house.rec': 'header\nhal' });
  feed(journal, ['one']);
  await journal.close();
  expect(read()).toBe('header\nhal\nheader\none\n');
});

test('full files are compressed and numbered, each with a header; the oldest are deleted', async () => {
  const { journal, folder, read } = fixture();
  feed(journal, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(line));
  await journal.close();
  expect(readdirSync(folder).sort()).toEqual(['house.rec', 'house.rec.1.gz', 'house.rec.2.gz']);
  expect(read('house.rec.2.gz')).toBe(`header\n${line(4)}\n${line(5)}\n${line(6)}\n`);
  expect(read()).toBe(`header\n${line(10)}\n`);
});

test('what a crash left uncompressed is moved on', async () => {
  const { journal, folder, read } = fixture({ 'house.rec.1': 'older', 'house.rec.1.gz.part': 'x' }, { keep: 3 });
  feed(journal, [1, 2, 3, 4].map(line));
  await journal.close();
  expect(readdirSync(folder).sort()).toEqual(['house.rec', 'house.rec.1.gz', 'house.rec.2']);
  expect(read('house.rec.2')).toBe('older');
});

test('without files to keep, a full one makes room for the next', async () => {
  const { journal, folder } = fixture({}, { keep: 0 });
  feed(journal, [1, 2, 3, 4, 5, 6].map(line));
  await journal.close();
  expect(readdirSync(folder)).toEqual(['house.rec']);
});

test('a file that was full already is put away first', async () => {
  const { journal, read } = fixture({ 'house.rec': `${'x'.repeat(200)}\n` });
  feed(journal, ['one']);
  await journal.idle();
  feed(journal, ['two']);
  await journal.close();
  expect(read('house.rec.1.gz')).toContain('xxx');
  expect(read()).toBe('header\ntwo\n');
});

test('a disk that fails is reported once, and tried again after a minute', async () => {
  const { journal, folder, clock, log, read } = fixture();
  mkdirSync(join(folder, 'house.rec'));
  feed(journal, ['one']);
  await journal.idle();
  expect(journal.ready).toBe(false);
  await clock.advance(60_000);
  feed(journal, ['two']);
  await journal.idle();
  expect(log.filter(({ level }) => level === 'error')).toHaveLength(1);

  rmdirSync(join(folder, 'house.rec'));
  await clock.advance(60_000);
  feed(journal, ['three']);
  await journal.close();
  expect(read()).toBe('header\nthree\n');
  expect(log.at(-1)?.message).toContain('goes on');
});

test('what the disk does not keep up with is left out, with one warning', async () => {
  const { journal, log, read } = fixture({}, { maxSize: 1e9 });
  const long = 'x'.repeat(1_000_000);
  feed(
    journal,
    Array.from({ length: 10 }, () => long),
  );
  expect(journal.ready).toBe(false);
  await journal.idle();
  expect(journal.ready).toBe(true);
  await journal.close();
  expect(
    read()
      .split('\n')
      .filter((each) => each === long),
  ).toHaveLength(4);
  expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1);
});

test('after the end nothing is written', async () => {
  const { journal, read } = fixture();
  feed(journal, ['one']);
  await journal.close();
  expect(journal.ready).toBe(false);
  expect(read()).toBe('header\none\n');
});
