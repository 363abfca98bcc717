import type { Session } from '../store.ts';

/** Adds up what a connected car charges. Pure: each function answers with the next account. */

/** Since a car was connected. */
export interface SessionAccount {
  /** Wh */
  readonly energy: number;
  /** ms during which it charged */
  readonly duration: number;
  /** Wh of green power */
  readonly greenEnergy: number;
  /** Wh whose price was known */
  readonly pricedEnergy: number;
  /** Currency */
  readonly price: number;
  /** Wh whose CO2 was known */
  readonly co2Energy: number;
  /** g */
  readonly co2: number;
  /** Wh, charge meter at the beginning; absent: it has no counter */
  readonly meterStart?: number;
  /** Wh, charge meter when it last answered */
  readonly meter?: number;
  /** ms since the epoch of that answer */
  readonly meterAt?: number;
  /** ms since the epoch of the last cycle */
  readonly at?: number;
  /** ms since the epoch when charging first began; absent: not yet */
  readonly created?: number;
  /** ms since the epoch when charging was last seen */
  readonly finished?: number;
  /** Wh, the charger's own counter of the session when it last answered */
  readonly sessionCounter?: number;
  /** %, first and last known; absent: never known */
  readonly socStart?: number;
  readonly socEnd?: number;
  /** km that the car last said it can drive; absent: it never did */
  readonly range?: number;
  /** Currency per kWh, mean of the day that began with the connection; absent: unknown */
  readonly referencePrice?: number;
  /** g/kWh, mean of that day; absent: unknown */
  readonly referenceCo2?: number;
}

export const NEW_ACCOUNT: SessionAccount = {
  energy: 0,
  duration: 0,
  greenEnergy: 0,
  pricedEnergy: 0,
  price: 0,
  co2Energy: 0,
  co2: 0,
};

/** What a loadpoint does in one cycle. */
export interface SessionInput {
  readonly now: number;
  readonly charging: boolean;
  /** W */
  readonly power: number;
  /** Wh, lifetime counter; absent: power is integrated instead */
  readonly meter: number | undefined;
  /** 0..1 */
  readonly greenShare: number;
  /** Currency per kWh; absent: unknown */
  readonly price: number | undefined;
  /** g/kWh; absent: unknown */
  readonly co2: number | undefined;
  /** Wh since the connection, by the charger's own counter; counts where there is no lifetime counter */
  readonly sessionCounter?: number | undefined;
  /** %; absent: unknown */
  readonly soc?: number | undefined;
  /** km; absent: unknown */
  readonly range?: number | undefined;
  /** Currency per kWh that the session is compared with */
  readonly referencePrice?: number | undefined;
  /** g/kWh that the session is compared with */
  readonly referenceCo2?: number | undefined;
}

/** Wh between two answers above which a jump of the counter is taken for a fault: 22 kW for a quarter of an hour. */
const PLAUSIBLE_STEP = 5_500;
const MS_PER_HOUR = 3_600_000;
/** ms between two readings beyond which power is not integrated: the process or the device was away */
const LONGEST_STEP = 600_000;

export function addCycle(account: SessionAccount, input: SessionInput): SessionAccount {
  const elapsed = account.at === undefined ? 0 : Math.max(0, input.now - account.at);
  const energy = increment(account, input, elapsed);
  const next: Draft = { ...account, at: input.now };
  if (input.meter !== undefined) {
    next.meter = input.meter;
    next.meterAt = input.now;
    next.meterStart ??= input.meter;
  }
  if (input.charging) {
    next.created ??= input.now;
    next.finished = input.now;
    if (elapsed <= LONGEST_STEP) next.duration += elapsed;
  }
  if (input.sessionCounter !== undefined) next.sessionCounter = input.sessionCounter;
  if (input.soc !== undefined) {
    next.socStart ??= input.soc;
    next.socEnd = input.soc;
  }
  if (input.range !== undefined) next.range = input.range;
  if (input.referencePrice !== undefined) next.referencePrice = input.referencePrice;
  if (input.referenceCo2 !== undefined) next.referenceCo2 = input.referenceCo2;
  if (energy === 0) return next;
  const kwh = energy / 1_000;
  next.energy += energy;
  next.greenEnergy += energy * input.greenShare;
  if (input.price !== undefined) {
    next.pricedEnergy += energy;
    next.price += kwh * input.price;
  }
  if (input.co2 !== undefined) {
    next.co2Energy += energy;
    next.co2 += kwh * input.co2;
  }
  return next;
}

