import { describe } from './describe.ts';
import { type JsonSchema, resolve } from './json-schema.ts';

/** An option of a schema, for people. */
export interface ListedOption {
  /** Of options that are objects themselves with a dot, such as `soc.poll` */
  readonly key: string;
  /** What is allowed, e.g. `a number from 6 to 32 A` */
  readonly allowed: string;
  readonly required: boolean;
  /** What applies when it is absent; absent: nothing */
  readonly preset?: unknown;
  /** Its value is shown nowhere */
  readonly secret: boolean;
  /** Empty: the schema has none */
  readonly description: string;
}

/** The options that a schema describes, in its order; those of options that are objects themselves instead of them. */
export function listOptions(raw: JsonSchema, hidden: readonly string[] = [], prefix = ''): readonly ListedOption[] {
  const whole = resolve(raw, raw.$defs ?? {});
  // Of several forms the one with keys says most.
  const schema = whole.anyOf?.find((form) => form.properties) ?? whole;
  return Object.entries(schema.properties ?? {}).flatMap(([key, option]): readonly ListedOption[] => {
    if (hidden.includes(key)) return [];
    const nested = option.properties ? listOptions(option, [], `${prefix}${key}.`) : [];
    if (nested.length > 0) return nested;
    return [
      {
        key: `${prefix}${key}`,
        allowed: describe(option, schema.$defs ?? {}),
        required: schema.required?.includes(key) ?? false,
        ...(option.default !== undefined && { preset: option.default }),
        secret: option.secret === true,
        description: option.description ?? '',
      },
    ];
  });
}
