import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { Dialect, DialectContext, Reports } from './dialect.ts';
import { CallError, type Rpc } from './rpc.ts';

/** What the versions have in common: how calls are checked and answered, and what answers to ours mean. */

/** Characters of a name or tag; the schemas allow 50 at most */
export const LONGEST_TEXT = 255;

/** Answers a call; throws `CallError`. */
export type Handler = (payload: unknown, reports: Reports, context: DialectContext) => object;

/** A call whose payload has to fit; what does not is refused with the place of the mistake. */
export function call<const S extends TSchema>(
  schema: S,
  answer: (payload: Static<S>, reports: Reports, context: DialectContext) => object,
): Handler {
  let validator: Validator | undefined;
  return (payload, reports, context) => {
    validator ??= Compile(schema);
    if (!validator.Check(payload)) {
      const [error] = validator.Errors(payload);
      throw new CallError('TypeConstraintViolation', `${error?.instancePath || '/'} ${error?.message ?? 'is wrong'}`);
    }
    return answer(payload as Static<S>, reports, context);
  };
}

/** Texts that stations fill with blanks or leave empty; what is too long or cannot be shown is left out. */
export function known(text: string | undefined): string | undefined {
  return (
    text
      ?.slice(0, LONGEST_TEXT)
      .replace(/\p{C}+/gu, ' ')
      .trim() || undefined
  );
}

/** A call that is answered with the same whatever it says. */
export const always =
  (answer: object): Handler =>
  () =>
    answer;

/** Answers calls by the name of their action. */
export function handlerOf(calls: Readonly<Record<string, Handler>>): Dialect['handle'] {
  return (reports, action, payload, context) => {
    const handler = Object.hasOwn(calls, action) ? calls[action] : undefined;
    if (!handler) throw new CallError('NotImplemented', `there is no ${action.slice(0, 50)}`);
    return handler(payload, reports, context);
  };
}

/** ms since the epoch. Local times without zone say nothing. */
export function stampOf(timestamp: string | undefined, { parse }: DialectContext): number | undefined {
  return timestamp === undefined ? undefined : parse(timestamp.trim());
}

/** Sends a call and says whether its answer has one of these statuses; a refusal in any form is false. */
export type Tell = (
  action: string,
  payload: object,
  options?: { readonly statuses?: readonly string[]; readonly signal?: AbortSignal; readonly first?: boolean },
) => Promise<boolean>;

export function tellBy(rpc: Rpc): Tell {
  return async (action, payload, { statuses = ['Accepted'], signal, first } = {}) => {
    const answer = await refusable(rpc.call(action, payload, signal, first));
    const status = field(answer, 'status');
    return typeof status === 'string' && statuses.includes(status);
  };
}

/** The answer; `undefined`: the station refuses. */
export async function refusable(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CallError) return undefined;
    throw error;
  }
}

/** A field of what may be anything */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A list in a field of what may be anything */
export function listIn(value: unknown, name: string): readonly unknown[] {
  const list = field(value, name);
  return Array.isArray(list) ? list : [];
}

/** A whole number from 0; `undefined`: it is none. */
export function toCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Units in a list of them, as stations write it; A before W, because that is what is set. */
export function toUnits(text: string | undefined): readonly ('A' | 'W')[] {
  const units = (text ?? '').split(',').flatMap((unit) => {
    if (/^\s*(current|a)\s*$/i.test(unit)) return ['A' as const];
    return /^\s*(power|w)\s*$/i.test(unit) ? ['W' as const] : [];
  });
  return [...new Set(units)].sort();
}

/** Asks for as many of the wanted values as the station has: for all at once, else for each that it accepts. */
export async function chooseMeasurands(
  wanted: readonly string[],
  set: (list: string) => Promise<boolean>,
): Promise<void> {
  if (wanted.length === 0 || (await set(wanted.join(',')))) return;
  const accepted: string[] = [];
  for (const measurand of wanted) if (await set(measurand)) accepted.push(measurand);
  // The last one that was tried is what is set now.
  if (accepted.length > 0) await set(accepted.join(','));
}
