/** The value of an arithmetic tree, by Python's rules where they differ from JavaScript's: `//`, `%`, `<<`, `and`, rounding. */
import { type Arithmetic, ArithmeticError } from './arithmetic.ts';

export type Names = Readonly<Record<string, number>>;

/** A shift by more, or a power with more digits, is no time that anybody would be banned for. */
const SHIFT_MAX = 60;

const FUNCTIONS: Readonly<Record<string, (...operands: readonly number[]) => number>> = {
  abs: (a = Number.NaN) => Math.abs(a),
  float: (a = 0) => a,
  int: (a = 0) => Math.trunc(a),
  max: (...operands) => Math.max(...operands),
  min: (...operands) => Math.min(...operands),
  pow: (a = Number.NaN, b = Number.NaN) => a ** b,
  round: (a = Number.NaN) => roundHalfEven(a),
  'math.ceil': (a = Number.NaN) => Math.ceil(a),
  'math.exp': (a = Number.NaN) => Math.exp(a),
  'math.floor': (a = Number.NaN) => Math.floor(a),
  'math.log': (a = Number.NaN, base = Math.E) => Math.log(a) / Math.log(base),
  'math.log10': (a = Number.NaN) => Math.log10(a),
  'math.log2': (a = Number.NaN) => Math.log2(a),
  'math.pow': (a = Number.NaN, b = Number.NaN) => a ** b,
  'math.sqrt': (a = Number.NaN) => Math.sqrt(a),
};

const CONSTANTS: Names = { True: 1, False: 0, 'math.pi': Math.PI, 'math.e': Math.E };

/** @throws ArithmeticError for an unknown name, and when the value is not a finite number. */
export function evaluate(tree: Arithmetic, names: Names = {}): number {
  const value = resultOf(tree, names);
  if (!Number.isFinite(value)) throw new ArithmeticError('has no finite value', 0);
  return value;
}

/** Refuses what evaluation would refuse whatever the values are. @throws ArithmeticError for an unknown name. */
export function checkNames(tree: Arithmetic, names: readonly string[]): void {
  if (tree.type === 'name') nameOf(tree.name, Object.fromEntries(names.map((name) => [name, 1])));
  if (tree.type === 'call') functionOf(tree.name);
  for (const part of partsOf(tree)) checkNames(part, names);
}

function partsOf(tree: Arithmetic): readonly Arithmetic[] {
  switch (tree.type) {
    case 'number':
    case 'name':
      return [];
    case 'unary':
      return [tree.operand];
    case 'binary':
      return [tree.left, tree.right];
    case 'choose':
      return [tree.test, tree.yes, tree.no];
    default:
      return tree.operands;
  }
}

function resultOf(tree: Arithmetic, names: Names): number {
  switch (tree.type) {
    case 'number':
      return tree.value;
    case 'name':
      return nameOf(tree.name, names);
    case 'unary':
      return unary(tree.operator, resultOf(tree.operand, names));
    case 'binary':
      return binary(tree, names);
    case 'compare':
      return compare(tree, names);
    case 'choose':
      return resultOf(resultOf(tree.test, names) === 0 ? tree.no : tree.yes, names);
    case 'call':
      return functionOf(tree.name)(...tree.operands.map((operand) => resultOf(operand, names)));
  }
}

function nameOf(name: string, names: Names): number {
  for (const known of [names, CONSTANTS]) {
    const value = Object.hasOwn(known, name) ? known[name] : undefined;
    if (value !== undefined) return value;
  }
  throw new ArithmeticError(`"${name}" means nothing here`, 0);
}

function functionOf(name: string): (...operands: readonly number[]) => number {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found) throw new ArithmeticError(`there is no function "${name}" here`, 0);
  return found;
}

function unary(operator: '-' | '+' | '~' | 'not', value: number): number {
  switch (operator) {
    case '-':
      return -value;
    case '+':
      return value;
    case '~':
      return -value - 1;
    case 'not':
      return value === 0 ? 1 : 0;
  }
}

function binary(tree: Extract<Arithmetic, { type: 'binary' }>, names: Names): number {
  const left = resultOf(tree.left, names);
  // The right side of these is not looked at when the left decides.
  if (tree.operator === 'or') return left === 0 ? resultOf(tree.right, names) : left;
  if (tree.operator === 'and') return left === 0 ? left : resultOf(tree.right, names);
  return calculate(tree.operator, left, resultOf(tree.right, names));
}

function calculate(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '//':
      return Math.floor(left / right);
    case '%':
      return left - Math.floor(left / right) * right;
    case '**':
      return left ** right;
    case '<<':
      return right >= 0 && right <= SHIFT_MAX ? left * 2 ** right : Number.NaN;
    case '>>':
      return right >= 0 ? Math.floor(left / 2 ** right) : Number.NaN;
    default:
      return bitwise(operator, left, right);
  }
}

function bitwise(operator: string, left: number, right: number): number {
  if (!Number.isSafeInteger(left) || !Number.isSafeInteger(right)) return Number.NaN;
  const [a, b] = [BigInt(left), BigInt(right)];
  if (operator === '&') return Number(a & b);
  return Number(operator === '|' ? a | b : a ^ b);
}

function compare(tree: Extract<Arithmetic, { type: 'compare' }>, names: Names): number {
  const values = tree.operands.map((operand) => resultOf(operand, names));
  const holds = tree.operators.every((operator, i) => isSo(operator, values[i] ?? 0, values[i + 1] ?? 0));
  return holds ? 1 : 0;
}

function isSo(operator: string, left: number, right: number): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
    case '==':
      return left === right;
    default:
      return left !== right;
  }
}

/** As Python rounds: a half goes to the even neighbor. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
