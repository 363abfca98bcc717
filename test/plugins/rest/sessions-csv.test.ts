import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { formatLocal, time } from '../../../core/clock.ts';
import type { Session } from '../../../core/index.ts';
import { rounded, sessionsCsv, spell } from '../../../plugins/rest/sessions-csv.ts';
import { languageOf } from '../../../plugins/rest/sessions-language.ts';
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
  vehicle: 'ID.3, "blue"; new',
  identifier: '04:AB',
  odometer: 48_211.5,
  meterStart: 1_234_567.8,
  meterStop: 1_245_678.9,
  energy: 11_111.1,
  duration: 5_400_400,
  solarPercentage: 66.666_666,
  price: -0.123_5,
  pricePerKwh: 0.3,
  co2PerKwh: 312,
  socStart: 20,
  socEnd: 80,
  addedRange: 200,
  referencePricePerKwh: 0.4,
  referenceCo2PerKwh: 400,
};

const SHORT: Session = {
  created: Date.parse('2025-01-15T12:00:00Z'),
  loadpoint: ' W',
  vehicle: ' Zoe\nof  Oma',
  identifier: 'é;',
  energy: 50,
  duration: 0,
};

async function csv(query: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { evcc, ask } = await startRest();
  for (const session of [SHORT, FULL]) await evcc.store.sessions.save(session);
  return ask('GET', `/api/sessions?format=csv${query}`, { headers });
}

const REST = 'Charge Duration,Solar (%),Price,Price/kWh,CO2/kWh (gCO2eq)';
const POINTS =
  '2025-06-15 14:00:00,2026-01-01 00:30:05,Garage,04:AB,"ID.3, ""blue""; new",48212,1234.568,1245.679,11.111,1h30m0s,66.667,-0.124,0.3,312\n' +
  '2025-01-15 13:00:00,," W",é;," Zoe\nof  Oma",,,,0.05,0s,,,,\n';
const COMMAS =
  '2025-06-15 14:00:00,2026-01-01 00:30:05,Garage,04:AB,"ID.3, ""blue""; new",48212,"1234,568","1245,679","11,111",1h30m0s,"66,667","-0,124","0,3",312\n' +
  '2025-01-15 13:00:00,," W",é;," Zoe\nof  Oma",,,,"0,05",0s,,,,\n';
const SEMICOLONS =
  '2025-06-15 14:00:00;2026-01-01 00:30:05;Garage;04:AB;"ID.3, ""blue""; new";48212;1234,568;1245,679;11,111;1h30m0s;66,667;-0,124;0,3;312\n' +
  '2025-01-15 13:00:00;;" W";"é;";" Zoe\nof  Oma";;;;0,05;0s;;;;\n';

const EN = `Created,Finished,Charging point,Identifier,Vehicle,Mileage (km),Meter start (kWh),Meter stop (kWh),Energy (kWh),${REST}\n`;
const DE = `Startzeit;Endzeit;Ladepunkt;Kennung;Fahrzeug;Kilometerstand (km);Anfangszählerstand (kWh);Endzählerstand (kWh);Energie (kWh);${REST.replaceAll(',', ';')}\n`;
const FR = `Début,Fin,Point de charge,Identifiant,Véhicule,Kilométrage (km),Compteur au début (kWh),Compteur à la fin (kWh),Énergie (kWh),${REST}\n`;
const ES = `Inicio,Fin,Punto de carga,Identificador,Vehículo,Kilometraje (km),Contador al inicio (kWh),Contador al final (kWh),Energía (kWh),${REST}\n`;
const IT = `Inizio,Fine,Punto di ricarica,Identificativo,Veicolo,Chilometraggio (km),Contatore all'inizio (kWh),Contatore alla fine (kWh),Energia (kWh),${REST}\n`;
const NL = `Begin,Einde,Laadpunt,Identificatie,Voertuig,Kilometerstand (km),Meterstand begin (kWh),Meterstand einde (kWh),Energie (kWh),${REST}\n`;

