import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { time } from '../../../../core/clock.ts';
import type { Session } from '../../../../core/index.ts';
import { fromPlain, toPlain } from '../../../../plugins/commands/sessions/columns.ts';
import { csvLine, parseCsv } from '../../../../plugins/commands/sessions/csv.ts';
import { read, written } from '../../../../plugins/commands/sessions/file.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { runCommand, SMALL_HOUSE } from '../../../helpers/run-command.ts';
import { openSqlite } from '../../storage/sqlite.ts';

const NOON = Date.parse('2025-06-15T12:00:00Z');

const FULL: Session = {
  created: NOON + 1,
  finished: NOON + 7_200_123,
  loadpoint: 'Garage "links", 東\nzweite Zeile',
  vehicle: ' ë-Auto; ',
  identifier: '04:ab:12',
  odometer: 48_211.5,
  meterStart: 1_234_567.8,
  meterStop: 1_245_678.9,
  energy: 11_111.1,
  duration: 5_400_007,
  solarPercentage: 66.7,
  price: -0.1234,
  pricePerKwh: 0.305,
  co2PerKwh: 0,
  socStart: 20.5,
  socEnd: 80,
  addedRange: 210.4,
  referencePricePerKwh: 0.32,
  referenceCo2PerKwh: 0.5,
};
const SHORT: Session = { created: NOON, loadpoint: 'Carport', vehicle: '', identifier: '', energy: 0, duration: 0 };

async function folderWith(sessions: readonly Session[]): Promise<string> {
  const folder = temporaryFolder({ 'evcc.config.json': SMALL_HOUSE });
  const store = await openSqlite(join(folder, 'house.db'));
  await store.sessions.add(sessions);
  await store.close();
  return folder;
}

async function stored(folder: string): Promise<readonly Session[]> {
  const store = await openSqlite(join(folder, 'house.db'));
  const sessions = await store.sessions.list();
  await store.close();
  return sessions.map(({ id: _, ...session }) => session);
}

describe.each(['csv', 'json'])('as %s', (format) => {
  test('sessions come back from a file with every field', async () => {
    const folder = await folderWith([FULL, SHORT]);
    const file = `sessions.${format}`;
    expect(await runCommand(folder, 'sessions', 'export', file)).toEqual({
      code: 0,
      out: `2 sessions were written to ${join(folder, file)}.\n`,
      err: '',
    });
    const other = await folderWith([]);
    expect(await runCommand(other, 'sessions', 'import', join(folder, file))).toMatchObject({
      code: 0,
      out: `2 sessions were added to ${join(other, 'house.db')}, 0 were there already.\n`,
    });
    expect(await stored(other)).toEqual([FULL, SHORT]);
  });

  test('those that are there already are left out, also when the file has them twice', async () => {
    const folder = await folderWith([FULL]);
    writeFileSync(join(folder, 'more'), [...written([SHORT, FULL, SHORT], format as 'csv', time)].join(''));
    const { out } = await runCommand(folder, 'sessions', 'import', 'more');
    expect(out).toContain('1 sessions were added');
    expect(out).toContain('2 were there already');
    expect(await stored(folder)).toEqual([FULL, SHORT]);
  });

  test('any session is the same after a round trip', () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => Math.round(value * 1e6) / 1e6 + 0);
    const positive = number.map(Math.abs);
    const optional = (values: fc.Arbitrary<number>) => fc.option(values, { nil: undefined });
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\r', ''));
    const session = fc
      .record({
        created: fc.integer({ min: 0, max: 4e12 }),
        finished: optional(fc.integer({ min: 0, max: 4e12 })),
        loadpoint: text,
        vehicle: text,
        identifier: text,
        odometer: optional(positive),
        meterStart: optional(number),
        meterStop: optional(number),
        energy: positive,
        duration: fc.integer({ min: 0, max: 1e10 }),
        solarPercentage: optional(positive),
        price: optional(number),
        socStart: optional(positive),
      })
      .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
    fc.assert(
      fc.property(fc.array(session), (sessions) => {
        const text = [...written(sessions as unknown as Session[], format as 'csv', time)].join('');
        expect(read(text, time)).toEqual(sessions);
      }),
      { numRuns: 50 },
    );
  });
});

test('an export goes to the terminal, while the house runs, and by time', async () => {
  const folder = await folderWith([FULL, SHORT, { ...SHORT, created: NOON + 86_400_000 }]);
  const store = await openSqlite(join(folder, 'house.db'));
  const to = '2025-06-16T00:00:00Z';
  const { code, out } = await runCommand(
    folder,
    'sessions',
    'export',
    '--from',
    '2025-06-15T14:00:00.001+02:00',
    '--to',
    to,
  );
  await store.close();
  expect(code).toBe(0);
  const lines = parseCsv(out);
  expect(lines).toHaveLength(2);
  expect(out.split('\n')[0]).toBe(
    'created,finished,loadpoint,vehicle,identifier,odometer_km,meter_start_kwh,meter_stop_kwh,charged_kwh,' +
      'charge_duration_s,solar_percentage,price,price_per_kwh,co2_per_kwh,soc_start,soc_end,added_range_km,' +
      'reference_price_per_kwh,reference_co2_per_kwh',
  );
  expect((lines as readonly { cells: readonly string[] }[])[1]?.cells.slice(0, 10)).toEqual([
    '2025-06-15T12:00:00.001Z',
    '2025-06-15T14:00:00.123Z',
    FULL.loadpoint,
    FULL.vehicle,
    '04:ab:12',
    '48211.5',
    '1234.5678',
    '1245.6789',
    '11.1111',
    '5400.007',
  ]);
  const { out: json } = await runCommand(folder, 'sessions', 'export', '--format', 'json');
  expect((JSON.parse(json) as { charged_kwh: number }[]).map((each) => each.charged_kwh)).toEqual([0, 11.1111, 0]);
});

