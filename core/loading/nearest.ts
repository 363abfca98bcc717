/** Names that were probably meant: those that differ least, in order; empty when nothing comes close. */
export function nearestNames(name: string, known: Iterable<string>): string[] {
  const wanted = name.toLowerCase();
  const limit = wanted.length < 2 ? 0 : Math.max(1, Math.floor(wanted.length / 3));
  const rows = [...new Set(known)].map((candidate) => {
    const plain = candidate.toLowerCase();
    const part = isPart(wanted, plain) || isPart(plain, wanted);
    return { candidate, distance: part ? Math.min(limit, distance(wanted, plain)) : distance(wanted, plain) };
  });
  const least = Math.min(limit, ...rows.map((row) => row.distance));
  return rows
    .filter((row) => row.distance === least)
    .map((row) => row.candidate)
    .sort()
    .slice(0, 3);
}

/** Whether a name is the beginning of another, or one of its words. */
function isPart(part: string, whole: string): boolean {
  return part.length > 2 && (whole.startsWith(part) || whole.split('-').includes(part));
}

/** The end of an error message: what was probably meant, else the first of what is known. Empty when nothing is known. */
export function nearest(name: string, known: readonly string[]): string {
  const near = nearestNames(name, known);
  if (near.length > 0) return `, did you mean ${near.map((other) => `"${other}"`).join(' or ')}?`;
  if (known.length === 0) return '';
  const shown = known.slice(0, 12).join(', ');
  return `; known: ${shown}${known.length > 12 ? ` and ${known.length - 12} more` : ''}`;
}

/** Edits (insert, delete, replace, swap of neighbours) that turn one text into the other. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(before, j - 2) + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
