import type { TariffRole } from '../site.ts';
import type { KeptSession } from './loadpoint.ts';
import type { SessionAccount } from './session.ts';

/** What was stored of a house, as far as it can be trusted. Pure. */

type OnlyNumbers<T> = T[keyof T] extends number | undefined ? T : never;

/** The value of a JSON text; `undefined`: it is none, or absent. */
export function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** When the house last ran, and whether it was stopped in an orderly way. */
export const isAlive = (value: unknown): value is { at: number; stopped: boolean } =>
  isObject(value) && Number.isFinite(value.at) && typeof value.stopped === 'boolean';

/** An account, as long as it has nothing but numbers: with another field this does not compile. */
export const isAccount = (value: unknown): value is OnlyNumbers<SessionAccount> =>
  isObject(value) && Object.values(value).every((field) => typeof field === 'number' && Number.isFinite(field));

export const isSession = (value: unknown): value is KeptSession =>
  isObject(value) &&
  (value.id === undefined || Number.isSafeInteger(value.id)) &&
  (value.identifier === undefined || typeof value.identifier === 'string');

/** Plans by name of the loadpoint, and the tariffs that they were made of. */
export function isStoredPlans(value: unknown): value is { tariffs: TariffRole[]; plans: [string, unknown][] } {
  if (!isObject(value) || !Array.isArray(value.tariffs) || !Array.isArray(value.plans)) return false;
  return value.plans.every((entry) => Array.isArray(entry) && typeof entry[0] === 'string');
}
