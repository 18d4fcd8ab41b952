/**
 * Arithmetic of configuration values, in Python's notation: what fail2ban hands to `eval` is parsed here into a tree of
 * numbers, operators and a fixed list of names. Nothing else can be said in it.
 */

/** What is wrong in an expression; `column` counts from 0. */
export class ArithmeticError extends Error {
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

export type Arithmetic =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'unary'; readonly operator: '-' | '+' | '~' | 'not'; readonly operand: Arithmetic }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Arithmetic; readonly right: Arithmetic }
  /** `a < b <= c` */
  | { readonly type: 'compare'; readonly operands: readonly Arithmetic[]; readonly operators: readonly string[] }
  | { readonly type: 'choose'; readonly test: Arithmetic; readonly yes: Arithmetic; readonly no: Arithmetic }
  | { readonly type: 'call'; readonly name: string; readonly operands: readonly Arithmetic[] };

export interface Token {
  readonly type: 'number' | 'name' | 'operator' | 'end';
  readonly text: string;
  readonly column: number;
}

/** Tokens of one expression; the longest formula in use has forty. */
const TOKENS_MAX = 500;
/** How deep brackets and operators may nest, so that no expression exhausts the stack. */
const DEPTH_MAX = 60;

const TOKEN = /\s*(?:(\d+(?:\.\d*)?|\.\d+)|([A-Za-z_][\w.]*)|(\*\*|\/\/|<<|>>|[<>=!]=|[-+*/%()<>,&|^~])|$)/y;

/** @throws ArithmeticError */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match || tokens.length >= TOKENS_MAX) throw new ArithmeticError('not an arithmetic expression', at);
    const [whole, number, name, operator] = match;
    const column = at + whole.length - (number ?? name ?? operator ?? '').length;
    if (number !== undefined) tokens.push({ type: 'number', text: number, column });
    else if (name !== undefined) tokens.push({ type: 'name', text: name, column });
    else if (operator !== undefined) tokens.push({ type: 'operator', text: operator, column });
    at += whole.length;
  }
  return [...tokens, { type: 'end', text: 'the end', column: text.length }];
}

/** @throws ArithmeticError */
export function parseArithmetic(text: string): Arithmetic {
  return parseTokens(tokenize(text));
}

/** @throws ArithmeticError */
export function parseTokens(tokens: readonly Token[]): Arithmetic {
  const parser = new Parser(tokens);
  const tree = parser.choice();
  parser.end();
  return tree;
}

/** Left-associative operators, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '//', '%']];
const COMPARISONS = ['<', '>', '<=', '>=', '==', '!='];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** `yes if test else no` */
  choice(): Arithmetic {
    if (++this.#depth > DEPTH_MAX) throw this.#error('nested too deep');
    const yes = this.#or();
    let tree = yes;
    if (this.#takes('if')) {
      const test = this.#or();
      if (!this.#takes('else')) throw this.#error('"if" without "else"');
      tree = { type: 'choose', test, yes, no: this.choice() };
    }
    this.#depth--;
    return tree;
  }

  end(): void {
    if (this.#next.type !== 'end') throw this.#error(`"${this.#next.text}" is not expected`);
  }

  #or(): Arithmetic {
    let left = this.#and();
    while (this.#takes('or')) left = { type: 'binary', operator: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Arithmetic {
    let left = this.#not();
    while (this.#takes('and')) left = { type: 'binary', operator: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Arithmetic {
    let negations = 0;
    while (this.#takes('not')) negations++;
    let tree = this.#comparison();
    for (; negations > 0; negations--) tree = { type: 'unary', operator: 'not', operand: tree };
    return tree;
  }

  #comparison(): Arithmetic {
    const operands = [this.#level(0)];
    const operators: string[] = [];
    for (let operator = this.#oneOf(COMPARISONS); operator !== undefined; operator = this.#oneOf(COMPARISONS)) {
      operators.push(operator);
      operands.push(this.#level(0));
    }
    return operators.length === 0 && operands[0] ? operands[0] : { type: 'compare', operands, operators };
  }

  #level(index: number): Arithmetic {
    const operators = LEVELS[index];
    if (!operators) return this.#sign();
    let left = this.#level(index + 1);
    for (let operator = this.#oneOf(operators); operator !== undefined; operator = this.#oneOf(operators)) {
      left = { type: 'binary', operator, left, right: this.#level(index + 1) };
    }
    return left;
  }

  #sign(): Arithmetic {
    const sign = this.#oneOf(['-', '+', '~']);
    if (sign !== '-' && sign !== '+' && sign !== '~') return this.#power();
    if (++this.#depth > DEPTH_MAX) throw this.#error('nested too deep');
    const tree: Arithmetic = { type: 'unary', operator: sign, operand: this.#sign() };
    this.#depth--;
    return tree;
  }

  #power(): Arithmetic {
    const base = this.#atom();
    return this.#takes('**') ? { type: 'binary', operator: '**', left: base, right: this.#sign() } : base;
  }

  #atom(): Arithmetic {
    const token = this.#next;
    this.#at++;
    if (token.type === 'number') return { type: 'number', value: Number(token.text) };
    if (token.type === 'name') {
      return this.#takes('(')
        ? { type: 'call', name: token.text, operands: this.#operands() }
        : { type: 'name', name: token.text };
    }
    if (token.text !== '(' || token.type === 'end')
      throw new ArithmeticError(`"${token.text}" is not expected`, token.column);
    const inside = this.choice();
    if (!this.#takes(')')) throw this.#error('a bracket does not close');
    return inside;
  }

  #operands(): Arithmetic[] {
    const operands: Arithmetic[] = [];
    while (!this.#takes(')')) {
      operands.push(this.choice());
      if (this.#next.text !== ')' && !this.#takes(',')) throw this.#error('a bracket does not close');
    }
    return operands;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { type: 'end', text: 'the end', column: 0 };
  }

  #takes(text: string): boolean {
    if (this.#next.text !== text || this.#next.type === 'end') return false;
    this.#at++;
    return true;
  }

  #oneOf(texts: readonly string[]): string | undefined {
    return texts.find((text) => this.#takes(text));
  }

  #error(message: string): ArithmeticError {
    return new ArithmeticError(message, this.#next.column);
  }
}
