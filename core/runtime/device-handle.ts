import type { Clock } from '../clock.ts';
import { isPast } from '../cycle/observe.ts';
import type { Cached, Closable } from '../devices.ts';
import { classifyDeviceError, EvccError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Sampled } from '../site.ts';
import { attempt, giveUp, type Running, withDeadline } from './deadline.ts';

/**
 * Keeps one configured device: creates it, reads it with a deadline, remembers the last reading until it is stale, pauses
 * longer and longer while it fails, and notices when it is back. Never throws.
 */

export type DeviceCondition = 'starting' | 'available' | 'unavailable';

/** How a device is, for people. */
export interface DeviceReport {
  readonly kind: string;
  readonly name: string;
  /** Name of its type, without folders */
  readonly type: string;
  readonly state: DeviceCondition;
  /** Why it is not available; empty: it is */
  readonly reason: string;
  /** ms since the epoch of the present state */
  readonly since: number;
}

export interface HandleOptions<D, R> {
  /** Runs the code of the device; absent: it is called directly */
  readonly run?: <T>(work: () => T) => T;
  readonly kind: string;
  readonly name: string;
  /** As configured: a name, a package or a path */
  readonly type: string;
  readonly create: (signal: AbortSignal) => D | Promise<D>;
  readonly read: (device: D, signal: AbortSignal) => Promise<R>;
  /** Throws when a reading is none; absent: all are */
  readonly check?: (reading: R) => void;
  /** ms that creating, reading or commanding may take */
  readonly timeout: number;
  /** ms after which the last reading is no longer trusted */
  readonly staleAfter: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Masks the secrets in a text that may be shown. */
  readonly hide?: (text: string) => string;
  /** The report is another one now. */
  readonly changed?: () => void;
}

/** ms of pause after the third failure in a row; doubles with each further one */
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 300_000;
/** Failures in a row that are tried again in the next cycle already */
const QUICK_RETRIES = 2;

const NOT_READ = 'not read yet';
/** Characters of a reason that are shown; some devices answer with whole pages */
const LONGEST_REASON = 300;

export class DeviceHandle<D extends Partial<Closable>, R> {
  readonly kind: string;
  readonly name: string;
  readonly #options: HandleOptions<D, R>;
  #device: D | undefined;
  #pending: Promise<void> | undefined;
  #sample: { value: R; at: number } | undefined;
  #condition: DeviceCondition = 'starting';
  #reason = NOT_READ;
  #since: number;
  #failures = 0;
  #retryAt = 0;
  #closed = false;
  readonly #running: Running = [];
  readonly #title: string;
  readonly #reading: string;

  constructor(options: HandleOptions<D, R>) {
    this.kind = options.kind;
    this.name = options.name;
    this.#options = options;
    this.#title = `${options.kind} ${options.name}`;
    this.#reading = `reading ${this.#title}`;
    this.#since = options.clock.now();
  }

  /** The device itself; `undefined` until it could be created. */
  get device(): D | undefined {
    return this.#device;
  }

  /** ms since the epoch of the last reading; `undefined`: never read */
  get readAt(): number | undefined {
    return this.#sample?.at;
  }

