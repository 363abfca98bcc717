import { defineConfig, type Plugin } from 'evcc';
import { startPrices } from './src/contract/prices.ts';
import { startWallbox, TOKEN } from './src/contract/wallbox.ts';
import type {} from './src/index.ts';

/**
 * A house to try the plugin in: `npx evcc` in this folder. Wallbox, car and price list are the fakes of the tests; put the
 * address of a real wallbox here instead to see how it behaves.
 */

const thisHour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const wallbox = await startWallbox({ car: true });
const prices = await startPrices([31, 29, 24, 18, 12, -3, 5, 17, 26, 33, 35, 34], thisHour);

/** Ends the fakes with the house. */
const fakes: Plugin = {
  name: 'fakes',
  apply: () => async () => {
    await wallbox.close();
    await prices.close();
  },
};

export default defineConfig({
  interval: 2,
  // In a house where the package is installed this line is not needed: the type alone finds it.
  plugins: ['./src/index.ts', fakes],
  chargers: { garage: { type: 'acme', host: wallbox.host, token: TOKEN, relay: true } },
  meters: { roof: { type: 'custom', power: { source: 'constant', value: 5_000 } } },
  tariffs: { grid: { type: 'acme-spot', url: prices.url, charges: 0.12, tax: 0.19 } },
  site: { title: 'Trying ACME', meters: { pv: 'roof' } },
  loadpoints: [{ title: 'Garage', charger: 'garage', mode: 'pv', enable: { delay: 6 } }],
  rest: { port: Number(process.env.REST_PORT ?? 7070) },
  database: { type: 'sqlite', file: '.evcc/acme.db' },
});