test('an import waits for no running house', async () => {
  const folder = await folderWith([]);
  writeFileSync(join(folder, 'more.csv'), [...written([SHORT], 'csv', time)].join(''));
  const store = await openSqlite(join(folder, 'house.db'));
  const { code, err } = await runCommand(folder, 'sessions', 'import', 'more.csv');
  await store.close();
  expect(code).toBe(3);
  expect(err).toContain('in use by another evcc');
});

test('many sessions are quick', async () => {
  const folder = await folderWith([]);
  const many = Array.from({ length: 20_000 }, (_, index) => ({ ...FULL, created: NOON + index }));
  writeFileSync(join(folder, 'many.csv'), [...written(many, 'csv', time)].join(''));
  expect(await runCommand(folder, 'sessions', 'import', 'many.csv')).toMatchObject({ code: 0 });
  expect(await stored(folder)).toHaveLength(20_000);
});

const HEADER = 'created,loadpoint,charged_kwh';
const GOOD = '2025-06-15T12:00:00Z,Garage,1.5';

test.each([
  ['an empty file', '', /the file is empty/],
  [
    'another kind of file',
    'Startzeit;Endzeit\n1;2\n',
    /line 1: there is no column "Startzeit;Endzeit"; there are created,/,
  ],
  ['a column that is missing', 'created,loadpoint\n', /line 1: the column charged_kwh is missing/],
  ['a column that is there twice', `${HEADER},created\n`, /line 1: the column created is there twice/],
  ['a line that was cut off', `${HEADER}\n${GOOD}\n2025-06-15T12:00`, /line 3: 1 values instead of 3/],
  ['quotes that are not closed', `${HEADER}\n2025-06-15T12:00:00Z,"Gar,1\n`, /line 2: quotes are not closed/],
  ['a time that is none', `${HEADER}\nyesterday,Garage,1\n`, /line 2: created is no time such as .*"yesterday"/],
  [
    'a number with a comma',
    `${HEADER}\n2025-06-15T12:00:00Z,Garage,"1,5"\n`,
    /line 2: charged_kwh is no number: "1,5"/,
  ],
  ['a negative energy', `${HEADER}\n2025-06-15T12:00:00Z,Garage,-1\n`, /line 2: charged_kwh must not be below 0/],
  ['infinity', `${HEADER}\n2025-06-15T12:00:00Z,Garage,1e999\n`, /line 2: charged_kwh is no number/],
  ['a value that is missing', `${HEADER}\n${GOOD}\n,Garage,1\n`, /line 3: created is missing/],
  ['JSON that was cut off', '[{"created":', /no JSON, or it was cut off/],
  ['other JSON', '{"sessions":[]}', /no list of sessions/],
  ['a list of something else', '[1]', /session 1 is no object/],
  ['an unknown key', '[{"id":1}]', /session 1: there is no column "id"/],
  [
    'a text for a number',
    '[{"created":"2025-06-15T12:00:00Z","loadpoint":"a","charged_kwh":true}]',
    /charged_kwh is no number: true/,
  ],
  ['no UTF-8', Buffer.from([0xff, 0xfe, 0x00]), /no text in UTF-8/],
])('%s changes nothing', async (_, content, message) => {
  const folder = await folderWith([FULL]);
  writeFileSync(join(folder, 'bad'), content);
  const { code, err } = await runCommand(folder, 'sessions', 'import', 'bad');
  expect(code).toBe(3);
  expect(err).toMatch(message);
  expect(await stored(folder)).toEqual([FULL]);
});

test('of many mistakes the first ones are shown', async () => {
  const folder = await folderWith([]);
  writeFileSync(join(folder, 'bad.csv'), `${HEADER}\n${'x,y,z\n'.repeat(30)}`);
  const { err } = await runCommand(folder, 'sessions', 'import', 'bad.csv');
  expect(err).toContain('line 21: ');
  expect(err).not.toContain('line 22: ');
  expect(err).toContain('and 10 more');
});

test.each([
  [[]],
  [['print']],
  [['export', 'a', 'b']],
  [['import']],
  [['import', 'a', '--format', 'csv']],
  [['export', '--format', 'xml']],
  [['export', '--from', 'yesterday']],
])('the arguments %j are wrong use', async (args) => {
  const folder = await folderWith([]);
  expect(await runCommand(folder, 'sessions', ...args)).toMatchObject({ code: 2, out: '' });
  expect(readdirSync(folder)).not.toContain('a');
});

test('values that only look like others are kept', () => {
  const cells = ['', ' a', 'a ', '"', 'a"b', 'a,b', 'a\nb', 'ä', '0'];
  expect(parseCsv(csvLine(cells))).toEqual([{ line: 1, cells }]);
  expect(parseCsv('a,b\r\n\r\n"c\r\nd",e')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 3, cells: ['c\r\nd', 'e'] },
  ]);
  expect(fromPlain(toPlain(FULL, time), time)).toEqual(FULL);
});

test('the file can be read by whoever reads CSV', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'x.csv'), [...written([FULL], 'csv', time)].join(''));
  expect(readFileSync(join(folder, 'x.csv'), 'utf8')).toContain(
    '"Garage ""links"", 東\nzweite Zeile"," ë-Auto; ",04:ab:12,48211.5',
  );
});
