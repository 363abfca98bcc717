import type { Evcc, StateKey } from '../../core/index.ts';
import { chargePowerOf } from './series.ts';

/** Energy that a loadpoint charged lately, by the history. */

const HOUR = 3_600_000;

/** When each figure begins. */
const SINCE = {
  todayEnergy: (now: number, { startOfDay }: Evcc['time']) => startOfDay(now),
  last24hEnergy: (now: number) => now - 24 * HOUR,
  last7dEnergy: (now: number) => now - 7 * 24 * HOUR,
} as const;

export const ENERGY_KEYS: readonly StateKey[] = [
  { name: 'todayEnergy', kind: 'number', unit: 'Wh', description: 'Charged since midnight' },
  { name: 'last24hEnergy', kind: 'number', unit: 'Wh', description: 'Charged in the last 24 h' },
  { name: 'last7dEnergy', kind: 'number', unit: 'Wh', description: 'Charged in the last 7 days' },
];

/** Figures in Wh by key, by name of the loadpoint. */
export type Energies = ReadonlyMap<string, Readonly<Record<string, number>>>;

/** The figures of loadpoints. */
export async function energiesOf(
  { store, time }: Pick<Evcc, 'store' | 'time'>,
  now: number,
  loadpoints: readonly string[],
): Promise<Energies> {
  const from = SINCE.last7dEnergy(now);
  const list = await store.history.list({ series: loadpoints.map(chargePowerOf), from });
  const rows = Map.groupBy(list, ({ series }) => series);
  const charged = (name: string, since: number): number =>
    (rows.get(chargePowerOf(name)) ?? [])
      .filter(({ start }) => start >= since)
      .reduce((sum, { mean, known }) => sum + (mean * known) / HOUR, 0);
  return new Map(
    loadpoints.map((name) => {
      const figures = Object.entries(SINCE).map(([key, sinceOf]) => [
        key,
        Math.round(charged(name, sinceOf(now, time))),
      ]);
      return [name, Object.fromEntries(figures) as Record<string, number>];
    }),
  );
}