describe('the file', () => {
  test.each([
    ['en', EN + POINTS],
    ['de', DE + SEMICOLONS],
    ['fr', FR + COMMAS],
    ['es', ES + COMMAS],
    ['it', IT + COMMAS],
    ['nl', NL + COMMAS],
  ])('in %s is what spreadsheet programs of that language read, byte for byte', async (lang, body) => {
    const { status, headers, text } = await csv(`&lang=${lang}`);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/csv');
    expect(headers['content-disposition']).toBe('attachment; filename="session.csv"');
    expect(Buffer.from(text)).toEqual(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(body)]));
  });

  test.each([
    ['', 'session.csv', 3],
    ['&year=2025', 'session-2025.csv', 3],
    ['&year=2025&month=1', 'session-2025-01.csv', 2],
    ['&year=2025&month=06', 'session-2025-06.csv', 2],
    ['&year=2024', 'session-2024.csv', 1],
    ['&month=1', 'session.csv', 3],
  ])('of the query "%s" is named %s and has %i lines', async (query, name, lines) => {
    const { headers, text } = await csv(`&lang=de${query}`);
    expect(headers['content-disposition']).toBe(`attachment; filename="${name}"`);
    expect(text.replace(' Zoe\nof', '').split('\n')).toHaveLength(lines + 1);
  });

  test.each(['!!', 'x', 'de-', 'toolonglanguage', 'a'.repeat(5_000), '%00', 'de,en', '*'])(
    'for a language tag that is none (%s) has only its mark',
    async (lang) => {
      const { status, headers, text } = await csv(`&lang=${lang}`);
      expect([status, text]).toEqual([200, '\uFEFF']);
      expect(headers['content-type']).toBe('text/csv');
    },
  );

  test('writes nothing where a number or time is none', () => {
    const odd = {
      ...SHORT,
      created: Number.NaN,
      finished: 1e20,
      price: Number.NaN,
      odometer: Number.POSITIVE_INFINITY,
    };
    const language = languageOf({ lang: 'en', accept: undefined, env: {} });
    const [, line] = sessionsCsv([{ ...odd, vehicle: 'Zoe' }], language, time).split('\n');
    expect(line).toBe(',," W",é;,Zoe,,,,0.05,0s,,,,');
  });
});

describe('the language', () => {
  const look = (lang: string | null, accept?: string, env: Record<string, string> = {}): unknown => {
    const language = languageOf({ lang, accept, env });
    return language && [language.caption('vehicle'), language.separator, language.decimal];
  };
  const EN_LOOK = ['Vehicle', ',', '.'];
  const DE_LOOK = ['Fahrzeug', ';', ','];
  const FR_LOOK = ['Véhicule', ',', ','];

  test.each([
    ['that is named goes before all', 'en', 'fr', 'de_DE', EN_LOOK],
    ['may be named with a region', 'en-GB', 'fr', 'de_DE', EN_LOOK],
    ['may be named as locales are', 'fr_CA', undefined, '', FR_LOOK],
    ['may be named in any case', 'DE', undefined, '', DE_LOOK],
    ['of Austria is German', 'de-AT', undefined, '', DE_LOOK],
    ['of Switzerland is German with its own decimal mark', 'de-CH', undefined, '', ['Fahrzeug', ';', '.']],
    ['of the client goes before that of the server', null, 'fr-FR,fr;q=0.9,en;q=0.8', 'de_DE', FR_LOOK],
    ['of the client counts if the query names none', '', 'fr', 'de_DE', FR_LOOK],
    ['of the client is the one it likes best', null, 'en;q=0.5, fr', 'de_DE', FR_LOOK],
    ['of the client is the first of equals', null, 'fr;q=0.7, en;q=0.7, nl;q=0.6', 'de_DE', FR_LOOK],
    ['of the client is not one it refuses', null, 'en;q=0, fr;q=0.1', 'de_DE', FR_LOOK],
    ['of the client may be none', null, '*', 'fr_FR.UTF-8', FR_LOOK],
    ['of the client may be garbage', null, ';;q=x,,!!', 'fr_FR@euro', FR_LOOK],
    ['of the server is German if it does not tell', null, undefined, 'C.UTF-8', DE_LOOK],
    ['of the server is German if nothing is set', null, '', '', DE_LOOK],
    ['without captions has those of the server', 'sv', undefined, 'fr_FR', FR_LOOK],
    ['without captions has its own decimal mark', 'ja', undefined, 'fr_FR', ['Véhicule', ',', '.']],
    ['that does not exist has a point', 'xx', undefined, 'fr_FR', ['Véhicule', ',', '.']],
    ['of the server may have no captions either', null, undefined, 'sv_SE', ['Vehicle', ',', ',']],
  ])('%s', (_, lang, accept, locale, expected) => {
    expect(look(lang, accept, { LANG: locale })).toEqual(expected);
  });

  test('of the server goes by the environment in its order', () => {
    const env = { LC_ALL: '', LC_MESSAGES: 'en_US', LANG: 'fr_FR' };
    expect(look(null, undefined, env)).toEqual(EN_LOOK);
    expect(look(null, undefined, { ...env, LC_ALL: 'de_DE' })).toEqual(DE_LOOK);
  });

  test('comes from the header of the request or the environment of the process', async () => {
    expect((await csv('', { 'Accept-Language': 'fr-FR, fr;q=0.9' })).text).toBe(`\uFEFF${FR}${COMMAS}`);
    vi.stubEnv('LANG', 'en_GB.UTF-8');
    const { text, headers } = await csv('');
    expect(text).toBe(`\uFEFF${EN}${POINTS}`);
    expect(headers.vary).toContain('Accept-Language');
  });
});

