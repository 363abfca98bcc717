import type { DeviceContext } from '../../core/index.ts';
import { show, toBoolean, toNumber, toValue } from './sources/value.ts';

/**
 * A place in the JSON of an answer, for decoders: what is read from it is checked, and what is not as expected is
 * `EVCC_DEVICE_PROTOCOL` with source and place, such as `GET http://…/prices: data[3].price is null, not a number`.
 */
export class Answer {
  readonly #value: unknown;
  readonly #place: string;
  readonly #source: string;
  readonly #context: Pick<DeviceContext, 'fail' | 'time'>;

  /** `source` says in errors who answered, and shows no secret. */
  constructor(value: unknown, source: string, context: Pick<DeviceContext, 'fail' | 'time'>, place = '') {
    this.#value = value;
    this.#place = place;
    this.#source = source;
    this.#context = context;
  }

  /** It is missing, or null. */
  get absent(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  /** Who answered, as errors name it */
  get source(): string {
    return this.#source;
  }

  /** What is there, short, for error messages */
  get shown(): string {
    return this.#value === undefined ? 'missing' : show(this.#value);
  }

  /** It is exactly this value. */
  is(value: string | number | boolean): boolean {
    return this.#value === value;
  }

  /** A member of an object, which may be missing. */
  at(key: string): Answer {
    return this.#child(this.#object()[key], this.#place === '' ? key : `${this.#place}.${key}`);
  }

  /** The members of a list. */
  items(): Answer[] {
    if (!Array.isArray(this.#value)) return this.#wrong('a list');
    return this.#value.map((item: unknown, index) => this.#child(item, `${this.#place}[${index}]`));
  }

  /** The members of an object, in its order. */
  entries(): [string, Answer][] {
    return Object.entries(this.#object()).map(([key, value]) => [key, this.#child(value, `${this.#place}["${key}"]`)]);
  }

  /** A finite number, also as text with a decimal point. */
  number(): number {
    const value = toValue(this.#value);
    return (value === undefined ? undefined : toNumber(value)) ?? this.#wrong('a number');
  }

  /** true or false, also as 1 and 0 or their texts */
  flag(): boolean {
    const value = toValue(this.#value);
    return (value === undefined ? undefined : toBoolean(value)) ?? this.#wrong('true or false');
  }

  text(): string {
    return typeof this.#value === 'string' ? this.#value : this.#wrong('a text');
  }

  /** ms since the epoch of an RFC 3339 text; `zone` is put after texts that have none. */
  time(zone = ''): number {
    return this.#context.time.parse(`${this.text()}${zone}`) ?? this.#wrong('a time');
  }

  /** Ends with `EVCC_DEVICE_PROTOCOL`. */
  refuse(why: string): never {
    return this.#context.fail('EVCC_DEVICE_PROTOCOL', `${this.#source}: ${why}`);
  }

  #object(): Readonly<Record<string, unknown>> {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.#wrong('an object');
    return value as Readonly<Record<string, unknown>>;
  }

  #child(value: unknown, place: string): Answer {
    return new Answer(value, this.#source, this.#context, place);
  }

  #wrong(wanted: string): never {
    return this.refuse(`${this.#place || 'the answer'} is ${this.shown}, not ${wanted}`);
  }
}
