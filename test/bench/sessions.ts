import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../core/clock.ts';
import { fail } from '../../core/errors.ts';
import type { Session, Store } from '../../core/index.ts';
import { silentLogger } from '../../core/log.ts';
import { openStore } from '../../plugins/storage/sqlite/open.ts';
import { downloadTime } from './download.ts';
import { benchHouse } from './fake-house.ts';
import { type Figure, figure } from './report.ts';

const COUNT = 10_000;
const PORT = 17_072;
const LIST = `http://127.0.0.1:${PORT}/api/sessions?format=`;

const SESSION: Session = {
  created: Date.parse('2015-01-01T00:00:00.123Z'),
  finished: Date.parse('2015-01-01T04:10:00.456Z'),
  loadpoint: 'Garage',
  vehicle: 'blue IONIQ 5',
  identifier: '04:ab:12:cd:ef:80',
  odometer: 48_211.5,
  meterStart: 1_234_567.8,
  meterStop: 1_245_678.9,
  energy: 11_111.123_4,
  duration: 5_400_000,
  solarPercentage: 66.712_345,
  price: 3.123_456,
  pricePerKwh: 0.305_123,
  co2PerKwh: 312.345_6,
};

/** Ten thousand sessions in a file: the list and the CSV file over REST. */
export async function sessionFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'evcc-bench-'));
  const file = join(folder, 'evcc.db');
  const open = (): Promise<Store> => openStore(file, { clock: systemClock, log: silentLogger, fail });
  try {
    const empty = await open();
    await empty.sessions.save(SESSION);
    await empty.close();
    multiply(file);
    const rest = { port: PORT, host: '127.0.0.1' };
    const house = await benchHouse(1, undefined, { rest, interval: 3_600 }, await open());
    await house.runtime.start();
    const figures = [
      figure(`list of ${COUNT} sessions, median`, await downloadTime(`${LIST}json`, COUNT * 100), 'ms', 150, 'lower'),
      figure(
        `CSV file of ${COUNT} sessions, median`,
        await downloadTime(`${LIST}csv&lang=de`, COUNT * 100),
        'ms',
        150,
        'lower',
      ),
    ];
    await house.runtime.stop();
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies the one session, some hours apart. */
function multiply(file: string): void {
  const database = new DatabaseSync(file);
  const columns = database
    .prepare("SELECT name FROM pragma_table_info('sessions') WHERE name NOT IN ('id', 'created')")
    .all()
    .map(({ name }) => String(name))
    .join(', ');
  database.exec(`
    WITH RECURSIVE copies (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copies WHERE number < ${COUNT - 1})
    INSERT INTO sessions (created, ${columns}) SELECT created + number * 30000000, ${columns} FROM sessions, copies`);
  database.close();
}