describe('numbers', () => {
  test.each([
    [0, 3, '0'],
    [-0, 3, '0'],
    [1, 3, '1'],
    [1.5, 0, '2'],
    [2.5, 0, '2'],
    [-2.5, 0, '-2'],
    [0.5, 0, '0'],
    [-0.0001, 3, '0'],
    [0.0005, 3, '0'],
    [0.0015, 3, '0.002'],
    [0.0025, 3, '0.002'],
    [1.0005, 3, '1'],
    [1.0015, 3, '1.002'],
    [8.345, 2, '8.34'],
    [0.00050001, 3, '0.001'],
    [1e-7, 3, '0'],
    [12.3, 3, '12.3'],
    [999.9995, 3, '1000'],
    [123_456.789_4, 3, '123456.789'],
    [1e21, 3, '1000000000000000000000'],
    [Number.NaN, 3, ''],
    [Number.NEGATIVE_INFINITY, 3, ''],
  ])('%d with %i places is "%s"', (value, places, text) => {
    expect(rounded(value, places)).toBe(text);
  });

  test('are plain decimals, at most half a place away', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 3), (value, places) => {
        const text = rounded(value, places);
        expect(text).toMatch(/^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d{0,2}[1-9])$/);
        const error = Math.abs(Number(text) - value);
        expect(error).toBeLessThanOrEqual(0.5 / 10 ** places + Math.abs(value) * Number.EPSILON);
      }),
      { numRuns: 3_000 },
    );
  });
});

test.each([
  [0, '0s'],
  [499, '0s'],
  [59_499, '59s'],
  [59_500, '1m0s'],
  [3_600_000, '1h0m0s'],
  [5_400_000, '1h30m0s'],
  [90_061_000, '25h1m1s'],
  [-5, '0s'],
])('a duration of %i ms is %s', (duration, text) => {
  expect(spell(duration)).toBe(text);
});

test('local times follow the clocks of the house, summer time included', () => {
  expect(formatLocal(Date.parse('2025-03-30T00:59:59.9Z'))).toBe('2025-03-30 01:59:59');
  expect(formatLocal(Date.parse('2025-03-30T01:00:00Z'))).toBe('2025-03-30 03:00:00');
  expect(formatLocal(Date.parse('2025-12-31T23:00:00Z'))).toBe('2026-01-01 00:00:00');
  expect(formatLocal(Date.parse('0999-06-01T12:00:00Z'))).toMatch(/^0999-06-01 /);
});

/** Reads CSV as RFC 4180 describes it, lines ending in LF. */
function parseCsv(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let index = 0; index < text.length; ) {
    let field = '';
    if (text[index] === '"') {
      for (index += 1; text[index] !== '"' || text[index + 1] === '"'; index += 1) {
        if (text[index] === '"') index += 1;
        field += text[index];
      }
      index += 1;
    } else {
      while (text[index] !== separator && text[index] !== '\n') {
        field += text[index];
        index += 1;
      }
    }
    row.push(field);
    if (text[index] === '\n') {
      rows.push(row);
      row = [];
    }
    index += 1;
  }
  expect(row).toEqual([]);
  return rows;
}

test('whatever the texts and figures are, the file is read back as they are', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', ' ', '\t', 'a', '=', '\uFEFF'), maxLength: 8 }),
  );
  const figure = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: undefined });
  const session = fc.record({ loadpoint: text, identifier: text, vehicle: text, price: figure, energy: figure });
  fc.assert(
    fc.property(fc.array(session, { maxLength: 5 }), fc.constantFrom('en', 'de', 'fr', 'sv'), (drawn, lang) => {
      const sessions = drawn.map(({ price, energy, ...texts }) => ({
        ...SHORT,
        ...texts,
        energy: energy ?? 0,
        ...(price !== undefined && { price }),
      }));
      const language = languageOf({ lang, accept: undefined, env: {} });
      const file = sessionsCsv(sessions, language, time);
      const [header, ...rows] = parseCsv(file.slice(1), language?.separator ?? '');
      expect(header).toHaveLength(14);
      const number = (field: string | undefined): number => Number(field?.replace(language?.decimal ?? '', '.'));
      expect(rows.map((row) => [row.length, row[2], row[3], row[4]])).toEqual(
        sessions.map((each) => [14, each.loadpoint, each.identifier, each.vehicle]),
      );
      for (const [index, row] of rows.entries()) {
        expect(number(row[8])).toBeCloseTo((sessions[index]?.energy ?? 0) / 1_000, 2);
        const price = sessions[index]?.price;
        if (price === undefined) expect(row[11]).toBe('');
        else expect(number(row[11])).toBeCloseTo(price, 2);
      }
    }),
    { numRuns: 500 },
  );
});
