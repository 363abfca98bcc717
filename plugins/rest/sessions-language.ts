/** Columns of the CSV file of sessions, in its order. */
const CAPTIONS = {
  created: 'Created',
  finished: 'Finished',
  loadpoint: 'Loadpoint',
  identifier: 'Identifier',
  vehicle: 'Vehicle',
  odometer: 'Odometer',
  meterStart: 'Meter Start (kWh)',
  meterStop: 'Meter Stop (kWh)',
  chargedEnergy: 'Charged Energy (kWh)',
  chargeDuration: 'Charge Duration',
  solarPercentage: 'Solar (%)',
  price: 'Price',
  pricePerKWh: 'Price/kWh',
  co2PerKWh: 'CO2/kWh (gCO2eq)',
} as const;

export type Column = keyof typeof CAPTIONS;

/** Captions by base language. Those of the other columns are the same in every language: spreadsheets know them so. */
const TRANSLATIONS: Readonly<Record<string, Partial<Record<Column, string>>>> = {
  de: {
    created: 'Startzeit',
    finished: 'Endzeit',
    loadpoint: 'Ladepunkt',
    identifier: 'Kennung',
    vehicle: 'Fahrzeug',
    odometer: 'Kilometerstand (km)',
    meterStart: 'Anfangszählerstand (kWh)',
    meterStop: 'Endzählerstand (kWh)',
    chargedEnergy: 'Energie (kWh)',
  },
  en: {
    created: 'Created',
    finished: 'Finished',
    loadpoint: 'Charging point',
    identifier: 'Identifier',
    vehicle: 'Vehicle',
    odometer: 'Mileage (km)',
    meterStart: 'Meter start (kWh)',
    meterStop: 'Meter stop (kWh)',
    chargedEnergy: 'Energy (kWh)',
  },
  es: {
    created: 'Inicio',
    finished: 'Fin',
    loadpoint: 'Punto de carga',
    identifier: 'Identificador',
    vehicle: 'Vehículo',
    odometer: 'Kilometraje (km)',
    meterStart: 'Contador al inicio (kWh)',
    meterStop: 'Contador al final (kWh)',
    chargedEnergy: 'Energía (kWh)',
  },
  fr: {
    created: 'Début',
    finished: 'Fin',
    loadpoint: 'Point de charge',
    identifier: 'Identifiant',
    vehicle: 'Véhicule',
    odometer: 'Kilométrage (km)',
    meterStart: 'Compteur au début (kWh)',
    meterStop: 'Compteur à la fin (kWh)',
    chargedEnergy: 'Énergie (kWh)',
  },
  it: {
    created: 'Inizio',
    finished: 'Fine',
    loadpoint: 'Punto di ricarica',
    identifier: 'Identificativo',
    vehicle: 'Veicolo',
    odometer: 'Chilometraggio (km)',
    meterStart: "Contatore all'inizio (kWh)",
    meterStop: 'Contatore alla fine (kWh)',
    chargedEnergy: 'Energia (kWh)',
  },
  nl: {
    created: 'Begin',
    finished: 'Einde',
    loadpoint: 'Laadpunt',
    identifier: 'Identificatie',
    vehicle: 'Voertuig',
    odometer: 'Kilometerstand (km)',
    meterStart: 'Meterstand begin (kWh)',
    meterStop: 'Meterstand einde (kWh)',
    chargedEnergy: 'Energie (kWh)',
  },
};

/** What a CSV file of a language looks like. */
export interface Language {
  readonly separator: string;
  /** Decimal mark */
  readonly decimal: string;
  caption(column: Column): string;
}

/** What decides about the language of a file. */
export interface LanguageRequest {
  /** Tag that the query names, such as `de-AT`; null or empty: none */
  readonly lang: string | null;
  /** The header field Accept-Language */
  readonly accept: string | undefined;
  /** Environment of the process, which has the language of the server */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The language of a file: that of the query, else of the client, else of the server; `undefined`: the query's is no tag. */
export function languageOf({ lang, accept, env }: LanguageRequest): Language | undefined {
  const server = serverLanguage(env);
  const tag = lang ? canonical(lang) : (acceptedLanguage(accept ?? '') ?? server);
  if (tag === undefined) return undefined;
  const captions = TRANSLATIONS[baseOf(tag)] ?? TRANSLATIONS[baseOf(server)];
  return {
    separator: baseOf(tag) === 'de' ? ';' : ',',
    decimal: decimalMark(tag),
    caption: (column) => captions?.[column] ?? CAPTIONS[column],
  };
}

/** Language of a machine that does not tell its own */
const USUAL = 'de';

/** The language that the environment names. Source: POSIX.1-2024, 8.2 */
export function serverLanguage(env: LanguageRequest['env']): string {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return canonical(locale.replace(/[.@].*$/, '')) ?? USUAL;
}

/** The tag that a client likes best; among equals the first. Source: RFC 9110, 12.5.4 */
function acceptedLanguage(accept: string): string | undefined {
  let best: { readonly tag: string; readonly weight: number } | undefined;
  for (const part of accept.split(',')) {
    const [range = '', weight = '1'] = part.split(/;\s*q=/i).map((text) => text.trim());
    const tag = canonical(range);
    if (tag !== undefined && Number(weight) > (best?.weight ?? 0)) best = { tag, weight: Number(weight) };
  }
  return best?.tag;
}

/** A language tag in its usual form, with hyphens; `undefined`: it is none. */
function canonical(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}

function baseOf(tag: string): string {
  return tag.split('-', 1)[0] ?? tag;
}

function decimalMark(tag: string): string {
  if (Intl.NumberFormat.supportedLocalesOf(tag).length === 0) return '.';
  const parts = new Intl.NumberFormat(tag, { numberingSystem: 'latn' }).formatToParts(0.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}
