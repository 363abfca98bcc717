import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { StoredSession } from '../../../../core/index.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { runCommand, SMALL_HOUSE } from '../../../helpers/run-command.ts';
import { openSqlite } from '../../storage/sqlite.ts';

/** Tables as evcc has them in 2023, and columns that came later. */
const TABLES_2023 = `
  CREATE TABLE sessions (
    id integer PRIMARY KEY AUTOINCREMENT, created datetime, finished datetime, loadpoint text, identifier text,
    vehicle text, odometer real, meter_start_kwh real, meter_end_kwh real, charged_kwh real, charge_duration integer,
    solar_percentage real, price real, price_per_kwh real, co2_per_kwh real
  );
  CREATE TABLE settings (key text PRIMARY KEY, value text);`;
const LATER = `
  ALTER TABLE sessions ADD COLUMN soc_start real;
  ALTER TABLE sessions ADD COLUMN soc_end real;
  ALTER TABLE sessions ADD COLUMN added_range real;
  ALTER TABLE sessions ADD COLUMN reference_price_per_kwh real;
  ALTER TABLE sessions ADD COLUMN reference_co2_per_kwh real;
  ALTER TABLE sessions ADD COLUMN mood text;
  CREATE TABLE caches (key text, value text);`;

function folderWith(sql: string): string {
  const folder = temporaryFolder({ 'evcc.config.json': SMALL_HOUSE });
  const database = new DatabaseSync(join(folder, 'evcc.db'));
  database.exec(sql);
  database.close();
  return folder;
}

async function kept(
  folder: string,
): Promise<{ sessions: readonly StoredSession[]; settings: Record<string, unknown> }> {
  const store = await openSqlite(join(folder, 'house.db'));
  const texts = [...(await store.settings.all())];
  const settings = Object.fromEntries(
    texts.map(([key, text]) => [key, (JSON.parse(text) as { value: unknown }).value]),
  );
  const sessions = await store.sessions.list();
  await store.close();
  return { sessions, settings };
}

test('sessions with every column, whatever way times are written', async () => {
  const folder = folderWith(`${TABLES_2023} ${LATER}
    INSERT INTO sessions VALUES
      (3, '2023-10-29 02:30:00.123456789+01:00', '2023-10-29 04:00:00+01:00', 'Garage', '04ab', 'EV6', 48211.5, 1234.5678,
       1245.6789, 11.1111, 5400000000000, 66.7, 3.5, 0.315, 412.5, 20, 80.5, 200, 0.33, 400, 'good'),
      (5, '2023-11-01T10:00:00Z', '0001-01-01 00:00:00+00:00', 'Carport', NULL, NULL, NULL, NULL, NULL, 0.25, NULL,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (6, '2023-11-02 10:00:00 +0100 CET', NULL, 'Carport', '', '', 0, 0, 0, NULL, 60000000000, 0, 0, 0, 0,
       NULL, NULL, NULL, NULL, NULL, NULL),
      (7, 'broken', NULL, 'Carport', '', '', 0, 0, 0, 1, 1, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL);`);
  const before = readFileSync(join(folder, 'evcc.db'));
  const { code, out, err } = await runCommand(folder, 'import', 'evcc.db');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe(
    `3 sessions were added to ${join(folder, 'house.db')}, 0 were there already.\n` +
      '0 settings were taken over.\n' +
      'Not taken:\n  table caches\n  column mood of sessions\n  session 7: "broken" is no time\n',
  );
  const { sessions } = await kept(folder);
  expect(sessions.map(({ id: _, ...session }) => session)).toEqual([
    {
      created: Date.parse('2023-11-02T09:00:00Z'),
      loadpoint: 'Carport',
      vehicle: '',
      identifier: '',
      odometer: 0,
      meterStart: 0,
      meterStop: 0,
      energy: 0,
      duration: 60_000,
      solarPercentage: 0,
      price: 0,
      pricePerKwh: 0,
      co2PerKwh: 0,
    },
    {
      created: Date.parse('2023-11-01T10:00:00Z'),
      loadpoint: 'Carport',
      vehicle: '',
      identifier: '',
      energy: 250,
      duration: 0,
    },
    {
      created: Date.parse('2023-10-29T01:30:00.123Z'),
      finished: Date.parse('2023-10-29T03:00:00Z'),
      loadpoint: 'Garage',
      vehicle: 'EV6',
      identifier: '04ab',
      odometer: 48_211.5,
      meterStart: 1_234_567.8,
      meterStop: 1_245_678.9,
      energy: 11_111.1,
      duration: 5_400_000,
      solarPercentage: 66.7,
      price: 3.5,
      pricePerKwh: 0.315,
      co2PerKwh: 412.5,
      socStart: 20,
      socEnd: 80.5,
      addedRange: 200,
      referencePricePerKwh: 0.33,
      referenceCo2PerKwh: 400,
    },
  ]);
  expect(readFileSync(join(folder, 'evcc.db'))).toEqual(before);
  expect((await runCommand(folder, 'import', 'evcc.db')).out).toContain('0 sessions were added');
});

