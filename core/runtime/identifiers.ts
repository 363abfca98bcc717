/** Knows vehicles by what a charger reads of them: RFID tag or MAC address. */

export interface Identifiable {
  readonly name: string;
  /** `*` stands for anything */
  readonly identifiers: readonly string[];
}

/**
 * Name of the first vehicle with exactly this identifier, else of the first one whose pattern fits; upper and lower case are the
 * same. `undefined`: none, as for an empty identifier.
 */
export function identified(identifier: string, vehicles: Iterable<Identifiable>): string | undefined {
  const text = plain(identifier);
  if (text === '') return undefined;
  const known = [...vehicles];
  const named = (fits: (pattern: string) => boolean): string | undefined =>
    known.find(({ identifiers }) => identifiers.map(plain).some(fits))?.name;
  return (
    named((pattern) => pattern === text) ?? named((pattern) => pattern.includes('*') && fitsPattern(pattern, text))
  );
}

const plain = (text: string): string => text.trim().toLowerCase();

/** Whether the parts between the stars occur one after the other, the first at the beginning and the last at the end. */
function fitsPattern(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let end = first.length;
  for (const part of others) {
    const start = text.indexOf(part, end);
    if (start < 0) return false;
    end = start + part.length;
  }
  return end + last.length <= text.length;
}
