import type { DeviceContext } from '../../../core/index.ts';
import { describeText } from '../../shared/http/client.ts';
import type { Slot } from '../../shared/rates-service/slots.ts';

/**
 * Day-ahead prices of the transparency platform, document type A44. Source: ENTSO-E, "Transparency Platform RESTful API user
 * guide" and IEC 62325-451-3.
 */

/** Per MWh to per kWh */
export const SCALE = 0.001;

type Tools = Pick<DeviceContext, 'fail' | 'time'>;

/** ms */
const RESOLUTIONS: Readonly<Record<string, number>> = { PT15M: 900_000, PT30M: 1_800_000, PT60M: 3_600_000 };

interface Series {
  /** Of the auction: the first is that of the day ahead */
  readonly auction: number;
  /** ms */
  readonly resolution: number;
  readonly slots: readonly (Slot & { readonly end: number })[];
}

/** Slots of the main auction, where there are several in the finest resolution. */
export function toSlots(xml: string, tools: Tools): Slot[] {
  if (!/<(\w+:)?Publication_MarketDocument[\s>]/.test(xml)) refuse(xml, tools);
  const series = elements(xml, 'TimeSeries').flatMap((each) => seriesOf(each, tools));
  const count = series.reduce((sum, { slots }) => sum + slots.length, 0);
  if (count > MOST) tools.fail('EVCC_DEVICE_PROTOCOL', `ENTSO-E: there are ${count} prices for two days`);
  const first = Math.min(...series.map(({ auction }) => auction));
  const main = series.filter(({ auction }) => auction === first).sort((a, b) => a.resolution - b.resolution);
  const taken: (Slot & { readonly end: number })[] = [];
  for (const { resolution, slots } of main) {
    const finer = taken.filter(({ start, end }) => end - start < resolution);
    taken.push(...slots.filter((slot) => !finer.some(({ start, end }) => start < slot.end && slot.start < end)));
  }
  return taken;
}

/** A document that holds no prices. */
function refuse(xml: string, { fail }: Tools): never {
  const [reason] = elements(xml, 'Reason');
  if (reason === undefined) return fail('EVCC_DEVICE_PROTOCOL', `ENTSO-E answers with ${describeText(xml)}`);
  const text = elements(reason, 'text')[0] ?? 'no reason';
  return fail('EVCC_DEVICE_UNAVAILABLE', `ENTSO-E has no prices: ${describeText(text)}`);
}

/** One for each of its periods. */
function seriesOf(xml: string, { fail, time }: Tools): Series[] {
  const wrong = (what: string): never => fail('EVCC_DEVICE_PROTOCOL', `ENTSO-E: ${what}`);
  const unit = elements(xml, 'price_Measure_Unit.name')[0] ?? 'MWH';
  if (unit !== 'MWH') wrong(`prices are for one ${unit}, not for one MWH`);
  const position = elements(xml, 'classificationSequence_AttributeInstanceComponent.position')[0] ?? '1';
  const repeats = elements(xml, 'curveType')[0] === 'A03';
  return elements(xml, 'Period').map((period): Series => {
    const [interval = ''] = elements(period, 'timeInterval');
    const start = time.parse(elements(interval, 'start')[0] ?? '') ?? wrong('a period has no start');
    const end = time.parse(elements(interval, 'end')[0] ?? '') ?? wrong('a period has no end');
    const resolution = RESOLUTIONS[elements(period, 'resolution')[0] ?? ''] ?? wrong('the resolution is not known');
    const prices = new Map(
      elements(period, 'Point').map((point) => [
        numberIn(point, 'position', wrong),
        numberIn(point, 'price.amount', wrong),
      ]),
    );
    const slots: (Slot & { readonly end: number })[] = [];
    let last: number | undefined;
    const count = Math.min((end - start) / resolution, LARGEST);
    for (let place = 1; place <= count; place += 1) {
      const value = prices.get(place) ?? (repeats ? last : undefined);
      last = value;
      const from = start + (place - 1) * resolution;
      if (value !== undefined) slots.push({ start: from, end: from + resolution, value });
    }
    return { auction: Number(position), resolution, slots };
  });
}

/** Slots of a period at most: a month of quarters; and of a document */
const LARGEST = 3_000;
const MOST = 10_000;

function numberIn(xml: string, name: string, wrong: (what: string) => never): number {
  const text = elements(xml, name)[0] ?? '';
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value)
    ? value
    : wrong(`${name} is "${text.slice(0, 20)}", not a number`);
}

/** What stands in the elements of a name, which contain none of their own name; in one pass, whatever the text is. */
function elements(xml: string, name: string): string[] {
  const tag = `(?:\\w+:)?${name.replaceAll('.', '\\.')}`;
  const opening = new RegExp(`<${tag}(?:\\s[^<>]*)?>`, 'g');
  const closing = new RegExp(`</${tag}>`, 'g');
  const found: string[] = [];
  while (opening.test(xml)) {
    const from = opening.lastIndex;
    closing.lastIndex = from;
    const end = closing.exec(xml);
    if (!end) break;
    found.push(xml.slice(from, end.index).trim());
    opening.lastIndex = closing.lastIndex;
  }
  return found;
}
