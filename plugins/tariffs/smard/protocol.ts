import type { Answer } from '../../shared/answer.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/** Prices of SMARD. Source: smard.de of the Bundesnetzagentur, `GET /app/chart_data/…`, weekly files; filter 4169 are prices. */

/** EUR/MWh to EUR/kWh */
export const SCALE = 0.001;

const FILTER = 4169;
const REGION = 'DE-LU';

export const INDEX: string = `/app/chart_data/${FILTER}/${REGION}/index_quarterhour.json`;

/** The weekly file that begins at `start` (ms) */
export const fileOf = (start: number): string =>
  `/app/chart_data/${FILTER}/${REGION}/${FILTER}_${REGION}_quarterhour_${start}.json`;

/** Beginnings of the files that hold a day and what is after it: the last one before its end, and later ones. */
export function filesOf(index: Answer, day: number): number[] {
  const starts = index
    .at('timestamps')
    .items()
    .map((start) => start.number())
    .sort((a, b) => a - b);
  return starts
    .slice(
      Math.max(
        0,
        starts.findLastIndex((start) => start <= day),
      ),
    )
    .slice(0, 2);
}

/** `{ series: [[ms, EUR/MWh or null], …] }`. */
export function toSlots(file: Answer): Slot[] {
  return file
    .at('series')
    .items()
    .map((pair) => {
      const [start, price] = pair.items();
      if (!start || !price) return file.refuse('an entry of series is no pair');
      return { start: start.number(), value: price.absent ? null : price.number() };
    });
}
