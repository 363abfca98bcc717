import type { Time } from '../../../core/index.ts';

/** A time of RFC 3339 for people: by the clocks of this place, with whole seconds. */
export function local(text: string, { parse, formatLocal }: Time): string {
  const at = parse(text);
  return at === undefined ? text : formatLocal(at);
}