type Draft = { -readonly [Field in keyof SessionAccount]: SessionAccount[Field] };

/** Wh since the cycle before: power × time, or of the counter if there is one; what it missed it has when it is back. */
function increment(account: SessionAccount, input: SessionInput, elapsed: number): number {
  if (account.meter === undefined) {
    if (input.meter === undefined && input.sessionCounter !== undefined) return counted(account, input.sessionCounter);
    const integrable = input.meter === undefined && input.charging && elapsed <= LONGEST_STEP;
    return integrable ? (input.power * elapsed) / MS_PER_HOUR : 0;
  }
  if (input.meter === undefined) return 0;
  const step = input.meter - account.meter;
  const since = input.now - (account.meterAt ?? input.now);
  const plausible = PLAUSIBLE_STEP * Math.max(1, since / (MS_PER_HOUR / 4));
  return step > 0 && step <= plausible ? step : 0;
}

/** Wh above which a charger's counter of one session is taken for something else */
const PLAUSIBLE_SESSION = 1_000_000;

/** Wh by a counter that starts anew with each session, sooner or later: what it says at first may be of the one before. */
function counted({ sessionCounter: before }: SessionAccount, now: number): number {
  if (before === undefined || now > PLAUSIBLE_SESSION) return 0;
  return now >= before ? now - before : now;
}

/** Who charged where, for the stored session. */
export interface SessionLabels {
  readonly id?: number;
  readonly loadpoint: string;
  readonly vehicle: string;
  readonly identifier: string;
  readonly odometer?: number;
}

/** The account as it is stored; `undefined`: nothing was charged yet. */
export function toSession(account: SessionAccount, labels: SessionLabels): Session | undefined {
  if (account.created === undefined) return undefined;
  const { created, finished, meterStart, meter, energy, duration, socStart, socEnd } = account;
  return {
    ...labels,
    created,
    energy,
    duration,
    ...known({
      finished,
      meterStart,
      meterStop: meter,
      solarPercentage: solarPercentage(account),
      price: price(account),
      pricePerKwh: pricePerKwh(account),
      co2PerKwh: co2PerKwh(account),
      socStart,
      socEnd,
      addedRange: addedRange(account),
      referencePricePerKwh: account.referencePrice,
      referenceCo2PerKwh: account.referenceCo2,
    }),
  };
}

/** The fields that have a value. */
function known<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  // Not by deletion: it makes objects slow.
  const present: Partial<Fields> = {};
  for (const name in fields) if (fields[name] !== undefined) present[name] = fields[name];
  return present as ReturnType<typeof known<Fields>>;
}

/** km that the car gained; `undefined`: it did not say what that takes. */
function addedRange({ socStart, socEnd = 0, range }: SessionAccount): number | undefined {
  if (socStart === undefined || range === undefined || !(socEnd > 0)) return undefined;
  const gained = (range * (socEnd - socStart)) / socEnd;
  return gained >= 0 ? gained : undefined;
}

/** %, share of solar and battery energy; `undefined`: unknown. */
export const solarPercentage = ({ energy, greenEnergy }: SessionAccount): number | undefined =>
  energy > 0 ? (100 * greenEnergy) / energy : undefined;

/** Currency, of the energy whose price was known; `undefined`: none was. */
export const price = ({ pricedEnergy, price }: SessionAccount): number | undefined =>
  pricedEnergy > 0 ? price : undefined;

/** Currency per kWh; `undefined`: unknown. */
export const pricePerKwh = ({ pricedEnergy, price }: SessionAccount): number | undefined =>
  pricedEnergy > 0 ? price / (pricedEnergy / 1_000) : undefined;

/** g/kWh; `undefined`: unknown. */
export const co2PerKwh = ({ co2Energy, co2 }: SessionAccount): number | undefined =>
  co2Energy > 0 ? co2 / (co2Energy / 1_000) : undefined;
