import { writeFileSync } from 'node:fs';
import { household } from '../../plugins/simulator/household.ts';
import { zoneOffset } from '../../plugins/simulator/local-time.ts';
import { chance } from '../../plugins/simulator/random.ts';
import type { Source } from '../../plugins/simulator/sources.ts';
import { sky } from '../../plugins/simulator/weather.ts';

/** Writes the synthetic week beside this file: `npm exec -- node examples/simulate/make-sample.ts`. */

const SEED = 4;
const START = Date.parse('2025-05-04T22:00:00Z');
const HOUR = 3_600_000;
const SLOT = HOUR / 2;
const DAYS = 7;
/** W */
const PEAK = 9_000;

const offset = zoneOffset('Europe/Berlin');
const load = household({ seed: SEED, base: 240, spikes: 2_500, offset });
const light = sky({ seed: SEED, latitude: 50.1, longitude: 8.7, clouds: 0.45, tilt: 30 });

function mean(source: Source, from: number): number {
  let energy = 0;
  for (let at = from; at < from + SLOT; at = source.until(at)) energy += source.power(at) * (source.until(at) - at);
  return energy / SLOT;
}

/** Cheap at noon, dear in the evening, as a market with much solar power is. */
function price(at: number): number {
  const hour = new Date(at + offset(at)).getUTCHours();
  const curve = 0.09 + 0.07 * Math.cos(((hour - 19.5) / 12) * Math.PI) + 0.03 * Math.cos(((hour - 7.5) / 6) * Math.PI);
  return curve + 0.02 * (chance(SEED, Math.floor(at / HOUR)) - 0.5);
}

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

const slots = Array.from({ length: (DAYS * 24 * HOUR) / SLOT }, (_, index) => START + index * SLOT);
const rows = slots.map((at) =>
  [iso(at), Math.round(mean(load, at)), Math.round(PEAK * mean(light, at)), price(at).toFixed(5)].join(','),
);
writeFileSync(
  new URL('synthetic-home.csv', import.meta.url),
  `${['start,load_w,pv_w,price_eur_per_kwh', ...rows].join('\n')}\n`,
);

/** A commuter that stands at home in the evening and on some days, and a second car that stands there at noon. */
const stays: readonly (readonly [car: string, day: number, from: string, hours: number, energy: number])[] = [
  ['commuter', 0, '17:20', 14, 11.4],
  ['second', 0, '12:10', 3.5, 6.2],
  ['commuter', 1, '17:05', 14.25, 9.8],
  ['second', 1, '09:30', 5, 8.9],
  ['commuter', 2, '08:00', 23, 14.6],
  ['second', 3, '13:40', 2, 4.1],
  ['commuter', 3, '16:45', 14.5, 12.7],
  ['second', 4, '10:15', 6, 10.3],
  ['commuter', 4, '18:10', 16, 8.2],
  ['commuter', 5, '11:30', 20, 21.5],
  ['second', 5, '12:00', 4, 5.5],
  ['second', 6, '09:00', 8, 12.8],
];
const cars = stays.map(([car, day, from, hours, energy]) => {
  const [hour = 0, minute = 0] = from.split(':').map(Number);
  const local = START + offset(START) + day * 24 * HOUR + hour * HOUR + minute * 60_000;
  const plugIn = local - offset(local);
  return [car, iso(plugIn), iso(plugIn + hours * HOUR), energy.toFixed(2)].join(',');
});
writeFileSync(
  new URL('synthetic-cars.csv', import.meta.url),
  `${['car,plug_in,plug_out,energy_kwh', ...cars].join('\n')}\n`,
);
