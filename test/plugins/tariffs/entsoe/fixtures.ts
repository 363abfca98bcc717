import type { Rate } from '../../../../core/index.ts';

/** Documents of the transparency platform, made of rates in EUR/kWh. */

const minute = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}Z`;

/** One series of neighbouring slots, in which prices that repeat are left out. */
export function seriesOf(
  slots: readonly Rate[],
  { auction = 1, resolution = 'PT15M' }: { auction?: number; resolution?: string } = {},
): string {
  const points = slots.flatMap(({ price }, index) =>
    index > 0 && slots[index - 1]?.price === price
      ? []
      : [
          `<Point><position>${index + 1}</position><price.amount>${Number((price * 1_000).toFixed(2))}</price.amount></Point>`,
        ],
  );
  return `<TimeSeries><mRID>1</mRID>
    <classificationSequence_AttributeInstanceComponent.position>${auction}</classificationSequence_AttributeInstanceComponent.position>
    <currency_Unit.name>EUR</currency_Unit.name><price_Measure_Unit.name>MWH</price_Measure_Unit.name><curveType>A03</curveType>
    <Period><timeInterval><start>${minute(slots[0]?.start ?? 0)}</start><end>${minute(slots.at(-1)?.end ?? 0)}</end></timeInterval>
    <resolution>${resolution}</resolution>${points.join('\n')}</Period></TimeSeries>`;
}

export function documentOf(series: readonly string[]): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
${series.join('\n')}
</Publication_MarketDocument>`;
}

export function acknowledgement(text: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">
<Reason><code>999</code><text>${text}</text></Reason></Acknowledgement_MarketDocument>`;
}
