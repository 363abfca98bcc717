/** The steps of a path into JSON: keys and list positions. */
export type JsonPath = readonly (string | number)[];

/** What a path looks like: `a.b[0].c`, `$.a.b`, `a["key with . in it"]` */
export const JSON_PATH = '^(?:\\$(?=[.[]|$))?(?:\\.?[^.[\\]"\']+|\\[(?:\\d+|"[^"]*"|\'[^\']*\')\\])*$';

const STEP = /\.?([^.[\]"']+)|\[(?:(\d+)|"([^"]*)"|'([^']*)')\]/g;

/** Reads a path that matches `JSON_PATH`. */
export function parsePath(text: string): JsonPath {
  const inside = text.replace(/^\$(?=[.[]|$)/, '');
  return [...inside.matchAll(STEP)].map(([, key, index, double, single]) =>
    index === undefined ? (key ?? double ?? single ?? '') : Number(index),
  );
}

/** What stands at a path; `missing` is the part of the path that leads nowhere. Null is a value. */
export function pick(value: unknown, path: JsonPath): { readonly value: unknown } | { readonly missing: string } {
  let current = value;
  for (const [index, step] of path.entries()) {
    const inside = typeof current === 'object' && current !== null ? current : undefined;
    // A number may also be the key of an object, as in {"0": {…}}.
    if (!inside || !Object.hasOwn(inside, step)) return { missing: showPath(path.slice(0, index + 1)) };
    current = (inside as Readonly<Record<string | number, unknown>>)[step];
  }
  return { value: current };
}

/** A path as it is written. */
export function showPath(path: JsonPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[^.[\]"'\s]+$/.test(step)) return `["${step}"]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}
