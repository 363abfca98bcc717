import { batch, type Signal, signal } from '@preact/signals';
import type { LoadpointValues, SiteValues } from './values.ts';

/** Values by key, each a signal of its own, so that what shows one value is drawn anew only when that one changes. */
export class Values<T extends object> {
  readonly #signals = new Map<string, Signal<unknown>>();

  /** `undefined`: it was never told. The component that calls this is drawn anew when the value changes. */
  get<K extends keyof T & string>(key: K): T[K] | undefined {
    return this.#signal(key).value as T[K] | undefined;
  }

  /** A value that the page has no type for, such as one that a plugin publishes */
  any(key: string): unknown {
    return this.#signal(key).value;
  }

  set(key: string, value: unknown): void {
    this.#signal(key).value = value;
  }

  /** Forgets every value that is not among these. */
  keep(keys: ReadonlySet<string>): void {
    for (const [key, each] of this.#signals) if (!keys.has(key)) each.value = undefined;
  }

  #signal(key: string): Signal<unknown> {
    const known = this.#signals.get(key);
    if (known) return known;
    const made = signal<unknown>(undefined);
    this.#signals.set(key, made);
    return made;
  }
}

/** A line of the server's log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  /** Loadpoint, from 1 */
  readonly lp?: number;
  /** ms since the epoch at which it arrived */
  readonly at: number;
}

/** Lines of the log that are kept: whoever wants more asks for them */
const MOST_LINES = 20;

/** Everything that is published, as it is known here. */
export class HouseValues {
  readonly site: Values<SiteValues> = new Values();
  /** In order; their number changes only with the configuration */
  readonly loadpoints: Signal<readonly Values<LoadpointValues>[]> = signal([]);
  /** The last warnings and errors since the page was opened, newest first */
  readonly log: Signal<readonly LogLine[]> = signal([]);

  /** Takes in a frame of the WebSocket; `whole`: it has everything, what it has not is gone. */
  take(frame: Readonly<Record<string, unknown>>, whole: boolean, now: number): void {
    batch(() => {
      const { log, ...values } = frame;
      if (isLine(log)) this.log.value = [{ ...log, at: now }, ...this.log.value].slice(0, MOST_LINES);
      const keys = Object.keys(values).map(splitKey);
      if (whole) this.#resize(1 + Math.max(-1, ...keys.map(({ index }) => index ?? -1)));
      for (const { full, index, key } of keys) this.#target(index)?.set(key, values[full]);
      if (whole) this.#forget(keys);
    });
  }

  #target(index: number | undefined): Values<LoadpointValues> | Values<SiteValues> | undefined {
    if (index === undefined) return this.site;
    if (index >= this.loadpoints.peek().length) this.#resize(index + 1);
    return this.loadpoints.peek()[index];
  }

  #resize(count: number): void {
    const present = this.loadpoints.peek();
    if (present.length === count) return;
    this.loadpoints.value = Array.from({ length: count }, (_, index) => present[index] ?? new Values());
  }

  #forget(keys: readonly SplitKey[]): void {
    const of = (index: number | undefined): ReadonlySet<string> =>
      new Set(keys.filter((each) => each.index === index).map(({ key }) => key));
    this.site.keep(of(undefined));
    for (const [index, values] of this.loadpoints.peek().entries()) values.keep(of(index));
  }
}

interface SplitKey {
  readonly full: string;
  /** Of the loadpoint, from 0; absent: the site */
  readonly index?: number;
  readonly key: string;
}

function splitKey(full: string): SplitKey {
  const [, index, key] = /^loadpoints\.(\d+)\.(.+)$/.exec(full) ?? [];
  return key === undefined ? { full, key: full } : { full, index: Number(index), key };
}

function isLine(value: unknown): value is Omit<LogLine, 'at'> {
  return typeof value === 'object' && value !== null && 'message' in value && 'level' in value;
}
