import type { DeviceContext, Rate } from '../../core/index.ts';
import { scaled, show, toNumber, toValue } from '../shared/sources/value.ts';

/** Numbers below this are seconds since 1970, others milliseconds. */
const LARGEST_SECONDS = 1e11;

/**
 * Rates from a JSON list (or the text of one) of `{ start, end, price }` or `{ start, end, value }`, in any order; what is
 * listed twice alike counts once. Errors: `EVCC_DEVICE_PROTOCOL`, with the place in the list.
 */
export function toRates(
  data: unknown,
  { scale, offset }: { readonly scale?: number | undefined; readonly offset?: number | undefined },
  context: Pick<DeviceContext, 'fail' | 'time'>,
): Rate[] {
  const wrong = (what: string): never => context.fail('EVCC_DEVICE_PROTOCOL', `forecast${what}`);
  const list = typeof data === 'string' ? parse(data) : data;
  if (!Array.isArray(list)) return wrong(`: ${show(data)} is not a list`);
  if (list.length === 0) return wrong(': the list is empty');

  const rates = list.map((item: unknown, index): Rate => {
    if (typeof item !== 'object' || item === null) return wrong(`[${index}]: ${show(item)} is not an object`);
    const { start, end, price, value } = item as Readonly<Record<string, unknown>>;
    const from = toTime(start, context) ?? wrong(`[${index}].start: ${show(start)} is not a time`);
    const to = toTime(end, context) ?? wrong(`[${index}].end: ${show(end)} is not a time`);
    const given = toValue(price ?? value);
    const number = given === undefined ? undefined : toNumber(given);
    if (number === undefined) return wrong(`[${index}]: ${show(price ?? value)} is not a price`);
    if (to <= from) wrong(`[${index}]: it ends before it begins`);
    return { start: from, end: to, price: scaled(number, scale, offset) };
  });

  rates.sort((a, b) => a.start - b.start);
  return rates.filter((rate, index) => {
    const before = rates[index - 1];
    if (!before || rate.start >= before.end) return true;
    const same = rate.start === before.start && rate.end === before.end && rate.price === before.price;
    if (!same) wrong(`: two entries at ${context.time.format(rate.start)} overlap`);
    return false;
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toTime(value: unknown, { time }: Pick<DeviceContext, 'time'>): number | undefined {
  if (typeof value === 'string') return time.parse(value);
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
  return Math.round(value < LARGEST_SECONDS ? value * 1_000 : value);
}