test('settings that are the same here, and a list of the others', async () => {
  const folder = folderWith(`${TABLES_2023}
    INSERT INTO settings VALUES
      ('site.prioritySoc', '50'), ('site.bufferSoc', '80.5'), ('site.residualPower', '-100'), ('site.title', 'Zuhause'),
      ('site.batteryDischargeControl', 'true'), ('site.batteryGridChargeLimit', ''), ('telemetry', 'false'),
      ('lp1.mode', 'minpv'), ('lp1.phasesConfigured', '3'), ('lp1.maxCurrent', '20'), ('lp1.limitSoc', '70'),
      ('lp1.thresholds', '{"enable":{"delay":90000000000,"threshold":-500},"disable":{"delay":300000000000,"threshold":200}}'),
      ('lp1.smartCostLimit', '0.19'), ('lp1.priority', 'high'), ('lp2.mode', 'now'),
      ('vehicle.ev6.minSoc', '20'), ('vehicle.ev6.limitSoc', '90'), ('vehicle.ev6.mode', 'pv'), ('vehicle.gone.minSoc', '5'),
      ('vehicle.ev6.repeatingPlans', '[{"weekdays":[1,2],"time":"07:00","tz":"Europe/Berlin","soc":80,"active":true}]'),
      ('sponsorToken', 'secret');`);
  const { code, out } = await runCommand(folder, 'import', 'evcc.db');
  expect(code).toBe(0);
  expect((await kept(folder)).settings).toEqual({
    'site.prioritySoc': 50,
    'site.bufferSoc': 80.5,
    'site.residualPower': -100,
    'site.batteryDischargeControl': true,
    'site.batteryGridChargeLimit': null,
    'site.telemetry': false,
    'loadpoint.garage.mode': 'minpv',
    'loadpoint.garage.phases': 3,
    'loadpoint.garage.maxCurrent': 20,
    'loadpoint.garage.targetSoc': 70,
    'loadpoint.garage.enableThreshold': -500,
    'loadpoint.garage.disableThreshold': 200,
    'loadpoint.garage.enableDelay': 90,
    'loadpoint.garage.disableDelay': 300,
    'loadpoint.garage.smartCostLimit': 0.19,
    'vehicle.ev6.minSoc': 20,
    'vehicle.ev6.targetSoc': 90,
    'vehicle.ev6.mode': 'pv',
    'vehicle.ev6.repeatingPlans': [{ weekdays: [1, 2], time: '07:00', tz: 'Europe/Berlin', soc: 80, active: true }],
  });
  for (const line of [
    'site.title: there is no such setting here',
    'lp1.priority: it has no value that makes sense here',
    'lp2.mode: there is no loadpoint 2 here',
    'vehicle.gone.minSoc: there is no vehicle "gone" here',
    'sponsorToken: there is no such setting here',
  ]) {
    expect(out).toContain(`  ${line}\n`);
  }
  expect(out).not.toContain('secret');
});

