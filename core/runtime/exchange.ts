import type { Problem } from '../config/problem.ts';
import { EvccError, messageOf } from '../errors.ts';
import { type Composed, type Composition, ConfigError, pathOf, type Written } from '../loading/composition.ts';
import type { PluginScope } from '../loading/plugin-scope.ts';
import type { Logger } from '../log.ts';
import type { Turns } from './turns.ts';

/**
 * Takes over changed configurations: as a whole or, when a plugin cannot be set up, not at all. What takes its time happens
 * beside the cycles; only the change itself, which is synchronous, comes between two of them.
 */

export interface ExchangeOptions {
  readonly compose: (written: Written, before: readonly PluginScope[]) => Promise<Composed>;
  readonly log: Logger;
  /** Changes come one after the other, and before the end of the house. */
  readonly changes: Turns;
  /** Runs work between two cycles. */
  readonly betweenCycles: Turns;
  readonly isRunning: () => boolean;
  /** The first cycle is over. */
  readonly isStarted: () => boolean;
  /** Brings what is not part of the next composition into a defined state. Never rejects. */
  readonly release: (before: Composition, next: Composition) => Promise<void>;
  /** Brings devices and loadpoints into force. */
  readonly use: (composition: Composition) => void;
  /** Something else is in force now. */
  readonly changed: () => void;
}

export interface SetupFailure {
  readonly scope: PluginScope;
  readonly error: unknown;
}

/** Runs the `setup` taps of all, so that what one of them opens is not forgotten when another fails. */
export async function setUp(scopes: readonly PluginScope[]): Promise<SetupFailure[]> {
  const failed: SetupFailure[] = [];
  await Promise.all(scopes.map((scope) => scope.setup().catch((error: unknown) => void failed.push({ scope, error }))));
  return failed;
}

const NOT_RUNNING: Problem = { path: '', message: 'the house is not running' };

export class Exchange {
  readonly #options: ExchangeOptions;
  #composition: Composition;
  /** What is in force, as written */
  #written: Written;
  /** Plugins in force before that could not be put back after a change was refused */
  #missed: readonly PluginScope[] = [];

  constructor(composition: Composition, written: Written, options: ExchangeOptions) {
    this.#composition = composition;
    this.#written = written;
    this.#options = options;
  }

  /** What is in force */
  get composition(): Composition {
    return this.#composition;
  }

  /** What it was made of */
  get written(): Written {
    return this.#written;
  }

  /** Takes the place of the composition before anything of it is in force. Errors: `ConfigError` with every problem. */
  async complete(written: Written): Promise<void> {
    const composed = await this.#options.compose(written, this.#composition.scopes);
    if (!composed.ok) throw new ConfigError(composed.problems);
    const { scopes } = this.#composition;
    this.#composition = composed.composition;
    this.#written = written;
    await Promise.all(without(scopes, composed.composition.scopes).map((scope) => scope.remove()));
  }

  /** Answers with the problems, in which case everything is as it was. */
  async change(written: Written): Promise<readonly Problem[]> {
    const { compose, changes, isRunning } = this.#options;
    if (!isRunning()) return [NOT_RUNNING];
    const composed = await compose(written, this.#composition.scopes);
    return composed.ok ? changes(() => this.#takeOver(composed.composition, written)) : composed.problems;
  }

  async #takeOver(next: Composition, written: Written): Promise<readonly Problem[]> {
    const { isRunning, log } = this.#options;
    const before = this.#composition;
    const fresh = without(next.scopes, before.scopes);
    if (!isRunning()) {
      await Promise.all(fresh.map((scope) => scope.remove()));
      return [NOT_RUNNING];
    }
    const makeRoom = without(before.scopes, next.scopes).filter(({ claims }) =>
      fresh.some((other) => other.claims.some((claim) => claims.includes(claim))),
    );
    await Promise.all(makeRoom.map((scope) => scope.end()));
    for (const scope of fresh) scope.prepare();
    const failed = await setUp(fresh);
    if (failed.length > 0) {
      await Promise.all(fresh.map((scope) => scope.remove()));
      if (makeRoom.length > 0) await this.#putBack(makeRoom);
      return failed.map(({ scope, error }) => ({ path: pathOf(scope), message: messageOf(error) }));
    }
    if (next.entries.get('database')?.signature !== before.entries.get('database')?.signature) {
      log.warn('another database is used only after a restart');
    }
    this.#written = written;
    await this.#switchTo(next);
    return [];
  }

  /** Makes plugins anew that were ended in vain. One that fails now is missed until the next change: a limiter allows nothing. */
  async #putBack(ended: readonly PluginScope[]): Promise<void> {
    const { compose, log } = this.#options;
    const before = this.#composition;
    const again = await compose(this.#written, without(before.scopes, ended));
    const next = again.ok ? again.composition : before;
    const fresh = without(next.scopes, before.scopes);
    for (const scope of fresh) scope.prepare();
    const lost = again.ok
      ? await setUp(fresh)
      : ended.map((scope) => ({ scope, error: notAgain(scope, again.problems) }));
    for (const { scope, error } of lost) {
      log.error(`${messageOf(error)}; the house goes on without this plugin until the next change`);
      scope.refuse(error);
    }
    const missed = lost.map(({ scope }) => scope);
    await this.#switchTo({ ...next, scopes: without(next.scopes, missed) });
    await Promise.all(missed.map((scope) => scope.remove()));
    this.#missed = missed;
  }

  async #switchTo(next: Composition): Promise<void> {
    const { betweenCycles, isStarted, release, use, changed } = this.#options;
    const before = this.#composition;
    const gone = without(before.scopes, next.scopes);
    const fresh = without(next.scopes, before.scopes);
    await release(before, next);
    await betweenCycles(async () => {
      for (const scope of gone) scope.leave();
      for (const scope of this.#missed) scope.refuse(undefined);
      this.#missed = [];
      this.#composition = next;
      use(next);
      for (const scope of fresh) scope.join();
    });
    changed();
    await Promise.all(gone.map((scope) => scope.remove()));
    if (isStarted()) await Promise.all(fresh.map((scope) => scope.started()));
  }
}

function notAgain(scope: PluginScope, problems: readonly Problem[]): EvccError {
  const why = new ConfigError(problems).message;
  return new EvccError('EVCC_PLUGIN_FAILED', `plugin ${scope.name} could not be put back: ${why}`, {
    plugin: scope.name,
  });
}

function without(scopes: readonly PluginScope[], others: readonly PluginScope[]): PluginScope[] {
  return scopes.filter((scope) => !others.includes(scope));
}
