/** What may be changed, as `GET /api/settings` tells it. */
export interface Setting {
  readonly scope: 'site' | 'loadpoint' | 'vehicle';
  readonly name: string;
  readonly description: string;
  readonly schema: Schema;
  /** `/api/…`, with `:id` where the scope has one */
  readonly path: string;
  /** null clears it */
  readonly clearable: boolean;
  /** Key of the published value; null: nothing shows it */
  readonly key: string | null;
}

/** JSON Schema, as far as settings use it */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly (string | number)[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly unit?: string;
  readonly default?: unknown;
}

/** How a setting is shown; `undefined`: as nothing that is simple, such as a list of plans. */
export type Control =
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly values: readonly (string | number)[]; readonly empty: boolean }
  | {
      readonly kind: 'number';
      readonly least?: number;
      readonly most?: number;
      readonly step: number;
      readonly unit?: string;
      /** It may have no value */
      readonly empty: boolean;
    };

export function controlOf(schema: Schema): Control | undefined {
  const parts = schema.anyOf?.filter(({ type }) => type !== 'null') ?? [schema];
  const empty = parts.length < (schema.anyOf?.length ?? 1);
  const [part, ...others] = parts;
  if (!part || others.length > 0) return undefined;
  if (part.enum) return { kind: 'choice', values: part.enum, empty };
  if (part.type === 'boolean') return { kind: 'switch' };
  if (part.type !== 'number' && part.type !== 'integer') return undefined;
  const { minimum, maximum, unit } = part;
  // Moments are numbers inside of the server only.
  if (unit?.includes('epoch')) return undefined;
  return {
    kind: 'number',
    ...(minimum !== undefined && { least: minimum }),
    ...(maximum !== undefined && { most: maximum }),
    step: part.type === 'integer' ? 1 : stepOf(minimum, maximum),
    ...(unit !== undefined && { unit }),
    empty,
  };
}

/** Fine enough for prices, coarse enough for powers. */
function stepOf(least: number | undefined, most: number | undefined): number {
  const span = (most ?? Number.POSITIVE_INFINITY) - (least ?? 0);
  return span > 10_000 && span <= 20_000 ? 0.001 : 0.1;
}

/** The path below `/api` at which a setting of a loadpoint or vehicle is changed. */
export function pathOf({ path }: Setting, id: number | string): string {
  return path.replace(/^\/api\//, '').replace(':id', encodeURIComponent(String(id)));
}
