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

/** Publishes the figures of all loadpoints. */
export async function publishEnergies(evcc: Evcc, now: number, loadpoints: readonly string[]): Promise<void> {
  const from = SINCE.last7dEnergy(now);
  const rows = await evcc.store.history.list({ series: loadpoints.map(chargePowerOf), from });
  const bySeries = Map.groupBy(rows, ({ series }) => series);
  for (const [index, name] of loadpoints.entries()) {
    // The house may have been changed meanwhile.
    if (index >= evcc.state.loadpoints.length) return;
    const own = bySeries.get(chargePowerOf(name)) ?? [];
    for (const [key, sinceOf] of Object.entries(SINCE)) {
      const since = sinceOf(now, evcc.time);
      const charged = own.filter(({ start }) => start >= since);
      const energy = charged.reduce((sum, { mean, known }) => sum + (mean * known) / HOUR, 0);
      evcc.publish('loadpoint', index + 1, key, Math.round(energy));
    }
  }
}
