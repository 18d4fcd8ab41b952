/** Expressions of a pattern's keys: parsed, made safe, and refused with the key that they stand in. */
import { isLinear } from '../base/linear.ts';
import { emitExpression } from './expression/emit.ts';
import { ExpressionError, type Node, parseExpression } from './expression/parse.ts';

/** A mistake in one key of a pattern. */
export class PatternError extends Error {
  readonly key: string;
  readonly hint: string | undefined;

  constructor(key: string, message: string, hint?: string) {
    super(message);
    this.key = key;
    this.hint = hint;
  }
}

export function parseKey(source: string, key: string): Node {
  try {
    return parseExpression(source);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new PatternError(key, `${key}, column ${error.column + 1}: ${error.message}`, `in '${source}'`);
  }
}

/** The source for a text that has to match from its first character to its last. */
export function wholeField(source: string, key: string): string {
  return linear(`^(?:${emitExpression(parseKey(source, key)).source})$`, key);
}

/** The source as it is, if V8 can run it in linear time. */
export function linear(source: string, key: string): string {
  if (isLinear(source)) return source;
  throw new PatternError(key, `${key} cannot run in linear time`, 'no lookaround, no backreference');
}
