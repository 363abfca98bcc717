import type { Evcc, OperatorLimits } from '../../core/index.ts';
import type { Kit } from '../shared/sources/kit.ts';
import type { CustomSource } from '../shared/sources/options.ts';
import type { HemsOptions } from './options.ts';

/** The inputs of a grid operator's box: what they said last, and what that allows. */

/** One input. */
interface Input {
  readonly name: string;
  readonly read: (signal: AbortSignal) => Promise<OperatorLimits>;
  /** It limits the consumption, otherwise the feed-in. */
  readonly consumption: boolean;
  /** What it said last; absent: nothing yet */
  said?: { readonly limits: OperatorLimits; readonly at: number };
  failing: boolean;
}

export interface Inputs {
  /** Reads each of them; none of these ever rejects. */
  readonly polls: readonly ((signal: AbortSignal) => Promise<void>)[];
  /** What they allow together at a time; `lost` names those whose fail-safe limit holds. */
  limits(now: number): { readonly limits: OperatorLimits; readonly lost: readonly string[] };
}

export const DEFAULT_POWER = 4_200;

/** % that may be fed in while a contact of an FNN control box is closed */
const CONTACTS = { w3: 0, s2: 30, s1: 60 } as const;

export function createInputs(options: HemsOptions, kit: Kit, { clock, log }: Pick<Evcc, 'clock' | 'log'>): Inputs {
  const { maxPower = DEFAULT_POWER, timeout = 60, failsafePower = DEFAULT_POWER, failsafeFeedIn } = options;
  const inputs: Input[] = [];
  const add = (name: string, consumption: boolean, read: Input['read']): void => {
    inputs.push({ name, consumption, read, failing: false });
  };
  const contact = (name: string, source: CustomSource | undefined, closed: OperatorLimits): void => {
    if (!source) return;
    const read = kit.required(name, kit.boolean(name, source));
    add(name, closed.consumption !== undefined, async (signal) => ((await read(signal)) ? closed : {}));
  };
  contact('limit', options.limit, { consumption: maxPower });
  for (const [name, feedIn] of Object.entries(CONTACTS))
    contact(name, options[name as keyof typeof CONTACTS], { feedIn });
  if (options.consumptionLimit) {
    const read = kit.required('consumptionLimit', kit.number('consumptionLimit', options.consumptionLimit, { min: 0 }));
    add('consumptionLimit', true, async (signal) => consumptionOf(await read(signal)));
  }
  if (options.feedInLimit) {
    const read = kit.required('feedInLimit', kit.number('feedInLimit', options.feedInLimit, { min: 0, max: 100 }));
    add('feedInLimit', false, async (signal) => feedInOf(await read(signal)));
  }

  const poll = async (input: Input, signal: AbortSignal): Promise<void> => {
    const at = clock.now();
    try {
      input.said = { limits: await input.read(signal), at };
      if (input.failing) log.info(`input ${input.name} can be read again`);
      input.failing = false;
    } catch (error) {
      if (!input.failing) log.warn(`input cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      input.failing = true;
    }
  };

  return {
    polls: inputs.map((input) => (signal) => poll(input, signal)),
    limits: (now) => {
      let limits: OperatorLimits = {};
      const lost: string[] = [];
      for (const { name, consumption, said } of inputs) {
        // Absolute, as the clock may be set back.
        const known = said !== undefined && Math.abs(now - said.at) <= timeout * 1_000;
        if (known || !consumption) limits = lowest(limits, said?.limits ?? {});
        if (known) continue;
        lost.push(name);
        limits = lowest(limits, consumption ? { consumption: failsafePower } : feedInOf(failsafeFeedIn ?? 100));
      }
      return { limits, lost };
    },
  };
}

/** A limit in W as texts and numbers say it: 0 stands for none. */
export const consumptionOf = (watts: number): OperatorLimits => (watts > 0 ? { consumption: watts } : {});

/** A limit in %: 100 stands for none. */
export const feedInOf = (percent: number): OperatorLimits => (percent < 100 ? { feedIn: percent } : {});

/** The lower one of each limit. */
export function lowest(one: OperatorLimits, other: OperatorLimits): OperatorLimits {
  const consumption = Math.min(
    one.consumption ?? Number.POSITIVE_INFINITY,
    other.consumption ?? Number.POSITIVE_INFINITY,
  );
  const feedIn = Math.min(one.feedIn ?? 100, other.feedIn ?? 100);
  return { ...(Number.isFinite(consumption) && { consumption }), ...(feedIn < 100 && { feedIn }) };
}
