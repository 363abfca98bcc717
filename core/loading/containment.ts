import type { Clock } from '../clock.ts';
import { merged, nothing } from '../cycle/allot.ts';
import { codeOf, type ErrorCode, EvccError, fail, messageOf } from '../errors.ts';
import type { Hooks } from '../hooks.ts';
import type { Logger } from '../log.ts';
import { attempt, giveUp, type Running, withDeadline } from '../runtime/deadline.ts';
import type { Allotments, AllotRequest, Setpoint, SitePower } from '../site.ts';
import {
  checked,
  isAllotments,
  isBatteryDecision,
  isDecision,
  isPlans,
  isPromise,
  isRates,
  isSetpoint,
  isSitePower,
} from './answers.ts';

/**
 * Wraps every tap of a plugin: owner, deadline, error class. A failing tap is logged when it starts to fail and when it
 * works again; what its failure means to the caller is decided here, per hook, and nowhere else.
 */

type HookName = keyof Hooks;
/** Taps that a plugin needs at the beginning and end of its own life, also while the others run on. */
type LifeHook = 'setup' | 'started' | 'stop';
type AnyTap = (...args: readonly unknown[]) => unknown;

/** The hooks whose taps may answer later, and the ms that they may take. */
const DEADLINES: Readonly<Partial<Record<HookName, number>>> = {
  setup: 10_000,
  started: 10_000,
  measure: 5_000,
  rates: 10_000,
  plan: 30_000,
  command: 5_000,
  stop: 5_000,
};

/** The hooks as one plugin sees them. */
export interface PluginHooks {
  readonly hooks: Hooks;
  /** Runs only this plugin's taps of a hook of life. */
  run(hook: LifeHook, ...args: readonly unknown[]): Promise<void>;
  /** From now on all taps are called, or only those of its own life; before they do nothing. */
  activate(taps: 'life' | 'all'): void;
  /** From now on none of the plugin's taps does anything; what is under way is given up. */
  retire(): void;
  /** Sets why a retired limiter allows no current; `undefined`: it has no say any more. */
  refuse(failure: unknown): void;
}

/** `run` calls the plugin's code, see `RunAs`; absent: it is called directly. */
export function ownHooks(
  hooks: Hooks,
  owner: string,
  clock: Clock,
  log: Logger,
  run?: <T>(work: () => T) => T,
): PluginHooks {
  let called: 'none' | 'life' | 'all' = 'none';
  let failure: unknown;
  const running: Running = [];
  const life: Record<LifeHook, AnyTap[]> = { setup: [], started: [], stop: [] };

  const facade = {} as Record<HookName, unknown>;
  for (const [key, hook] of Object.entries(hooks)) {
    const name = key as HookName;
    const register = (kind: 'tap' | 'tapPromise', options: string | { name?: string; stage?: number }, own: AnyTap) => {
      const tap: AnyTap = run ? (...args) => run(() => own(...args)) : own;
      // What has a deadline is waited for, however the plugin wrote it.
      const awaited = name in DEADLINES;
      const report = failureReporter(`${name} of plugin ${owner}`, log);
      const stage = typeof options === 'string' ? undefined : options.stage;
      const wrapped = awaited
        ? containLater(name, owner, tap, report, { clock, running, isActive: () => called !== 'none' })
        : containNow(name, owner, tap, report, stage);
      // No hook has more than three arguments; a list of them for each call would be the most of what a decision costs.
      const guarded: AnyTap = (first, second, third) => {
        if (called === 'all' || (called === 'life' && name in life)) return wrapped(first, second, third);
        if (name === 'limit' && failure !== undefined) return refused(first as Setpoint, owner, failure);
        if (name === 'allot' && failure !== undefined)
          return nothing(second as readonly AllotRequest[], owner, failure);
        return awaited ? Promise.resolve() : undefined;
      };
      if (name in life) life[name as LifeHook].push(guarded);
      const target = hook as unknown as Record<'tap' | 'tapPromise', (options: object, tap: AnyTap) => void>;
      target[awaited ? 'tapPromise' : kind]({ name: owner, ...(stage !== undefined && { stage }) }, guarded);
    };
    const refuse = (): never => fail('EVCC_PLUGIN_FAILED', `hook ${name} is used by tap and tapPromise only`);
    facade[name] = Object.create(hook, {
      tap: { value: register.bind(undefined, 'tap') },
      tapPromise: { value: register.bind(undefined, 'tapPromise') },
      tapAsync: { value: refuse },
      intercept: { value: refuse },
    });
  }

  return {
    hooks: facade as unknown as Hooks,
    run: async (hook, ...args) => {
      const results = await Promise.allSettled(life[hook].map((tap) => attempt(() => tap(...args))));
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    },
    activate(taps) {
      called = taps;
    },
    retire() {
      called = 'none';
      giveUp(running);
    },
    refuse(why) {
      failure = why;
    },
  };
}

/** Codes with which a command is rejected */
const REFUSALS: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>(['EVCC_COMMAND_INVALID', 'EVCC_TOO_SOON']);

