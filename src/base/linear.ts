/**
 * V8's linear-time engine for regular expressions. An expression that backtracks too much is finished by it, so no line
 * can hold the process; and its `l` flag tells at load whether an expression is one that it can take.
 * Set once, first thing in the process (bin, test set-up): V8 reads the flags when it compiles an expression.
 */
import { setFlagsFromString } from 'node:v8';

export function enableLinearExpressions(): void {
  setFlagsFromString('--enable-experimental-regexp-engine');
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
}

/** Whether the expression runs in linear time. False for a syntax error too. */
export function isLinear(source: string): boolean {
  try {
    new RegExp(source, 'l');
    return true;
  } catch {
    return false; // SyntaxError is the answer: not an expression, or not one for the linear engine.
  }
}
