import Type from 'typebox';
import type { Evcc, Query } from '../../core/index.ts';
import { gather } from './gather.ts';
import { PERIOD, periodOf, slotsOf } from './period.ts';
import { energyOf, type HistorySource } from './query.ts';
import { kindOf } from './series.ts';
import type { Resolution, Slot, Sum } from './slots.ts';

/** `/api/history/energy`: energies as clients of evcc know them. */

/** Names of resolutions there. */
const AGGREGATES: ReadonlyMap<string, Resolution> = new Map([
  ['15m', 'quarter'],
  ['hour', 'hour'],
  ['day', 'day'],
  ['month', 'month'],
]);

/** The group of a series, and whether it is the energy that is given back. */
const GROUPS: Readonly<Record<string, readonly [group: string, back: boolean]>> = {
  gridImport: ['grid', false],
  gridExport: ['grid', true],
  pvPower: ['pv', false],
  batteryDischarge: ['battery', false],
  batteryCharge: ['battery', true],
  homePower: ['home', false],
  chargePower: ['loadpoint', false],
  consumerPower: ['consumer', false],
  tariffSolar: ['forecast', false],
};

const SERIES = Type.Object({
  title: Type.Optional(Type.String({ description: 'Of the loadpoint or meter' })),
  group: Type.Enum([...new Set(Object.values(GROUPS).map(([group]) => group))]),
  data: Type.Array(
    Type.Object({
      start: Type.String({ format: 'date-time' }),
      end: Type.String({ format: 'date-time' }),
      energy: Type.Number({ description: 'kWh; of grid the import, of battery what was discharged' }),
      returnEnergy: Type.Number({ description: 'kWh; of grid the export, of battery what was charged; else 0' }),
    }),
  ),
});

interface Energies {
  readonly group: string;
  readonly title: string;
  readonly energy: (number | null)[];
  readonly returnEnergy: (number | null)[];
}

export function energyQuery(evcc: Evcc, source: HistorySource): Query {
  return {
    scope: 'site',
    name: 'getEnergyHistory',
    area: 'History',
    description: 'Energies by slots of time',
    parameters: {
      ...PERIOD,
      aggregate: {
        description: 'Length of the slots',
        schema: Type.Enum([...AGGREGATES.keys()], { default: '15m' }),
        example: 'day',
      },
      grouped: {
        description: 'One series for all loadpoints, and for all consumers',
        schema: Type.Boolean({ default: false }),
        example: true,
      },
    },
    result: Type.Array(SERIES),
    rest: { document: ['/history/energy'] },
    async answer(_, { from, to, aggregate = '', grouped = '' }) {
      const resolution = AGGREGATES.get(aggregate || '15m');
      if (!resolution) {
        const allowed = [...AGGREGATES.keys()].join(', ');
        return evcc.fail(
          'EVCC_COMMAND_INVALID',
          `invalid aggregate: "${aggregate.slice(0, 60)}"; allowed is ${allowed}`,
        );
      }
      const isGrouped = FLAGS.get(grouped);
      if (isGrouped === undefined) {
        return evcc.fail('EVCC_COMMAND_INVALID', `invalid grouped: "${grouped.slice(0, 60)}"; allowed is true, false`);
      }
      const slots = slotsOf(periodOf({ from, to }, evcc), resolution, evcc);
      await source.refresh();
      const known = (await source.series()).filter((name) => groupOf(name));
      const found = await gather(evcc.store.history, known, slots);
      return collect(found, isGrouped, source.titles).map(({ group, title, energy, returnEnergy }) => ({
        ...(title !== '' && { title }),
        group,
        data: slots.flatMap((slot, index) => dataOf(slot, energy[index], returnEnergy[index], evcc)),
      }));
    },
  };
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['', false],
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

function groupOf(series: string): readonly [group: string, back: boolean] | undefined {
  return GROUPS[kindOf(series)?.name ?? ''];
}

/** Energies by group, and by title unless they are grouped. */
function collect(
  found: ReadonlyMap<string, readonly Sum[]>,
  grouped: boolean,
  titles: ReadonlyMap<string, string>,
): Energies[] {
  const all = new Map<string, Energies>();
  for (const [series, sums] of found) {
    const [group, back] = groupOf(series) ?? ['', false];
    const title = grouped || !series.includes('.') ? '' : (titles.get(series) ?? series.slice(series.indexOf('.') + 1));
    const key = `${group} ${title}`;
    const entry = all.get(key) ?? { group, title, energy: [], returnEnergy: [] };
    all.set(key, entry);
    const values = back ? entry.returnEnergy : entry.energy;
    for (const [index, sum] of sums.entries()) {
      const more = energyOf(sum);
      if (more !== null) values[index] = (values[index] ?? 0) + more;
    }
  }
  return [...all.values()];
}

/** A slot in which anything is known. */
function dataOf(
  { start, end }: Slot,
  energy: number | null | undefined,
  returnEnergy: number | null | undefined,
  { time }: Evcc,
): object[] {
  if (energy === undefined && returnEnergy === undefined) return [];
  return [
    {
      start: time.format(start),
      end: time.format(end),
      energy: watthours(energy),
      returnEnergy: watthours(returnEnergy),
    },
  ];
}

/** kWh, whole Wh */
const watthours = (energy: number | null | undefined): number => Math.round((energy ?? 0) * 1_000) / 1_000;
