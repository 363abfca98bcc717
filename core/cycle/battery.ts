import { type BatteryMode, can } from '../devices.ts';
import { failureReporter } from '../loading/containment.ts';
import type { Logger } from '../log.ts';
import type { NamedMeter } from '../runtime/equipment.ts';
import type { Reason } from '../site.ts';

/** Puts the home batteries into the mode that was decided, and back to normal at the end. */
export class BatteryWriter {
  readonly #log: Logger;
  readonly #told = new WeakMap<NamedMeter['handle'], Told>();
  #mode: BatteryMode | 'unknown' = 'unknown';

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Mode in force; `unknown` while no battery was ever told one. */
  get mode(): BatteryMode | 'unknown' {
    return this.#mode;
  }

  /**
   * Sends the mode to every battery that can be told one and was last sent another; batteries never told any are left
   * alone. A battery that is to be charged, but has reached its own largest soc, holds instead. A battery is told one thing
   * at a time. The promises never reject.
   */
  write(
    decision: { mode: BatteryMode; reason: Reason } | undefined,
    batteries: readonly NamedMeter[],
    now: number,
  ): Promise<void>[] {
    const mode = decision?.mode ?? 'normal';
    const writing: Promise<void>[] = [];
    for (const battery of batteries) {
      const { device } = battery.handle;
      if (!device || !can(device, 'setBatteryMode')) continue;
      const told = this.#told.get(battery.handle) ?? this.#meet(battery);
      const own = mode === 'charge' && isCharged(battery, now) ? 'hold' : mode;
      if (told.mode === own) continue;
      told.mode = own;
      told.last = told.last.then(() => this.#send(battery, told, own, decision?.reason));
      writing.push(told.last);
    }
    return writing;
  }

  /** Puts the batteries back to normal, and waits for what is still under way. Never rejects. */
  async release(batteries: readonly NamedMeter[]): Promise<void> {
    await Promise.all(this.write(undefined, batteries, 0));
    await Promise.all(batteries.map(({ handle }) => this.#told.get(handle)?.last));
  }

  #meet({ handle, title }: NamedMeter): Told {
    const report = failureReporter(`setting the mode of battery ${title}`, this.#log);
    const told: Told = { mode: 'normal', last: Promise.resolve(), report };
    this.#told.set(handle, told);
    return told;
  }

  async #send({ handle, title }: NamedMeter, told: Told, mode: BatteryMode, reason?: Reason): Promise<void> {
    // While it waited for its turn, another mode was decided.
    if (told.mode !== mode) return;
    try {
      await handle.command(`setting mode ${mode}`, async (battery, signal) => battery.setBatteryMode?.(mode, signal));
    } catch (error) {
      // It may have arrived all the same: whatever is decided next is sent.
      if (told.mode === mode) told.mode = undefined;
      told.report.failed(error);
      return;
    }
    if (mode !== this.#mode) this.#log.info(`battery ${title}: ${mode}${reason ? `, ${reason.text}` : ''}`);
    this.#mode = mode;
    told.report.worked();
  }
}

/** A battery whose soc is not known is left to its own limits. */
function isCharged({ handle, maxSoc }: NamedMeter, now: number): boolean {
  const soc = handle.sample(now)?.value.soc;
  return maxSoc < 100 && soc !== undefined && soc >= maxSoc;
}

/** What a battery was told. */
interface Told {
  /** Mode that was sent last or waits to be sent; `undefined`: unknown, because sending failed */
  mode: BatteryMode | undefined;
  /** Ends when everything was sent; never rejects */
  last: Promise<void>;
  readonly report: ReturnType<typeof failureReporter>;
}
