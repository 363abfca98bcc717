import type { Plugin, Session } from 'evcc';

/** ms of a text in UTC */
const at = (text: string): number => Date.parse(`${text}Z`);
const HOUR = 3_600_000;

const NONE = { identifier: '', vehicle: '' } as const;

/** Charging sessions of two years, with everything that can be known of one and with nothing of it. */
const SESSIONS: readonly Session[] = [
  {
    created: at('2024-12-31T23:30:00'),
    finished: at('2025-01-01T03:00:00'),
    loadpoint: 'Garage',
    vehicle: 'Vehicle 1',
    identifier: '',
    odometer: 10_123.4,
    meterStart: 1_000_000,
    meterStop: 1_011_040,
    energy: 11_040,
    duration: 3.5 * HOUR,
    solarPercentage: 0,
    price: 3.312,
    pricePerKwh: 0.3,
    co2PerKwh: 380.5,
  },
  {
    created: at('2025-06-15T09:00:00'),
    finished: at('2025-06-15T13:30:15'),
    loadpoint: 'Carport',
    vehicle: 'Vehicle 2',
    identifier: '04A1B2C3',
    odometer: 20_456.7,
    meterStart: 2_345_678.9,
    meterStop: 2_363_456.78,
    energy: 17_777.88,
    duration: 4.5 * HOUR + 15_000,
    solarPercentage: 96.25,
    price: 1.5775,
    pricePerKwh: 0.0887,
    co2PerKwh: 14.3,
    socStart: 40,
    socEnd: 85,
  },
  { ...NONE, created: at('2025-06-30T21:59:59'), loadpoint: 'Carport', energy: 5_000, duration: 1.25 * HOUR },
  {
    ...NONE,
    created: at('2025-07-01T06:00:00'),
    finished: at('2025-07-01T07:00:00'),
    loadpoint: 'Carport; "left", front',
    vehicle: 'Bürgerauto',
    energy: 7_400,
    duration: HOUR,
    solarPercentage: 33.333_333,
    price: 1.6428,
    pricePerKwh: 0.222,
  },
  // Too little to be listed
  {
    ...NONE,
    created: at('2025-07-02T06:00:00'),
    finished: at('2025-07-02T06:01:00'),
    loadpoint: 'Garage',
    energy: 49,
    duration: 60_000,
  },
];

/** Puts sessions into the store of a house that has none, so that there is something to read right after the start. */
const sessions: Plugin = {
  name: 'sample-sessions',
  apply(evcc) {
    evcc.hooks.setup.tapPromise('sample-sessions', async () => {
      const stored = await evcc.store.sessions.list();
      if (stored.some(({ energy }) => energy >= 50)) return;
      for (const session of SESSIONS) await evcc.store.sessions.save(session);
    });
  },
};

export default sessions;