  report(): DeviceReport {
    const { kind, name } = this;
    const type = this.#options.type.replace(/^.*[/\\]/, '');
    return { kind, name, type, state: this.#condition, reason: this.#reason, since: this.#since };
  }

  /** It is not available for as long as readings may be old, or for good: the house does without it. */
  isLost(now: number): boolean {
    if (this.#condition !== 'unavailable') return false;
    return this.#retryAt === Number.POSITIVE_INFINITY || isPast(this.#since, this.#options.staleAfter, now);
  }

  /** The last reading with its age at `now`; `undefined`: never read. */
  sample(now: number): Sampled<R> | undefined {
    const sample = this.#sample;
    // A reading from the future is one from before the clock was set back.
    return (
      sample && { value: sample.value, at: sample.at, stale: Math.abs(now - sample.at) > this.#options.staleAfter }
    );
  }

  /** Goes on with a reading of an earlier process, as if this one had taken it. */
  resume(value: R, at: number): void {
    this.#sample = { value, at };
    this.#turn('available', '');
  }

  /** Ends the pause after readings that failed; refused credentials stay refused. */
  retry(): void {
    if (this.#retryAt !== Number.POSITIVE_INFINITY) this.#retryAt = 0;
  }

  /** The next reading asks the device, as soon as it may be read; what a driver does wrong here is no reason not to. */
  forget(): void {
    this.retry();
    const device = this.#device as Partial<Cached> | undefined;
    try {
      device?.forget?.();
    } catch {}
  }

  /** Creates the device if that was not possible yet, without reading it. */
  prepare(): Promise<void> | undefined {
    if (this.#device) return undefined;
    return this.#run(async () => {
      await this.#create();
      if (this.#device && this.#condition === 'unavailable') this.#turn('starting', NOT_READ);
    });
  }

  /** Creates the device if need be and reads it. A reading that is still under way is left alone. */
  refresh(): Promise<void> | undefined {
    return this.#run(() => (this.#device ? this.#read(this.#device) : this.#begin()));
  }

  /** Runs a command with the device's deadline; rejects with a coded error that names the device. */
  async command(what: string, run: (device: D, signal: AbortSignal) => Promise<void>): Promise<void> {
    const device = this.#device;
    if (!device || this.#closed)
      throw new EvccError(
        'EVCC_DEVICE_UNAVAILABLE',
        `${this.#title} is not available: ${this.#reason || 'it was removed'}`,
      );
    try {
      await this.#within(what, (signal) => run(device, signal));
    } catch (error) {
      throw this.#named(error, what);
    }
  }

  /** Gives up what is under way and closes the device; a device that does not close is left behind. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    giveUp(this.#running);
    const device = this.#device;
    if (!device?.close) return;
    await this.#within(`closing ${this.#title}`, () => attempt(() => device.close?.())).catch((error: unknown) => {
      this.#options.log.warn(`${this.#title} could not be closed: ${this.#named(error, 'closing').message}`);
    });
  }

  async #begin(): Promise<void> {
    await this.#create();
    if (this.#device) await this.#read(this.#device);
  }

  /** `work` never rejects. */
  #run(work: () => Promise<void>): Promise<void> | undefined {
    if (this.#closed || this.#pending || this.#pauses()) return undefined;
    this.#pending = work().then(this.#settled);
    return this.#pending;
  }

  readonly #settled = (): void => {
    this.#pending = undefined;
  };

  #pauses(): boolean {
    const left = this.#retryAt - this.#options.clock.now();
    // A pause longer than any other is left over from before the clock was set back.
    return left > 0 && (left <= LONGEST_PAUSE || left === Number.POSITIVE_INFINITY);
  }

  #within<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, timeout, run } = this.#options;
    const own = run ? (signal: AbortSignal): Promise<T> => run(() => work(signal)) : work;
    return withDeadline(clock, timeout, what, own, this.#running);
  }

  async #create(): Promise<void> {
    const { create } = this.#options;
    try {
      await this.#within(`starting ${this.#title}`, async (signal) => {
        const device = await create(signal);
        // Arrived after its deadline or removal: nobody will use it.
        if (this.#closed || signal.aborted) await device.close?.();
        else this.#device = device;
      });
    } catch (error) {
      this.#failed(error);
    }
  }

  async #read(device: D): Promise<void> {
    const { clock, read, check } = this.#options;
    // What is said of the time before a command must not be taken for the time after it.
    const at = clock.now();
    try {
      const value = await this.#within(this.#reading, (signal) => read(device, signal));
      check?.(value);
      this.#sample = { value, at };
      this.#failures = 0;
      this.#retryAt = 0;
      this.#turn('available', '');
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Takes note of a better condition. */
  #turn(condition: 'starting' | 'available', reason: string): void {
    const { log, clock, changed } = this.#options;
    if (this.#condition === 'unavailable') log.info(`${this.#title} is back`);
    if (this.#condition === condition) return;
    this.#since = clock.now();
    this.#condition = condition;
    this.#reason = reason;
    changed?.();
  }

  #failed(thrown: unknown): void {
    if (this.#closed) return;
    const { clock, log } = this.#options;
    const error = this.#named(thrown, 'reading');
    this.#failures += 1;
    this.#reason = error.message;
    if (this.#condition !== 'unavailable') {
      this.#since = clock.now();
      const bug = classifyDeviceError(thrown) === undefined;
      if (bug) log.error(`${this.#title} is not available: ${error.message}`, thrown);
      else log.warn(`${this.#title} is not available: ${error.message}`);
    }
    this.#condition = 'unavailable';
    this.#options.changed?.();
    // Refused credentials are not tried again: accounts get locked. A changed entry or a restart makes a new handle.
    this.#retryAt = error.code === 'EVCC_DEVICE_AUTH' ? Number.POSITIVE_INFINITY : clock.now() + pause(this.#failures);
  }

  #named(error: unknown, what: string): EvccError {
    const code = classifyDeviceError(error) ?? 'EVCC_DEVICE_UNAVAILABLE';
    const whole = this.#options.hide?.(messageOf(error)) ?? messageOf(error);
    const text = whole.replace(/\s+/g, ' ').slice(0, LONGEST_REASON);
    const complete = what === 'reading' || text.startsWith(what) || text.includes(this.name);
    return new EvccError(code, complete ? text : `${what}: ${text}`, { device: this.name, cause: error });
  }
}

/** ms until a device that failed `failures` times in a row is tried again. */
export function pause(failures: number): number {
  if (failures <= QUICK_RETRIES) return 0;
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - QUICK_RETRIES - 1));
}
