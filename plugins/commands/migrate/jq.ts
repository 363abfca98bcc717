/** Expressions of jq as JavaScript, as far as configurations use them. Source: jqlang.github.io/jq/manual */

/** A path of ours, or JavaScript that makes a value of `input`; `undefined`: more than is understood */
export type Compiled = { readonly path: string } | { readonly code: string };

interface Expression {
  readonly js: string;
  /** It is true or false */
  readonly flag?: boolean;
  /** It gives several values, one after the other */
  readonly many?: boolean;
}

const TOKEN =
  /\s*(?:(\.(?=[A-Za-z_"[])|\.)|([A-Za-z_]\w*)|("(?:[^"\\]|\\["\\/bfnrt])*")|(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(==|!=|<=|>=|\/\/|[-+*/%<>()|[\]?]))/y;

const SIMPLE = /^(?:\.[A-Za-z_]\w*|\."[^"\\.]+"|\.?\[(?:\d+|"[^"\\]+")\])+$/;

/** Functions of their input */
const FUNCTIONS: Readonly<Record<string, (x: string) => string>> = {
  tonumber: (x) => `Number(${x})`,
  tostring: (x) => `String(${x})`,
  floor: (x) => `Math.floor(${x})`,
  ceil: (x) => `Math.ceil(${x})`,
  round: (x) => `Math.round(${x})`,
  abs: (x) => `Math.abs(${x})`,
  fabs: (x) => `Math.abs(${x})`,
  length: (x) => `${x}.length`,
  add: (x) => `${x}.reduce((a, b) => a + b)`,
  min: (x) => `Math.min(...${x})`,
  max: (x) => `Math.max(...${x})`,
  ascii_downcase: (x) => `${x}.toLowerCase()`,
};

export function compileJq(text: string): Compiled | undefined {
  const trimmed = text.trim();
  if (trimmed === '.') return { path: '' };
  if (SIMPLE.test(trimmed)) {
    return {
      path: trimmed
        .replace(/\.?\["([^"]+)"\]|\."([^"]+)"/g, '["$1$2"]')
        .replace(/^\./, '')
        .replace(/\.\[/g, '['),
    };
  }
  const tokens = tokensOf(trimmed);
  if (!tokens || tokens.length > 500) return undefined;
  try {
    const parser = createParser(tokens);
    const { js, many } = parser.pipe('input');
    return parser.done() && !many ? { code: js } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    tokens.push(match[0].trim());
    end = TOKEN.lastIndex;
  }
  return text.slice(end).trim() === '' ? tokens : undefined;
}

const truth = ({ js, flag }: Expression): string => (flag ? js : `![undefined, null, false].includes(${js})`);

function createParser(tokens: readonly string[]): { pipe(x: string): Expression; done(): boolean } {
  let at = 0;
  let depth = 0;
  const peek = (): string | undefined => tokens[at];
  const take = (token: string): boolean => {
    if (peek() !== token) return false;
    at += 1;
    return true;
  };
  const need = (token: string): void => {
    if (!take(token)) throw new SyntaxError(token);
  };
  const unknown = (): never => {
    throw new SyntaxError('unknown');
  };
  const one = (expression: Expression): Expression => (expression.many ? unknown() : expression);

  const pipe = (x: string): Expression => {
    depth += 1;
    if (depth > 50) unknown();
    let left = alternative(x);
    while (take('|')) {
      if (left.many) {
        need('select');
        need('(');
        const condition = truth(one(pipe('each')));
        need(')');
        left = { js: `Object.values(${left.js}).find((each) => ${condition})` };
        continue;
      }
      const stage = alternative('it');
      left = { ...stage, js: `((it) => ${stage.js})(${left.js})` };
    }
    depth -= 1;
    return left;
  };
  const alternative = (x: string): Expression => {
    let left = either(x);
    while (take('//')) left = { js: `(${one(left).js} ?? ${one(either(x)).js})` };
    return left;
  };
  const either = (x: string): Expression => {
    let left = both(x);
    while (take('or')) left = { js: `(${truth(one(left))} || ${truth(one(both(x)))})`, flag: true };
    return left;
  };
  const both = (x: string): Expression => {
    let left = comparison(x);
    while (take('and')) left = { js: `(${truth(one(left))} && ${truth(one(comparison(x)))})`, flag: true };
    return left;
  };
  const comparison = (x: string): Expression => {
    const left = sum(x);
    const operator = ['==', '!=', '<=', '>=', '<', '>'].find(take);
    if (operator === undefined) return left;
    const strict = operator === '==' || operator === '!=' ? `${operator}=` : operator;
    return { js: `(${one(left).js} ${strict} ${one(sum(x)).js})`, flag: true };
  };
  const binary =
    (operators: readonly string[], inner: (x: string) => Expression) =>
    (x: string): Expression => {
      let left = inner(x);
      for (let operator = operators.find(take); operator !== undefined; operator = operators.find(take)) {
        left = { js: `(${one(left).js} ${operator} ${one(inner(x)).js})` };
      }
      return left;
    };
  const term = (x: string): Expression => {
    const token = peek() ?? unknown();
    if (take('(')) {
      const inner = pipe(x);
      need(')');
      return suffixes({ ...inner, js: `(${inner.js})` });
    }
    if (take('-')) return { js: `(-${one(term(x)).js})` };
    if (take('.')) {
      const next = peek() ?? '';
      if (/^["A-Za-z_]/.test(next)) {
        at += 1;
        return suffixes({ js: `${x}?.[${next.startsWith('"') ? next : JSON.stringify(next)}]` });
      }
      return suffixes({ js: x });
    }
    at += 1;
    if (/^["\d]/.test(token)) return { js: token };
    if (token === 'true' || token === 'false') return { js: token, flag: true };
    if (token === 'null') return { js: 'null' };
    if (token === 'not') return { js: `!${truth({ js: x })}`, flag: true };
    if (token === 'if') return condition(x);
    if (token === 'map') {
      need('(');
      const { js } = one(pipe('each'));
      need(')');
      return { js: `${x}.map((each) => ${js})` };
    }
    const made = Object.hasOwn(FUNCTIONS, token) ? FUNCTIONS[token] : undefined;
    return made ? { js: made(x) } : unknown();
  };
  /** What follows a path: `.key`, `[0]`, `["key"]`, `[]`, `?` */
  const suffixes = (start: Expression): Expression => {
    let { js } = start;
    for (;;) {
      if (take('?')) continue;
      const next = tokens[at + 1] ?? '';
      if (peek() === '.' && /^["A-Za-z_]/.test(next)) {
        js += `?.[${next.startsWith('"') ? next : JSON.stringify(next)}]`;
        at += 2;
      } else if (peek() === '.' && next === '[') {
        at += 1;
      } else if (take('[')) {
        if (take(']')) return { js, many: true };
        const key = peek() ?? unknown();
        if (!/^["\d]/.test(key)) unknown();
        at += 1;
        need(']');
        js += `?.[${key}]`;
      } else return { ...start, js };
    }
  };
  const condition = (x: string): Expression => {
    const test = truth(one(pipe(x)));
    need('then');
    const yes = one(pipe(x)).js;
    if (take('elif')) return { js: `(${test} ? ${yes} : ${condition(x).js})` };
    const no = take('else') ? one(pipe(x)).js : x;
    need('end');
    return { js: `(${test} ? ${yes} : ${no})` };
  };
  const product = binary(['*', '/', '%'], term);
  const sum = binary(['+', '-'], product);
  return { pipe, done: () => at === tokens.length };
}
