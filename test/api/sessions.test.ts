import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fixture, startFixture } from './fixture.ts';

/** Charging sessions of the running process: list, files, corrections, deletion. */

let house: Fixture;
beforeAll(async () => {
  house = await startFixture({ env: { TZ: 'Europe/Berlin', LANG: 'de_DE.UTF-8' } });
}, 60_000);
afterAll(() => house.stop());

type Session = Readonly<Record<string, unknown>>;
const list = async (query = '') => (await house.result('GET', `/api/sessions${query}`)) as readonly Session[];
const ids = async (query: string) => (await list(query)).map(({ id }) => id);
const file = async (query: string, headers: Record<string, string> = {}) => {
  const answer = await house.ask('GET', `/api/sessions?format=csv${query}`, { headers });
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/csv');
  expect([...answer.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(answer.text).not.toContain('\r');
  return { ...answer, lines: answer.text.slice(1).split('\n') };
};

describe('the list', () => {
  test('has every key of every session with its kind, newest first', async () => {
    const sessions = await list();
    expect(sessions.map(({ created }) => String(created))).toEqual(
      [...sessions].map(({ created }) => String(created)).sort((a, b) => b.localeCompare(a)),
    );
    expect(sessions[2]).toMatchObject({
      id: expect.any(Number),
      created: '2025-06-15T09:00:00Z',
      finished: '2025-06-15T13:30:15Z',
      loadpoint: 'Carport',
      identifier: '04A1B2C3',
      vehicle: 'Vehicle 2',
      odometer: 20_456.7,
      meterStart: 2_345.6789,
      meterStop: 2_363.45678,
      chargedEnergy: 17.777_88,
      chargeDuration: 16_215_000_000_000,
      solarPercentage: 96.25,
      price: 1.5775,
      pricePerKWh: 0.0887,
      co2PerKWh: 14.3,
    });
    expect(sessions[1]).toMatchObject({
      finished: '0001-01-01T00:00:00Z',
      identifier: '',
      vehicle: '',
      odometer: null,
      meterStart: null,
      meterStop: null,
      solarPercentage: null,
      price: null,
      pricePerKWh: null,
      co2PerKWh: null,
    });
  });

  test.each([
    ['', [4, 3, 2, 1]],
    ['?year=2024', [1]],
    ['?year=2025', [4, 3, 2]],
    ['?year=2025&month=6', [3, 2]],
    ['?year=2025&month=06', [3, 2]],
    ['?year=2025&month=7', [4]],
    ['?year=2024&month=12', [1]],
    ['?year=2023', []],
    ['?month=6', [4, 3, 2, 1]],
    ['?year=&month=', [4, 3, 2, 1]],
  ])('of "%s" is that of these months in UTC', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  test.each([
    'year=x',
    'year=0',
    'year=-1',
    'year=10000',
    'year=2025.5',
    'year=2025&month=0',
    'year=2025&month=13',
    'year=2025&month=June',
    "year=2025' OR 1=1",
    'format=xml',
    'format=CSV',
  ])('of "%s" is refused', async (query) => {
    expect(await house.ask('GET', `/api/sessions?${encodeURI(query)}`)).toMatchObject({
      status: 400,
      json: { error: expect.any(String) },
    });
  });
});

describe('the file', () => {
  test.each([
    ['de', ';', ',', 'Startzeit', 'Ladepunkt', 'Kilometerstand (km)', 'Energie (kWh)'],
    ['de-AT', ';', ',', 'Startzeit', 'Ladepunkt', 'Kilometerstand (km)', 'Energie (kWh)'],
    ['en', ',', '.', 'Created', 'Charging point', 'Mileage (km)', 'Energy (kWh)'],
    ['fr', ',', ',', 'Début', 'Point de charge', 'Kilométrage (km)', 'Énergie (kWh)'],
    ['es', ',', ',', 'Inicio', 'Punto de carga', 'Kilometraje (km)', 'Energía (kWh)'],
    ['it', ',', ',', 'Inizio', 'Punto di ricarica', 'Chilometraggio (km)', 'Energia (kWh)'],
    ['nl', ',', ',', 'Begin', 'Laadpunt', 'Kilometerstand (km)', 'Energie (kWh)'],
    // Of a language without captions: those of the server, the numbers of the language.
    ['pl', ',', ',', 'Startzeit', 'Ladepunkt', 'Kilometerstand (km)', 'Energie (kWh)'],
    ['ja', ',', '.', 'Startzeit', 'Ladepunkt', 'Kilometerstand (km)', 'Energie (kWh)'],
  ])('in %s', async (lang, separator, decimal, created, loadpoint, odometer, energy) => {
    const { lines } = await file(`&lang=${lang}`);
    const captions = (lines[0] ?? '').split(separator);
    expect(captions).toHaveLength(14);
    expect([captions[0], captions[2], captions[5], captions[8]]).toEqual([created, loadpoint, odometer, energy]);
    expect(captions.slice(9)).toEqual(['Charge Duration', 'Solar (%)', 'Price', 'Price/kWh', 'CO2/kWh (gCO2eq)']);
    const number = (text: string) => {
      const own = text.replace('.', decimal);
      return separator === ',' && own.includes(',') ? `"${own}"` : own;
    };
    expect(lines[3]).toBe(
      [
        '2025-06-15 11:00:00',
        '2025-06-15 15:30:15',
        'Carport',
        '04A1B2C3',
        'Vehicle 2',
        '20457',
        number('2345.679'),
        number('2363.457'),
        number('17.778'),
        '4h30m15s',
        number('96.25'),
        number('1.578'),
        number('0.089'),
        number('14.3'),
      ].join(separator),
    );
    expect(lines[2]?.split(separator).slice(0, 2)).toEqual(['2025-06-30 23:59:59', '']);
    expect(lines.at(-1)).toBe('');
    expect(lines).toHaveLength(6);
  });

  test('quotes what would break it', async () => {
    expect((await file('&lang=en')).lines[1]).toContain('"Carport; ""left"", front",,Bürgerauto,');
    expect((await file('&lang=de')).lines[1]).toContain('"Carport; ""left"", front";;Bürgerauto;');
  });

  test.each([
    ['fr-CH, en;q=0.9', 'Début'],
    ['en', 'Created'],
    ['xx, nl;q=0.5', 'Startzeit'],
    ['*', 'Startzeit'],
    ['nonsense;;;q=q, ,', 'Startzeit'],
  ])('without lang, of a client that accepts %s', async (accept, created) => {
    const { lines, headers } = await file('', { 'Accept-Language': accept });
    expect(lines[0]?.split(/[;,]/)[0]).toBe(created);
    expect(headers.vary).toMatch(/Accept-Language/);
  });

  test('goes by lang before Accept-Language', async () => {
    expect((await file('&lang=it', { 'Accept-Language': 'en' })).lines[0]).toMatch(/^Inizio,/);
  });

  test.each(['!!', 'd', '-', 'en_%00', 'a'.repeat(50)])('of the language %s is nothing but its mark', async (lang) => {
    expect((await file(`&lang=${encodeURIComponent(lang)}`)).text).toBe('\uFEFF');
  });

  test.each([
    ['', 'session.csv'],
    ['&year=2025', 'session-2025.csv'],
    ['&year=2025&month=6', 'session-2025-06.csv'],
    ['&month=6', 'session.csv'],
  ])('of %s is named', async (query, name) => {
    const { headers } = await file(query);
    expect(headers['content-disposition']).toBe(`attachment; filename="${name}"`);
  });
});

describe('a session', () => {
  const put = (id: number | string, body: string) => house.ask('PUT', `/api/session/${id}`, { body });
  const one = async (id: number) => (await list()).find((session) => session.id === id);

  test('is corrected', async () => {
    for (const [body, expected] of [
      [{ vehicle: 'Bus' }, { vehicle: 'Bus', loadpoint: 'Garage' }],
      [{ loadpoint: 'Yard' }, { vehicle: 'Bus', loadpoint: 'Yard' }],
      [
        { vehicle: null, loadpoint: 'Garage' },
        { vehicle: '', loadpoint: 'Garage' },
      ],
      [{ odometer: 10_200.04 }, { odometer: 10_200 }],
      [
        { odometer: null, vehicle: 'Vehicle 1' },
        { odometer: null, vehicle: 'Vehicle 1' },
      ],
    ]) {
      const { status, text, headers } = await put(1, JSON.stringify(body));
      expect({ status, text, length: headers['content-length'] }).toEqual({ status: 200, text: '', length: '0' });
      expect(await one(1)).toMatchObject(expected ?? {});
    }
  });

  test.each([
    ['', 400],
    ['{', 400],
    ['[]', 400],
    ['null', 400],
    ['"x"', 400],
    ['{}', 400],
    ['{"price":1}', 400],
    ['{"id":7}', 400],
    ['{"vehicle":1}', 400],
    ['{"vehicle":"a\\u0000b"}', 400],
    [`{"vehicle":"${'x'.repeat(201)}"}`, 400],
    ['{"odometer":"1"}', 400],
    ['{"odometer":-1}', 400],
    ['{"charged_kwh":0}', 400],
    ['{"vehicle = \'\' --":1}', 400],
    [`{"vehicle":"${'x'.repeat(70_000)}"}`, 413],
  ])('is not changed by %s', async (body, status) => {
    const before = await one(2);
    const answer = await put(2, body);
    expect(answer).toMatchObject({ status, json: { error: expect.any(String) } });
    expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
    expect(await one(2)).toEqual(before);
  });

  test.each(['0', '99', '-1', '1.0', 'abc', '99999999999999999999', '%00', '1%20OR%201=1'])(
    'that is not there (%s) is not found',
    async (id) => {
      expect(await put(id, '{"vehicle":"x"}')).toMatchObject({ status: 404, json: { error: expect.any(String) } });
      expect(await house.ask('DELETE', `/api/session/${id}`)).toMatchObject({ status: 404 });
    },
  );

  test('is deleted, once', async () => {
    expect(await house.ask('DELETE', '/api/session/3')).toMatchObject({ status: 200, json: { result: null } });
    expect(await one(3)).toBeUndefined();
    expect((await house.ask('DELETE', '/api/session/3')).status).toBe(404);
  });

  test('stays as it was made by a restart', { timeout: 60_000 }, async () => {
    await house.restart();
    expect(await ids('')).toEqual([4, 2, 1]);
  });
});
