import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import writeSheet from 'write-excel-file/node';

/** The thread that makes workbooks. */

/** A number, a text or nothing */
export type SheetCell = number | string | null;

/** What is asked of the thread */
export interface SheetTask {
  readonly captions: readonly string[];
  /** How the numbers of each column are shown; null: as they are */
  readonly formats: readonly (string | null)[];
  readonly rows: readonly (readonly SheetCell[])[];
}

/** Characters of a time, and what a column has beside its caption */
const TIME_WIDTH = 20;
const SPACE = 3;

// The control loop goes first. Elsewhere a thread has no priority of its own.
if (process.platform === 'linux') setPriority(10);

async function workbook({ captions, formats, rows }: SheetTask): Promise<Uint8Array> {
  const head = captions.map((value) => ({ value, fontWeight: 'bold' as const }));
  const cells = rows.map((row) =>
    row.map((value, column) => {
      const format = formats[column];
      return typeof value === 'number' && format ? { value, format } : value;
    }),
  );
  return await writeSheet([head, ...cells], {
    sheet: 'Sessions',
    stickyRowsCount: 1,
    columns: captions.map((caption, column) => ({
      width: Math.max(caption.length + SPACE, formats[column] ? TIME_WIDTH : 0),
    })),
  }).toBuffer();
}

parentPort?.on('message', async (task: SheetTask) => parentPort?.postMessage(await workbook(task)));
parentPort?.postMessage('ready');
