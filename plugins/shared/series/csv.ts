/** Reads the tables that simulations run on: CSV with a header line, commas, no quotes. Problems name line and column. */

/** A table, as text. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export interface Row {
  /** From 1, counting the header and empty lines */
  readonly line: number;
  /** One text for each wanted column, in their order */
  readonly cells: readonly string[];
}

/** What is wrong with a file, and where. */
export interface Problem {
  /** From 1; absent: the whole file */
  readonly line?: number;
  readonly column?: string;
  readonly message: string;
}

/** A file after reading: its content, or what is wrong with it. */
export type Read<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/** As many problems as one wants to see at once. */
const MOST_PROBLEMS = 20;

/** Takes the wanted columns of a text, in whatever order it has them; further columns are ignored. */
export function parseTable(text: string, wanted: readonly string[]): Read<Table> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const header = lines[0]?.split(',').map((name) => name.trim()) ?? [];
  if (header.length === 1 && header[0] === '') return { problems: [{ message: 'the file is empty' }] };
  const missing = wanted.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    const message = `missing ${missing.join(', ')}: the first line must name the columns ${wanted.join(',')}`;
    return { problems: [{ line: 1, message }] };
  }
  const twice = wanted.find((name) => header.indexOf(name) !== header.lastIndexOf(name));
  if (twice !== undefined) return { problems: [{ line: 1, column: twice, message: 'the column is there twice' }] };

  const places = wanted.map((name) => header.indexOf(name));
  const rows: Row[] = [];
  const problems: Problem[] = [];
  for (const [index, content] of lines.entries()) {
    if (index === 0 || content.trim() === '') continue;
    const cells = content.split(',');
    if (cells.length !== header.length) {
      problems.push({ line: index + 1, message: `${cells.length} cells instead of ${header.length}` });
    } else {
      rows.push({ line: index + 1, cells: places.map((place) => cells[place]?.trim() ?? '') });
    }
  }
  if (problems.length > 0) return { problems: shortened(problems) };
  if (rows.length === 0) return { problems: [{ message: 'the file has no rows' }] };
  return { value: { columns: wanted, rows } };
}

/** The first problems, and how many there are besides. */
export function shortened(problems: readonly Problem[]): readonly Problem[] {
  const rest = problems.length - MOST_PROBLEMS;
  return rest <= 0 ? problems : [...problems.slice(0, MOST_PROBLEMS), { message: `and ${rest} more problems` }];
}

/** `home.csv, line 3, column pv_w: …` */
export function describe(file: string, { line, column, message }: Problem): string {
  const place = [
    file,
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ];
  return `${place.join(', ')}: ${message}`;
}

/** A finite number; `undefined`: it is none. An empty cell, NaN and Infinity are none. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
