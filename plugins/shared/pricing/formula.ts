/**
 * Formulas of a configuration: numbers, names, `+ - * / %`, comparisons, `&& || !`, `a ? b : c`, brackets and a few
 * functions. They are read once and can do nothing but calculate.
 */

/** Values by name. Comparisons and logic give 1 for true and 0 for false; every number but 0 is true. */
export type Values = Readonly<Record<string, number>>;

export interface Formula {
  /** Names that it uses */
  readonly names: ReadonlySet<string>;
  /** May give a number that is not finite, such as for a division by 0. */
  evaluate(values: Values): number;
}

type Node = (values: Values) => number;
type Operator = (a: number, b: number) => number;

/** Operators of two sides, from those that bind weakest; those of a level are taken from the left. */
const LEVELS: readonly Readonly<Record<string, Operator>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0) },
  { '&&': (a, b) => Number(a !== 0 && b !== 0) },
  { '==': (a, b) => Number(a === b), '!=': (a, b) => Number(a !== b) },
  {
    '<': (a, b) => Number(a < b),
    '<=': (a, b) => Number(a <= b),
    '>': (a, b) => Number(a > b),
    '>=': (a, b) => Number(a >= b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b },
];

const FUNCTIONS: ReadonlyMap<string, { readonly least: number; readonly most: number; readonly of: typeof Math.max }> =
  new Map([
    ['min', { least: 1, most: 20, of: Math.min }],
    ['max', { least: 1, most: 20, of: Math.max }],
    ['abs', { least: 1, most: 1, of: Math.abs as typeof Math.max }],
    ['floor', { least: 1, most: 1, of: Math.floor as typeof Math.max }],
    ['ceil', { least: 1, most: 1, of: Math.ceil as typeof Math.max }],
    ['round', { least: 1, most: 2, of: (value = 0, digits = 0) => Math.round(value * 10 ** digits) / 10 ** digits }],
  ]);

const TOKEN = /\s*(?:(\d+(?:\.\d*)?|\.\d+)|([A-Za-z]\w*)|(\|\||&&|[=!<>]=|[-+*/%<>!?:(),]))/y;
/** Brackets, signs and conditions in each other */
const DEEPEST = 50;

interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  /** From 1 */
  readonly position: number;
}

/** Why a text is no formula, and where. */
class FormulaProblem extends Error {}

/** Reads a formula that may use these names; of a text that is none, what is wrong and at which character, from 1. */
export function parseFormula(text: string, names: readonly string[]): Formula | string {
  try {
    const parser = new Parser(tokensOf(text), names);
    const evaluate = parser.whole();
    return { names: parser.used, evaluate };
  } catch (error) {
    if (error instanceof FormulaProblem) return error.message;
    throw error;
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const [all = '', number, name, sign] = TOKEN.exec(text) ?? [];
    const position = at + all.length - all.trimStart().length + 1;
    const found = number ?? name ?? sign;
    if (found === undefined) {
      const start = text.length - text.slice(at).trimStart().length;
      throw new FormulaProblem(`"${text[start]}" at character ${start + 1} is not known`);
    }
    tokens.push({ kind: number ? 'number' : name ? 'name' : 'sign', text: found, position });
    at += all.length;
  }
  return [...tokens, { kind: 'end', text: '', position: text.length + 1 }];
}

/** Takes a formula apart from left to right: one method for each kind of part. */
class Parser {
  readonly used = new Set<string>();
  readonly #tokens: readonly Token[];
  readonly #names: readonly string[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], names: readonly string[]) {
    this.#tokens = tokens;
    this.#names = names;
  }

  whole(): Node {
    const node = this.#condition();
    if (this.#token.kind !== 'end') this.#refuse('an operator');
    return node;
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', position: 0 };
  }

  #condition(): Node {
    return this.#nested(() => {
      const test = this.#level(0);
      if (!this.#take('?')) return test;
      const yes = this.#condition();
      this.#expect(':');
      const no = this.#condition();
      return (values) => (test(values) !== 0 ? yes(values) : no(values));
    });
  }

  #level(level: number): Node {
    const operators = LEVELS[level];
    if (!operators) return this.#signed();
    let left = this.#level(level + 1);
    for (;;) {
      const { kind, text } = this.#token;
      const operator = kind === 'sign' ? operators[text] : undefined;
      if (!operator) return left;
      this.#next += 1;
      const [before, right] = [left, this.#level(level + 1)];
      left = (values) => operator(before(values), right(values));
    }
  }

  #signed(): Node {
    if (this.#take('-')) return this.#nested(() => negative(this.#signed()));
    if (this.#take('+')) return this.#nested(() => this.#signed());
    if (this.#take('!')) return this.#nested(() => inverse(this.#signed()));
    return this.#operand();
  }

  #operand(): Node {
    const token = this.#token;
    if (token.kind === 'number') {
      this.#next += 1;
      const value = Number(token.text);
      return () => value;
    }
    if (token.kind === 'name') {
      this.#next += 1;
      return this.#take('(') ? this.#call(token) : this.#name(token);
    }
    if (!this.#take('(')) this.#refuse('a number, a name or "("');
    const inside = this.#condition();
    this.#expect(')');
    return inside;
  }

  #name({ text, position }: Token): Node {
    if (!this.#names.includes(text)) {
      throw new FormulaProblem(`"${text}" at character ${position} is not known: use ${this.#names.join(', ')}`);
    }
    this.used.add(text);
    return (values) => values[text] ?? Number.NaN;
  }

  #call({ text, position }: Token): Node {
    const called = FUNCTIONS.get(text);
    if (!called) {
      const known = [...FUNCTIONS.keys()].join(', ');
      throw new FormulaProblem(`"${text}" at character ${position} is no function: use ${known}`);
    }
    const parts = [this.#condition()];
    while (this.#take(',')) parts.push(this.#condition());
    this.#expect(')');
    const { least, most, of } = called;
    if (parts.length < least || parts.length > most) {
      const allowed = least === most ? `${least}` : `${least} to ${most}`;
      throw new FormulaProblem(
        `${text} at character ${position} is given ${parts.length} values instead of ${allowed}`,
      );
    }
    return (values) => of(...parts.map((part) => part(values)));
  }

  #take(sign: string): boolean {
    const { kind, text } = this.#token;
    if (kind !== 'sign' || text !== sign) return false;
    this.#next += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) this.#refuse(`"${sign}"`);
  }

  #refuse(expected: string): never {
    const { kind, text, position } = this.#token;
    throw new FormulaProblem(
      kind === 'end'
        ? `it ends where ${expected} should follow`
        : `"${text}" at character ${position} is not ${expected}`,
    );
  }

  #nested(parse: () => Node): Node {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new FormulaProblem(`it is nested deeper than ${DEEPEST} levels`);
    const node = parse();
    this.#depth -= 1;
    return node;
  }
}

const negative =
  (node: Node): Node =>
  (values) =>
    -node(values);

const inverse =
  (node: Node): Node =>
  (values) =>
    Number(node(values) === 0);
