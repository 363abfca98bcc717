import { describe } from './describe.ts';
import { alternatives, type Definitions, type JsonSchema, listed, resolve } from './json-schema.ts';

/** An option of a schema, for people. */
export interface ListedOption {
  /** Of options that are objects themselves with a dot, such as `soc.poll` */
  readonly key: string;
  /** What is allowed, e.g. `a number from 6 to 32 A` */
  readonly allowed: string;
  /** JSON type; absent: of several ones, or any */
  readonly type?: string;
  /** The only values that are allowed; absent: there is no list of them */
  readonly values?: readonly unknown[];
  /** Of a number; absent: none */
  readonly unit?: string;
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
  const { forms, definitions } = formsOf(raw);
  const keys = new Set(forms.flatMap(({ properties = {} }) => Object.keys(properties)));
  return [...keys].flatMap((key): readonly ListedOption[] => {
    if (hidden.includes(key)) return [];
    const option = together(forms.flatMap(({ properties = {} }) => properties[key] ?? []));
    const nested = option.properties ? listOptions(option, [], `${prefix}${key}.`) : [];
    if (nested.length > 0) return nested;
    return [
      {
        key: `${prefix}${key}`,
        allowed: describe(option, definitions),
        ...factsOf(option, definitions),
        required: forms.every(({ required }) => required?.includes(key)),
        ...(option.default !== undefined && { preset: option.default }),
        secret: option.secret === true,
        description: option.description ?? '',
      },
    ];
  });
}

/** What programs can go by. */
function factsOf(option: JsonSchema, definitions: Definitions): Pick<ListedOption, 'type' | 'values' | 'unit'> {
  const { type, unit } = resolve(option, definitions);
  const values = listed(option, definitions);
  const kinds = new Set(values?.map((value) => typeof value));
  const only = typeof type === 'string' ? type : kinds.size === 1 ? [...kinds][0] : undefined;
  return { ...(only !== undefined && { type: only }), ...(values && { values }), ...(unit !== undefined && { unit }) };
}

/** The forms that an object may have; of several, those without keys say nothing. */
function formsOf(raw: JsonSchema): { forms: readonly JsonSchema[]; definitions: Definitions } {
  const definitions = raw.$defs ?? {};
  const schema = resolve(raw, definitions);
  const forms = alternatives(schema, definitions)?.filter(({ properties }) => properties) ?? [];
  return { forms: forms.length > 0 ? forms : [schema], definitions: { ...definitions, ...schema.$defs } };
}

/** What one of several forms allows. */
function together(options: readonly JsonSchema[]): JsonSchema {
  const [first = {}] = options;
  if (options.every((option) => JSON.stringify(option) === JSON.stringify(first))) return first;
  const described = options.find(({ description }) => description !== undefined) ?? first;
  const { description } = described;
  return { anyOf: options, ...(description !== undefined && { description }) };
}
