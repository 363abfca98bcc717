import { extname } from 'node:path';
import type { Clock, Session, Time } from '../../core/index.ts';
import { createThread, ThreadFailure } from '../shared/thread.ts';
import { Refusal } from './refusal.ts';
import { type CellNotation, COLUMNS } from './sessions-columns.ts';
import { rounded } from './sessions-csv.ts';
import type { Column, Language } from './sessions-language.ts';
import type { SheetCell, SheetTask } from './sessions-xlsx-worker.ts';

/** Makes workbooks of sessions in a thread of its own, which exists only while it is used: control does not wait for them. */
export interface SessionsXlsx {
  /** An Office Open XML workbook with one sheet. Errors: `Refusal` 503 when that takes too long or too much. */
  write(sessions: readonly Session[], language: Language, time: Time): Promise<Buffer>;
  /** Ends the thread; whoever waits is refused. */
  close(): void;
}

/** ms that a workbook may take */
const LIMIT = 60_000;
/** MB */
const MEMORY = 256;

export function createSessionsXlsx(clock: Clock): SessionsXlsx {
  const module = new URL(`./sessions-xlsx-worker${extname(import.meta.url)}`, import.meta.url);
  const thread = createThread<SheetTask, Uint8Array>(module, clock, { limit: LIMIT, memory: MEMORY });
  return {
    async write(sessions, language, time) {
      const answer = thread.run(sheetOf(sessions, language, time)).catch((error: unknown) => {
        if (!(error instanceof ThreadFailure)) throw error;
        throw new Refusal(503, `the workbook cannot be made: ${error.message}; ask for a year or a month of it`);
      });
      return Buffer.from(await answer);
    },
    close: () => thread.close(),
  };
}

/** Number formats of columns, in the notation of the file. Source: ECMA-376, part 1, 18.8.31 */
const FORMATS: Partial<Record<Column, string>> = {
  created: 'yyyy-mm-dd hh:mm:ss',
  finished: 'yyyy-mm-dd hh:mm:ss',
  chargeDuration: '[h]:mm:ss',
};

/** Captions and values of a sheet: numbers as numbers, times and durations as days. */
export function sheetOf(sessions: readonly Session[], language: Language, time: Time): SheetTask {
  const notation: CellNotation<SheetCell> = {
    text: (value) => value.slice(0, LONGEST) || null,
    number: (value, places) => (value === undefined || !Number.isFinite(value) ? null : Number(rounded(value, places))),
    time: (value) => (value === undefined ? null : dayOf(value, time)),
    duration: (value) => Math.max(0, Math.round(value / 1_000)) / 86_400,
  };
  return {
    captions: COLUMNS.map(([column]) => language.caption(column)),
    formats: COLUMNS.map(([column]) => FORMATS[column] ?? null),
    rows: sessions.map((session) => COLUMNS.map(([, write]) => write(session, notation))),
  };
}

/** ms since the epoch of day 0 of spreadsheets, 1899-12-30 */
const FIRST_DAY = -2_209_161_600_000;
/** Spreadsheets take 1900 for a leap year, so that days are right from March on; they end with the year 9999. */
const DAYS = { first: 61, end: 2_958_466 };

/** Days since 1899-12-30 that the local clocks show; `null`: a time that spreadsheets do not know. */
function dayOf(value: number, time: Time): number | null {
  if (!(value >= FIRST_DAY && value < 253_402_300_800_000)) return null;
  const shown = time.parse(`${time.formatLocal(value).replace(' ', 'T')}Z`);
  const day = shown === undefined ? Number.NaN : (shown - FIRST_DAY) / 86_400_000;
  return day >= DAYS.first && day < DAYS.end ? day : null;
}

/** Characters that a cell may have */
const LONGEST = 32_767;
