import readSheets from 'read-excel-file/node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session } from '../../../core/index.ts';
import { type Answer, startRest } from './start-rest.ts';

beforeEach(() => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  for (const name of ['LC_ALL', 'LC_MESSAGES', 'LANG']) vi.stubEnv(name, '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const FULL: Session = {
  created: Date.parse('2025-06-15T12:00:00.999Z'),
  finished: Date.parse('2025-12-31T23:30:05Z'),
  loadpoint: 'Garage',
  vehicle: '=1+1 & <"Übel">',
  identifier: '04\u0001\uD800',
  odometer: 48_211.5,
  meterStart: 1_234_567.8,
  meterStop: 1_245_678.9,
  energy: 11_111.1,
  duration: 97_200_400,
  solarPercentage: 66.666_666,
  price: -0.123_5,
  pricePerKwh: 0.3,
  co2PerKwh: 312,
};
/** What spreadsheets know nothing of: times before 1900, what is no number */
const ODD: Session = {
  created: Date.parse('1815-12-10T12:00:00Z'),
  loadpoint: 'Garage',
  vehicle: '',
  identifier: '',
  energy: 50,
  duration: 0,
  price: Number.NaN,
};

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

async function ask(query: string, sessions: readonly Session[]): Promise<Answer> {
  const { evcc, ask } = await startRest();
  await evcc.store.sessions.add(sessions);
  return ask('GET', `/api/sessions?format=xlsx${query}`);
}

/** Rows of the one sheet, as another program reads them. */
async function rowsOf({ bytes }: Answer): Promise<readonly (readonly unknown[])[]> {
  const [sheet, ...others] = await readSheets(bytes);
  expect(others).toEqual([]);
  expect(sheet?.sheet).toBe('Sessions');
  return sheet?.data ?? [];
}

test('a workbook has numbers, local times and durations', async () => {
  const answer = await ask('&lang=de', [ODD, FULL]);
  expect(answer).toMatchObject({
    status: 200,
    headers: { 'content-type': XLSX, 'content-disposition': 'attachment; filename="session.xlsx"' },
  });
  const [head, full, odd] = await rowsOf(answer);
  expect(head).toEqual([
    ...['Startzeit', 'Endzeit', 'Ladepunkt', 'Kennung', 'Fahrzeug', 'Kilometerstand (km)'],
    ...['Anfangszählerstand (kWh)', 'Endzählerstand (kWh)', 'Energie (kWh)', 'Charge Duration', 'Solar (%)'],
    ...['Price', 'Price/kWh', 'CO2/kWh (gCO2eq)'],
  ]);
  // A spreadsheet has no zones: what the clocks of the house showed is read as if it were UTC. Durations are shares of a day.
  expect(full?.slice(0, 9)).toEqual([
    new Date('2025-06-15T14:00:00Z'),
    new Date('2026-01-01T00:30:05Z'),
    ...['Garage', '04', '=1+1 & <"Übel">', 48_212, 1_234.568, 1_245.679, 11.111],
  ]);
  expect(full?.[9]).toEqual(new Date('1899-12-31T03:00:00Z'));
  expect(full?.slice(10)).toEqual([66.667, -0.124, 0.3, 312]);
  expect(odd?.slice(0, 9)).toEqual([null, null, 'Garage', null, null, null, null, null, 0.05]);
  expect(odd?.slice(10)).toEqual([null, null, null, null]);
});

test('it has the sessions of a month, and none is a workbook too', async () => {
  const { evcc, ask } = await startRest({ dialect: 'current' });
  await evcc.store.sessions.add([FULL]);
  const file = async (query: string): Promise<[string | undefined, number]> => {
    const answer = await ask('GET', `/api/sessions?format=xlsx&${query}`);
    return [/"(.*)"/.exec(String(answer.headers['content-disposition']))?.[1], (await rowsOf(answer)).length - 1];
  };
  expect(await file('year=2025&month=6')).toEqual(['session-2025-06.xlsx', 1]);
  expect(await file('year=2025&month=7')).toEqual(['session-2025-07.xlsx', 0]);
  expect(await file('year=2025')).toEqual(['session-2025.xlsx', 1]);
});

test('a language that is none is refused', async () => {
  expect(await ask('&lang=d_%C3%BC', [FULL])).toMatchObject({
    status: 400,
    json: { error: expect.stringMatching(/allowed are/) as string },
  });
});
