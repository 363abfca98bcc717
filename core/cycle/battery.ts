import { failureReporter } from '../containment.ts';
import { type BatteryMode, can } from '../devices.ts';
import type { NamedMeter } from '../equipment.ts';
import type { Logger } from '../log.ts';
import type { Reason } from '../site.ts';

/** Puts the home batteries into the mode that was decided, and back to normal at the end. */
export class BatteryWriter {
  readonly #log: Logger;
  /** Mode that each battery was last put into; absent: never touched */
  readonly #modes = new Map<NamedMeter['handle'], BatteryMode>();
  readonly #reporters = new Map<string, ReturnType<typeof failureReporter>>();
  #mode: BatteryMode | 'unknown' = 'unknown';

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Mode in force; `unknown` while no battery was ever told one. */
  get mode(): BatteryMode | 'unknown' {
    return this.#mode;
  }

  /** Sends the mode to every battery that can be told one and is in another; batteries never touched are left alone. */
  write(
    decision: { mode: BatteryMode; reason: Reason } | undefined,
    batteries: readonly NamedMeter[],
  ): Promise<void>[] {
    const mode = decision?.mode ?? 'normal';
    const writing: Promise<void>[] = [];
    for (const { handle, title } of batteries) {
      const device = handle.device;
      const before = this.#modes.get(handle) ?? 'normal';
      if (!device || !can(device, 'setBatteryMode') || before === mode) continue;
      const reporter = this.#reporter(`setting the mode of battery ${title}`);
      writing.push(
        handle
          .command(`setting mode ${mode}`, async (battery, signal) => battery.setBatteryMode?.(mode, signal))
          .then(
            () => {
              if (mode !== this.#mode)
                this.#log.info(`battery ${title}: ${mode}${decision ? `, ${decision.reason.text}` : ''}`);
              this.#modes.set(handle, mode);
              this.#mode = mode;
              reporter.worked();
            },
            (error: unknown) => reporter.failed(error),
          ),
      );
    }
    return writing;
  }

  #reporter(what: string): ReturnType<typeof failureReporter> {
    let reporter = this.#reporters.get(what);
    if (!reporter) {
      reporter = failureReporter(what, this.#log);
      this.#reporters.set(what, reporter);
    }
    return reporter;
  }
}
