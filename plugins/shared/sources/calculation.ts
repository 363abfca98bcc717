import type { CustomCalculation, CustomSource, CustomValue } from './options.ts';
import { show, tidy, toBoolean, toNumber } from './value.ts';

/** What a calculation came to, or why it came to nothing. */
export type Outcome = { readonly value: CustomValue } | { readonly problem: string };

/** A calculation as its operands, with where they stand in the configuration, and what is done with their values. */
export interface Calculation {
  readonly operands: readonly { readonly at: string; readonly source: CustomSource }[];
  /** Values in the order of the operands */
  compute(values: readonly CustomValue[]): Outcome;
}

/** Pure: takes a calculation apart. */
export function toCalculation(options: CustomCalculation): Calculation {
  if ('add' in options) return ofList('add', options.add, (numbers) => numbers.reduce((sum, each) => sum + each, 0));
  if ('multiply' in options) {
    return ofList('multiply', options.multiply, (numbers) => numbers.reduce((product, each) => product * each, 1));
  }
  if ('divide' in options) return ofList('divide', options.divide, ([of = 0, by = 0]) => of / by);
  if ('min' in options) return ofList('min', options.min, (numbers) => Math.min(...numbers));
  if ('max' in options) return ofList('max', options.max, (numbers) => Math.max(...numbers));
  if ('negate' in options) return ofOne('negate', options.negate, (number) => (number === 0 ? 0 : -number));
  if ('absolute' in options) return ofOne('absolute', options.absolute, Math.abs);
  if ('sign' in options) return ofOne('sign', options.sign, (number) => (number === 0 ? 0 : Math.sign(number)));
  if ('map' in options) return ofMap(options.map);
  return ofStatus(options.status);
}

function ofList(
  name: string,
  sources: readonly CustomSource[],
  compute: (numbers: readonly number[]) => number,
): Calculation {
  return {
    operands: sources.map((source, index) => ({ at: `${name}[${index}]`, source })),
    compute: (values) => numeric(values, compute),
  };
}

function ofOne(name: string, source: CustomSource, compute: (number: number) => number): Calculation {
  return {
    operands: [{ at: name, source }],
    compute: (values) => numeric(values, ([number = 0]) => compute(number)),
  };
}

function numeric(values: readonly CustomValue[], compute: (numbers: readonly number[]) => number): Outcome {
  const numbers: number[] = [];
  for (const value of values) {
    const number = toNumber(value);
    if (number === undefined) return { problem: `${show(value)} is not a number` };
    numbers.push(number);
  }
  const result = compute(numbers);
  return Number.isFinite(result)
    ? { value: tidy(result) }
    : { problem: `the result of ${numbers.join(', ')} is no number` };
}

function ofMap({ of, values, otherwise }: Extract<CustomCalculation, { map: object }>['map']): Calculation {
  return {
    operands: [{ at: 'map.of', source: of }],
    compute: ([given = '']) => {
      const key = String(given).trim();
      const value = Object.hasOwn(values, key) ? values[key] : otherwise;
      if (value !== undefined) return { value };
      return { problem: `${show(given)} is not in the map (${Object.keys(values).join(', ')})` };
    },
  };
}

function ofStatus({ connected, charging }: Extract<CustomCalculation, { status: object }>['status']): Calculation {
  return {
    operands: [
      { at: 'status.connected', source: connected },
      { at: 'status.charging', source: charging },
    ],
    compute: (values) => {
      const [isConnected, isCharging] = values.map(toBoolean);
      if (isConnected === undefined || isCharging === undefined) {
        return { problem: `${values.map(show).join(' and ')} are not both true or false` };
      }
      // What charges is connected, whatever a contact says.
      if (isCharging) return { value: 'C' };
      return { value: isConnected ? 'B' : 'A' };
    },
  };
}