test('vehicles that have numbers from 0, in the order of their names', async () => {
  const folder = folderWith(`${TABLES_2023}
    INSERT INTO settings VALUES
      ('vehicle.0.targetSoc', '70'), ('vehicle.1.targetSoc', '80'), ('vehicle.1.targetEnergy', '12.5'),
      ('vehicle.2.targetSoc', '90'), ('vehicle.3.targetSoc', '5');`);
  const vehicles = { zoe: { type: 'offline' }, Born: { type: 'offline' }, ev6: { type: 'offline' } };
  writeFileSync(join(folder, 'evcc.config.json'), JSON.stringify({ ...SMALL_HOUSE, vehicles }));
  const { out } = await runCommand(folder, 'import', 'evcc.db');
  expect((await kept(folder)).settings).toEqual({
    'vehicle.Born.targetSoc': 70,
    'vehicle.ev6.targetSoc': 80,
    'vehicle.ev6.targetEnergy': 12.5,
    'vehicle.zoe.targetSoc': 90,
  });
  expect(out).toContain('  vehicle.3.targetSoc: there is no vehicle "3" here\n');
});

test('plans of vehicles that are still to come', async () => {
  const folder = folderWith(`${TABLES_2023}
    INSERT INTO settings VALUES
      ('vehicle.ev6.planTime', '2099-11-01T07:00:00+01:00'), ('vehicle.ev6.planSoc', '85'),
      ('vehicle.0.targetTime', '2023-10-29T05:59:59Z');`);
  const { out } = await runCommand(folder, 'import', 'evcc.db');
  expect((await kept(folder)).settings).toEqual({
    'vehicle.ev6.targetTime': Date.parse('2099-11-01T06:00:00Z'),
    'vehicle.ev6.planSoc': 85,
  });
  expect(out).toContain('  vehicle.0.targetTime: it has no value that makes sense here\n');
});

test('settings can be left where they are', async () => {
  const folder = folderWith(`${TABLES_2023} INSERT INTO settings VALUES ('lp1.mode', 'now');`);
  expect(await runCommand(folder, 'import', 'evcc.db', '--no-settings')).toMatchObject({ code: 0 });
  expect((await kept(folder)).settings).toEqual({});
});

test.each([
  ['no database', 'settings: {}\n'.repeat(200), /this is no SQLite database/],
  ['a database of another program', 'CREATE TABLE users (id integer)', /neither sessions nor settings/],
  [
    'sessions of another program',
    'CREATE TABLE sessions (id integer, user text)',
    /its table sessions has no column created/,
  ],
  [
    'settings of another program',
    'CREATE TABLE settings (name text, value text)',
    /its table settings has no column key/,
  ],
  ['a database of this program', 'CREATE TABLE evcc_migrations (version integer)', /it is a database of this program/],
])('%s changes nothing', async (what, sql, message) => {
  const folder = folderWith(what === 'no database' ? '' : sql);
  if (what === 'no database') writeFileSync(join(folder, 'evcc.db'), sql);
  const { code, err } = await runCommand(folder, 'import', 'evcc.db');
  expect(code).toBe(3);
  expect(err).toMatch(message);
  expect(err).toContain(join(folder, 'evcc.db'));
  expect(await kept(folder)).toEqual({ sessions: [], settings: {} });
});

test('a database that was cut off changes nothing', async () => {
  const folder = folderWith(
    `${TABLES_2023} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
     INSERT INTO sessions (created, loadpoint, charged_kwh) SELECT '2023-10-29 02:30:00+01:00', 'Garage', i FROM n;`,
  );
  const file = join(folder, 'evcc.db');
  writeFileSync(file, readFileSync(file).subarray(0, 20_000));
  const { code, err } = await runCommand(folder, 'import', 'evcc.db');
  expect(code).toBe(3);
  expect(err).toContain('cannot be imported');
  expect((await kept(folder)).sessions).toEqual([]);
});

test('the wrong arguments are wrong use, and a file that is missing is named', async () => {
  const folder = folderWith(TABLES_2023);
  expect(await runCommand(folder, 'import')).toMatchObject({ code: 2 });
  expect(await runCommand(folder, 'import', 'a', 'b')).toMatchObject({ code: 2 });
  expect(await runCommand(folder, 'import', 'none.db')).toMatchObject({
    code: 3,
    err: `${join(folder, 'none.db')} cannot be imported: there is no such file\n`,
  });
});
