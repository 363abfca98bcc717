import type { StateValue } from './state.ts';

interface Numbered {
  readonly number: number;
}

/**
 * Published values by key, in the order of the table of keys. They are kept by number of their key: with many loadpoints, a
 * map for each would cost more than all the rest of publishing.
 */
export class PublishedValues implements ReadonlyMap<string, StateValue> {
  /** Numbers of all keys, shared by those who publish by the same table */
  readonly #rows: ReadonlyMap<string, Numbered>;
  readonly #values: (StateValue | undefined)[] = [];
  /** Makes what is to be read */
  readonly #settle: () => void;
  #size = 0;

  constructor(rows: ReadonlyMap<string, Numbered>, settle: () => void) {
    this.#rows = rows;
    this.#settle = settle;
  }

  get size(): number {
    this.#settle();
    return this.#size;
  }

  /** The value of the key with a number, as it was put last; `undefined`: it never was. */
  at(number: number): StateValue | undefined {
    return this.#values[number];
  }

  put(number: number, value: StateValue): void {
    if (this.#values[number] === undefined) this.#size += 1;
    // Without holes, so that the list stays a fast one.
    while (this.#values.length < number) this.#values.push(undefined);
    this.#values[number] = value;
  }

  get(key: string): StateValue | undefined {
    this.#settle();
    const row = this.#rows.get(key);
    return row && this.#values[row.number];
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  *entries(): MapIterator<[string, StateValue]> {
    this.#settle();
    for (const [key, { number }] of this.#rows) {
      const value = this.#values[number];
      if (value !== undefined) yield [key, value];
    }
  }

  *keys(): MapIterator<string> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<StateValue> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, StateValue]> {
    return this.entries();
  }

  forEach(run: (value: StateValue, key: string, map: ReadonlyMap<string, StateValue>) => void): void {
    for (const [key, value] of this.entries()) run(value, key, this);
  }
}
