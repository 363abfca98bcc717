import Type from 'typebox';
import type { Evcc, Query } from '../../core/index.ts';
import { gather } from './gather.ts';
import { PERIOD, periodOf, slotsOf, usualResolution } from './period.ts';
import { kindOf, SERIES } from './series.ts';
import { RESOLUTIONS, type Resolution, type Sum } from './slots.ts';

/** ms × W in a kWh */
const KWH = 3_600_000_000;

const VALUES = Type.Array(Type.Union([Type.Number(), Type.Null()]));
const HISTORY = Type.Object({
  resolution: Type.Enum([...RESOLUTIONS]),
  from: Type.String({ format: 'date-time', description: 'When the first slot begins' }),
  to: Type.String({ format: 'date-time', description: 'When the last slot ends' }),
  slots: Type.Array(Type.String({ format: 'date-time' }), { description: 'When each slot begins' }),
  series: Type.Array(
    Type.Object({
      name: Type.String({ description: 'Such as gridImport, or chargePower.garage' }),
      title: Type.String({ description: 'Of the loadpoint, vehicle or meter; empty: it belongs to the house' }),
      unit: Type.String({ description: 'Of the means: W, %, currency/kWh, g/kWh or °C' }),
      mean: { ...VALUES, description: 'Mean of each slot; null: unknown' },
      energy: Type.Optional({ ...VALUES, description: 'kWh of each slot, only of series in W; null: unknown' }),
    }),
  ),
});

/** What a question about the history needs besides what plugins get. */
export interface HistorySource {
  /** Brings what was measured up to now into the store. */
  refresh(): Promise<void>;
  /** Names of all series */
  series(): Promise<readonly string[]>;
  /** Titles of what series belong to, as far as they are known */
  readonly titles: ReadonlyMap<string, string>;
}

/** `/api/history`: series of means, for charts. */
export function historyQuery(evcc: Evcc, source: HistorySource): Query {
  return {
    scope: 'site',
    name: 'getHistory',
    area: 'History',
    description: 'What was measured, as means of slots of time; older history is kept in coarser slots',
    parameters: {
      series: {
        description: `Names, separated by commas: ${SERIES.map(({ name }) => name).join(', ')}; absent: all`,
        schema: Type.String(),
        example: 'gridImport,pvPower,chargePower',
      },
      ...PERIOD,
      resolution: {
        description:
          'Length of the slots; absent: what suits the time. Days, months and years begin at local midnight.',
        schema: Type.Enum([...RESOLUTIONS]),
        example: 'hour',
      },
    },
    result: HISTORY,
    rest: { document: ['/history'] },
    async answer(_, { series, from, to, resolution: asked }) {
      const { time, store } = evcc;
      const names = namesOf(series, evcc);
      const period = periodOf({ from, to }, evcc);
      const resolution = resolutionOf(asked, evcc) ?? usualResolution(period);
      const slots = slotsOf(period, resolution, evcc);
      await source.refresh();
      const wanted = (await source.series()).filter((name) => kindOf(name) && (names?.some(covers(name)) ?? true));
      const found = await gather(store.history, wanted, slots);
      return {
        resolution,
        from: time.format(slots[0]?.start ?? period.start),
        to: time.format(slots.at(-1)?.end ?? period.end),
        slots: slots.map(({ start }) => time.format(start)),
        series: [...found].map(([name, sums]) => {
          const unit = kindOf(name)?.unit ?? '';
          return {
            name,
            title: source.titles.get(name) ?? nameBehindDot(name),
            unit: unit.replace('currency', String(evcc.state.site.get('currency') ?? 'currency')),
            mean: sums.map(({ weighted, known }) => (known > 0 ? rounded(weighted / known) : null)),
            ...(unit === 'W' && { energy: sums.map(energyOf) }),
          };
        }),
      };
    },
  };
}

/** kWh; null: unknown */
export function energyOf({ weighted, known }: Sum): number | null {
  return known > 0 ? rounded(weighted / KWH) : null;
}

/** Without the noise of sums. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

const nameBehindDot = (series: string): string => (series.includes('.') ? series.slice(series.indexOf('.') + 1) : '');

/** Whether a name is that of a series, or of its kind. */
const covers =
  (series: string) =>
  (name: string): boolean =>
    series === name || series.startsWith(`${name}.`);

/** The names that are asked for; `undefined`: all. */
function namesOf(text: string | undefined, { fail }: Evcc): readonly string[] | undefined {
  if (text === undefined || text === '') return undefined;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !kindOf(name));
  if (unknown === undefined) return names;
  const known = SERIES.map(({ name }) => name).join(', ');
  return fail('EVCC_COMMAND_INVALID', `there is no series "${unknown.slice(0, 60)}"; allowed is ${known}`);
}

function resolutionOf(text: string | undefined, { fail }: Evcc): Resolution | undefined {
  if (text === undefined || text === '') return undefined;
  const found = RESOLUTIONS.find((each) => each === text);
  const allowed = RESOLUTIONS.join(', ');
  return found ?? fail('EVCC_COMMAND_INVALID', `invalid resolution: "${text.slice(0, 60)}"; allowed is ${allowed}`);
}
