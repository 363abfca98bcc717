import Type, { type TEnum } from 'typebox';
import type { Time } from '../../../core/index.ts';

/** What tariffs of Energi Data Service, the open data of Energinet, have in common. */

export const ENERGINET = 'https://api.energidataservice.dk';

const REGIONS = ['DK1', 'DK2'] as const;

export type EnerginetRegion = (typeof REGIONS)[number];

export const REGION: TEnum<['DK1', 'DK2']> = Type.Enum([...REGIONS], {
  description: 'Part of Denmark: west (DK1) or east (DK2) of the Great Belt',
});

/** Query of a dataset from a time (ms since the epoch) on, in UTC. */
export function energinetQuery(
  region: EnerginetRegion,
  sort: string,
  from: number,
  { format }: Pick<Time, 'format'>,
): Readonly<Record<string, string | number>> {
  return {
    start: format(from).slice(0, 'YYYY-MM-DDTHH:mm'.length),
    filter: JSON.stringify({ PriceArea: [region] }),
    sort,
    timezone: 'UTC',
    limit: 0,
  };
}
