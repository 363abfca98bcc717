import type { BatteryMode, Rate } from '../devices.ts';
import { fail } from '../errors.ts';
import { checkReading } from '../runtime/readings.ts';
import type { Allotment, Allotments, Decision, Plans, Rates, Reason, Setpoint, SitePower } from '../site.ts';

/** Checks what plugins answer: they may be plain JavaScript, and one wrong answer must not reach the other plugins. */

/** The answer if it has the right shape; null counts as none. Errors: `EVCC_PLUGIN_FAILED` that says what is wrong: a stack would only show our own code. */
export function checked<T>(answer: unknown, fits: (answer: T) => boolean): T | undefined {
  if (answer === undefined || answer === null) return undefined;
  if (isPromise(answer)) {
    answer.then(undefined, () => {});
    fail('EVCC_PLUGIN_FAILED', 'it answered with a promise, but must answer at once');
  }
  if (typeof answer === 'object' && fits(answer as T)) return answer as T;
  return fail('EVCC_PLUGIN_FAILED', `its answer has another shape: ${shown(answer)}`);
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | undefined | null)?.then === 'function';

const isNumber = (value: unknown): boolean => typeof value === 'number' && !Number.isNaN(value);

export const isSetpoint = ({ current, reasons }: Setpoint): boolean =>
  isNumber(current) && (reasons === undefined || Array.isArray(reasons));

export const isAllotments = (allotments: Allotments): boolean =>
  allotments instanceof Map &&
  [...allotments.values()].every(
    ({ current, reason }: Partial<Allotment>) =>
      isNumber(current) && typeof reason?.code === 'string' && typeof reason.text === 'string',
  );

export const isSitePower = ({ power }: SitePower): boolean => power === undefined || Number.isFinite(power);

export const isDecision = ({ current, yieldsTo }: Decision): boolean =>
  isNumber(current) && (yieldsTo === undefined || isNumber(yieldsTo));

/** Also rejects with the error of `checkReading`, which names the field. */
export const isRates = (rates: Rates): boolean =>
  Object.values(rates).every((tariff) => typeof tariff?.kind === 'string' && areRates(tariff.rates));

/** Also rejects with the error of `checkReading`, which names the field. */
export const isPlans = (plans: Plans): boolean =>
  plans instanceof Map && [...plans.values()].every((plan) => Number.isFinite(plan?.target) && areRates(plan.slots));

function areRates(rates: readonly Rate[]): boolean {
  if (!Array.isArray(rates)) return false;
  checkReading('tariff', rates);
  return true;
}

const MODES: readonly BatteryMode[] = ['normal', 'hold', 'charge', 'holdcharge'];

export const isBatteryDecision = ({ mode, reason }: { mode: BatteryMode; reason: Reason }): boolean =>
  MODES.includes(mode) && typeof reason?.text === 'string';

function shown(answer: unknown): string {
  return (JSON.stringify(answer) ?? String(answer)).slice(0, 80);
}
