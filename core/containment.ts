import type { Clock } from './clock.ts';
import { attempt, withDeadline } from './deadline.ts';
import { codeOf, EvccError, messageOf } from './errors.ts';
import type { Hooks } from './hooks.ts';
import type { Logger } from './log.ts';
import type { Setpoint, SitePower } from './site.ts';

/**
 * Wraps every tap of a plugin: owner, deadline, error class. A failing tap is logged when it starts to fail and when it
 * works again; what its failure means to the caller is decided here, per hook, and nowhere else.
 */

type HookName = keyof Hooks;
/** Taps that a plugin needs at the beginning and end of its own life, also while the others run on. */
type LifeHook = 'setup' | 'started' | 'stop';
type AnyTap = (...args: readonly unknown[]) => unknown;

/** ms that asynchronous taps may take */
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
  /** From now on the taps are called; before they do nothing. */
  activate(): void;
  /** From now on none of the plugin's taps does anything. */
  retire(): void;
}

export function ownHooks(hooks: Hooks, owner: string, clock: Clock, log: Logger): PluginHooks {
  let active = false;
  const life: Record<LifeHook, AnyTap[]> = { setup: [], started: [], stop: [] };

  const facade = {} as Record<HookName, unknown>;
  for (const [key, hook] of Object.entries(hooks)) {
    const name = key as HookName;
    const register = (kind: 'tap' | 'tapPromise', options: string | { name?: string; stage?: number }, tap: AnyTap) => {
      const wrapped = contain(name, owner, tap, clock, log);
      const guarded: AnyTap = (...args) => {
        if (active) return wrapped(...args);
        return kind === 'tapPromise' ? Promise.resolve() : undefined;
      };
      if (name in life) life[name as LifeHook].push(guarded);
      const stage = typeof options === 'string' ? undefined : options.stage;
      const target = hook as unknown as Record<'tap' | 'tapPromise', (options: object, tap: AnyTap) => void>;
      target[kind]({ name: owner, ...(stage !== undefined && { stage }) }, guarded);
    };
    facade[name] = Object.create(hook, {
      tap: { value: register.bind(undefined, 'tap') },
      tapPromise: { value: register.bind(undefined, 'tapPromise') },
    });
  }

  return {
    hooks: facade as unknown as Hooks,
    run: async (hook, ...args) => {
      await Promise.all(life[hook].map((tap) => attempt(() => tap(...args))));
    },
    activate() {
      active = true;
    },
    retire() {
      active = false;
    },
  };
}

function contain(hook: HookName, owner: string, tap: AnyTap, clock: Clock, log: Logger): AnyTap {
  const report = failureReporter(`${hook} of plugin ${owner}`, log);
  switch (hook) {
    case 'limit':
      return (setpoint, ...rest) => {
        const before = setpoint as Setpoint;
        try {
          const after = tap(before, ...rest) as Setpoint | undefined;
          report.worked();
          return after === undefined ? before : lowered(before, after, owner);
        } catch (error) {
          report.failed(error);
          const text = `no current, because the limiter ${owner} failed: ${messageOf(error)}`;
          return lowered(before, { ...before, current: 0 }, owner, { code: 'limiter-failed', text });
        }
      };
    case 'sitePower':
      return (power, ...rest) => {
        try {
          const result = tap(power, ...rest);
          report.worked();
          return result;
        } catch (error) {
          report.failed(error);
          return { batteryBuffered: false, batteryStart: false } satisfies SitePower;
        }
      };
    case 'setup':
      return deadlined(hook, owner, tap, clock, (error) => {
        throw new EvccError('EVCC_PLUGIN_FAILED', `plugin ${owner}: ${messageOf(error)}`, {
          plugin: owner,
          cause: error,
        });
      });
    case 'command':
      return deadlined(hook, owner, tap, clock, (error) => {
        if (codeOf(error)) throw error;
        report.failed(error);
      });
    case 'started':
    case 'measure':
    case 'rates':
    case 'plan':
    case 'stop':
      return deadlined(hook, owner, tap, clock, report.failed, report.worked);
    default:
      return (...args) => {
        try {
          const result = tap(...args);
          report.worked();
          return result;
        } catch (error) {
          report.failed(error);
          return undefined;
        }
      };
  }
}

function deadlined(
  hook: HookName,
  owner: string,
  tap: AnyTap,
  clock: Clock,
  failed: (error: unknown) => void,
  worked: () => void = () => {},
): AnyTap {
  return async (...args) => {
    try {
      const result = await withDeadline(clock, DEADLINES[hook] ?? 10_000, `${hook} of plugin ${owner}`, () =>
        attempt(() => tap(...args)),
      );
      worked();
      return result;
    } catch (error) {
      return failed(error);
    }
  };
}

/** What a limiter made of a set-point: whatever it answers, nothing is ever raised. */
function lowered(before: Setpoint, after: Setpoint, owner: string, reason?: Setpoint['reasons'][number]): Setpoint {
  const current = after.current >= 0 ? Math.min(before.current, after.current) : 0;
  const phases = after.phases === 1 || before.phases === 1 ? 1 : before.phases;
  if (current === before.current && phases === before.phases) return before;
  const added = reason ? [reason] : after.reasons.slice(before.reasons.length);
  const reasons = added.length > 0 ? added : [{ code: 'limited', text: `${owner} allows ${round(current)} A` }];
  return {
    current,
    ...(phases !== undefined && { phases }),
    reasons: [...before.reasons, ...reasons.map((each) => ({ ...each, by: owner }))],
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Logs the first failure and the recovery, nothing in between. */
export function failureReporter(what: string, log: Logger): { failed(error: unknown): void; worked(): void } {
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
