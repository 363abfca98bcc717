import type { ChargerReading, ChargeStatus, DeviceContext, PerPhase, Phases, Rate } from 'evcc';
import { createAnswer } from './answer.ts';

/**
 * What goes over the wire and what it means: mA and A, kWh and Wh, words and letters. There is no network in here, so that
 * each conversion can be tested with a recorded answer. Source: ACME, "Local API 2", rev. 7 (ACME is made up).
 */

/** Body of `PUT /v2/control`; only what it names changes. */
export type Control = { readonly on: boolean } | { readonly limitMilliamps: number } | { readonly relay: Phases };

const STATUS: Readonly<Record<string, ChargeStatus>> = { none: 'A', connected: 'B', charging: 'C', fault: 'E' };

/** A to mA, in the steps of 0.1 A that the wallbox knows */
export function toMilliamps(current: number): number {
  return Math.round(current * 10) * 100;
}

/** The answer to `GET /v2/status`. What this model does not measure is absent, never 0. */
export function toReading(body: unknown, context: Pick<DeviceContext, 'fail'>): ChargerReading {
  const answer = createAnswer('status', body, context);
  const status = STATUS[answer.required('car', answer.text('car'))];
  const phases = answer.number('relay');
  const energy = answer.number('meterKwh', 0);
  const limit = answer.number('limitMilliamps', 0);
  return {
    status: status ?? answer.wrong('car', `one of ${Object.keys(STATUS).join(', ')}`),
    enabled: answer.required('on', answer.flag('on')),
    ...known({
      power: answer.number('watts', 0),
      currents: perPhase(answer.numbers('milliamps', 3)?.map((milliamps) => milliamps / 1_000)),
      voltages: perPhase(answer.numbers('volts', 3)),
      energy: energy === undefined ? undefined : energy * 1_000,
      maxCurrent: limit === undefined ? undefined : limit / 1_000,
      phases: phases === 1 || phases === 3 ? phases : undefined,
      identifier: answer.text('tag'),
    }),
  };
}

/** The price list: `{ "slots": [{ "start": "2025-06-15T12:00:00Z", "minutes": 60, "cents": 31.2 }] }`, in any order. */
export function toRates(
  body: unknown,
  { charges, tax }: { readonly charges: number; readonly tax: number },
  context: Pick<DeviceContext, 'fail' | 'time'>,
): Rate[] {
  const rates = createAnswer('price list', body, context)
    .list('slots')
    .map((slot) => {
      const start = context.time.parse(slot.required('start', slot.text('start'))) ?? slot.wrong('start', 'a time');
      const minutes = slot.required('minutes', slot.number('minutes', 1));
      const cents = slot.required('cents', slot.number('cents'));
      return { start, end: start + minutes * 60_000, price: (cents / 100 + charges) * (1 + tax) };
    })
    .sort((a, b) => a.start - b.start);
  const overlap = rates.findIndex((rate, index) => rate.start < (rates[index - 1]?.end ?? Number.NEGATIVE_INFINITY));
  if (overlap > 0) {
    const at = context.time.format(rates[overlap]?.start ?? 0);
    context.fail('EVCC_DEVICE_PROTOCOL', `the price list has two prices for ${at}`);
  }
  return rates;
}

function perPhase(values: readonly number[] | undefined): PerPhase | undefined {
  const [l1, l2, l3] = values ?? [];
  return l1 === undefined || l2 === undefined || l3 === undefined ? undefined : [l1, l2, l3];
}

/** A copy without the fields that are undefined. */
function known<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