/** Taps that answer at once. */
function containNow(hook: HookName, owner: string, tap: AnyTap, report: FailureReporter, stage = 0): AnyTap {
  const contained =
    (accept: (answer: unknown, first: unknown) => unknown, instead: AnyTap): AnyTap =>
    (first, second, third) => {
      let result: unknown;
      try {
        result = accept(tap(first, second, third), first);
      } catch (error) {
        report.failed(error);
        return instead(error, first, second);
      }
      report.worked();
      return result;
    };
  const none = (): undefined => undefined;
  switch (hook) {
    case 'limit':
      return contained(
        (answer, before) => {
          const after = checked(answer, isSetpoint);
          return after ? lowered(before as Setpoint, after, owner) : before;
        },
        (error, before) => refused(before as Setpoint, owner, error),
      );
    case 'allot':
      return contained(
        (answer, before) => {
          const after = checked(answer, isAllotments);
          return after && merged(before as Allotments, after, owner);
        },
        (error, _, requests) => nothing(requests as readonly AllotRequest[], owner, error),
      );
    case 'sitePower':
      return contained(
        (answer) => checked(answer, isSitePower),
        (): SitePower => ({ batteryBuffered: false, batteryStart: false }),
      );
    case 'decide':
      return contained((answer) => {
        const decision = checked(answer, isDecision);
        return decision && { ...decision, stage, reason: { ...decision.reason, by: owner } };
      }, none);
    case 'battery':
      return contained((answer) => checked(answer, isBatteryDecision), none);
    default:
      return (first, second, third) => {
        try {
          const answer = tap(first, second, third);
          // Observers may be asynchronous; nobody waits for them.
          if (isPromise(answer)) answer.then(report.worked, report.failed);
          else report.worked();
        } catch (error) {
          report.failed(error);
        }
        return undefined;
      };
  }
}

interface Bounds {
  readonly clock: Clock;
  readonly running: Running;
  readonly isActive: () => boolean;
}

/** ms after which a tap that never came back is called again */
const CALL_AGAIN = 300_000;

/** Taps that may answer later, each within its deadline. */
function containLater(hook: HookName, owner: string, tap: AnyTap, report: FailureReporter, bounds: Bounds): AnyTap {
  const { clock } = bounds;
  let calls = 0;
  let calledAt = 0;
  const call = (args: readonly unknown[]): Promise<unknown> => {
    calledAt = clock.now();
    const work = async (signal: AbortSignal): Promise<unknown> => {
      calls += 1;
      try {
        return await tap(...args.map((arg) => (arg instanceof AbortSignal ? signal : arg)));
      } finally {
        calls -= 1;
      }
    };
    return withDeadline(clock, DEADLINES[hook] ?? 0, `${hook} of plugin ${owner}`, work, bounds.running);
  };
  switch (hook) {
    case 'setup':
      return async () => {
        try {
          await call([]);
        } catch (error) {
          const message = `plugin ${owner}: ${messageOf(error)}`;
          throw new EvccError('EVCC_PLUGIN_FAILED', message, { plugin: owner, cause: error });
        }
      };
    case 'command':
      return async (...args) => {
        try {
          await call(args);
          report.worked();
        } catch (error) {
          if (REFUSALS.has(codeOf(error))) throw error;
          report.failed(error);
        }
      };
    default:
      return async (...args) => {
        // A tap that hangs would hold up every cycle for its whole deadline.
        if (calls > 0 && Math.abs(clock.now() - calledAt) < CALL_AGAIN) return undefined;
        try {
          const answer = await call(args);
          const result =
            hook === 'rates' ? checked(answer, isRates) : hook === 'plan' ? checked(answer, isPlans) : undefined;
          report.worked();
          return result;
        } catch (error) {
          if (bounds.isActive()) report.failed(error);
          return undefined;
        }
      };
  }
}

/** A limiter that failed allows nothing. */
function refused(before: Setpoint, owner: string, error: unknown): Setpoint {
  const text = `no current, because the limiter ${owner} failed: ${messageOf(error)}`;
  const change = `goes on when ${owner} works again, or is no longer used`;
  return lowered(before, { ...before, current: 0 }, owner, { code: 'limiter-failed', text, change });
}

/** What a limiter made of a set-point: whatever it answers, nothing is ever raised. */
export function lowered(
  before: Setpoint,
  after: Setpoint,
  owner: string,
  reason?: Setpoint['reasons'][number],
): Setpoint {
  const current = after.current >= 0 ? Math.min(before.current, after.current) : 0;
  const phases = after.phases === 1 || before.phases === 1 ? 1 : before.phases;
  if (current === before.current && phases === before.phases) return before;
  const added = reason ? [reason] : (after.reasons ?? []).slice(before.reasons.length);
  const reasons = added.length > 0 ? added : [{ code: 'limited', text: `${owner} allows ${round(current)} A` }];
  // A strategy may ask for anything; what is remembered is a current.
  const left = current < Number.POSITIVE_INFINITY ? { current: Math.max(0, current) } : {};
  // Frozen, so that the next limiter cannot raise it by changing it in place.
  return Object.freeze({
    current,
    ...(phases !== undefined && { phases }),
    ...(before.fast && { fast: true }),
    reasons: Object.freeze([...before.reasons, ...reasons.map((each) => ({ ...each, by: owner, ...left }))]),
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export interface FailureReporter {
  readonly failed: (error: unknown) => void;
  readonly worked: () => void;
}

/** Logs the first failure and the recovery, nothing in between. */
export function failureReporter(what: string, log: Logger): FailureReporter {
  let failing = false;
  return {
    failed(error) {
      if (!failing) log.error(`${what} failed: ${messageOf(error)}`, codeOf(error) ? undefined : error);
      failing = true;
    },
    worked() {
      if (failing) log.info(`${what} works again`);
      failing = false;
    },
  };
}
