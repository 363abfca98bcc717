import type { DeviceContext } from 'evcc';

/** Takes values out of a JSON answer. A missing value and null are unknown; one of another kind is an error that names it. */
export interface Answer {
  number(name: string, least?: number): number | undefined;
  flag(name: string): boolean | undefined;
  text(name: string): string | undefined;
  numbers(name: string, count: number): number[] | undefined;
  /** Objects; there must be a list */
  list(name: string): Answer[];
  /** The value, unless it is unknown */
  required<T>(name: string, value: T | undefined): T;
  wrong(name: string, allowed: string): never;
}

/** `what` names the answer in errors. Errors: `EVCC_DEVICE_PROTOCOL`. */
export function createAnswer(what: string, body: unknown, context: Pick<DeviceContext, 'fail'>): Answer {
  if (typeof body !== 'object' || body === null) context.fail('EVCC_DEVICE_PROTOCOL', `${what} is no object`);
  const fields = body as Readonly<Record<string, unknown>>;
  const wrong = (name: string, allowed: string): never => {
    // At most a little of it: what a device sends may be long.
    const value = (JSON.stringify(fields[name]) ?? 'missing').slice(0, 40);
    return context.fail('EVCC_DEVICE_PROTOCOL', `${what}: ${name} should be ${allowed}, not ${value}`);
  };
  const read = <T>(name: string, allowed: string, fits: (value: unknown) => value is T): T | undefined => {
    const value = fields[name] ?? undefined;
    return value === undefined || fits(value) ? value : wrong(name, allowed);
  };
  return {
    number: (name, least = Number.NEGATIVE_INFINITY) =>
      read(name, 'a number', (value): value is number => isNumber(value) && value >= least),
    flag: (name) => read(name, 'true or false', (value) => typeof value === 'boolean'),
    text: (name) => read(name, 'a text', (value) => typeof value === 'string'),
    numbers: (name, count) =>
      read(
        name,
        `${count} numbers`,
        (value): value is number[] => Array.isArray(value) && value.length === count && value.every(isNumber),
      ),
    list: (name) => {
      const items = read(name, 'a list', (value) => Array.isArray(value)) ?? wrong(name, 'a list');
      return items.map((item: unknown, index) => createAnswer(`${what}: ${name}[${index}]`, item, context));
    },
    required: (name, value) => value ?? wrong(name, 'there'),
    wrong,
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
