import { expect, test } from 'vitest';
import type { StoredRows } from '../../../../core/index.ts';
import { keptRows, restoredRows } from '../../../../plugins/shared/storage/replacement.ts';

const texts = (table: string, rows: Readonly<Record<string, string>>): StoredRows => ({
  table,
  columns: ['key', 'value'],
  rows: Object.entries(rows),
});
const SESSIONS: StoredRows = { table: 'sessions', columns: ['id'], rows: [[7]] };
const HISTORY: StoredRows = { table: 'history', columns: ['series'], rows: [['pvPower']] };
const SETTINGS = texts('settings', { access: 'secret', 'loadpoint.garage.mode': 'pv' });
const garage = (kept: object): StoredRows =>
  texts('memory', {
    alive: '{"at":1,"stopped":true}',
    'loadpoint.garage': JSON.stringify(kept),
    'loadpoint.broken': '{',
    'tariff.grid': '{"charger":1}',
  });
const MEMORY = garage({ charger: 'abc', memory: { enabled: true }, session: { id: 7, identifier: 'x' } });

async function* content(): AsyncIterable<StoredRows> {
  yield* [SETTINGS, MEMORY, SESSIONS, HISTORY];
}
async function listed(rows: AsyncIterable<StoredRows>): Promise<StoredRows[]> {
  const list: StoredRows[] = [];
  for await (const part of rows) list.push(part);
  return list;
}
/** As it is where nobody may rely on what chargers were told last. */
const remembered = (kept: object): StoredRows => ({ ...garage(kept), rows: garage(kept).rows.slice(1) });
const SAME = remembered({ memory: { enabled: true }, session: { id: 7, identifier: 'x' } });

test('what is restored says nothing of what chargers were told last', async () => {
  expect(await listed(restoredRows(content()))).toEqual([SETTINGS, SAME, SESSIONS, HISTORY]);
});

test.each([
  [{ sessions: false, settings: true }, [texts('settings', { access: 'secret' }), SAME, SESSIONS, HISTORY]],
  [
    { sessions: true, settings: false },
    [SETTINGS, remembered({ memory: { enabled: true }, session: { identifier: 'x' } }), HISTORY],
  ],
  [{ sessions: false, settings: false }, [SETTINGS, SAME, SESSIONS, HISTORY]],
])('a reset of %j keeps the rest, and who may do what', async (parts, kept) => {
  let pauses = 0;
  const rows = keptRows({ read: content }, parts, async () => {
    pauses += 1;
  });
  const found = await listed(rows);
  // The order of what a loadpoint remembers means nothing.
  const parsed = (all: readonly StoredRows[]): unknown => JSON.parse(JSON.stringify(all).replace(/\\"/g, "'"));
  expect(parsed(found)).toEqual(parsed(kept));
  expect(pauses).toBe(4);
});
